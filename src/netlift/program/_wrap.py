"""Text of statements: double quotes, no needless parentheses, lines of at most 100 characters."""

import ast
import io
import re
import tokenize

WIDTH = 100
_INDENT = "    "
_ARITHMETIC = frozenset(["+", "-", "*", "//", "%", "&", "|", "^"])
# Strings are matched whole, so that nothing inside them counts.
_SPLIT = re.compile(r"""'[^']*'|"[^"]*"|//|[-+*%&|^,()\[\]{}]|\b(?:and|or|if|else)\b""")


def statement(node: ast.stmt, depth: int) -> str:
    """The lines of a statement, its body included, indented by `depth` levels."""
    match node:
        case ast.If(test=test, body=body, orelse=orelse):
            text = _lines("if ", _text(test), ":", depth) + _block(body, depth)
            if len(orelse) == 1 and isinstance(orelse[0], ast.If):
                return text + _INDENT * depth + "el" + statement(orelse[0], depth).lstrip()
            return text + (f"{_INDENT * depth}else:\n{_block(orelse, depth)}" if orelse else "")
        case ast.For(target=target, iter=iterated, body=body):
            return _lines(f"for {_bare(target)} in ", _text(iterated), ":", depth) + _block(body, depth)
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
    if len(whole) <= WIDTH:
        return whole + "\n"
    match value:
        case ast.Tuple(elts=items) | ast.Set(elts=items):
            brackets = "()" if isinstance(value, ast.Tuple) else "{}"
            parts = [_text(item) + "," for item in items]
            nested = [isinstance(item, ast.Tuple | ast.Dict) for item in items]
            leaders = [str(place) if nests else "" for place, nests in enumerate(nested)]
        case ast.Dict(keys=keys, values=values):
            brackets = "{}"
            parts = [f"{_text(k)}: {_text(v)}," for k, v in zip(keys, values, strict=True) if k]
            leaders = [
                _text(k.elts[0]) if isinstance(k, ast.Tuple) else _text(k) if isinstance(v, ast.Dict) else ""
                for k, v in zip(keys, values, strict=True)
                if k
            ]
        case _:
            return whole + "\n"
    lines: list[str] = []
    for place, part in enumerate(parts):
        starts_row = place > 0 and leaders[place] != leaders[place - 1]
        lines = _filled(lines, part, fresh=starts_row)
    body = "".join(f"{_INDENT}{line}\n" for line in lines)
    return f"{name} = {brackets[0]}\n{body}{brackets[1]}\n"


def _filled(lines: list[str], part: str, *, fresh: bool) -> list[str]:
    """Lines with one more part: on the last line if it fits, on several if it is too long for one."""
    width = WIDTH - len(_INDENT)
    words = [part] if len(part) <= width else part.split(" ")
    for place, word in enumerate(words):
        joins = lines and not (fresh and place == 0) and len(lines[-1]) + 1 + len(word) <= width
        lines = [*lines[:-1], f"{lines[-1]} {word}"] if joins else [*lines, word]
    return lines


def _block(body: list[ast.stmt], depth: int) -> str:
    return "".join(statement(node, depth + 1) for node in body)


def _text(node: ast.expr) -> str:
    return _quoted(_without_idle(ast.unparse(node)))


def _without_idle(text: str) -> str:
    """`a and (not b)`, which ast.unparse writes, as `a and not b`."""
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


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    return list(tokenize.generate_tokens(io.StringIO(text).readline))


def _quoted(text: str) -> str:
    """Strings in double quotes wherever that needs no escape."""
    if "'" not in text:
        return text
    out, last = [], 0
    for token in _tokens(text):
        plain = '"' not in token.string and "\\" not in token.string
        if token.type == tokenize.STRING and token.string.startswith("'") and plain:
            out.append(f'{text[last : token.start[1]]}"{token.string[1:-1]}"')
            last = token.end[1]
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
    """Text within brackets, cut before operators or after commas, at the shallowest place that fits."""
    lines = []
    while len(text) > width:
        cuts = [(depth, -place) for place, depth in _cuts(text) if 0 < place <= width]
        if not cuts:
            break
        place = -min(cuts)[1]
        lines.append(text[:place].rstrip())
        text = text[place:]
    return [*lines, text]


def _cuts(text: str) -> list[tuple[int, int]]:
    """Places (offset, how deep) where a new line may start; the rest of a cut text may end brackets."""
    cuts, depth = [], 0
    for match in _SPLIT.finditer(text):
        token = match.group()
        depth += (token in "([{") - (token in ")]}")
        if (
            match.start() > 0
            and text[match.start() - 1] == " "
            and text[match.end() : match.end() + 1] == " "
        ):
            cuts.append((match.start(), 2 * depth + (token in _ARITHMETIC)))
        elif token == ",":
            cuts.append((match.end() + 1, 2 * depth))
    return cuts
