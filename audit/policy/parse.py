"""Policy documents read from their bytes. Nothing here raises: what cannot be read is a `Problem` of the document.

The grammar is https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

import msgspec

from audit.policy.condition import clause_problem
from audit.policy.document import Clause, Document, Effect, Problem, Statement
from audit.policy.wire import (
    Texts,
    WireCondition,
    WireDocument,
    WireStatement,
    decode_identity_document,
    decode_resource_document,
)

_DOCUMENT_ELEMENTS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_ELEMENTS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
_VERSIONS = frozenset({"2008-10-17", "2012-10-17"})
_MAX_DEPTH_NOTE = "is nested too deeply to be read"


class UnreadableError(Exception):
    """A part of a statement that cannot be read; its text says which and why."""


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as its pairs, so that a key that stands twice is seen."""


def parse_document(raw: bytes, *, resource_based: bool = False) -> Document:
    """Read a document: JSON, or JSON inside a JSON string, URL-encoded or not, as some tools save it.

    `resource_based`: a trust policy or the like, whose statements name principals and may name no resource.
    """
    quick = decode_resource_document(raw) if resource_based else decode_identity_document(raw)
    if quick is not None:
        with suppress(UnreadableError):
            return _well_formed(quick)
    try:
        value = _read_json(raw)
    except RecursionError:
        return _unreadable(f"the document {_MAX_DEPTH_NOTE}")
    except ValueError as error:
        return _unreadable(f"the document is not JSON: {error}")
    if not isinstance(value, _Pairs):
        return _unreadable("the document is not a JSON object")
    return _Reading(resource_based).document(value)


def _well_formed(wire: WireDocument) -> Document:
    """The document of typed records. Raises UnreadableError where the slow reading must say what is wrong."""
    statements = tuple([_of_wire(index, statement) for index, statement in enumerate(wire.statements)])
    return Document(
        version="2008-10-17" if isinstance(wire.version, msgspec.UnsetType) else wire.version,
        id="" if isinstance(wire.id, msgspec.UnsetType) else wire.id,
        statements=statements,
        problems=tuple([problem for each in statements if each.clauses for problem in _clause_problems(each)]),
    )


def _of_wire(index: int, wire: WireStatement) -> Statement:
    actions, not_actions = texts_of(wire.action), texts_of(wire.not_action)
    _check_prefixes(actions or not_actions or ())
    return Statement(
        index=index,
        sid="" if isinstance(wire.sid, msgspec.UnsetType) else wire.sid,
        effect=_EFFECTS[wire.effect],
        actions=actions,
        not_actions=not_actions,
        resources=texts_of(wire.resource),
        not_resources=texts_of(wire.not_resource),
        principals=_principals_of_wire(wire.principal),
        not_principals=_principals_of_wire(wire.not_principal),
        clauses=() if isinstance(wire.condition, msgspec.UnsetType) else clauses_of_wire(wire.condition),
    )


_EFFECTS = {effect.value: effect for effect in Effect}


def texts_of(value: Texts | msgspec.UnsetType) -> tuple[str, ...] | None:
    """One text or a list of them; None where the element is left out."""
    if isinstance(value, msgspec.UnsetType):
        return None
    return (value,) if isinstance(value, str) else tuple(value)


def _principals_of_wire(value: Any) -> tuple[tuple[str, str], ...] | None:
    """Pairs of type and value; `value` is UNSET, `*`, or texts by type."""
    if isinstance(value, msgspec.UnsetType):
        return None
    if value == "*":
        return _EVERYBODY
    return tuple(
        [(kind, text) for kind, texts in value.items() for text in ([texts] if isinstance(texts, str) else texts)]
    )


_EVERYBODY = (("AWS", "*"),)


def clauses_of_wire(condition: WireCondition) -> tuple[Clause, ...]:
    """The clauses of a statement's Condition. Raises UnreadableError on a value that is none."""
    return tuple(
        [
            Clause(operator, key, _values(values, key))
            for operator, keys in condition.items()
            for key, values in keys.items()
        ]
    )


