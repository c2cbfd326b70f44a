"""Small wrong changes of a module's functions, one at a time, made in the running code.

A function's code object is replaced, so that everybody who imported the function runs the mutant.
"""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ALL_OR_ANY = {"any": "all", "all": "any"}
_CODE = "__code__"
_NORMALISING = ("lower", "casefold", "strip")


class Mutant(NamedTuple):
    """One change, named by the text before and after: `condition._one_holds: matched is not x -> matched is x`."""

    function: FunctionType
    code: CodeType
    name: str


def mutants(module: ModuleType) -> Iterator[Mutant]:
    """Every mutant of the module's functions, in the order of its source."""
    for definition in ast.parse(inspect.getsource(module)).body:
        if not isinstance(definition, ast.FunctionDef):
            continue
        function = inspect.unwrap(getattr(module, definition.name))
        assert isinstance(function, FunctionType)
        for place, change in _sites(definition):
            mutated = copy.deepcopy(definition)
            # The mutant runs behind the cache that the function already has.
            mutated.decorator_list = []
            node = list(ast.walk(mutated))[place]
            before = ast.unparse(node)
            change(node)
            if ast.unparse(node) == before:
                continue
            name = f"{module.__name__.rpartition('.')[2]}.{definition.name}: {before} -> {ast.unparse(node)}"
            yield Mutant(function, _compiled(mutated), " ".join(name.split()))


@contextmanager
def at_work(mutant: Mutant) -> Iterator[None]:
    """Run the mutant in the function's place until the block ends."""
    original = mutant.function.__code__
    setattr(mutant.function, _CODE, mutant.code)
    try:
        yield
    finally:
        setattr(mutant.function, _CODE, original)


def _compiled(definition: ast.FunctionDef) -> CodeType:
    tree = ast.fix_missing_locations(ast.Module(body=[definition], type_ignores=[]))
    compiled = compile("from __future__ import annotations\n" + ast.unparse(tree), "a mutant", "exec")
    return next(code for code in compiled.co_consts if isinstance(code, CodeType))


Change = Callable[[Any], None]
"""Changes a node of the syntax tree in place."""


def _sites(definition: ast.FunctionDef) -> Iterator[tuple[int, Change]]:
    """Where something can be changed, by the node's position in the walk."""
    # Position 0 is the definition itself; its decorators come off in the mutant and must not be counted.
    bare = copy.deepcopy(definition)
    bare.decorator_list = []
    for place, node in enumerate(ast.walk(bare)):
        for change in _changes(node):
            yield place, change


def _changes(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Compare(ops=[operator, *_]) if type(operator) in _COMPARISONS:
            yield _other_comparison
        case ast.BoolOp():
            yield _other_junction
        case ast.UnaryOp(op=ast.Not()):
            yield _without_not
        case ast.IfExp():
            yield _swapped_branches
        case ast.If():
            yield _negated_test
        case ast.Call(func=ast.Name(id=name)) if name in _ALL_OR_ANY:
            yield _all_for_any
        case ast.Call(func=ast.Attribute(attr=name), args=[]) if name in _NORMALISING:
            yield _as_it_comes
        case ast.Constant(value=bool()):
            yield _other_constant
        case ast.Return(value=ast.Constant(value=None | False)):
            yield _returns_true
        case ast.Return(value=ast.expr()):
            yield _returns_nothing
            yield _returns_true


def _other_comparison(node: ast.Compare) -> None:
    node.ops[0] = _COMPARISONS[type(node.ops[0])]()


def _other_junction(node: ast.BoolOp) -> None:
    node.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()


def _without_not(node: ast.UnaryOp) -> None:
    node.operand = ast.UnaryOp(op=ast.Not(), operand=node.operand)


def _swapped_branches(node: ast.IfExp) -> None:
    node.body, node.orelse = node.orelse, node.body


def _negated_test(node: ast.If) -> None:
    node.test = ast.UnaryOp(op=ast.Not(), operand=node.test)


def _all_for_any(node: ast.Call) -> None:
    assert isinstance(node.func, ast.Name)
    node.func.id = _ALL_OR_ANY[node.func.id]


def _as_it_comes(node: ast.Call) -> None:
    """`text.lower()` becomes `text`, spelt as a call since a node cannot become one of another type."""
    assert isinstance(node.func, ast.Attribute)
    node.func.attr = "__str__"


def _other_constant(node: ast.Constant) -> None:
    node.value = not node.value


def _returns_nothing(node: ast.Return) -> None:
    node.value = ast.Constant(None)


def _returns_true(node: ast.Return) -> None:
    node.value = ast.Constant(True)
