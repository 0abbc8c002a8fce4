"""A program's source as a first state and a step: what stands before its loop, and what stands in it."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netlift.core._errors import InputError
from netlift.program._parse import check_source


@dataclass(frozen=True)
class Loop:
    """The parts of a program of the form: first values, one loop over the inputs, one list of answers.

    `before` runs once, `body` at each step; `targets` are the names that a step's inputs get, None
    for one name that takes a step as it is. `state` names what one step leaves for the next.
    """

    name: str
    source: str
    constants: tuple[ast.Assign, ...]
    before: tuple[ast.stmt, ...]
    targets: tuple[str, ...]
    body: tuple[ast.stmt, ...]
    answers: str
    position: str | None
    state: tuple[str, ...]

    @property
    def streams(self) -> int:
        """How many input streams the loop takes apart."""
        return len(self.targets)


def parse_loop(source: str, name: str = "program.py") -> Loop:
    """The parts of a program, found in its syntax tree; nothing is run.

    Raises InputError, naming the source and the line, where it is no program (see `check_source`)
    or does not answer each input before it has seen the next.
    """
    tree = check_source(source, name)
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
    constants = tuple(node for node in tree.body if isinstance(node, ast.Assign))
    inputs = function.args.args[0].arg
    body = function.body[1:] if ast.get_docstring(function) is not None else list(function.body)
    body = _without_comprehension(body, inputs)
    if (
        len(body) < 2
        or not isinstance(body[-1], ast.Return)
        or not isinstance(body[-1].value, ast.Name)
        or not isinstance(body[-2], ast.For)
    ):
        raise _not_a_step(
            name, body[-1], "it does not end with one loop over its inputs and `return outputs`"
        )
    answers = body[-1].value.id
    loop = body[-2]
    _refuse_hidden(name, function, [node.targets[0] for node in constants])
    before = _without_first_answers(name, body[:-2], answers)
    targets, position = _targets(name, loop, inputs, answers)
    if position is not None and all(
        not isinstance(part, ast.Name) or part.id != position for node in loop.body for part in ast.walk(node)
    ):
        position = None
    if loop.orelse:
        raise _not_a_step(name, loop, "its loop has an else")
    for node in before:
        _refuse_whole(name, node, inputs, answers, ())
    for node in loop.body:
        _refuse_whole(name, node, inputs, answers, _appended(node))
    state = _state(loop.body, {*targets, *([position] if position else [])})
    assigned = assigned_names([*before, *loop.body])
    return Loop(
        name,
        source,
        constants,
        tuple(before),
        targets,
        tuple(loop.body),
        answers,
        position,
        tuple(variable for variable in assigned if variable in state),
    )


def _without_comprehension(body: list[ast.stmt], inputs: str) -> list[ast.stmt]:
    """`return [f(x) for x in inputs]` as the loop that it stands for."""
    match body:
        case [*before, ast.Return(value=ast.ListComp(elt=answer, generators=[one]))] if not one.ifs:
            append = ast.Attribute(ast.Name("outputs", ast.Load()), "append", ast.Load())
            call = ast.Expr(ast.Call(append, [answer], []))
            first = ast.Assign([ast.Name("outputs", ast.Store())], ast.List([], ast.Load()))
            loop = ast.For(one.target, one.iter, [call], [])
            made: list[ast.stmt] = [first, loop, ast.Return(ast.Name("outputs", ast.Load()))]
            return [*before, *(ast.fix_missing_locations(ast.copy_location(m, body[-1])) for m in made)]
    return body


def _without_first_answers(name: str, before: list[ast.stmt], answers: str) -> list[ast.stmt]:
    kept = []
    found = False
    for node in before:
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.List(elts=[])) if target == answers:
                found = True
            case _:
                kept.append(node)
    if not found:
        raise _not_a_step(name, before[0] if before else None, f"{answers!r} does not start as an empty list")
    return kept


def _targets(name: str, loop: ast.For, inputs: str, answers: str) -> tuple[tuple[str, ...], str | None]:
    over, target, position = loop.iter, loop.target, None
    match over, target:
        case (
            ast.Call(func=ast.Name(id="enumerate"), args=[ast.Name() as inner]),
            ast.Tuple(elts=[ast.Name(id=place), rest]),
        ):
            over, target, position = inner, rest, place
    if not isinstance(over, ast.Name) or over.id != inputs:
        raise _not_a_step(name, loop, f"its last loop does not run over {inputs!r}")
    match target:
        case ast.Name(id=one):
            found: tuple[str, ...] = (one,)
        case ast.Tuple(elts=elements) if len(elements) > 1 and all(isinstance(e, ast.Name) for e in elements):
            found = tuple(e.id for e in elements if isinstance(e, ast.Name))
        case _:
            raise _not_a_step(name, loop, "its loop binds something other than names")
    bound = [*found, *([] if position is None else [position])]
    if len({*bound, inputs, answers}) < len(bound) + 2:
        raise _not_a_step(name, loop, "its loop binds one name twice")
    return found, position


def _refuse_hidden(name: str, function: ast.FunctionDef, constants: Sequence[ast.expr]) -> None:
    """Refuse a function that binds a name of a constant: the name is its own then, and unset at first."""
    hidden = {target.id for target in constants if isinstance(target, ast.Name)}
    for part in ast.walk(function):
        bound = isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and part.id in hidden
        if bound or (isinstance(part, ast.arg) and part.arg in hidden):
            raise _not_a_step(name, part, "it binds a name that is a constant's too")


def _appended(node: ast.stmt) -> tuple[ast.AST, ...]:
    """The nodes that an answer is appended to."""
    return tuple(
        n.func.value
        for n in ast.walk(node)
        if isinstance(n, ast.Call)
        and isinstance(n.func, ast.Attribute)
        and n.func.attr == "append"
        and len(n.args) == 1
    )


def _refuse_whole(
    name: str, node: ast.stmt, inputs: str, answers: str, appended: tuple[ast.AST, ...]
) -> None:
    """Refuse what looks beyond the current step."""
    for part in ast.walk(node):
        match part:
            case ast.Name(id=used) if used == inputs:
                raise _not_a_step(name, part, f"it reads {inputs!r} as a whole")
            case ast.Name(id=used) if used == answers and part not in appended:
                raise _not_a_step(name, part, f"it uses {answers!r} for more than appending answers")
            case ast.Return() | ast.Break():
                raise _not_a_step(name, part, "it leaves a loop early")
            case ast.BinOp(op=ast.Div() | ast.MatMult()) | ast.AugAssign(op=ast.Div() | ast.MatMult()):
                raise _not_a_step(name, part, "it divides with /, which leaves the whole numbers (use //)")


def _not_a_step(name: str, node: ast.AST | None, why: str) -> InputError:
    line = getattr(node, "lineno", 1)
    return InputError(
        f"{name} line {line}: {why}; expected first values, one loop `for x in inputs` that appends to the "
        "answers, and `return outputs`."
    )


def assigned_names(body: Sequence[ast.stmt]) -> list[str]:
    """Names that statements bind, in the order of their first binding."""
    names = [
        node.id
        for statement in body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    return list(dict.fromkeys(names))


def _state(body: Sequence[ast.stmt], bound: set[str]) -> set[str]:
    """Names that may be read in a step before the step has bound them."""
    exposed: set[str] = set()
    _expose(body, set(bound), exposed)
    return exposed


def _expose(body: Sequence[ast.stmt], known: set[str], exposed: set[str]) -> set[str]:
    for node in body:
        match node:
            case ast.Assign(targets=targets, value=value):
                _read(value, known, exposed)
                for target in targets:
                    _read(target, known, exposed)
                known = known | {n for target in targets for n in _bound(target)}
            case ast.If(test=test, body=yes, orelse=no):
                _read(test, known, exposed)
                known = _expose(yes, known, exposed) & _expose(no, known, exposed)
            case ast.For(target=target, iter=over, body=inner, orelse=rest):
                _read(over, known, exposed)
                _expose(inner, known | set(_bound(target)), exposed)
                _expose(rest, known, exposed)
            case ast.AugAssign(target=ast.Name(id=target), value=value):
                _read(value, known, exposed)
                exposed |= {target} - known
                known = known | {target}
            case _:
                _read(node, known, exposed)
    return known


def _read(node: ast.AST, known: set[str], exposed: set[str]) -> None:
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Store) and part.id not in known:
            exposed.add(part.id)


def _bound(target: ast.expr) -> Iterator[str]:
    for part in ast.walk(target):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id
