"""The page's templates, with everything that they show escaped."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

MOST = 3_000_000  # bytes of a page
TEMPLATES = Path(__file__).parent / "templates"
SETTINGS: dict[str, Any] = {  # that a compiled template hangs on
    "autoescape": True,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "optimized": False,
}


class TooLargeError(Exception):
    """A page would be larger than a browser opens at once."""


def rendered(name: str, content: Mapping[str, Any]) -> str:
    """A template filled in.

    Args:
        name: the template's file in templates/.
        content: what it shows, by name; texts are escaped, `Markup` is not.

    Returns:
        The page.

    Raises:
        TooLargeError: it has more than 3 MB.
    """
    page = _environment().get_template(name).render(content)
    if len(page.encode()) > MOST:
        raise TooLargeError(f"the page has {len(page.encode()):,} bytes, and at most {MOST:,} are written")
    return page


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    from netlift.report.page._compiled import Compiled

    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(
        loader=loader,
        undefined=StrictUndefined,
        bytecode_cache=Compiled(TEMPLATES, str(SETTINGS)),
        **SETTINGS,
    )

    def raw(file: str) -> Markup:
        """A file of templates/ as it stands: styles and scripts of netlift's own, none of a user's."""
        return Markup(loader.get_source(environment, file)[0])

    environment.globals["raw"] = raw
    environment.globals["colour"] = colour
    environment.filters["data"] = as_data
    environment.filters["percent"] = percent
    environment.filters["keysjson"] = json.dumps  # for an attribute: a plain text, which is escaped
    environment.filters["tojsontext"] = lambda value: json.dumps(value, indent=1, ensure_ascii=False)
    return environment


def as_data(value: Any) -> Any:
    """JSON that may stand in a script element: no `<` is left in it, so that nothing can end the element."""
    from markupsafe import Markup

    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def percent(share: float) -> str:
    """A share as a percentage, which is 100 only where nothing is missing."""
    if share == 1.0:
        return "100 %"
    return f"{min(share * 100, 99.99):.2f} %"


_COLOURS = (
    "#1b62c4",
    "#d9480f",
    "#2b8a3e",
    "#a61e8c",
    "#b08900",
    "#0b7a83",
    "#c2255c",
    "#5f3dc4",
    "#6b705c",
    "#e8590c",
)


def colour(place: int, of: int, scale: bool) -> str:
    """The colour of one of so many groups: names far apart, or, on a scale, from dark to bright."""
    if scale:
        share = place / max(of - 1, 1)
        return f"hsl({260 - 210 * share:.0f} 75% {32 + 26 * share:.0f}%)"
    if of <= len(_COLOURS):
        return _COLOURS[place]
    return f"hsl({place * 137.508 % 360:.0f} 65% {42 + 14 * (place % 2)}%)"
