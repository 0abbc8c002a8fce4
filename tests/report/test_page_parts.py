"""Parts of the page that not every result has: the course of training, wrong labels, event logs, rows."""

import itertools
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from netlift.cli import run
from netlift.core._clock import Clock
from netlift.core._context import Context
from netlift.core._progress import Learned, Recorder, Silent
from netlift.data import from_arrays
from netlift.networks import GRADIENT, Architecture, architectures, ladder
from netlift.report._noise import Noise
from netlift.report._result import of_run
from netlift.report.page import PAGE, _template, result_page
from netlift.report.page._course import BOTTOM, LEFT, RIGHT, TOP, course_content
from netlift.trainers import _ladder
from netlift.trainers._training import Training
from pages_by_hand import counting, summing, told

COURSE = (
    Learned("H2 W8", 200, 0.1, 0.0),
    Learned("H4 W32", 200, 0.5, 0.25),
    Learned("H2 W8", 400, 0.05, 0.0),
    Learned("H4 W32", 400, 1.0, 0.75),
)


def text_of(page: str) -> str:
    """What a reader sees of the elements, each run of blanks one."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_recorder_keeps_the_course_and_passes_the_best_on() -> None:
    heard = []

    class Told(Silent):
        def update(self, **facts: object) -> None:
            heard.append(facts)

    recorder = Recorder(Told())
    recorder.learned(Architecture(2, 8), 200, [0.25, 1.0, 0.5])
    assert recorder.course == (Learned(str(Architecture(2, 8)), 200, 1.0, 0.5),)
    assert heard == [{"network": Architecture(2, 8), "steps": 200, "accuracy": "100.0%"}]


def test_the_lines_go_from_the_first_step_to_the_last() -> None:
    shown = course_content(COURSE, True)
    assert shown is not None
    assert [(one["network"], one["best"], one["last"]) for one in shown["lines"]] == [
        ("H4 W32", 1.0, 1.0),
        ("H2 W8", 0.1, 0.05),
    ]
    middle = (LEFT + RIGHT) / 2
    assert shown["lines"][0]["path"] == f"M{middle} {(TOP + BOTTOM) / 2}L{float(RIGHT)} {float(TOP)}"
    assert shown["lines"][0]["end"] == (RIGHT, TOP)  # a dot: a line with one measurement would not be seen
    assert course_content((), True) is None


def test_the_page_draws_the_course_and_names_the_ensemble_that_was_opened() -> None:
    context = Context(recorder=Recorder(Silent()))
    for one in COURSE:
        context.recorder.learned(one.network, one.steps, [one.best, one.middle, one.middle])
    facts = {"architecture": "H4 W32", "held_out_accuracy": 1.0}
    result = of_run(counting(network_facts=facts, trained_by=GRADIENT.name), context)
    page = result_page(result)
    assert page.count('class="course') == 2
    assert page.count('class="course won"') == 1
    text = text_of(page)
    assert "H4 W32 opened 400 100 % 75.00 % 100 %" in text
    assert "H2 W8 400 5.00 % 0.00 % 10.00 %" in text
    assert "share of the sequences it was trained on that are entirely right" in text  # none is held out
    assert result.story is not None
    held = replace(result, story=replace(result.story, held_out=9))
    assert "share of held-out sequences that are entirely right" in text_of(result_page(held))
    assert "Accuracy while training" not in result_page(counting())


def test_the_page_lists_what_is_held_to_be_wrong() -> None:
    wrong = tuple({"row": row, "step": 2, "given": "<b>", "expected": "zu"} for row in range(70))
    random = {"state": 1, "after": ["a"], "input": "b", "frequencies": [["x", 0.75], ["y", 0.25]], "seen": 8}
    page = result_page(counting(noise=Noise(0.013, wrong, (random,))))
    text = text_of(page)
    assert "Held to be wrong: up to 70 labels (1.30 % of them)." in text
    assert "1 2 &lt;b&gt; zu 2 2 &lt;b&gt; zu" in text
    assert "The first 50; result.json lists all." in text
    assert "1 b x 75.0%, y 25.0% 8" in text
    assert "Held to be wrong" not in result_page(counting(noise=Noise(0.0, ())))


def test_an_event_log_and_a_row_have_their_data_on_the_page(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(
        "case,activity\n" + "".join(f"{n},{act}\n" for n in range(4) for act in ("open", "pay", "close"))
    )
    log = [
        "distill",
        str(tmp_path / "log.csv"),
        "--sequence",
        "case",
        "--input",
        "activity",
        "--from",
        "data",
    ]
    assert run([*log, "-o", str(tmp_path / "log"), "--quiet"]) == 0
    text = text_of((tmp_path / "log" / PAGE).read_text())
    assert "4 sequences of 3 steps" in text
    assert "in open pay close" in text
    assert "does not carry its data" not in text
    (tmp_path / "row.csv").write_text("a\n" + "".join(f"{n}\n" for n in (1, 1, 2, 3, 5, 8, 13, 21, 34, 55)))
    assert (
        run(["distill", str(tmp_path / "row.csv"), "--output", "a", "-o", str(tmp_path / "row"), "--quiet"])
        == 0
    )
    text = text_of((tmp_path / "row" / PAGE).read_text())
    assert "1 sequence of 10 steps" in text
    assert "out 1 1 2 3 5 8 13 21 34 55" in text


def test_training_tells_its_course(monkeypatch: pytest.MonkeyPatch) -> None:
    words = np.random.default_rng(0).integers(0, 2, (60, 4))
    data = from_arrays(words, np.cumsum(words, axis=1) % 2)
    task = Training(data, data, 0, Clock(), Recorder(Silent()))
    whole = ladder
    monkeypatch.setattr(_ladder, "ladder", lambda *given, **more: itertools.islice(whole(*given, **more), 2))
    list(_ladder.Ladder().train(task))
    assert [(one.network, one.steps) for one in task.progress.course] == [
        (str(shape), steps) for shape in architectures(data)[:1] for steps in (200, 400)
    ]
    assert all(0.0 <= one.middle <= one.best <= 1.0 for one in task.progress.course)


def luminance(colour: str) -> float:
    """The relative luminance of #rrggbb, as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How far two colours are apart, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_texts_can_be_read_on_every_ground(scheme: int) -> None:
    """At least 4.5, which WCAG 2 asks for at level AA; axe asks a browser the same (test_browser)."""
    css = (Path(_template.__file__).parent / "templates" / "page.css").read_text()
    colours = dict(re.findall(r"--(\w+): (#\w{6});", css.split(":root {")[1 + scheme].split("}")[0]))
    for ink in ("ink", "soft", "accent", "good", "bad"):
        for ground in ("back", "card"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    assert contrast(colours["ink"], colours["mark"]) >= 4.5
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_headings_leave_no_level_out_and_every_picture_has_a_name() -> None:
    for page in (result_page(told()), result_page(summing())):
        levels = [int(level) for level in re.findall(r"<h(\d)", page)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
        assert all("aria-label=" in one for one in re.findall(r"<svg [^>]*>", page))
        fields = re.findall(r"<(?:input|select) [^>]*>", page)
        assert fields
        for field in fields:
            name = re.search(r'id="(\w+)"', field)
            assert "aria-label=" in field or (name and f'<label for="{name[1]}"' in page)


def test_hidden_states_have_a_colour_for_each_answer_where_no_variable_is_a_number() -> None:
    base = summing()
    plain = result_page(base)
    assert "coloured by the program's <code>total</code>" in plain
    assert base.words is not None
    page = result_page(replace(base, recurrence=None, words=base.words[:3, :2]))
    assert "coloured by the answer that the network gives there" in page
    answers = set(base.words[:3, :2].sum(axis=2).cumsum(axis=1).reshape(-1).tolist())
    assert {int(value) for value in re.findall(r'class="dots" data-value="(-?\d+)"', page)} == answers
