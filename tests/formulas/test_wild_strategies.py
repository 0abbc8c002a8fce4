"""Strategies for families that users bring: sets, windows as lists, registers, checksums, sparse tables."""

from pathlib import Path

import numpy as np
import pytest

import netlift
from netlift.formulas import Behaviour, Candidate, search
from netlift.formulas._modular import solve_modulo
from netlift.formulas._table import table_recurrence
from netlift.program import print_program
from netlift.states import Machine

RNG = np.random.default_rng(8)


def found(inputs: np.ndarray, outputs: np.ndarray) -> Candidate:
    """The best candidate for words [N, T] or [N, T, D]."""
    shaped = [a if a.ndim == 3 else a[..., None] for a in (inputs, outputs)]
    return search(Behaviour(shaped[0], shaped[1]), seed=0, budget=600_000_000)[0]


def body(candidate: Candidate) -> str:
    """The lines of the function, without indentation."""
    text = print_program(candidate.recurrence)
    lines = text.split("\n\nif __name__")[0].splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def bits_pushed(word: list[int], width: int, taps: int) -> list[int]:
    """A shift register whose feedback bit is the output."""
    register, outputs = 0, []
    for x in word:
        bit = (register & taps).bit_count() % 2 ^ x
        register = (register << 1 | bit) & ((1 << width) - 1)
        outputs.append(bit)
    return outputs


def checksum(word: list[int], width: int, constant: int) -> list[int]:
    """The whole register of a cyclic redundancy check, bit by bit."""
    register, outputs = 0, []
    for x in word:
        out = register >> (width - 1) ^ x
        register = register << 1 & ((1 << width) - 1)
        register ^= constant if out else 0
        outputs.append(register)
    return outputs


def test_a_set_of_ten_elements_is_a_list_of_cells() -> None:
    inputs = np.stack([RNG.integers(0, 10, size=(300, 20)), RNG.integers(0, 2, size=(300, 20))], axis=2)
    sizes = []
    for word in inputs.tolist():
        held: set[int] = set()
        row = []
        for element, adds in word:
            held = held | {element} if adds else held - {element}
            row.append(len(held))
        sizes.append(row)
    best = found(inputs, np.array(sizes))
    assert best.strategy == "store"
    assert "held[a] = b\noutputs.append(sum(held))" in body(best)


def test_a_new_record_among_many_symbols_keeps_the_largest_so_far() -> None:
    inputs = RNG.integers(-20, 21, size=(400, 10))
    before = np.maximum.accumulate(np.concatenate([np.full((400, 1), -20), inputs], axis=1), axis=1)[:, :-1]
    best = found(inputs, (inputs > before).astype(np.int64))
    assert best.strategy == "state"
    assert "max(" in body(best)


def test_a_median_of_seven_is_read_from_the_list_of_the_last_inputs() -> None:
    inputs = RNG.integers(0, 10, size=(400, 20))
    padded = np.concatenate([np.zeros((400, 6), dtype=np.int64), inputs], axis=1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 7, axis=1)
    best = found(inputs, np.median(windows, axis=2).astype(np.int64))
    assert best.strategy == "recent"
    assert "recent = recent[1:] + [x]" in body(best)
    assert "sorted(recent)[3]" in body(best)


def test_a_sorted_window_of_several_outputs_has_one_list() -> None:
    inputs = RNG.integers(0, 10, size=(300, 12))
    padded = np.concatenate([np.zeros((300, 4), dtype=np.int64), inputs], axis=1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 5, axis=1)
    lines = body(found(inputs, np.sort(windows, axis=2)))
    assert lines.count("recent[1:]") == 1
    assert "(min(recent), sorted(recent)[1], sorted(recent)[2], sorted(recent)[3], max(recent))" in lines


@pytest.mark.parametrize(("width", "taps"), [(16, 0xD008), (32, 0x80200003)])
def test_the_taps_of_a_long_register_are_found(width: int, taps: int) -> None:
    inputs = RNG.integers(0, 2, size=(300, 3 * width))
    outputs = np.array([bits_pushed(word, width, taps) for word in inputs.tolist()])
    best = found(inputs, outputs)
    assert best.strategy == "register"
    assert f"& {taps}).bit_count()" in body(best)
    longer = RNG.integers(0, 2, size=500).tolist()
    assert [y for (y,) in best.recurrence.run([(x,) for x in longer])] == bits_pushed(longer, width, taps)


def test_an_output_that_dies_out_is_no_register() -> None:
    """The last steps are all 0, so that the equations of long lags are solved by nothing at all."""
    inputs = RNG.integers(0, 2, size=(300, 30))
    outputs = (inputs.cumsum(axis=1) == 2).astype(np.int64)
    best = found(inputs, outputs)
    assert best.strategy != "register"


