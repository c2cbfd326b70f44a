"""The edges of sts:AssumeRole between the accounts' own users and roles, in a graph that is linear in the policies.

A role that trusts an account is reached through one station for all of its like, and so is whoever has the same
permission to assume; only what names somebody, or hangs on what tells principals of one account apart, is looked at
pair by pair. A test holds the graph to the decision on every pair.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

import msgspec

from audit.evaluate.outcomes import Outcomes
from audit.evaluate.reach_caller import CallerClass, Grade
from audit.evaluate.reach_candidates import Candidates
from audit.evaluate.reach_decision import Decisions
from audit.evaluate.reach_graph import Graph
from audit.evaluate.reach_population import Actor, Population
from audit.evaluate.reach_trust import Trust
from audit.model.arn import parse_arn
from audit.policy.known import Known

_ALL = "*"


class Fan(msgspec.Struct, eq=False):
    """Roles of one account that let the same accounts in, equally surely."""

    account_id: str
    """Of the roles."""
    station: int
    roles: list[int]
    keys: frozenset[str]
    """The condition keys of their trust policies."""
    members: frozenset[int] = frozenset()


class _Way(NamedTuple):
    """How an account comes to a fan."""

    account_id: str
    """`*`: every account of the snapshot."""
    direct: bool
    """By `*` in the same account, where its principals need no policy of their own."""
    grade: Grade


class _Hub(msgspec.Struct, eq=False):
    """Where callers of an account go on to all that lets the account in."""

    sure: int
    """Station before the fans that let it in for certain."""
    all: int
    """Station before these and before the fans that do so under conditions."""
    fans: list[tuple[Fan, Grade]]
    accounts: set[str]
    """Of the roles of these fans."""


class AssumeEdges:
    """Builds the edges; `class_stations` tells by which station a class of callers goes on."""

    def __init__(self, population: Population, decisions: Decisions, graph: Graph) -> None:
        self._population = population
        self._decisions = decisions
        self._graph = graph
        self._outcomes = Outcomes()
        self._hubs: dict[tuple[str, bool], _Hub] = {}
        self._fan_of: dict[int, tuple[Fan, dict[str, tuple[Grade, Grade]]]] = {}
        self._alike: dict[tuple[int, int], bool] = {}
        self.class_stations: dict[int, int] = {}
        self.classes: list[CallerClass] = []
        self.fans: list[Fan] = []
        self.undecided = 0
        """Roles whose trust policy cannot be read in part or whole."""

    def build(self) -> None:
        """Add the edges of all principals of the population."""
        own: list[tuple[list[int], Trust]] = []
        fans: dict[tuple[str, tuple[_Way, ...], frozenset[str]], list[int]] = defaultdict(list)
        for roles, trust in self._groups():
            self.undecided += len(roles) if trust.undecided else 0
            if not trust.by_account:
                own.append((roles, trust))
                continue
            ways = tuple(self._ways(self._population.actors[roles[0]], trust))
            if ways:
                fans[self._population.actors[roles[0]].account.account_id, ways, trust.keys].extend(roles)
            self._named(roles, trust)
        for (account_id, of_account, keys), roles in fans.items():
            self._fan(account_id, of_account, keys, roles)
        for actor in self._population.actors:
            self.join(actor)
        candidates = Candidates(self._population)
        for roles, trust in own:
            self._one_by_one(roles, trust, candidates)

    def join(self, actor: Actor) -> None:
        """Add what an actor reaches as one of its account."""
        station = self._station(self._decisions.callers.of(actor))
        if self._graph.edges(station):
            self._graph.link(actor.id, station)

    def _groups(self) -> Iterator[tuple[list[int], Trust]]:
        alike = self._decisions.trusting_alike.values()
        for roles in chain.from_iterable(of_account.values() for of_account in alike):
            trust = self._decisions.trust(roles[0])
            if trust.statements or trust.document.unreadable:
                yield [role.id for role in roles], trust if not roles[0].account.rcps else _not_by_account(trust)

    def _ways(self, role: Actor, trust: Trust) -> Iterator[_Way]:
        own = role.account.account_id
        if trust.wide:
            direct = self._grade(trust, own, direct=True)
            if direct:
                yield _Way(own, True, direct)
            if not trust.tells_accounts_apart:
                if direct:
                    yield _Way(_ALL, False, direct)
            else:
                for account_id in self._population.accounts:
                    grade = self._grade(trust, account_id, direct=True)
                    if grade and account_id != own:
                        yield _Way(account_id, False, grade)
        for account_id in sorted(trust.accounts):
            if account_id in self._population.accounts:
                grade = self._grade(trust, account_id, direct=False)
                if grade:
                    yield _Way(account_id, False, grade)

    def _grade(self, trust: Trust, account_id: str, *, direct: bool) -> Grade:
        return trust.grade(account_id, self._known(account_id), self._outcomes, direct=direct)

    def _known(self, account_id: str) -> Known:
        """What is known of the requests of an account's principals; asked of keys only that they share."""
        actors = self._population.of_account(account_id)
        if not actors:
            return Known(values=(("aws:principalaccount", account_id),))
        return actors[0].account.known_of(actors[0])

    def _fan(self, account_id: str, ways: tuple[_Way, ...], keys: frozenset[str], roles: list[int]) -> None:
        fan = Fan(account_id, self._graph.station(), roles, keys, frozenset(roles))
        self.fans.append(fan)
        self._graph.link_all(fan.station, roles)
        graded: dict[str, tuple[Grade, Grade]] = {}
        for way in ways:
            delegated, direct = graded.get(way.account_id, (Grade.NO, Grade.NO))
            graded[way.account_id] = (delegated, way.grade) if way.direct else (way.grade, direct)
            hub = self._hub(way.account_id, direct=way.direct)
            hub.fans.append((fan, way.grade))
            hub.accounts.add(account_id)
            if way.grade is Grade.SURE:
                self._graph.link(hub.sure, fan.station)
            else:
                self._graph.link(hub.all, fan.station, open_=True)
        for role in roles:
            self._fan_of[role] = (fan, graded)

    def _hub(self, account_id: str, *, direct: bool) -> _Hub:
        found = self._hubs.get((account_id, direct))
        if found is None:
            found = self._hubs[account_id, direct] = _Hub(self._graph.station(), self._graph.station(), [], set())
            self._graph.link(found.all, found.sure)
        return found

    def _station(self, of_class: CallerClass) -> int:
        """The station of a class, with what leaves it."""
        found = self.class_stations.get(id(of_class))
        if found is None:
            found = self.class_stations[id(of_class)] = self._graph.station()
            self.classes.append(of_class)
            account_id = of_class.representative.account.account_id
            for hub_account, direct in ((account_id, False), (_ALL, False), (account_id, True)):
                hub = self._hubs.get((hub_account, direct))
                if hub is not None:
                    self._leave(found, of_class, hub, direct=direct)
            self._leave_to_named(found, of_class)
        return found

    def _leave(self, station: int, of_class: CallerClass, hub: _Hub, *, direct: bool) -> None:
        """Link a class with the fans of a hub, as far as targets go that its policies do not name one by one."""
        defaults = {account_id: self._part(of_class, account_id, direct) for account_id in hub.accounts}
        grades = set(defaults.values())
        if grades == {Grade.NO}:
            return
        # What a pattern names and answers like the rest is not told apart from it.
        apart_of: dict[int, set[int]] = defaultdict(set)
        for target, access in of_class.explicit.items():
            fan_of = self._fan_of.get(target)
            if fan_of is None:
                continue
            mine = access.permitted if direct else access.granted
            if mine is not defaults.get(fan_of[0].account_id, mine):
                apart_of[id(fan_of[0])].add(target)
        if grades == {Grade.SURE} and not apart_of:
            self._graph.link(station, hub.all)
            return
        for fan, grade in hub.fans:
            mine = defaults[fan.account_id]
            if mine is Grade.NO:
                continue
            apart = apart_of.get(id(fan), set())
            rest = [role for role in fan.roles if role not in apart] if apart else fan.roles
            if mine is Grade.OPEN and grade is Grade.OPEN and not self._independent(of_class, fan):
                self._pairs(station, of_class, rest)
            elif not apart:
                self._graph.link(station, fan.station, open_=Grade.OPEN in (mine, grade))
            else:
                self._graph.link_all(station, rest, open_=Grade.OPEN in (mine, grade))

    @staticmethod
    def _part(of_class: CallerClass, account_id: str, direct: bool) -> Grade:
        access = of_class.default(account_id)
        return access.permitted if direct else access.granted

    def _leave_to_named(self, station: int, of_class: CallerClass) -> None:
        """Link a class with the targets that its policies name one by one."""
        account_id = of_class.representative.account.account_id
        for target, access in of_class.explicit.items():
            fan, graded = self._fan_of.get(target, (None, {}))
            if fan is None:
                continue
            default = of_class.default(fan.account_id)
            delegated, direct = graded.get(account_id, (Grade.NO, Grade.NO))
            delegated = max(delegated, graded.get(_ALL, (Grade.NO, Grade.NO))[0])
            for mine, rest, theirs in (
                (access.granted, default.granted, delegated),
                (access.permitted, default.permitted, direct),
            ):
                if mine is rest:
                    continue
                if mine is Grade.OPEN and theirs is Grade.OPEN and not self._independent(of_class, fan):
                    self._pairs(station, of_class, [target])
                elif mine and theirs:
                    self._graph.link(station, target, open_=Grade.OPEN in (mine, theirs))

    @staticmethod
    def _independent(of_class: CallerClass, fan: Fan) -> bool:
        """Whether the conditions of both sides look at different keys, so that they can hold together."""
        return of_class.keys.isdisjoint(fan.keys)

    def _pairs(self, station: int, of_class: CallerClass, roles: Iterable[int]) -> None:
        """Decide on a class and each role by itself: both sides have conditions on the same keys."""
        for number in roles:
            grade = self._decisions.grade(of_class.representative, self._population.actors[number])
            if grade:
                self._graph.link(station, number, open_=grade is Grade.OPEN)

    def _named(self, roles: list[int], trust: Trust) -> None:
        """Add the edges of those whom a trust policy names one by one."""
        for arn in trust.principals:
            caller, session = self._caller(arn)
            if caller is None:
                continue
            if trust.plain and not session and self._named_plainly(caller, roles):
                continue
            for number in roles:
                self._pair(caller, number, arn if session else "")

    def _named_plainly(self, caller: Actor, roles: list[int]) -> bool:
        """Add the edges of one whom a trust policy names outright; False where more is to be asked.

        In its account nothing of its own may refuse, across accounts its own policies must grant it too. What a
        boundary that is silent means hangs on who is named how: that is left to the decision on the pair.
        """
        home = self._population.actors[roles[0]].account
        if caller.account is home and caller.holder.boundary >= 0:
            return False
        of_class = self._decisions.callers.of(caller)
        default = of_class.default(home.account_id)
        for number in roles:
            access = of_class.explicit.get(number, default)
            grade = access.permitted if caller.account is home else access.granted
            if grade:
                self._graph.link(caller.id, number, open_=grade is Grade.OPEN)
        return True

    def _permitted_alike(self, of_class: CallerClass, account_id: str, members: frozenset[int]) -> bool:
        """Whether nothing of a class's own side refuses any of these roles, whatever the request; remembered."""
        key = (id(of_class), id(members))
        found = self._alike.get(key)
        if found is None:
            named = members.intersection(of_class.explicit)
            found = self._alike[key] = of_class.default(account_id).permitted is Grade.SURE and all(
                of_class.explicit[role].permitted is Grade.SURE for role in named
            )
        return found

    def _pair(self, caller: Actor, number: int, as_arn: str = "") -> None:
        grade = self._decisions.grade(caller, self._population.actors[number], as_arn)
        if grade:
            # Whoever makes the session chooses its name.
            self._graph.link(caller.id, number, open_=grade is Grade.OPEN or bool(as_arn))

    def _caller(self, arn: str) -> tuple[Actor | None, bool]:
        """The actor whom a trust policy names, and whether it names one of its sessions."""
        number = self._population.by_arn.get(arn)
        if number is not None:
            return self._population.actors[number], False
        parsed = parse_arn(arn)
        if parsed is None or not parsed.resource.startswith("assumed-role/"):
            return None, False
        name = parsed.resource.split("/")[1]
        for actor in self._population.of_account(parsed.account_id):
            if actor.role is not None and actor.role.role_name == name:
                return actor, True
        return None, False

    def _one_by_one(self, roles: list[int], trust: Trust, candidates: Candidates) -> None:
        """Decide on everybody whom a trust policy may let in, for policies that tell principals apart."""
        account_id = self._population.actors[roles[0]].account.account_id
        station = self._graph.station()
        self._graph.link_all(station, roles)
        members = frozenset(roles)
        home = self._population.accounts[account_id]
        certain = candidates.certain(trust) and not home.rcps
        for number in candidates.of(trust, account_id):
            caller = self._population.actors[number]
            of_class = self._decisions.callers.of(caller)
            if certain and caller.account is home and self._permitted_alike(of_class, account_id, members):
                # Let in for certain, and nothing of its own side refuses: there is no more to ask.
                self._graph.link(number, station)
                continue
            if members.isdisjoint(of_class.explicit):
                grade = self._decisions.grade(caller, self._population.actors[roles[0]])
                if grade:
                    self._graph.link(caller.id, station, open_=grade is Grade.OPEN)
            else:
                for role in roles:
                    self._pair(caller, role)
        for arn in trust.principals:
            caller_of, session = self._caller(arn)
            if caller_of is not None and session:
                for role in roles:
                    self._pair(caller_of, role, arn)


def _not_by_account(trust: Trust) -> Trust:
    """The same, to be asked one by one: RCPs bear on it too."""
    apart = Trust(document=trust.document, action=trust.action, statements=trust.statements)
    apart.__dict__["by_account"] = False
    return apart
