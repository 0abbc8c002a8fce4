"""Files of shapes that people reported to other tools as unreadable, and what each ends in here.

The reports were looked up in public trackers; each parameter is named by one. The contents are made up here:
nothing is copied but the shape.
"""

import gzip
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import netlift
from netlift.cli._main import run
from netlift.core._errors import InputError
from netlift.data._door import Data, read_data
from netlift.data._given import given_data
from netlift.data._inspect import inspect_file
from netlift.data._said import Said
from netlift.program import Program


def told(data: Data) -> list[list[Any]]:
    """The sequences as pairs of input and output; inputs alone where there are no outputs."""
    sequences = data.as_sequences()
    sides = []
    for values, symbols in (
        (sequences.inputs, sequences.input_symbols),
        (sequences.targets, sequences.target_symbols),
    ):
        names = symbols[0]
        sides.append([[names[one] if names else one for one in row] for row in values[..., 0].tolist()])
    found = []
    for row, length in enumerate(sequences.lengths.tolist()):
        answers = [sides[1][row][step] if sequences.labelled[row, step] else None for step in range(length)]
        inputs = sides[0][row][:length]
        found.append(inputs if data.kind == "events" else list(zip(inputs, answers, strict=True)))
    return found


@dataclass(frozen=True)
class Report:
    """A file of the shape of a report, what is said of it, and what it ends in: steps, or a sentence.

    `notes` are words that are said aloud.
    """

    name: str
    content: str | bytes
    said: Said
    ends: Any
    notes: tuple[str, ...] = ()


LOG = Said(sequence="case", order="at", inputs=("event",), outputs=("sum",))