@pytest.mark.parametrize(("width", "constant"), [(8, 0x07), (16, 0x1021), (32, 0x04C11DB7)])
def test_the_constant_of_a_checksum_is_found(width: int, constant: int) -> None:
    inputs = RNG.integers(0, 2, size=(300, 3 * width))
    outputs = np.array([checksum(word, width, constant) for word in inputs.tolist()])
    best = found(inputs, outputs)
    assert best.strategy == "checksum"
    assert f"^ {constant}" in body(best)
    longer = RNG.integers(0, 2, size=500).tolist()
    assert [y for (y,) in best.recurrence.run([(x,) for x in longer])] == checksum(longer, width, constant)


@pytest.mark.parametrize("modulus", [2, 4, 6, 9, 12, 97])
def test_equations_modulo_any_number_are_solved(modulus: int) -> None:
    table = RNG.integers(0, modulus, size=(60, 5))
    factors = RNG.integers(0, modulus, size=5)
    assert solve_modulo(table, table @ factors % modulus, modulus) == factors.tolist()
    wrong = table @ factors % modulus
    wrong[7] = (wrong[7] + 1) % modulus
    assert solve_modulo(table, wrong, modulus) is None


def test_a_recurrence_modulo_a_composite_number_is_found() -> None:
    inputs = RNG.integers(0, 3, size=(400, 16))
    outputs = np.zeros_like(inputs)
    for t in range(16):
        past = [outputs[:, t - k] if t >= k else 0 for k in (1, 2, 3)]
        outputs[:, t] = (inputs[:, t] + past[0] + 2 * past[1] + 5 * past[2]) % 6
    best = found(inputs, outputs)
    assert best.strategy == "autoregression"
    assert "% 6" in body(best)


def test_a_lock_prints_its_few_exceptions_and_no_table() -> None:
    moves = np.array([[0, 0, 0, 1], [0, 0, 2, 1], [0, 0, 0, 0]])
    opens = np.zeros((3, 4, 1), dtype=np.int64)
    opens[2, 3] = 1
    machine = Machine(np.arange(4)[:, None], moves, opens)
    recurrence = table_recurrence(machine, ["x"], (True,))
    word = RNG.integers(0, 4, size=200)
    answers = [y for (y,) in recurrence.run([(int(x),) for x in word])]
    assert answers == machine.run(word[None, :, None])[0, :, 0].tolist()
    text = print_program(recurrence, (), [("#", "1", "2", "3")], [("locked", "open")])
    assert 's = 1 if s != 2 and x == "3" else 2 if s == 1 and x == "2" else 0' in text
    assert 'outputs.append("open" if s == 2 and x == "3" else "locked")' in text


def test_two_outputs_without_a_formula_share_one_table_of_states() -> None:
    rng = np.random.default_rng(3)
    machine = Machine(
        np.arange(3)[:, None], rng.integers(0, 20, size=(20, 3)), rng.integers(0, 9, size=(20, 3, 2))
    )
    machine = machine.minimised()
    words = rng.integers(0, 3, size=(200, 12, 1))
    best = search(Behaviour(words, machine.run(words), machine=machine), seed=0, budget=1_000_000)[0]
    assert best.is_table
    assert [name for name, _ in best.recurrence.initial] == ["s"]
    answers = [best.recurrence.run([tuple(step) for step in word]) for word in words[:20].tolist()]
    assert np.array_equal(answers, machine.run(words[:20]))


def test_what_no_network_learns_is_searched_for_in_the_data_and_the_program_says_so() -> None:
    inputs = RNG.integers(0, 2, size=(400, 48))
    outputs = np.array([checksum(word, 16, 0x1021) for word in inputs.tolist()])
    result = netlift.distill(inputs, outputs, budget=15.0)
    assert result.solved
    assert result.reader == "data"
    assert result.program is not None
    assert "in the data themselves, which no network learned" in result.program.source
    claims = {claim.claim: claim.tier for claim in result.claims}
    assert claims["data = network"] == "refuted"
    assert result.network_facts["held_out_accuracy"] < 0.02


def test_a_counter_modulo_a_secret_is_given_up_with_findings() -> None:
    """Each sequence has a modulus of its own, which the inputs do not tell."""
    rng = np.random.default_rng(6)
    inputs = rng.integers(0, 1_000_000, size=(300, 8))
    targets = np.cumsum(inputs, axis=1) % rng.integers(2, 1000, size=(300, 1))
    result = netlift.distill(inputs, targets, budget=4.0)
    assert not result.solved
    told = " ".join(result.findings)
    assert "no linear function of the inputs" in told
    assert "came furthest: 0.0% of the held-out sequences" in told
    assert "Formulas were searched for what these readers saw: data (1); none is exact." in told
    assert "To try next: a larger --budget." in told


def test_a_function_of_the_future_is_given_up_with_findings() -> None:
    rng = np.random.default_rng(7)
    words = rng.integers(-(10**6), 10**6, size=(300, 9))
    result = netlift.distill(words[:, :-1], words[:, 1:], budget=4.0)
    assert not result.solved
    told = " ".join(result.findings)
    assert "no linear function of the inputs" in told
    assert "To try next: a larger --budget." in told


