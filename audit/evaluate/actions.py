"""The actions that are asked about, as positions of a bitset.

Python's integers are the bitsets: at 39 actions numpy gained nothing, and at 22,000 it lost.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from audit.evaluate.resources import ResourceIndex, mask_of
from audit.policy.document import Statement
from audit.policy.wildcard import compile_pattern, is_everything

_WILD = ("*", "?")
_AFTER_ALL = "\U0010ffff"
# fmt: off
_OFTEN_NAMED = (
    "sts", "sqs", "xray", "kms", "sns", "secretsmanager", "rds-db", "logs", "s3", "dynamodb", "states", "ecr",
    "kinesis", "events", "ecs", "lambda", "cloudwatch", "athena", "ssm", "ssmmessages", "ec2messages", "tag",
    "execute-api", "s3-object-lambda", "dax", "firehose", "application-autoscaling", "autoscaling",
    "elasticloadbalancing", "cloudformation", "codebuild", "codecommit", "cloudtrail", "config", "elasticache",
    "mechanicalturk", "iam", "glue", "apigateway", "rds", "sagemaker", "ec2",
)
# fmt: on
_RANKS = {service: rank for rank, service in enumerate(_OFTEN_NAMED)}
"""The services that most policies name have the lowest bits, small ones first: their masks are then short.

