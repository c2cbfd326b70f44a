"""The actions that are asked about, as positions of a bitset.

Python's integers are the bitsets: at 39 actions numpy gained nothing, and at 22,000 it lost.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

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

    mask: int | None
    """None: one of the patterns has no service prefix and is not `*`."""
    limited: int
    """Those of them that can be limited to resources."""
    usual: re.Pattern[str] | None
    """What the Resource patterns match, as texts, that bear on all of `limited`; None where nothing tells so simply."""


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
        self._masks: dict[str, int | None] = {}
        self._sets: dict[str | frozenset[str], ActionSet] = {}
        self._shared: dict[int, int] = {}
        self.resources = _resource_index(formats or {}, self._positions)

    def shared(self, mask: int) -> int:
        """The same mask, as the one object that all who have it hold: over all of AWS a mask takes 3 kB."""
        return self._shared.setdefault(mask, mask)

    def action_set(self, listed: str | list[str]) -> ActionSet:
        """The actions of an Action element, one text or several."""
        key = listed if isinstance(listed, str) else frozenset(listed)
        found = self._sets.get(key)
        if found is None:
            found = self._sets[key] = self._action_set((key,) if isinstance(key, str) else key)
        return found

    def _action_set(self, patterns: Iterable[str]) -> ActionSet:
        mask = self.checked_mask(patterns)
        if not mask or self.resources is None:
            return ActionSet(mask if mask is None else self.shared(mask), 0, None)
        limited = self.shared(mask & self.resources.actions)
        return ActionSet(self.shared(mask), limited, self.resources.usual(limited))

    def allowed_by(self, actions: ActionSet, resources: Sequence[str]) -> int:
        """What an Allow statement grants on some resource; it has a Resource element, and its actions are sound."""
        for pattern in resources:
            if pattern[:1] == "*" and is_everything(pattern):
                return actions.mask or 0
        if not actions.limited or self.resources is None:
            return 0
        if actions.usual is not None and any(map(actions.usual.fullmatch, resources)):
            return actions.limited
        left = actions.limited
        for pattern in resources:
            left &= ~self.resources.touching(pattern)
            if not left:
                return actions.limited
        return self.shared(actions.limited & ~left)

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
        try:
            return self._masks[pattern]
        except KeyError:
            found = self._masks[pattern] = self._pattern_mask(pattern.lower())
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
