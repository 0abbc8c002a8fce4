"""A result as the value of a notebook's cell."""

import re
from base64 import b64decode
from html.parser import HTMLParser

import netlift
from netlift.certify import Claim
from netlift.report.page import notebook_cell
from pages_by_hand import counting, summing

EVIL = ("</pre><script>alert(1)</script>", '"><img src=x onerror=alert(2)>')


def test_a_cell_shows_program_machine_and_claims() -> None:
    claim = Claim("machine = program", "tested", "tested on 7 sequences")
    result = counting(claims=(claim,))
    cell = result._repr_html_()
    assert cell == notebook_cell(result)
    plain = re.sub(r"<[^>]+>", "", cell)
    assert "s = (s + (x == &#39;a&#39;)) % 3" in plain
    assert "Machine: 3 states, 2 input symbols" in plain
    assert "0: a / 1 -&gt; 1" in plain
    assert "tested on 7 sequences." in plain
    assert "no error on 3 training sequences" in plain
    picture = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', cell)
    assert picture is not None
    assert b64decode(picture[1]) == netlift.export(result, "svg")


def test_a_result_without_machine_or_program_has_a_cell() -> None:
    assert "<img" not in summing()._repr_html_()
    nothing = counting(program=None, machine=None, solved=False, reason="nothing was learned")
    assert "<b>Not solved</b>: nothing was learned." in nothing._repr_html_()


def test_a_machine_that_is_not_the_program_is_not_drawn() -> None:
    refuted = counting(claims=(Claim("machine = program", "refuted", "they differ after a"),))
    cell = refuted._repr_html_()
    assert "<img" not in cell
    assert "they differ after a." in cell


def test_nothing_of_the_data_becomes_markup_and_no_style_leaks() -> None:
    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(tag)

    found: list[str] = []
    Tags().feed(counting(EVIL, solved=False, reason=EVIL[0], findings=(EVIL[1],))._repr_html_())
    assert found.count("img") == 1
    assert not {"script", "style", "link"} & set(found)