REPORTS = {
    # times with and without a zone side by side
    "pm4py 455": Report(
        "zones.csv",
        "case,at,event,sum\n1,2024-01-01T10:00:00+02:00,a,0\n1,2024-01-01T10:30:00,b,1\n",
        LOG,
        "has times with a zone ('2024-01-01T10:00:00+02:00') and without ('2024-01-01T10:30:00')",
    ),
    # start and completion of the same activity, in capitals, interleaved
    "pm4py 22": Report(
        "lifecycle.csv",
        "case,at,event,state\n1,1,cut,START\n1,2,cut,START\n1,3,cut,COMPLETE\n1,4,sew,COMPLETE\n"
        "1,5,cut,COMPLETE\n1,6,iron,START\n",
        Said(sequence="case", order="at", inputs=("event",), lifecycle="state"),
        [["cut", "sew", "cut"]],
        ("2 pairs of start and complete", "1 completions were never", "1 starts were never completed"),
    ),
    # attributes of traces that are dates, milliseconds and Z
    "pm4py 387": Report(
        "patients.xes",
        '<?xml version="1.0"?><log xes.version="1.0"><trace><string key="concept:name" value="p7"/>'
        '<date key="born" value="1950-02-03T00:00:00.000Z"/>'
        '<event><string key="concept:name" value="scan"/>'
        '<date key="time:timestamp" value="2024-05-04T16:13:00.250Z"/></event>'
        '<event><string key="concept:name" value="admit"/>'
        '<date key="time:timestamp" value="2024-05-04T16:13:00.000Z"/></event></trace></log>',
        Said(sequence="case:concept:name", order="time:timestamp", inputs=("concept:name",)),
        [["admit", "scan"]],
    ),
    # numbers of events, a sequence a line, no cases, no times
    "pm4py 228": Report(
        "templates.txt",
        "4 4 17 9 9\n17 4 4 30\n4 4 17 9 9\n",
        Said(),
        [["4", "4", "17", "9", "9"], ["17", "4", "4", "30"], ["4", "4", "17", "9", "9"]],
        ("a sequence a line, names apart by spaces",),
    ),
    # a column of states that are neither start nor complete
    "bupaR 4": Report(
        "status.csv",
        "case,at,event,status\n1,1,plan,Completed\n1,2,test,Finish\n",
        Said(sequence="case", order="at", inputs=("event",), lifecycle="status"),
        "has 'Completed', 'Finish'; expected 'start' and 'complete'",
    ),
    # words with the one output that was seen at their end
    "AALpy 63": Report(
        "ends.jsonl",
        '{"word": ["coin"], "saw": "ok"}\n{"word": ["coin", "push"], "saw": "cup"}\n',
        Said(inputs=("word",), outputs=("saw",)),
        [[("coin", "ok")], [("coin", None), ("push", "cup")]],
        ("'saw' has one value for a sequence: the answer at its last step.",),
    ),
    # symbols that leave numbers out
    "hmmlearn 124": Report(
        "gaps.jsonl", '{"inputs": [0, 2, 9]}\n{"inputs": [0, 70, 2]}\n', Said(), [[0, 2, 9], [0, 70, 2]]
    ),
    # an empty word with a label, a label that nobody knows
    "FlexFringe pull 14": Report(
        "words.abbadingo",
        "4 2\n1 0\n0 1 up\n1 2 up up\n-1 1 down\n",
        Said(),
        [[], [("up", 0)], [("up", None), ("up", 1)], [("down", None)]],
        ("Abbadingo",),
    ),
    # spaces after the commas of the header
    "FlexFringe pull 6": Report(
        "spaces.csv",
        "case, at, event, sum\n1,1,get item,0\n1,2,put item,1\n",
        LOG,
        [[("get item", 0), ("put item", 1)]],
    ),
    # symbols that are requests, with colons, slashes and brackets
    "FlexFringe 12": Report(
        "requests.csv",
        'case,at,event,sum\n1,1,GET /shop/items?id=7&x=[2],0\n1,2,"PUT /shop/a:b:8080, ""now""",1\n',
        LOG,
        [[("GET /shop/items?id=7&x=[2]", 0), ('PUT /shop/a:b:8080, "now"', 1)]],
    ),
    # several items at one step
    "PrefixSpan-py 38": Report(
        "sets.jsonl",
        '{"inputs": [[1, 2], [1], [1, 3]]}\n',
        Said(),
        "step 2 of the inputs of line 1 has 1 values; expected 2, as in the first step",
    ),
    # -1 after items and -2 after sequences
    "PAMI pull 452": Report(
        "baskets.spmf", "8 -1 3 -1 -2\n3 -1 -2\n", Said(), [["8", "3"], ["3"]], ("-1 and -2 end steps",)
    ),
    # a line of spaces at the end
    "openzl 115": Report(
        "trailing.csv", "case,at,event,sum\n1,1,a,0\n1,2,b,1\n \n", LOG, [[("a", 0), ("b", 1)]]
    ),
    # some times have milliseconds, some have not
    "ApromoreCore pull 1991": Report(
        "milliseconds.csv",
        "case,at,event,sum\n1,2024-03-01T08:00:00.500,b,1\n1,2024-03-01T08:00:00,a,0\n",
        LOG,
        [[("a", 0), ("b", 1)]],
    ),
    # names of inputs with brackets and commas
    "automatalib 40": Report(
        "packets.jsonl",
        '{"in": ["HELLO(0x1d)[ACK,PING]", "SHORT[]"], "out": ["EMPTY", "HELLO(0x1d)[ACK]+SHORT[]"]}\n',
        Said(inputs=("in",), outputs=("out",)),
        [[("HELLO(0x1d)[ACK,PING]", "EMPTY"), ("SHORT[]", "HELLO(0x1d)[ACK]+SHORT[]")]],
    ),
    # events within one second
    "jbpm-wb pull 1272": Report(
        "seconds.csv",
        "case,at,event,sum\n1,2024-03-01 08:00:01,b,1\n1,2024-03-01 08:00:00,z,0\n"
        "1,2024-03-01 08:00:01,a,2\n",
        LOG,
        [[("z", 0), ("b", 1), ("a", 2)]],
        ("1 rows have the same 'at'", "line 4", "stay in the order of the file"),
    ),
    # messages over several lines, with both line ends
    "nri-flex 273": Report(
        "messages.csv",
        b'case,at,event,sum,text\r\n1,1,a,0,"failed:\r\n  at line 2\r\n"\r\n1,2,b,1,fine\r\n',
        LOG,
        [[("a", 0), ("b", 1)]],
    ),
    # tables of targets, packed
    "srbench 54": Report(
        "law.tsv.gz",
        gzip.compress(b"x\ttarget\n1\t1\n2\t3\n3\t6\n", mtime=0),
        Said(inputs=("x",), outputs=("target",)),
        [[(1, 1), (2, 3), (3, 6)]],
        ("separated by tabs",),
    ),
    # what Excel writes of the separator
    "bdfinst/vsm-workshop pull 13": Report(
        "excel.csv",
        "\ufeffsep=;\r\ncase;at;event;sum\r\n7;01.02.2024 09:00;a;0,5\r\n7;13.02.2024 09:00;b;1\r\n",
        LOG,
        [[("a", 1), ("b", 2)]],
        ("'%d.%m.%Y %H:%M'", "whole numbers of 0.5"),
    ),
    # local times that summer time leaves out
    "PlotJuggler 1110": Report(
        "summer.csv",
        "case,at,event,sum\n1,2024-03-31 02:30:00,b,1\n1,2024-03-31 01:59:59,a,0\n",
        LOG,
        [[("a", 0), ("b", 1)]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("report", REPORTS.values(), ids=list(REPORTS))
def test_each_ends_as_it_should(report: Report, tmp_path: Path) -> None:
    file = tmp_path / report.name
    content = report.content
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    if isinstance(report.ends, str):
        with pytest.raises(InputError) as caught:
            read_data(str(file), report.said, contradictions=True)
        assert report.ends in str(caught.value)
        return
    data = read_data(str(file), report.said, contradictions=True)
    assert told(data) == report.ends
    notes = " ".join(data.notes)
    assert [words for words in report.notes if words not in notes] == []


@pytest.mark.parametrize("name", [name for name, one in REPORTS.items() if not isinstance(one.ends, str)])
def test_inspect_reads_what_it_proposes(name: str, tmp_path: Path) -> None:
    file = tmp_path / REPORTS[name].name
    content = REPORTS[name].content
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = inspect_file(str(file))
    assert found.command.startswith("netlift distill ")
    assert found.problem == ""
    assert found.sequences == len(REPORTS[name].ends)


def test_pm4py_258_times_of_numpy_in_a_table() -> None:
    when = np.array(["2024-01-02T00:00", "2024-01-01T00:00"], dtype="datetime64[ns]")
    table = {
        "case": ["1", "1"],
        "at": list(when.astype("datetime64[us]").astype(datetime)),
        "event": ["b", "a"],
    }
    data = given_data(table, None, {"sequence": "case", "order": "at", "input": "event"})
    assert told(data) == [["a", "b"]]
    nanoseconds = given_data(
        {**table, "at": when}, None, {"sequence": "case", "order": "at", "input": "event"}
    )
    assert told(nanoseconds) == [["a", "b"]]


def test_hmmlearn_381_lists_of_different_lengths() -> None:
    assert told(given_data([[0, 0, 1], [1, 1, 0, 1]])) == [[0, 0, 1], [1, 1, 0, 1]]


def test_pysindy_426_arrays_of_different_lengths_with_controls() -> None:
    states = [np.array([[1], [2]]), np.array([[3]])]
    controls = [np.array([[5, 6], [7, 8]]), np.array([[9, 9]])]
    sequences = given_data(controls, states).as_sequences()
    assert sequences.lengths.tolist() == [2, 1]
    assert sequences.inputs[0].tolist() == [[5, 6], [7, 8]]


def test_pysr_690_names_with_spaces_are_the_same_for_the_next_log(tmp_path: Path) -> None:
    rows = [(word, step, step % 2, (step + 1) // 2 % 2) for word in range(8) for step in range(8 - word % 3)]
    file = tmp_path / "pump.csv"
    file.write_text("\n".join(["run no,at,pump on,flow seen", *(",".join(map(str, row)) for row in rows)]))
    columns = ["--sequence", "run no", "--order", "at", "--input", "pump on", "--output", "flow seen"]
    folder = tmp_path / "out"
    assert run(["distill", str(file), *columns, "--from", "data", "-o", str(folder), "--quiet"]) in (0, 1)
    assert "'pump on'" in (folder / "program.py").read_text()
    assert run(["run", str(folder), str(file), "--quiet"]) == 0


def test_a_file_of_words_ends_in_what_may_come_next(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("in look out\nin out\nin look look out\n")
    folder = tmp_path / "out"
    assert run(["distill", str(file), "-o", str(folder), "--quiet"]) == 0
    assert Program((folder / "program.py").read_text())(["in", "out"]) == ["look | out", "(end)"]
    assert run(["run", str(folder), str(file), "--quiet"]) == 0
    file.write_text("in in\n")
    assert run(["run", str(folder), str(file), "--quiet"]) == 1


def test_labels_of_abbadingo_are_learned_with_that_of_the_empty_word(tmp_path: Path) -> None:
    words = ["".join(word) for length in range(7) for word in _words(length)]
    lines = [f"{word.count('a') % 2} {len(word)} {' '.join(word)}" for word in words]
    file = tmp_path / "parity.dat"
    file.write_text("\n".join([f"{len(words)} 2", *lines]))
    data = read_data(str(file), contradictions=True)
    assert data.sequences is not None
    assert data.sequences.start is not None
    assert data.sequences.start.tolist() == [0]
    result = netlift.distill(file, source="data")
    assert result.program is not None
    assert [result.program(list(word))[-1] for word in ("abab", "bbba", "aaabb")] == [0, 1, 1]
    assert "Before any input the answer is 0." in result.program.source


def _words(length: int) -> list[str]:
    return [""] if length == 0 else [one + rest for one in "ab" for rest in _words(length - 1)]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.abbadingo", "3 2\n1 1 a\n0 1 b\n", "its first line says 3 sequences, and there are 2"),
        ("a.spmf", "1 2 -1 -2\n", "line 1 has several items at one step"),
        ("a.words", "", "is empty"),
    ],
)
def test_words_that_are_not_as_they_should_be(name: str, content: str, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(content)
    with pytest.raises(InputError, match=sentence):
        read_data(str(file))
