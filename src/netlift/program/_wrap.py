"""Text of statements: double quotes, no needless parentheses, lines of at most 100 characters."""

import ast
import re

from netlift.program._tokens import tokens

WIDTH = 100
_INDENT = "    "
_LONG = 30  # a longer string of a literal has a line of its own
_ARITHMETIC = frozenset(["+", "-", "*", "//", "%", "&", "|", "^"])
_BREAKS = _ARITHMETIC | {"and", "or", "if", "else"}  # a new line may start with one of them


def statement(node: ast.stmt, depth: int) -> str:
    """The lines of a statement, its body included, indented by `depth` levels."""
    match node:
        case ast.If(test=test, body=body, orelse=orelse):
            text = _lines("if ", _text(test), ":", depth) + _block(body, depth)
            if len(orelse) == 1 and isinstance(orelse[0], ast.If):
                return text + _INDENT * depth + "el" + statement(orelse[0], depth).lstrip()
            return text + (f"{_INDENT * depth}else:\n{_block(orelse, depth)}" if orelse else "")
        case ast.For(target=target, iter=iterated, body=body):
            head, listed = f"for {_bare(target)} in ", _text(iterated)
            if len(_INDENT * depth + head + listed) < WIDTH:
                return _lines(head, listed, ":", depth) + _block(body, depth)
            return _lines("for ", _bare(target), f" in {listed}:", depth) + _block(body, depth)
        case ast.Assign(targets=[target], value=value):
            line = _lines(f"{_bare(target)} = ", _bare(value), "", depth)
            if line.count("\n") > 1 and isinstance(value, ast.Tuple):
                items = "".join(_lines("", _text(item), ",", depth + 1) for item in value.elts)
                return f"{_INDENT * depth}{_bare(target)} = (\n{items}{_INDENT * depth})\n"
            return line
        case ast.AugAssign(target=target, value=value):
            head, _, _ = ast.unparse(ast.AugAssign(target, node.op, ast.Constant(0))).rpartition("0")
            return _lines(head, _text(value), "", depth)
        case ast.Expr(value=ast.Call(func=function, args=[argument])):
            return _lines(f"{_text(function)}(", _text(argument), ")", depth)
    return f"{_INDENT * depth}{_quoted(ast.unparse(node))}\n"


def rows(name: str, value: ast.expr) -> str:
    """`NAME = literal`, on one line if it fits, else with one row of the literal a line."""
    whole = f"{name} = {_text(value)}"
    if len(whole) <= WIDTH or not _is_container(value):
        return whole + "\n"
    opened, closed = _brackets(value)
    alone = any(_is_long(part) for part in ast.walk(value))
    body = "".join(f"{line}\n" for line in _row_lines(value, 1, alone))
    return f"{name} = {opened}\n{body}{closed}\n"


def _row_lines(value: ast.expr, depth: int, alone: bool) -> list[str]:
    """The items of a literal on lines of their own: as many on each as fit, but a row of a table alone.

    A row that is too long for a line has its own items on lines of their own, one level deeper. Where there
    are long strings, every item stands `alone`, so that it can be seen which is which.
    """
    indent, lines = _INDENT * depth, list[str]()
    fresh, last = True, ""
    for place, (key, item) in enumerate(_items(value)):
        head = "" if key is None else f"{_text(key)}: "
        part = f"{head}{_text(item)},"
        leader = _leader(key, item, place)
        fresh = fresh or alone or leader != last
        last = leader
        if len(indent) + len(part) > WIDTH and _is_container(item):
            opened, closed = _brackets(item)
            lines += [f"{indent}{head}{opened}", *_row_lines(item, depth + 1, alone), f"{indent}{closed},"]
            fresh = True
            continue
        joined = "" if fresh else f"{lines[-1]} {part}"
        if joined and len(joined) <= WIDTH:
            lines[-1] = joined
        else:
            lines.append(f"{indent}{part}")
        fresh = False
    return lines


def _items(value: ast.expr) -> list[tuple[ast.expr | None, ast.expr]]:
    if isinstance(value, ast.Dict):
        return list(zip(value.keys, value.values, strict=True))
    return [(None, item) for item in getattr(value, "elts", [])]


def _is_container(value: ast.expr) -> bool:
    return isinstance(value, ast.Dict | ast.List | ast.Set | ast.Tuple) and bool(_items(value))