def _clause_problems(statement: Statement) -> Iterator[Problem]:
    for clause in statement.clauses:
        detail = clause_problem(clause)
        if detail:
            yield Problem(f"statement {statement.index + 1}, Condition", detail, statement.index)


def _check_prefixes(actions: tuple[str, ...]) -> None:
    for action in actions:
        if ":" not in action and action.strip("*"):
            raise UnreadableError(f"action `{action}` has no service prefix")


def _unreadable(detail: str) -> Document:
    return Document(problems=(Problem(where="", detail=detail),), unreadable=True)


def _read_json(raw: bytes) -> Any:
    value = json.loads(raw, object_pairs_hook=_Pairs)
    if isinstance(value, str):
        text = value if value.lstrip().startswith("{") else unquote(value)
        value = json.loads(text, object_pairs_hook=_Pairs)
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        # JSON can spell half a surrogate pair; no output could show it.
        raise ValueError("it spells half of a character") from error
    return value


class _Reading:
    """One document being read; it collects the problems on the way."""

    def __init__(self, resource_based: bool) -> None:
        self.resource_based = resource_based
        self.problems: list[Problem] = []
        self.effects_known = True
        """Whether each statement says if it allows or denies."""

    def problem(self, where: str, detail: str, statement: int = -1) -> None:
        self.problems.append(Problem(where=where, detail=detail, statement=statement))

    def document(self, pairs: _Pairs) -> Document:
        elements = self.elements(pairs, _DOCUMENT_ELEMENTS, "", -1)
        version = elements.get("Version", "2008-10-17")
        if not isinstance(version, str) or version not in _VERSIONS:
            self.problem("Version", f"`{version}` is no version of the policy language")
        if "Statement" not in elements:
            return _unreadable("the document has no Statement")
        listed = elements["Statement"]
        statements = listed if isinstance(listed, list) and not isinstance(listed, _Pairs) else [listed]
        read = tuple(self.statement(index, statement) for index, statement in enumerate(statements))
        if not self.effects_known:
            # A statement that may allow or deny anything: nothing that the others say can be relied on.
            return Document(problems=tuple(self.problems), unreadable=True)
        return Document(
            version=version if isinstance(version, str) else "",
            id=str(elements.get("Id", "")),
            statements=read,
            problems=tuple(self.problems),
        )

    def elements(self, pairs: _Pairs, known: frozenset[str], where: str, statement: int) -> dict[str, Any]:
        """The object's elements; a name that is unknown or stands twice is a problem."""
        elements: dict[str, Any] = {}
        for name, value in pairs:
            if name not in known:
                self.problem(where, f"unknown element `{name}`", statement)
            elif name in elements:
                self.problem(where, f"element `{name}` stands twice", statement)
            else:
                elements[name] = value
        return elements

    def statement(self, index: int, value: Any) -> Statement:
        where = f"statement {index + 1}"
        if not isinstance(value, _Pairs):
            self.problem(where, "the statement is not a JSON object", index)
            self.effects_known = False
            return Statement(index=index, effect=Effect.DENY, broken=True)
        before = len(self.problems)
        elements = self.elements(value, _STATEMENT_ELEMENTS, where, index)
        try:
            _check_parts(elements, self.resource_based)
            statement = _statement(index, elements)
        except UnreadableError as error:
            self.problem(where, str(error), index)
            self.effects_known = self.effects_known and elements.get("Effect") in ("Allow", "Deny")
            effect = Effect.ALLOW if elements.get("Effect") == "Allow" else Effect.DENY
            return Statement(index=index, sid=_sid(elements), effect=effect, broken=True)
        self.problems.extend(_clause_problems(statement))
        broken = any(problem.where == where for problem in self.problems[before:])
        return statement if not broken else _broken(statement)


def _broken(statement: Statement) -> Statement:
    return Statement(index=statement.index, sid=statement.sid, effect=statement.effect, broken=True)


