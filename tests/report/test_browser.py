"""The pages in a real browser: opened from disk, the network cut off, no error on the console.

Needs playwright (`pip install netlift[browser]`) and a Chromium, Debian's or one of playwright's own.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netlift.bench._page import bench_html
from netlift.networks import LinearRnn
from netlift.report.page import result_page
from netlift.report.page._hidden import hidden_content
from netlift.states import Machine
from pages_by_hand import bench_summary, counting, summing, told

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """Opens a page's text from disk; at the end there was no error and no request but for the file."""
    contexts, wrong = [], []

    def shown(text: str, **settings: Any) -> Any:
        file = tmp_path / "report.html"
        file.write_text(text)
        context = browser.new_context(offline=True, **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on("request", lambda one: None if one.url == file.as_uri() else wrong.append(one.url))
        page.goto(file.as_uri())
        return page

    yield shown
    for context in contexts:
        context.close()
    assert wrong == []


def answers(page: Any) -> list[str]:
    return [text.strip() for text in page.locator("#tape .out").all_text_contents()]


def tasks(page: Any) -> list[str]:
    found: list[str] = page.locator("#table tbody code").all_text_contents()
    return found


def test_typing_an_input_gives_what_the_program_gives(show: Any) -> None:
    result = counting()
    assert result.program is not None
    page = show(result_page(result))
    page.fill("#word", "a b a a a b a")
    page.click("#ask button[type=submit]")
    page.evaluate("document.getElementById('at').value = 1e9")
    page.dispatch_event("#at", "input")
    assert answers(page) == [str(one) for one in result.program(list("abaaaba"))]
    assert "machine in state 2" in page.text_content("#where")


def test_numbers_of_several_streams_stay_exact(show: Any) -> None:
    result = summing()
    assert result.program is not None
    page = show(result_page(result))
    page.fill("#word", f"{10**30},1 (-2, 5)")
    page.click("#ask button[type=submit]")
    assert answers(page) == [str(one) for one in result.program([(10**30, 1), (-2, 5)])]


def cells(page: Any) -> list[list[str]]:
    """The rows of the run's table, from step to the last column."""
    found: list[list[str]] = page.evaluate(
        "[...document.querySelectorAll('#trace tbody tr')].map("
        "(row) => [...row.cells].map((one) => one.textContent))"
    )
    return found


def test_without_a_machine_a_typed_input_goes_through_values_and_hidden_space(show: Any) -> None:
    result = summing()
    page = show(result_page(result))
    assert cells(page)[0][0] == "1"  # a sequence of the data, before anything is typed
    word = [(1, 2), (30, 4), (-5, 1)]  # of which 30 is in no data
    page.fill("#word", " ".join(f"{a},{b}" for a, b in word))
    page.click("#ask button[type=submit]")
    head = page.locator("#trace thead th").all_text_contents()
    assert head == ["step", "input", "total", "the program answers", "the network answers"]
    assert cells(page) == [
        ["1", "1, 2", "3", "3", "3"],
        ["2", "30, 4", "37", "37", "37"],
        ["3", "-5, 1", "33", "33", "33"],
    ]
    page.click("#trace button >> nth=1")
    assert page.locator("#trace tr.now th").all_text_contents() == ["2"]
    assert page.locator("#trace .cursor").get_attribute("d").startswith("M")
    assert "hidden state (37)" in page.text_content("#where")
    assert result.words is not None
    assert result.network is not None
    seen = hidden_content(result.network, result.words, None, result.recurrence, None, [np.array(word)])
    assert seen is not None
    here = page.locator("#here")
    found = [float(here.get_attribute(axis)) for axis in ("cx", "cy")]
    assert here.get_attribute("visibility") == "visible"
    assert np.allclose(found, seen["paths"][0][2], atol=0.1)


def test_without_machine_and_network_the_values_are_shown(show: Any) -> None:
    page = show(result_page(replace(summing(), network=None, words=None)))
    page.fill("#word", "2,2 3,3")
    page.click("#ask button[type=submit]")
    assert page.locator("#trace thead th").all_text_contents() == [
        "step",
        "input",
        "total",
        "the program answers",
    ]
    assert cells(page) == [["1", "2, 2", "4", "4"], ["2", "3, 3", "10", "10"]]
    page.click("#trace button >> nth=0")
    assert page.locator("#trace tr.now th").all_text_contents() == ["1"]
    assert answers(page) == ["4", "10"]


def test_where_the_network_answers_otherwise_is_marked(show: Any) -> None:
    one, none = np.ones((1, 1)), np.zeros(1)
    more = {"initial": none, "bias": none, "offset": np.ones(1)}
    other = LinearRnn({"transition": one, "drive": np.ones((1, 2)), "readout": one, **more})
    page = show(result_page(replace(summing(), network=other)))
    page.fill("#word", "1,2")
    page.click("#ask button[type=submit]")
    assert page.locator("#trace td.odd").all_text_contents() == ["4"]


def test_beside_a_machine_every_step_is_a_row_below_the_program(show: Any) -> None:
    page = show(result_page(counting()))
    assert not page.locator("#tracebox").is_visible()
    page.fill("#word", "a b a")
    page.click("#ask button[type=submit]")
    page.click("#tracebox summary")
    head = page.locator("#trace thead th").all_text_contents()
    assert head == ["step", "input", "s", "the program answers", "machine in state"]
    assert cells(page) == [["1", "a", "1", "1", "1"], ["2", "b", "1", "1", "1"], ["3", "a", "2", "2", "2"]]
    page.click("#trace button >> nth=1")
    assert page.locator(".node.now").get_attribute("data-state") == "1"


GAPS = """() => {
    const found = [];
    for (const one of document.querySelectorAll("#drawing .edge")) {
        const text = one.querySelector("text");
        const [from, , to] = one.querySelector("title").textContent.split(/[ \\n]/);
        if (from !== to || !text) continue;
        const node = document.querySelector(`.node[data-state="${from}"] > :first-child`);
        const a = node.getBoundingClientRect(), b = text.getBoundingClientRect();
        found.push(Math.max(b.top - a.bottom, a.top - b.bottom, b.left - a.right, a.left - b.right));
    }
    return found;
}"""


@pytest.mark.parametrize("names", [None, ("even", "an odd number")])  # circles, and a wide box
@pytest.mark.parametrize("size", [PHONE, {"width": 1200, "height": 800}])
def test_a_loop_has_its_label_behind_it(show: Any, names: Any, size: dict[str, int]) -> None:
    step = np.array([[1, 0], [0, 1]])  # a changes the state, b does not
    machine = Machine(np.array([[0], [1]]), step, step[:, :, None] if names else 2 * step[:, ::-1, None])
    result = counting(machine=machine)
    assert result.symbols is not None
    if names:
        result = replace(result, symbols=(result.symbols[0], (names,)))
    gaps = show(result_page(result), viewport=size).evaluate(GAPS)
    assert len(gaps) == 2
    assert all(0 < gap < 25 for gap in gaps), gaps


def test_stepping_moves_machine_program_and_values(show: Any) -> None:
    page = show(result_page(counting()))
    page.fill("#word", "a a")
    page.click("#ask button[type=submit]")
    assert page.locator(".node.now").get_attribute("data-state") == "0"
    page.click("#next")
    page.click("#next")
    assert page.locator(".node.now").get_attribute("data-state") == "1"
    assert page.locator("#code .line.now").count() == 1
    assert "s = 1" in page.text_content("#vars")
    page.click("#first")
    assert page.locator(".node.now").get_attribute("data-state") == "0"


def test_the_machine_answers_hover_and_click(show: Any) -> None:
    page = show(result_page(counting()))
    page.hover(".node[data-state='2']")
    assert "reached by: a  a" in page.text_content("#about")
    page.click(".node[data-state='2']")
    assert page.input_value("#word") == "a a"
    assert page.locator(".node.now").get_attribute("data-state") == "2"
    page.click("#keysbox summary")
    page.click("#keys button >> nth=0")
    assert page.input_value("#word") == "a a a"
    assert page.locator(".node.now").get_attribute("data-state") == "0"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("a c", '"c" is no input of these data; there are a, b'), ("[", "no list that can be read")],
)
def test_a_wrong_input_is_told(show: Any, typed: str, said: str) -> None:
    page = show(result_page(counting()))
    page.fill("#word", typed)
    page.click("#ask button[type=submit]")
    assert said in page.text_content("#said")


