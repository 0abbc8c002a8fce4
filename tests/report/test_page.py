"""report.html: what stands in it, that data never become markup, and that no result is lost for it."""

import html
import itertools
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from netlift.bench import TASKS
from netlift.bench._page import bench_html
from netlift.bench._published import ABOUT, SOLVED
from netlift.data import from_arrays
from netlift.report import _result
from netlift.report._story import Story
from netlift.report.page import PAGE, kept_page, result_page
from netlift.report.page._machine import MOST_STATES, Drawing
from netlift.report.page._spelt import gathered
from netlift.report.page._template import MOST, TooLargeError, rendered
from netlift.states import Machine
from pages_by_hand import bench_summary, counting, summing

EVIL = ("</script><script>alert(1)</script>", '"><img src=x onerror=alert(2)>')


class Seen(HTMLParser):
    """The elements of a page, and what stands in its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.scripts: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] == "script":
            self.scripts[-1] += data


def test_a_page_tells_the_chain_and_how_to_repeat_the_run() -> None:
    page = result_page(counting(), "netlift distill letters.jsonl --seed 3")
    headings = [one.split(". ")[1] for one in re.findall(r"<h2[^>]*>([^<]+)</h2>", page)]
    assert headings == [
        "The data",
        "The network",
        "The hidden states",
        "The state machine",
        "The formulas",
        "The program",
        "What is known of it",
        "The run",
    ]
    assert "netlift distill letters.jsonl --seed 3" in page
    assert "seed 3" in page
    assert len(page.encode()) < 300_000


def test_nothing_is_fetched() -> None:
    seen = Seen(result_page(summing()))
    assert all(link.startswith(("#", "data:")) for link in seen.links)
    assert "default-src 'none'" in result_page(counting())
    assert "sourceMappingURL" not in result_page(counting())


def test_texts_of_the_data_stay_texts() -> None:
    plain, evil = (
        Seen(result_page(counting())),
        Seen(result_page(counting(EVIL, reason=EVIL[0], solved=False))),
    )
    assert evil.tags.count("script") == plain.tags.count("script")
    assert "img" not in evil.tags
    data = next(script for script in evil.scripts if '"streams"' in script)
    assert json.loads(data)["streams"][0]["symbols"] == sorted(EVIL)
    assert "</script><script>alert" not in "".join(evil.scripts)


def test_the_same_result_gives_the_same_page() -> None:
    assert result_page(summing(), "a") == result_page(summing(), "a")


def test_a_result_without_anything_has_a_page() -> None:
    page = result_page(
        counting(
            program=None, machine=None, story=None, symbols=None, solved=False, reason="nothing was learned"
        )
    )
    assert "nothing was learned" in page
    assert "Missing on this page" not in page


def test_hidden_states_and_weights_are_drawn() -> None:
    page = result_page(summing())
    assert page.count('class="dots"') > 3
    assert "<code>transition</code> 1 x 1, up to 1" in page
    assert "Missing on this page" not in page


def test_an_error_in_the_page_loses_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> str:
        raise ZeroDivisionError("by a mistake")

    monkeypatch.setattr(_result, "result_page", failing)
    counting().save(tmp_path / "out")
    assert not (tmp_path / "out" / PAGE).exists()
    assert json.loads((tmp_path / "out" / "result.json").read_text())["solved"] is True
    assert (
        "report.html was not written (ZeroDivisionError: by a mistake)"
        in (tmp_path / "out" / "log.txt").read_text()
    )


def test_a_part_that_fails_is_told_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise ValueError("no numbers")

    monkeypatch.setattr("netlift.report.page._result_page.weights_content", failing)
    assert "the weights (ValueError: no numbers)" in result_page(summing())


def test_save_writes_the_page_and_replaces_an_old_one(tmp_path: Path) -> None:
    counting().save(tmp_path / "out")
    first = (tmp_path / "out" / PAGE).read_text()
    summing().save(tmp_path / "out")
    assert first != (tmp_path / "out" / PAGE).read_text()
    assert kept_page(tmp_path, lambda: "page") == ""
    assert (tmp_path / PAGE).read_text() == "page"


def test_a_page_that_is_too_large_is_refused() -> None:
    result = counting(log=("x" * (MOST // 100),) * 101)
    with pytest.raises(TooLargeError, match="at most 3,000,000"):
        result_page(result)


def test_what_is_usual_is_said_once_and_not_drawn() -> None:
    """A lock: a reset and a wrong key lead to the start from everywhere, one key on."""
    step = np.zeros((4, 5), dtype=np.int64)
    for state in range(3):
        step[state, state] = state + 1
    machine = Machine(np.arange(5)[:, None], step, (step == 3).astype(np.int64)[:, :, None])
    content = Drawing(machine, (None,), (None,)).content()
    assert [one["does"] for one in content["default"]] == ["goes to state 0"]
    drawn = {(one["from"], one["to"]) for one in content["arrows"]}
    assert {(0, 1), (1, 2), (2, 3)} <= drawn
    assert (3, 0) not in drawn
    assert content["access"] == ["the start", "0", "0  1", "0  1  2"]


def test_the_drawing_keeps_how_each_state_is_reached() -> None:
    """Symbol 1 leads to state 1 from everywhere: usual, and yet drawn where it first does."""
    step = np.array([[0, 1, 0], [1, 1, 2], [2, 1, 2]])
    outputs = np.array([[[0], [1], [2]]] * 3)
    content = Drawing(Machine(np.arange(3)[:, None], step, outputs), (None,), (None,)).content()
    assert "goes to state 1 and answers 1" in [one["does"] for one in content["default"]]
    drawn = {(one["from"], one["to"]) for one in content["arrows"]}
    assert (0, 1) in drawn
    assert (2, 1) not in drawn


def test_arrows_with_one_effect_are_bundled() -> None:
    step = np.array([[1 if symbol % 2 else 0 for symbol in range(10)], [1] * 10])
    outputs = np.zeros((2, 10, 1), dtype=np.int64)
    outputs[1, :, 0] = 7
    content = Drawing(Machine(np.arange(10)[:, None], step, outputs), (None,), (None,)).content()
    lines = {(one["from"], one["to"]): one["lines"] for one in content["arrows"]}
    assert [line["whole"] for line in lines[0, 1]] == ["1, 3, 5, 7, 9"]
    assert [(line["short"], line["whole"], line["answer"]) for line in lines[1, 1]] == [("any", "0…9", "7")]


def test_long_answers_become_letters_that_are_explained() -> None:
    words = ("a very long answer indeed", "another answer as long")
    step = np.array([[0, 1], [0, 1]])
    content = Drawing(Machine(np.array([[0], [1]]), step, step[:, :, None]), (None,), (words,)).content()
    assert content["key"] == [
        {"letter": letter, "answer": word} for letter, word in zip("AB", words, strict=True)
    ]
    assert content["moore"] == ["A", "B"]


def test_a_large_machine_is_said_to_be_large() -> None:
    states = MOST_STATES + 1
    step = (np.arange(states)[:, None] + np.array([1, 5])) % states
    machine = Machine(np.array([[0], [1]]), step, step[:, :, None])
    page = result_page(counting(machine=machine, states=states, symbols=((None,), (None,))))
    assert "Too large to draw whole (41 states" in page
    assert 'id="centre"' in page
    assert 'id="matrix"' in page


def test_transitions_that_no_data_showed_are_left_out() -> None:
    result = counting(unseen=({"state": 1, "after": ["a"], "inputs": ["b"]},))
    assert "1 transitions that no sequence shows are left out" in result_page(result)


@pytest.mark.parametrize(
    ("numbers", "short"),
    [([3, 1, 2, 7], "1…3, 7"), ([-2, -1], "-2, -1"), (list(range(0, 90, 2)), "0, 2, 4, 6, 8, 10, 12 +38")],
)
def test_symbols_are_gathered(numbers: list[int], short: str) -> None:
    assert gathered([[number] for number in numbers], (None,))[0] == short


def test_formulas_and_streams_of_a_run_stand_on_its_page() -> None:
    import netlift

    inputs = list(itertools.product((0, 1), repeat=6))
    result = netlift.distill(inputs, inputs)
    assert result.story is not None
    assert result.story.chosen is not None
    page = result_page(result)
    assert f"<b>{result.story.chosen.strategy}</b> won" in page
    assert "netlift.distill(inputs, targets, seed=0)" in page


def test_an_unlabelled_step_has_no_answer_on_the_page() -> None:
    story = Story.of(from_arrays([[1, 2, 3]], [[None, 5, None]]))
    assert story.values == (((1, 3),), ((5, 5),))
    assert story.lengths == (3, 3)


def test_the_benchmarks_page_compares_and_links(tmp_path: Path) -> None:
    counting().save(tmp_path / "div_7")
    page = bench_html([bench_summary()], tmp_path)
    assert "<b>2 of 3</b> solved by netlift" in page
    assert 'href="div_7/report.html"' in page
    assert "&lt;b&gt;wrong&lt;/b&gt;" in page
    published = sum(TASKS[name].solved_by_mips for name in ("div_7", "div_3", "sum_all"))
    assert f"<b>{published} of 3</b> solved by MIPS" in page
    assert [len(tasks) for tasks in SOLVED.values()] == [32, 30, 41]
    assert len(set(TASKS) - set().union(*SOLVED.values())) == 14  # solved by none of them
    heads = re.findall(r"<th scope=\"col\" data-kind=\"number\">([^<]+)</th>", page)
    assert heads[-3:] == list(SOLVED)
    assert ABOUT in html.unescape(page)
    assert "netlift bench --seed 0 --tasks div_7,div_3,sum_all" in page


def test_the_page_of_several_seeds_lists_them(tmp_path: Path) -> None:
    page = bench_html([bench_summary(), bench_summary(1)], tmp_path / "seed-0", "seed-0/")
    assert page.count("2 of 3</td>") == 2


def test_templates_refuse_what_is_not_given() -> None:
    with pytest.raises(Exception, match="is undefined"):
        rendered("bench.html", {})
