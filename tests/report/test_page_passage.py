"""A network in the page: what its script computes is what the network computes, state by state."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kinds_by_hand import NETWORKS, words
from netlift.networks import run_with_states
from netlift.report.page import _hidden, _passage
from netlift.report.page._hidden import EDGE, HEIGHT, MOST_PATH, WIDTH, Projection, hidden_content
from netlift.report.page._passage import passage_content
from networks_by_hand import PARITY, AsNetwork

SCRIPT = Path(_passage.__file__).parent / "templates" / "passage.js"
HARNESS = """
const fs = require("fs");
const passage = eval("(() => {" + fs.readFileSync(process.argv[1], "utf8") + "; return passage; })()");
const { network, words } = JSON.parse(fs.readFileSync(0, "utf8"));
const found = words.map((word) => passage.run(network, word, 100));
console.log(JSON.stringify(found.map((one) => ({ ...one, states: one.states.map((state) => [...state]) }))));
"""
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


def by_script(network: Any, sequences: list[Any]) -> list[Any]:
    done = subprocess.run(
        ["node", "-e", HARNESS, str(SCRIPT)],
        input=json.dumps({"network": network, "words": sequences}),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[Any] = json.loads(done.stdout)
    return found


@needs_node
@pytest.mark.parametrize("name", NETWORKS)
def test_the_script_goes_the_networks_own_way(name: str) -> None:
    network, sequences = NETWORKS[name], words()[:300]
    states, answers = run_with_states(network, sequences)
    found = by_script(passage_content(network, 2), sequences.tolist())
    assert [one["answers"] for one in found] == answers.tolist()
    heard = np.array([one["states"] for one in found])
    assert np.allclose(heard[:, 1:], states, rtol=1e-9, atol=1e-9)
    assert np.allclose(heard[:, 0], network.initial_state(1)[0])


@needs_node
def test_an_input_without_a_unit_stops_the_script() -> None:
    (found,) = by_script(passage_content(NETWORKS["gru"], 2), [[[2, 0], [99, 1], [2, 0]]])
    assert (len(found["states"]), len(found["answers"])) == (2, 1)
    assert found["stopped"] == "the network has no unit for this input"


def test_what_cannot_be_run_in_the_page_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert passage_content(AsNetwork(PARITY), 1) is None  # brought as an object with methods
    assert passage_content(NETWORKS["gru"], 1) is None  # the program takes other inputs
    monkeypatch.setattr(_passage, "MOST_NUMBERS", 20)
    assert passage_content(NETWORKS["gru"], 2) is None


@pytest.mark.parametrize("name", NETWORKS)
def test_ways_of_sequences_are_those_of_each_alone(name: str) -> None:
    """They are run together, the shorter ones on with their last input."""
    network, sequences = NETWORKS[name], words()
    examples = [sequences[0], sequences[1][:4], sequences[2][:0]]
    content = hidden_content(network, sequences, None, None, None, examples)
    assert content is not None
    assert [len(one) for one in content["paths"]] == [10, 5, 1]
    for example, path in zip(examples[:2], content["paths"], strict=False):
        alone = hidden_content(network, sequences, None, None, None, [example])
        assert alone is not None
        assert np.allclose(path, alone["paths"][0], atol=0.11)


def test_the_passage_and_the_picture_have_one_map() -> None:
    network, sequences = NETWORKS["rnn"], words()
    content = hidden_content(network, sequences, None, None, None, [sequences[0]])
    assert content is not None
    states = run_with_states(network, sequences[:1])[0][0]
    passage = content["passage"]
    places = states @ np.array(passage["turned"]) + np.array(passage["moved"])
    assert np.allclose(places, content["paths"][0][1:], atol=0.06)


def test_a_very_long_sequence_keeps_the_beginning_of_its_way() -> None:
    network, long = NETWORKS["rnn"], np.tile(words()[0], (300, 1))
    content = hidden_content(network, words(), None, None, None, [long])
    assert content is not None
    assert [len(one) for one in content["paths"]] == [MOST_PATH + 1]


@pytest.mark.parametrize("shape", [(300, 4), (6, 40), (50, 1)])
def test_the_two_directions_are_those_of_the_largest_variance(shape: tuple[int, int]) -> None:
    points = np.random.default_rng(0).normal(size=shape) * np.arange(1, shape[1] + 1)
    view = Projection.of(points)
    around = points - points.mean(axis=0)
    sizes = np.linalg.svd(around, compute_uv=False)
    shares = np.append(sizes**2, 0)[:2] / (sizes**2).sum()
    assert np.allclose(view.shares, shares)
    known = min(2, *shape)
    assert np.allclose(view.axes.T[:known] @ view.axes[:, :known], np.eye(known))
    places = view.place(points)
    assert np.allclose([places[:, 0].min(), places[:, 0].max()], [EDGE, WIDTH - EDGE])
    if known == 2:
        assert np.allclose([places[:, 1].min(), places[:, 1].max()], [EDGE, HEIGHT - EDGE])


def test_no_more_words_are_run_than_the_picture_has_points_for(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = []
    run = run_with_states

    def counted(network: Any, sequences: Any) -> Any:
        counts.append(sequences.shape[:2])
        return run(network, sequences)

    monkeypatch.setattr(_hidden, "run_with_states", counted)
    hidden_content(NETWORKS["rnn"], np.tile(words(), (1, 6, 1)), None, None, None, [])
    assert counts == [(28, 54)]