def _sid(elements: dict[str, Any]) -> str:
    sid = elements.get("Sid", "")
    return sid if isinstance(sid, str) else ""


def _check_parts(elements: dict[str, Any], resource_based: bool) -> None:
    """The parts that a statement must have, or may not, by the type of its policy."""
    if not elements.keys() & {"Action", "NotAction"}:
        raise UnreadableError("it has neither Action nor NotAction")
    principals = elements.keys() & {"Principal", "NotPrincipal"}
    if resource_based:
        if len(principals) != 1:
            raise UnreadableError("it must have one of Principal and NotPrincipal")
    elif principals:
        raise UnreadableError(f"{min(principals)} stands in a policy that is not resource-based")
    elif not elements.keys() & {"Resource", "NotResource"}:
        raise UnreadableError("it has neither Resource nor NotResource")


def _statement(index: int, elements: dict[str, Any]) -> Statement:
    effect = elements.get("Effect")
    if effect not in ("Allow", "Deny"):
        raise UnreadableError(f"Effect is `{effect}`, neither Allow nor Deny")
    actions, not_actions = _pair(elements, "Action")
    _check_prefixes(actions or not_actions or ())
    resources, not_resources = _pair(elements, "Resource")
    return Statement(
        index=index,
        sid=_sid(elements),
        effect=Effect(effect),
        actions=actions,
        not_actions=not_actions,
        resources=resources,
        not_resources=not_resources,
        principals=_principals(elements, "Principal"),
        not_principals=_principals(elements, "NotPrincipal"),
        clauses=_clauses(elements.get("Condition")),
    )


def _pair(elements: dict[str, Any], name: str) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """An element and its Not… form, of which a statement may have one."""
    if name in elements and f"Not{name}" in elements:
        raise UnreadableError(f"it has both {name} and Not{name}")
    return _texts(elements, name), _texts(elements, f"Not{name}")


def _texts(elements: dict[str, Any], name: str) -> tuple[str, ...] | None:
    return _listed(elements[name], name) if name in elements else None


def _listed(value: Any, name: str) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or isinstance(listed, _Pairs) or not all(isinstance(item, str) for item in listed):
        raise UnreadableError(f"{name} is neither a text nor a list of texts")
    return tuple(listed)


def _principals(elements: dict[str, Any], name: str) -> tuple[tuple[str, str], ...] | None:
    if name not in elements:
        return None
    value = elements[name]
    if value == "*":
        return _EVERYBODY
    if not isinstance(value, _Pairs):
        raise UnreadableError(f"{name} is neither `*` nor a JSON object")
    found: dict[str, tuple[str, ...]] = {}
    for kind, principals in value:
        if kind in found:
            raise UnreadableError(f"`{kind}` of {name} stands twice")
        found[kind] = _listed(principals, f"`{kind}` of {name}")
    return tuple((kind, principal) for kind, principals in found.items() for principal in principals)


def _clauses(condition: Any) -> tuple[Clause, ...]:
    if condition is None:
        return ()
    if not isinstance(condition, _Pairs):
        raise UnreadableError("Condition is not a JSON object")
    clauses: list[Clause] = []
    for operator, keys in condition:
        if not isinstance(keys, _Pairs):
            raise UnreadableError(f"condition operator `{operator}` is not followed by a JSON object")
        for key, values in keys:
            clause = Clause(operator, key, _values(values, key))
            if any(clause.operator == other.operator and clause.key == other.key for other in clauses):
                raise UnreadableError(f"`{operator}` of `{key}` stands twice")
            clauses.append(clause)
    return tuple(clauses)


def _values(value: Any, key: str) -> tuple[str, ...]:
    """Condition values may be texts, numbers or booleans, one or a list."""
    if isinstance(value, str):
        return (value,)
    listed = value if isinstance(value, list) and not isinstance(value, _Pairs) else [value]
    return tuple(_value(item, key) for item in listed)


def _value(value: Any, key: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise UnreadableError(f"the value of condition key `{key}` is neither text, number nor true/false")
