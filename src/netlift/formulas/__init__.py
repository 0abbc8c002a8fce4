"""Formulas: exact recurrences for a behaviour, by symbolic search."""

from netlift.formulas._behaviour import Behaviour, Candidate
from netlift.formulas._draft import Draft, Variable
from netlift.formulas._expr import Expr, const, evaluate, is_boolean, size, substitute, to_ast, var, variables
from netlift.formulas._linear import linear_programs
from netlift.formulas._prefixes import rarities
from netlift.formulas._problem import Problem
from netlift.formulas._rank import description_length
from netlift.formulas._recurrence import Append, Assign, Emit, Increment, Recurrence, Statement
from netlift.formulas._search import STRATEGIES, search, whole_table
from netlift.formulas._statements import expressions_of
from netlift.formulas._strategy import Strategy
from netlift.formulas._table import partial_table
from netlift.formulas.machines._strategy import partial_rules

__all__ = [
    "STRATEGIES",
    "Append",
    "Assign",
    "Behaviour",
    "Candidate",
    "Draft",
    "Emit",
    "Expr",
    "Increment",
    "Problem",
    "Recurrence",
    "Statement",
    "Strategy",
    "Variable",
    "const",
    "description_length",
    "evaluate",
    "expressions_of",
    "is_boolean",
    "linear_programs",
    "partial_rules",
    "partial_table",
    "rarities",
    "search",
    "size",
    "substitute",
    "to_ast",
    "var",
    "variables",
    "whole_table",
]
