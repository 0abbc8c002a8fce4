"""A step as functions: for each next value and each answer a chain of definitions, without assignments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from netlift.report.exports._step import Case, Expr, Statement, Step


@dataclass
class Chain:
    """Definitions in the order in which they build on one another.

    Attributes:
        defined: names and their expressions; a name of `var` is one of these, a state variable or an input.
        last: for each variable that the step sets, the name or expression that it ends with.
    """

    step: Step
    defined: list[tuple[str, Expr]] = field(default_factory=list)
    last: dict[str, Expr] = field(default_factory=dict)
    _count: int = 0

    def needed(self, wanted: Sequence[Expr]) -> list[tuple[str, Expr]]:
        """The definitions that some expressions build on."""
        names = {name for one in wanted for name in _names(one)}
        kept = []
        for name, value in reversed(self.defined):
            if name in names:
                kept.append((name, value))
                names |= _names(value)
        return kept[::-1]


def chain_of(step: Step) -> Chain:
    """The step with every assignment a definition of its own, and every case a choice of values."""
    chain = Chain(step)
    env = {name: Expr("var", (name,), step.kinds[name]) for name in (*step.first, *step.inputs)}
    chain.last = _block(chain, step.body, env)
    return chain


def _block(chain: Chain, body: Sequence[Statement], env: dict[str, Expr]) -> dict[str, Expr]:
    for one in body:
        if isinstance(one, Case):
            test = _defined(chain, "case", _in(one.test, env, chain.step))
            then = _block(chain, one.then, dict(env))
            otherwise = _block(chain, one.otherwise, dict(env))
            for name in {**then, **otherwise}:
                a, b = then.get(name), otherwise.get(name)
                if a is None or b is None:
                    env[name] = a or b or env[name]
                elif a != b:
                    kind = a.kind if a.kind == b.kind else "mixed"
                    env[name] = _defined(chain, name, Expr("ite", (test, a, b), kind))
                else:
                    env[name] = a
        else:
            values = [_in(value, env, chain.step) for value in one.values]
            for name, value in zip(one.names, values, strict=True):
                env[name] = _defined(chain, name, value)
    return env


def _defined(chain: Chain, name: str, value: Expr) -> Expr:
    if value.op in ("const", "var"):
        return value
    chain._count += 1
    made = f"{name}'{chain._count}"
    chain.defined.append((made, value))
    return Expr("var", (made,), value.kind)


def _in(e: Expr, env: dict[str, Expr], step: Step) -> Expr:
    """An expression with variables replaced by what they stand for, and strings by their numbers."""
    if e.op == "var":
        return env.get(e.args[0], e)
    if e.op == "const":
        return Expr("const", (step.code(e.args[0]),), "str") if e.kind == "str" else e
    first: tuple[object, ...] = e.args[:1] if e.op == "lookup" else ()
    return Expr(e.op, (*first, *(_in(one, env, step) for one in e.args[len(first) :])), e.kind)


def _names(e: Expr) -> set[str]:
    if e.op == "var":
        return {e.args[0]}
    return {name for one in e.args if isinstance(one, Expr) for name in _names(one)}


def used(step: Step, found: Callable[[Expr], bool]) -> bool:
    """Whether some expression of a step is such a one."""

    def inside(e: Expr) -> bool:
        return found(e) or any(inside(one) for one in e.args if isinstance(one, Expr))

    def somewhere(body: Sequence[Statement]) -> bool:
        return any(
            inside(one.test) or somewhere(one.then) or somewhere(one.otherwise)
            if isinstance(one, Case)
            else any(map(inside, one.values))
            for one in body
        )

    return somewhere(step.body)
