"""Ways between two ends that somebody asks about, and everybody who comes to one action."""

from __future__ import annotations

from collections.abc import Iterator

from audit.evaluate.reach import ReachBook
from audit.evaluate.reach_ways import Ways
from audit.model.reach import ReachPath, ReachStep

StepsOfWay = tuple[ReachStep, ...]


def ways_between(book: ReachBook, start: str, end: str, most: int) -> tuple[StepsOfWay, ...]:
    """All shortest ways from one principal, or from somebody outside, to one principal; at most so many.

    `start` is an ARN or an outside node's id, `end` the ARN of a user or role of the accounts.
    """
    target = book.population.by_arn.get(end)
    if target is None:
        return ()
    ways = Ways(book.population, book.graph, (), ())
    source = book.population.by_arn.get(start)
    if source is not None:
        return _told(book, ways.all_shortest(source, target, most))
    found: list[StepsOfWay] = []
    for way in book.ways_in():
        if way.node.id == start and way.role.id == target:
            found.append((book.outside.step(way),))
        elif way.node.id == start:
            found += [
                (book.outside.step(way), *rest) for rest in _told(book, ways.all_shortest(way.role.id, target, most))
            ]
    shortest = min(map(len, found), default=0)
    return tuple(way for way in found if len(way) == shortest)[:most]


def _told(book: ReachBook, found: list[list[tuple[int, ...]]]) -> tuple[StepsOfWay, ...]:
    return tuple(tuple(book.steps.of(hop) for hop in hops) for hops in found)


def reaching(book: ReachBook, action: str) -> Iterator[ReachPath]:
    """The way of everybody who does not hold an action and comes to it, by ARN; those from outside last."""
    ways = book.ways_to((action,))
    for actor in sorted(book.starts, key=lambda one: one.arn):
        if actor.id not in ways.goals and ways.reaches(actor.id):
            path = book.path(ways, actor.id, (action,))
            if path is not None:
                yield path
    for way in sorted(book.ways_in(), key=lambda one: (one.node.id, one.role.arn)):
        path = book.path(ways, way.role.id, (action,), book.outside.step(way)) if ways.reaches(way.role.id) else None
        if path is not None:
            yield path
