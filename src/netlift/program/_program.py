"""A printed program: its source, its size, and a way to call it."""

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from netlift.checker._script import CHECKED, UNITS
from netlift.program._parse import check_source, compile_program
from netlift.program._printed import was_printed
from netlift.program._runner import MEMORY, SECONDS, Failure, Runner


@dataclass(frozen=True)
class Program:
    """A program over sequences, as Python source.

    Calling it with one sequence gives the list of outputs. The source goes through the checks of
    `parse_program` before it runs, so that it can do no harm; and unless netlift printed it in this process,
    it runs in one of its own, within bounds of time and memory (10 s, 1 ms more for each step, and 1 GB).
    Starting that takes some hundredths of a second; `run` answers many sequences with one.

    Attributes:
        source: the text of program.py. It is looked at when the program is called, not when it is made.

    Example:
        >>> import netlift
        >>> text = "def program(inputs):\\n    return [x % 2 for x in inputs]\\n"
        >>> netlift.Program(text)([3, 4])
        [1, 0]
    """

    source: str

    @property
    def nodes(self) -> int:
        """Nodes of the syntax tree: imports, constants and `program`.

        Docstrings, the lines that make the file a script (with the constant `CHECKED` that they read), and
        contexts (Load, Store) do not count.
        """
        return count_nodes(self.source)

    @property
    def lines(self) -> int:
        """Lines of code: blank lines, comments, docstrings and the script's lines do not count."""
        return _count_lines(self.source)

    def __call__(self, inputs: Sequence[Any]) -> list[Any]:
        """Run the program on one sequence.

        Args:
            inputs: one number or string a step, or a tuple of them for several streams.

        Returns:
            The outputs, one a step.

        Raises:
            InputError: the source is no program.
            ProgramFailed: it takes more time or memory than it has, or answers with no list of numbers and
                strings.
            Exception: whatever the program raises.
        """
        if was_printed(self.source):
            return _compiled(self.source)(inputs)
        with Runner(self.source) as runner:
            answer = next(runner.answers([inputs]))
        if isinstance(answer, Failure):
            raise answer.raised()
        return answer

    def run(
        self, sequences: Iterable[Sequence[Any]], *, seconds: float = SECONDS, memory: int = MEMORY
    ) -> Iterator[list[Any] | Failure]:
        """Run the program on many sequences, in one process.

        Args:
            sequences: sequences as `__call__` takes one, asked for as they are needed.
            seconds: the time for one sequence; 1 ms more for each of its steps.
            memory: bytes that the process may have.

        Returns:
            For each sequence, in order, its outputs; a `Failure` where the program raises.

        Raises:
            InputError: the source is no program.
            ProgramFailed: it takes more than its time or memory.
        """
        with Runner(self.source, seconds=seconds, memory=memory) as runner:
            yield from runner.answers(sequences)


def parse_program(source: str, name: str = "program.py") -> Program:
    """Check that a source is a program that is safe to run, and give it back as a `Program`.

    `name` stands for the source in messages. Raises InputError naming the line that is no part of
    the language of programs (see `check_source`).
    """
    check_source(source, name)
    return Program(source)


@lru_cache(maxsize=64)  # result.json and its page ask for the same few
def count_nodes(source: str) -> int:
    """Nodes of a source's syntax tree, counted as in `Program.nodes`."""
    return sum(
        not isinstance(node, ast.expr_context)
        for statement in _counted(source)
        for node in ast.walk(statement)
    )


@lru_cache(maxsize=64)
def _count_lines(source: str) -> int:
    return len(
        {
            line
            for node in _counted(source)
            for statement in ast.walk(node)
            if isinstance(statement, ast.stmt)
            for line in _own_lines(statement)
        }
    )


def _counted(source: str) -> list[ast.stmt]:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef) and ast.get_docstring(node) is not None:
            del node.body[0]
    return [statement for statement in tree.body if not _is_of_the_script(statement, tree)]


def _is_of_the_script(statement: ast.stmt, tree: ast.Module) -> bool:
    """Whether a statement is there for the script alone: its lines, or the constant that only they read."""
    match statement:
        case ast.If():
            return True
        case ast.Assign(targets=[ast.Name(id=name)]) if name in (CHECKED, UNITS):
            functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
            names = (node for function in functions for node in ast.walk(function))
            return not any(isinstance(node, ast.Name) and node.id == name for node in names)
    return False


def _own_lines(statement: ast.stmt) -> range:
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if body else statement.end_lineno or statement.lineno
    return range(statement.lineno, max(last, statement.lineno) + 1)


@lru_cache(maxsize=64)
def _compiled(source: str) -> Callable[[Sequence[Any]], list[Any]]:
    return compile_program(source, "program.py")
