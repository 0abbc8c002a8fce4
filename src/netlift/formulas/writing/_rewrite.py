"""The one way in which expressions are rewritten: rules for a root, applied bottom-up until none applies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from netlift.formulas._expr import Expr

Rule = Callable[[Expr], Expr | None]


@dataclass(frozen=True)
class Rules:
    """Rules for the root of an expression whose arguments are rewritten already.

    A rule answers what the root becomes, None where it does not apply, and the expression itself where it is
    to stay and no later rule is to be tried. `everywhere` are tried first, in order, then those of
    the root's operator. `finish` gives for some operators a rule that has the last word: it is tried once,
    where no other rule applies, and what it answers is not looked at again.
    """

    by_operator: Mapping[str, tuple[Rule, ...]]
    everywhere: tuple[Rule, ...] = ()
    finish: Mapping[str, Rule] = field(default_factory=dict)

    def rewrite(self, expr: Expr) -> Expr:
        """The expression once no rule changes any part of it.

        Rules that keep values keep the value of the whole. The time is that of one visit for each node, and
        one for each node that a rule makes; rules that undo each other would never end.
        """
        return self._settled(expr, {})

    def _settled(self, expr: Expr, done: dict[int, Expr]) -> Expr:
        """`done` are the nodes that no rule changes, by identity: a rule's result is made of them."""
        while expr.args and id(expr) not in done:
            args = tuple(self._settled(arg, done) for arg in expr.args)
            if any(new is not old for new, old in zip(args, expr.args, strict=True)):
                expr = Expr(expr.op, args, expr.value)
            changed = self._step(expr)
            if changed is None or changed == expr:
                last = self.finish.get(expr.op)
                expr = (last(expr) if last is not None else None) or expr
                done[id(expr)] = expr
            else:
                expr = changed
        return expr

    def _step(self, expr: Expr) -> Expr | None:
        for rules in (self.everywhere, self.by_operator.get(expr.op, ())):
            for rule in rules:
                changed = rule(expr)
                if changed is not None:
                    return changed
        return None


def for_each(operators: str, *rules: Rule) -> dict[str, tuple[Rule, ...]]:
    """The same rules for each of these operators, which blanks separate."""
    return dict.fromkeys(operators.split(), rules)