Over all of AWS a mask takes 3 kB, which costs more to fetch than to reckon with; of these services mostly 100 bytes.
"""


class ActionSet(msgspec.Struct, frozen=True, gc=False):
    """The actions that the list of an Action element takes in: many statements have the same list."""

    mask: int
    limited: int
    """Those of them that can be limited to resources."""
    usual: tuple[Callable[[str], object], ...] = ()
    """Of a Resource pattern, whether it bears on all of `limited`: a quick yes, and no only where all say so."""


class ActionIndex:
    """A fixed list of actions, sorted without case; bit i of a mask stands for the i-th."""

    def __init__(
        self,
        actions: Iterable[str],
        *,
        regions: tuple[str, ...] = (),
        formats: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """`regions`: the only ones that every one of the actions can be requested in; empty: any.

        `formats`: ARN patterns of the resources of each action that has resource types, by action. An action that
        has none, or is not in it, is asked about with the resource `*`; the others on some resource.
        """
        self.actions = tuple(sorted(set(actions), key=str.lower))
        """In the order of their names."""
        self.regions = regions
        self._placed, self._blocks = _placed(self.actions)
        self._lowered = [action.lower() for action in self._placed]
        self._positions = {action: position for position, action in enumerate(self._lowered)}
        self.everything = (1 << len(self.actions)) - 1
        self._masks: dict[str, int] = {}
        self._sets: dict[int, ActionSet] = {}
        self._shared: dict[int, int] = {}
        self.resources = _resource_index(formats or {}, self._positions)

    def shared(self, mask: int) -> int:
        """The same mask, as the one object that all who have it hold: over all of AWS a mask takes 3 kB."""
        return self._shared.setdefault(mask, mask)

    def action_set(self, listed: str | list[str]) -> ActionSet | None:
        """The actions of an Action element, one text or several; None where one of them is no action's name."""
        masks = self._masks
        try:
            # Most patterns were seen before, and most of their sets.
            if isinstance(listed, str):
                return self._sets[masks[listed]]
            mask = 0
            for pattern in listed:
                mask |= masks[pattern]
            return self._sets[mask]
        except KeyError:
            checked = self.checked_mask((listed,) if isinstance(listed, str) else listed)
            return None if checked is None else self._action_set(checked)

    def _action_set(self, mask: int) -> ActionSet:
        found = self._sets.get(mask)
        if found is None:
            mask = self.shared(mask)
            limited = 0 if self.resources is None else self.shared(mask & self.resources.actions)
            usual = () if self.resources is None else self.resources.usual(limited)
            found = self._sets[mask] = ActionSet(mask, limited, usual)
        return found

    def limited_by(self, actions: ActionSet, resources: Sequence[str]) -> int:
        """What an Allow statement grants on some resource, where none of its Resource patterns is `*`."""
        limited = actions.limited
        if not limited or self.resources is None:
            return 0
        for match in actions.usual:
            for pattern in resources:
                if match(pattern):
                    return limited
        left = limited
        for pattern in resources:
            left &= ~self.resources.touching(pattern)
            if not left:
                return limited
        return self.shared(limited & ~left)

    def reaching_some(self, resources: Sequence[str], *, negated: bool) -> int:
        """The actions of which a Resource element (NotResource, where negated) takes in some resource."""
        if negated:
            return self.everything & ~self.reaching_every(resources, negated=False)
        if any(map(is_everything, resources)):
            return self.everything
        mask = 0
        if self.resources is not None:
            for pattern in resources:
                mask |= self.resources.touching(pattern)
        return mask

    def reaching_every(self, resources: Sequence[str], *, negated: bool) -> int:
        """The actions of which a Resource element (NotResource, where negated) takes in every resource."""
        if negated:
            return self.everything & ~self.reaching_some(resources, negated=False)
        if any(map(is_everything, resources)):
            return self.everything
        mask = 0
        if self.resources is not None:
            for pattern in resources:
                mask |= self.resources.covering(pattern)
        return mask

    def bit(self, action: str) -> int:
        """The action's bit; 0 where it is not asked about."""
        return self._bit(action.lower())

    def _bit(self, lowered: str) -> int:
        position = self._positions.get(lowered, -1)
        return 0 if position < 0 else 1 << position

    def names(self, mask: int) -> Iterator[str]:
        """The actions of a mask, in the order of their names."""
        digits = f"{mask:b}"
        last = len(digits) - 1
        names = [self._placed[last - at] for at, digit in enumerate(digits) if digit == "1"]
        yield from sorted(names, key=str.lower)

    def statement_mask(self, statement: Statement) -> int:
        """The actions that a statement's Action or NotAction element takes in."""
        if statement.actions is not None:
            return self.mask(statement.actions)
        return self.everything & ~self.mask(statement.not_actions or ())

    def mask(self, patterns: Iterable[str]) -> int:
        """The actions that any of the patterns takes in."""
        mask = 0
        for pattern in patterns:
            mask |= self.pattern_mask(pattern) or 0
        return mask

    def checked_mask(self, patterns: Iterable[str]) -> int | None:
        """The same; None where one of the patterns has no service prefix and is not `*`."""
        mask = 0
        for pattern in patterns:
            found = self.pattern_mask(pattern)
            if found is None:
                return None
            mask |= found
        return mask

    def pattern_mask(self, pattern: str) -> int | None:
        """The actions that one pattern takes in; None where it is no action's name."""
        found = self._masks.get(pattern)
        if found is None:
            found = self._pattern_mask(pattern.lower())
            if found is not None:
                self._masks[pattern] = found
        return found

    def _pattern_mask(self, pattern: str) -> int | None:
        if is_everything(pattern):
            return self.everything
        if ":" not in pattern:
            return None
        cut = min((at for wild in _WILD if (at := pattern.find(wild)) >= 0), default=-1)
        if cut < 0:
            return self._bit(pattern)
        # A literal prefix is one run of a service's actions; only what follows a wildcard needs the expression.
        prefix, mask = pattern[:cut], 0
        for block in self._blocks_of(prefix):
            first = bisect_left(self._lowered, prefix, block.start, block.stop)
            last = bisect_left(self._lowered, prefix + _AFTER_ALL, first, block.stop)
            if is_everything(pattern[cut:]):
                mask |= ((1 << (last - first)) - 1) << first
            else:
                expression = compile_pattern(pattern)
                mask |= mask_of([at for at in range(first, last) if expression.fullmatch(self._lowered[at])])
        return mask

    def _blocks_of(self, prefix: str) -> list[range]:
        """The bits of the services that an action which begins so can belong to."""
        service, colon, _ = prefix.partition(":")
        if colon:
            return [self._blocks[service]] if service in self._blocks else []
        return [block for other, block in self._blocks.items() if other.startswith(service)]


def _placed(actions: tuple[str, ...]) -> tuple[list[str], dict[str, range]]:
    """The actions by their bits, and the bits of each service: one run, in the order of names."""
    services: dict[str, list[str]] = {}
    for action in actions:
        services.setdefault(action.partition(":")[0].lower(), []).append(action)
    placed: list[str] = []
    blocks: dict[str, range] = {}
    for service in sorted(services, key=lambda service: (_RANKS.get(service, len(_RANKS)), service)):
        blocks[service] = range(len(placed), len(placed) + len(services[service]))
        placed += services[service]
    return placed, blocks


def _resource_index(formats: Mapping[str, tuple[str, ...]], positions: Mapping[str, int]) -> ResourceIndex | None:
    if not any(formats.values()):
        return None
    limited: dict[str, list[int]] = {}
    for action, forms in formats.items():
        position = positions.get(action.lower())
        if position is not None:
            for form in forms:
                limited.setdefault(form, []).append(position)
    return ResourceIndex(limited.items())