def test_symbols_that_look_like_markup_are_typed_and_shown(show: Any) -> None:
    evil = ("</script><script>alert(1)</script>", "<img src=x onerror=alert(2)>")
    result = counting(evil)
    assert result.program is not None
    page = show(result_page(result))
    page.fill("#word", json.dumps([evil[0], evil[1], evil[0]]))
    page.click("#ask button[type=submit]")
    assert answers(page) == ["1", "1", "2"]
    assert page.locator("#tape > button >> nth=1").inner_text().startswith(evil[1])


def test_the_table_sorts_and_is_searched(show: Any, tmp_path: Path) -> None:
    page = show(bench_html([bench_summary()], tmp_path))
    assert tasks(page) == ["div_7", "div_3", "sum_all"]
    page.click("th:has-text('seconds') button")
    assert tasks(page) == ["sum_all", "div_7", "div_3"]
    page.click("th:has-text('seconds') button")
    assert tasks(page) == ["div_3", "div_7", "sum_all"]
    page.click("th:has-text('states') button")
    assert tasks(page) == ["div_3", "div_7", "sum_all"]
    page.fill("#find", "div_")
    assert page.locator("#table tbody tr:visible").count() == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_the_pages_without_a_sideways_scroll(show: Any, tmp_path: Path, scheme: str) -> None:
    for text in (result_page(counting()), result_page(summing()), bench_html([bench_summary()], tmp_path)):
        page = show(text, viewport=PHONE, color_scheme=scheme)
        if page.locator("#ask").count():
            page.click("#ask button[type=submit]")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(show: Any, tmp_path: Path, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    for text in (result_page(told()), result_page(summing()), bench_html([bench_summary()], tmp_path)):
        page = show(text, color_scheme=scheme)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        if page.locator("#ask").count():
            page.click("#ask button[type=submit]")
        found = axe.run(page).response["violations"]
        assert [
            (one["id"], [(node["html"], node["failureSummary"]) for node in one["nodes"]])
            for one in found
            if one["impact"] in ("serious", "critical")
        ] == []


def test_without_scripts_tables_say_what_the_pictures_show(show: Any) -> None:
    page = show(result_page(counting()), java_script_enabled=False)
    assert "a → 1" in page.text_content("#states")
    assert not page.locator("#bar").is_visible()