def _brackets(value: ast.expr) -> tuple[str, str]:
    if isinstance(value, ast.Dict | ast.Set):
        return "{", "}"
    return ("[", "]") if isinstance(value, ast.List) else ("(", ")")


def _leader(key: ast.expr | None, item: ast.expr, place: int) -> str:
    """What the items on one line have in common; those of a flat literal may all share one."""
    if isinstance(key, ast.Tuple) and key.elts:
        return _text(key.elts[0])
    rows = ast.Dict | ast.Tuple if key is None else ast.Dict
    return str(place) if isinstance(item, rows) else ""


def _is_long(part: ast.AST) -> bool:
    return isinstance(part, ast.Constant) and isinstance(part.value, str) and len(part.value) > _LONG


def _block(body: list[ast.stmt], depth: int) -> str:
    return "".join(statement(node, depth + 1) for node in body)


def _text(node: ast.expr) -> str:
    return _quoted(_without_idle(ast.unparse(node)))


def _without_idle(text: str) -> str:
    """`a and (not b)`, which ast.unparse writes, as `a and not b`."""
    if "(not " not in text:
        return text
    tree = ast.dump(ast.parse(text, mode="eval"))
    for match in reversed(list(re.finditer(r"\(not ", text))):
        depth, end = 0, match.start()
        for end in range(match.start(), len(text)):
            depth += (text[end] == "(") - (text[end] == ")")
            if depth == 0:
                break
        shorter = text[: match.start()] + text[match.start() + 1 : end] + text[end + 1 :]
        try:
            if ast.dump(ast.parse(shorter, mode="eval")) == tree:
                text = shorter
        except SyntaxError:  # a bracket inside a string, or one that is needed
            continue
    return text


def _bare(node: ast.expr) -> str:
    """`a, b` for a tuple that needs no parentheses."""
    if isinstance(node, ast.Tuple) and len(node.elts) > 1:
        return ", ".join(_text(item) for item in node.elts)
    return _text(node)


def _quoted(text: str) -> str:
    """Strings in double quotes wherever that needs no escape."""
    if "'" not in text:
        return text
    out, last = [], 0
    for token in tokens(text):
        if token.is_string and token.text.startswith("'") and '"' not in token.text:
            out.append(f'{text[last : token.start]}"{token.text[1:-1]}"')
            last = token.end
    return "".join([*out, text[last:]])


def _lines(head: str, body: str, tail: str, depth: int) -> str:
    """One logical line; if it is too long, its body stands in brackets on lines of its own."""
    indent = _INDENT * depth
    if len(indent) + len(head) + len(body) + len(tail) <= WIDTH:
        return f"{indent}{head}{body}{tail}\n"
    if not head.endswith("("):
        head, tail = f"{head}(", f"){tail}"
    lines = _broken(body, WIDTH - len(indent) - len(_INDENT))
    inner = "".join(f"{indent}{_INDENT}{line}\n" for line in lines)
    return f"{indent}{head}\n{inner}{indent}{tail}\n"


def _broken(text: str, width: int) -> list[str]:
    """Text within brackets, cut before operators or after commas, at the shallowest place that fits.

    What is longer than a line and cannot be cut, a string, stands on a line that is too long.
    """
    if len(text) <= width:
        return [text]
    cuts, lines, start = _cuts(text), list[str](), 0
    while len(text) - start > width:
        fitting = [(depth, -place) for place, depth in cuts if 0 < place - start <= width]
        later = [place for place, _ in cuts if place - start > max(width, 0)]
        if not fitting and not later:
            break
        place = -min(fitting)[1] if fitting else min(later)
        lines.append(text[start:place].rstrip())
        start = place
    return [*lines, text[start:]]


def _cuts(text: str) -> list[tuple[int, int]]:
    """Places (offset, how deep) where a new line may start: always between two tokens."""
    cuts, depth = [], 0
    for token in tokens(text):
        depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
        spaced = text[token.start - 1 : token.start] == " " and text[token.end : token.end + 1] == " "
        if token.text in _BREAKS and token.start > 0 and spaced:
            cuts.append((token.start, 2 * depth + (token.text in _ARITHMETIC)))
        elif token.text == "," and text[token.end : token.end + 1] == " ":
            cuts.append((token.end + 1, 2 * depth))
    return cuts