def test_secrets_and_futures_of_small_alphabets_are_refused_with_both_rows() -> None:
    words = np.random.default_rng(8).integers(0, 2, size=(200, 7))
    with pytest.raises(netlift.InputError, match=r"contradict each other|not on later ones"):
        netlift.distill(words[:, :-1], words[:, 1:], budget=4.0)


def shown_when_stable(word: list[int], steps: int) -> list[int]:
    """A debouncer: what is shown changes once the input has differed from it for so many steps in a row."""
    shown, count, outputs = 0, 0, []
    for x in word:
        count = 0 if x == shown else count + 1
        if count == steps:
            shown, count = x, 0
        outputs.append(shown)
    return outputs


@pytest.mark.parametrize("steps", [3, 5])
def test_a_debouncer_counts_equal_inputs_in_a_row(steps: int) -> None:
    inputs = np.random.default_rng(steps).integers(0, 2, size=(300, 24))
    best = found(inputs, np.array([shown_when_stable(word, steps) for word in inputs.tolist()]))
    assert best.strategy == "spells"
    assert f"run = min(run + 1, {steps}) if x == previous else 1\nif run == {steps}:\ns = x\n" in body(best)


def test_a_light_that_stays_on_for_nine_steps_counts_the_steps_since() -> None:
    inputs = np.random.default_rng(0).integers(0, 8, size=(300, 24))
    on = np.zeros_like(inputs)
    for step in range(24):
        on[:, step] = (inputs[:, max(0, step - 8) : step + 1] == 3).any(axis=1)
    best = found(inputs, on)
    assert best.strategy == "spells"
    assert "since = min(since + 1, 9) if x != 3 else 0\noutputs.append(int(since != 9))" in body(best)


def test_a_group_is_read_from_words_longer_than_the_training_sequences() -> None:
    """Whether four things are in order: 24 states, which words of ten steps cannot all tell apart."""
    moves = ([1, 2, 3, 0], [1, 2, 0, 3])
    inputs = np.random.default_rng(0).integers(0, 2, size=(10_000, 10))
    targets = np.zeros_like(inputs)
    for word, row in zip(inputs.tolist(), targets, strict=True):
        places = list(range(4))
        for step, x in enumerate(word):
            places = [moves[x][place] for place in places]
            row[step] = places == list(range(4))
    result = netlift.distill(inputs, targets)
    assert result.solved
    assert result.states == 24
    assert result.program is not None
    assert result.program([1] * 3 + [0] * 4 + [1] * 300) == [0, 0, 1, 0, 0, 0, 1] + [0, 0, 1] * 100


def test_a_program_that_fails_on_inputs_that_never_come_first_is_found_and_saved(tmp_path: Path) -> None:
    """The first input is a divisor, and never 0."""
    rng = np.random.default_rng(0)
    inputs = rng.integers(0, 5, size=(10_000, 10))
    inputs[:, 0] = rng.integers(2, 5, size=10_000)
    targets = (np.cumsum(inputs, axis=1) - inputs[:, :1]) % inputs[:, :1]
    result = netlift.distill(inputs, targets)
    assert result.solved
    assert result.program is not None
    assert result.program([3, 1, 1, 2, 0, 4]) == [0, 1, 2, 1, 1, 2]
    result.save(tmp_path / "divisor")


def test_a_light_that_waits_for_a_button_moves_on_by_itself() -> None:
    """Six steps, three colours; it leaves the first only when asked to."""
    transitions = np.array([[max(s, x) and (s + 1) % 6 for x in (0, 1)] for s in range(6)])
    colours = np.array([0, 1, 1, 2, 2, 2])
    machine = Machine(np.array([[0], [1]]), transitions, colours[transitions][..., None]).minimised()
    words = np.random.default_rng(0).integers(0, 2, size=(200, 12, 1))
    best = search(Behaviour(words, machine.run(words), machine=machine), seed=0)[0]
    assert best.strategy == "waits"
    assert "if s or x:\ns = (s + 1) % 6\noutputs.append(0 if s == 0 else 1 if s < 3 else 2)" in body(best)


def test_a_machine_that_waits_for_a_word_compares_it() -> None:
    transitions = np.array([[0, 1, 0], [1, 1, 2], [3, 3, 3], [0, 0, 0]])
    machine = Machine(np.arange(3)[:, None], transitions, (transitions == 2)[..., None].astype(int))
    words = np.random.default_rng(0).integers(0, 3, size=(200, 12, 1))
    behaviour = Behaviour(words, machine.run(words), machine=machine, named_inputs=(True,))
    assert all(
        [candidate.recurrence.run([tuple(step) for step in word]) for word in words[:20].tolist()]
        == [[tuple(step) for step in answers] for answers in machine.run(words[:20]).tolist()]
        for candidate in search(behaviour, seed=0)
    )
