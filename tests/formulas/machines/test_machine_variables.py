"""Machines without a formula come out as rules over small variables, equal to the machine."""

import json
from functools import cache
from itertools import permutations

import numpy as np
import pytest

from netlift.certify import Domain, prove_equal, system_of
from netlift.checker import check_program
from netlift.formulas import Behaviour, search
from netlift.formulas._product import compare_with_machine
from netlift.formulas._table import table_recurrence
from netlift.formulas.machines._automaton import automaton_of
from netlift.formulas.machines._cost import Estimate
from netlift.formulas.machines._find import find_forms, find_rules
from netlift.formulas.machines._listed import listed
from netlift.formulas.machines._moves import moves_of
from netlift.formulas.machines._partitions import blocks, changed_by, closed, join, principal
from netlift.formulas.machines._rules import (
    Branch,
    Event,
    Holds,
    Listed,
    RuledRecurrence,
    Rules,
    Say,
    SayIf,
    ruled,
)
from netlift.formulas.machines._strategy import table_nodes, whole_rules
from netlift.formulas.machines._variables import FLAG, MODE, Variable, of_partition
from netlift.formulas.machines._write import _said_once
from netlift.program import Program, print_program
from netlift.program._rule_names import _common, _Effects, _flag, _stem
from netlift.states import Machine

EVENTS = ("connection_req", "mtu_req", "pairing_req", "scan_req", "version_req")
ANSWERS = ("adv", "data", "empty", "failed", "mtu_rsp", "pairing_rsp", "version_ind")


def controller() -> Machine:
    """A controller that is connected or not, is pairing or not, and tells its version once a connection."""

    def step(state: tuple[bool, bool, bool], event: str) -> tuple[tuple[bool, bool, bool], str]:
        connected, pairing, version = state
        if event == "scan_req":
            return (False, False, False), "adv"
        if event == "connection_req":
            return (True, False, False), "data"
        if not connected:
            return state, "empty"
        if event == "pairing_req":
            return (True, not pairing, version), "failed" if pairing else "pairing_rsp"
        if event == "version_req":
            return (True, pairing, True), "data" if version else "version_ind"
        return state, "mtu_rsp"

    return machine_of(step, (False, False, False))


def machine_of(
    step: object, start: object, events: tuple[str, ...] = EVENTS, answers: tuple[str, ...] = ANSWERS
) -> Machine:
    numbers, order, moves, says = {start: 0}, [start], [], []
    for state in order:
        row = [step(state, event) for event in events]  # type: ignore[operator]
        for following, _ in row:
            if following not in numbers:
                numbers[following] = len(order)
                order.append(following)
        moves.append([numbers[following] for following, _ in row])
        says.append([[answers.index(answer)] for _, answer in row])
    return Machine(np.arange(len(events))[:, None], np.array(moves), np.array(says)).minimised()


@cache
def rules_of_the_controller() -> Rules:
    found = find_rules(controller())
    assert found is not None
    return found[1]


def drawn(states: int, symbols: int, seed: int) -> Machine:
    rng = np.random.default_rng(seed)
    shape = (states, symbols)
    return Machine(
        np.arange(symbols)[:, None], rng.integers(states, size=shape), rng.integers(3, size=(*shape, 1))
    ).minimised()


def test_a_controller_is_three_flags_and_one_branch_an_event() -> None:
    rules = rules_of_the_controller()
    source = print_program(ruled(rules, "x"), (), (EVENTS,), (ANSWERS,))
    assert [v.kind for v in rules.variables] == [FLAG] * 3
    assert "pairing = not pairing" in source
    assert "elif connected:" in source
    assert "connected: set by connection_req; cleared by scan_req" in source
    table = print_program(table_recurrence(controller(), ["x"], (True,)), (), (EVENTS,), (ANSWERS,))
    assert Program(source).nodes < 0.75 * Program(table).nodes


def proved(machine: Machine, source: str, events: tuple[str, ...], answers: tuple[str, ...]) -> bool:
    """Whether the program equals the machine on words of every length, by prover and checker."""
    left = system_of(machine, (events,), (answers,))
    proof = prove_equal(left, system_of(source), Domain((events,)))
    assert check_program(json.loads(json.dumps(proof.certificate))) is None
    return proof.claim.tier == "proved"


def test_the_printed_program_is_proved_equal_to_the_machine() -> None:
    source = print_program(ruled(rules_of_the_controller(), "x"), (), (EVENTS,), (ANSWERS,))
    assert proved(controller(), source, EVENTS, ANSWERS)


@pytest.mark.parametrize("seed", range(4))
def test_rules_of_a_machine_without_structure_are_the_machine_all_the_same(seed: int) -> None:
    machine = drawn(5, 3, seed)
    found = find_rules(machine, work=60_000)
    if found is None:
        return
    recurrence = ruled(found[1], "x")
    assert compare_with_machine(recurrence, machine) == (True, True)
    events, answers = ("go", "stop", "wait"), ("no", "perhaps", "yes")
    assert proved(machine, print_program(recurrence, (), (events,), (answers,)), events, answers)


def test_the_same_machine_gives_the_same_bytes() -> None:
    sources = {print_program(ruled(rules_of_the_controller(), "x"), (), (EVENTS,), (ANSWERS,))}
    found = find_rules(controller())
    assert found is not None
    sources.add(print_program(ruled(found[1], "x"), (), (EVENTS,), (ANSWERS,)))
    assert len(sources) == 1


def test_the_search_offers_rules_where_no_formula_was_found() -> None:
    machine = controller()
    words = np.random.default_rng(1).integers(len(EVENTS), size=(400, 12, 1))
    behaviour = Behaviour(words, machine.run(words), machine, named_inputs=(True,), named_outputs=(True,))
    found = search(behaviour, seed=0, budget=2_000_000)
    assert isinstance(found[0].recurrence, RuledRecurrence)
    assert found[0].closed
    assert not found[0].is_table  # conditional formulas were found as well, longer ones
    assert found[0].cost < min(c.cost for c in found[1:])


def test_a_path_of_a_handshake_is_a_list_of_steps() -> None:
    path = ("connection_req", "version_req", "mtu_req", "pairing_req")

    def step(state: int, event: str) -> tuple[int, str]:
        if 0 <= state < 4 and event == path[state]:
            return state + 1, ANSWERS[state]
        return -1, "failed"

    machine = machine_of(step, 0)
    found = find_rules(machine, work=60_000)
    assert found is not None
    source = print_program(ruled(found[1], "x"), (), (EVENTS,), (ANSWERS,))
    assert "if (mode, x) in STEPS:\n            mode, answer = STEPS[mode, x]" in source
    assert '("start", "connection_req"): ("connection", "adv")' in source
    assert proved(machine, source, EVENTS, ANSWERS)


def test_a_drawn_machine_stays_a_table() -> None:
    machine = drawn(9, 4, 3)
    found = find_rules(machine, work=100_000)
    assert found is None or found[0] > 0.9 * table_nodes(machine, True)


def test_a_counter_that_stops_is_a_count() -> None:
    def step(state: int, event: str) -> tuple[int, str]:
        if event == "scan_req":
            return 0, "adv"
        if event == "mtu_req":
            return min(state + 1, 3), "data"
        return state, "failed" if state == 3 else "empty"

    found = find_rules(machine_of(step, 0), work=60_000)
    assert found is not None
    source = print_program(ruled(found[1], "x"), (), (EVENTS,), (ANSWERS,))
    assert "mtus = min(mtus + 1, 3)" in source
    assert "counts mtu_req, 0 to 3" in source


def test_several_output_streams_are_one_answer() -> None:
    machine = controller()
    both = np.concatenate([machine.outputs, machine.outputs % 2], axis=2)
    wide = Machine(machine.alphabet, machine.transitions, both)
    found = find_rules(wide, work=60_000)
    assert found is not None
    recurrence = ruled(found[1], "x")
    assert compare_with_machine(recurrence, wide) == (True, True)
    source = print_program(recurrence, (), (EVENTS,), (ANSWERS, None))
    assert Program(source)(["scan_req"]) == [("adv", 0)]


def test_closed_partitions_and_what_few_events_change() -> None:
    # A counter modulo 6: event 0 adds one, event 1 does nothing.
    moves = [[(q + 1) % 6, q] for q in range(6)]
    whole = frozenset(range(6))
    assert closed(moves, [(0, 3)], whole) == (0, 1, 2, 0, 1, 2)
    assert {blocks(p) for p in principal(moves, whole)} == {1, 2, 3}
    thirds, halves = closed(moves, [(0, 3)], whole), closed(moves, [(0, 2)], whole)
    assert blocks(join(moves, thirds, halves, whole)) == 1
    assert changed_by(moves, frozenset({0}), whole) == (0, 1, 2, 3, 4, 5)
    assert blocks(changed_by(moves, frozenset({1}), whole)) == 1
    assert closed(moves, [(1, 2)], frozenset({1, 2, 4})) == (-1, 0, 0, -1, 1, -1)


def test_a_assignment_that_does_not_tell_states_apart_costs_without_end() -> None:
    automaton = automaton_of(controller())
    estimate = Estimate(automaton)
    one = of_partition(automaton, tuple(min(q, 1) for q in range(automaton.states)))
    assert one is not None
    assert estimate.of([one]) == float("inf")
    whole = Variable(MODE, automaton.states, tuple(1 << q for q in range(automaton.states)))
    assert estimate.of([whole]) < float("inf")


def test_a_group_moves_items_between_places() -> None:
    events = ("swap01", "swap12", "swap23")
    answers = tuple("".join(word) for word in permutations("abcd"))

    def step(state: str, event: str) -> tuple[str, str]:
        place, items = int(event[4]), list(state)
        items[place], items[place + 1] = items[place + 1], items[place]
        return "".join(items), "".join(items)

    machine = machine_of(step, "abcd", events, answers)
    found = find_rules(machine, work=1_000)
    assert found is not None
    source = print_program(ruled(found[1], "x"), (), (events,), (answers,))
    assert "first, second = second, first" in source
    assert "outputs.append(first + second + third + fourth)" in source
    assert proved(machine, source, events, answers)


def test_rules_read_numbers_where_inputs_have_no_names() -> None:
    source = print_program(ruled(rules_of_the_controller(), "x"))
    program = Program(source)
    word = np.random.default_rng(2).integers(len(EVENTS), size=40)
    assert program(word.tolist()) == controller().run(word[None, :, None])[0, :, 0].tolist()


def test_flags_that_start_or_end_alike_do_so_in_one_line() -> None:
    source = print_program(ruled(rules_of_the_controller(), "x"), (), ((EVENTS,)), ((ANSWERS,)))
    lines = [line.strip() for line in source.splitlines()]
    (start,) = [line for line in lines if line.endswith("= False") and line.count("=") == 3]
    assert sum(line.endswith("= False") and line.count("=") == 2 for line in lines) == 1
    assert start.split(" = ")[:3] == sorted(start.split(" = ")[:3], key=start.index)


def test_answers_of_all_other_events_are_one_list_without_a_test() -> None:
    events = ("ask", "first", "fourth", "second", "third")

    def step(asked: bool, event: str) -> tuple[bool, str]:
        return (True, "again" if asked else "ok") if event == "ask" else (asked, event)

    answers = ("again", *events[1:], "ok")
    machine = machine_of(step, False, events, answers)
    found = find_rules(machine)
    assert found is not None
    source = print_program(ruled(found[1], "x"), (), (events,), (answers,))
    assert "else:\n            answer = REPLIES[x]" in source
    assert "in REPLIES" not in source
    assert proved(machine, source, events, answers)


def mostly_idle(states: int, seed: int) -> Machine:
    """A machine drawn at random, in which most events change nothing and are answered alike."""
    rng = np.random.default_rng(seed)
    shape = (states, 6)
    moves = np.where(rng.random(shape) < 0.3, rng.integers(states, size=shape), np.arange(states)[:, None])
    says = np.where(rng.random(shape) < 0.2, rng.integers(1, 3, size=shape), 0)
    return Machine(np.arange(6)[:, None], moves, says[..., None]).minimised()


@pytest.mark.parametrize("states", [8, 30])
def test_lists_say_only_what_is_not_usual_and_are_the_machine(states: int) -> None:
    machine = mostly_idle(states, 3)
    events, answers = tuple("abcdef"), ("no", "yes", "both")
    price, rules = listed(automaton_of(machine), list(range(6)))
    recurrence = ruled(rules, "x")
    assert compare_with_machine(recurrence, machine) == (True, True)
    source = print_program(recurrence, (), (events,), (answers,))
    assert proved(machine, source, events, answers)
    table = print_program(table_recurrence(machine, ["x"], (True,)), (), (events,), (answers,))
    assert Program(source).nodes < 0.7 * Program(table).nodes
    assert abs(Program(source).nodes - price - 22) <= 8


def test_lists_are_not_taken_where_flags_say_why() -> None:
    assert not any(isinstance(rule, Listed) for rule in rules_of_the_controller().block)


def test_names_begin_and_end_with_words_that_say_something() -> None:
    events = ("ConnectC1WithWill", "ConnectC1WithWillRetain", "On")
    assert _common(events, [0, 1]) == "connect_c1"
    assert _stem(events[1]) == "will_retain"
    assert _stem(events[2]) == "on"


def test_a_flag_that_an_event_sets_and_clears_is_not_before_it() -> None:
    effects: _Effects = [(0, {(None, 1)}), (1, {(None, 1), (1, 0)}), (2, set())]
    flag = Variable(FLAG, 2, (1, 2))
    assert _flag(
        rules_of_the_controller(), flag, effects, ("length_rsp", "version_req", "scan_req"), set()
    ).name == ("after_length_rsp_or_version")


def dihedral(size: int, answers: tuple[str, ...]) -> Machine:
    """Turns and reflections of a polygon, told by the corner that is on top."""

    def step(state: tuple[int, int], event: str) -> tuple[tuple[int, int], str]:
        place, way = state
        far = {"on": 1, "far": 2}.get(event)
        after = (place, -way) if far is None else ((place + far * way) % size, way)
        return after, answers[after[0]]

    return machine_of(step, (0, 1), ("far", "on", "round"), answers)


def test_turns_and_reflections_are_a_place_and_a_direction() -> None:
    answers = ("a", "b", "c", "d", "e", "f", "g")
    machine = dihedral(7, answers)
    assert machine.states == 14
    found = find_rules(machine, work=1_000)
    assert found is not None
    source = print_program(ruled(found[1], "x"), (), (("far", "on", "round"),), (answers,))
    assert "place = (place + 2 * step) % 7" in source or "place = (place - 3 * step) % 7" in source
    assert "place = (place + step) % 7" in source
    assert "step = -step" in source
    assert "step: 1 or -1, the direction; turned by round." in source
    assert proved(machine, source, ("far", "on", "round"), answers)


def test_a_place_is_told_as_the_number_that_it_is() -> None:
    machine = dihedral(5, tuple("01234"))
    found = find_rules(machine, work=1_000)
    assert found is not None
    recurrence = ruled(found[1], "x")
    assert compare_with_machine(recurrence, machine) == (True, True)
    source = print_program(recurrence, (), (("far", "on", "round"),), None)
    assert "outputs.append(place)" in source
    assert Program(source)(["on", "on", "round", "on"]) == [1, 2, 2, 1]


def word_reader(word: str, loops: str = "") -> Machine:
    """Whether what was read is a word, or the word with some of these letters after it."""

    def step(state: int, event: str) -> tuple[int, str]:
        if 0 <= state < len(word) and event == word[state]:
            after = state + 1
        else:
            after = state if state == len(word) and event in loops else -1
        return after, "yes" if after == len(word) else "no"

    return machine_of(step, 0, ("a", "b"), ("no", "yes"))


@pytest.mark.parametrize(("word", "loops"), [("abba", ""), ("bbabaab", "a"), ("aabab", "ab")])
def test_a_long_word_is_the_list_of_its_moves(word: str, loops: str) -> None:
    machine = word_reader(word, loops)
    found = find_rules(machine, work=60_000)
    assert found is not None
    source = print_program(ruled(found[1], "x"), (), (("a", "b"),), (("no", "yes"),))
    assert "state = MOVES[x].get(state, " in source
    assert 'else "no"' in source
    assert f"after {word[:3]}" in source
    assert proved(machine, source, ("a", "b"), ("no", "yes"))
    table = print_program(table_recurrence(machine, ["x"], (True,)), (), (("a", "b"),), (("no", "yes"),))
    assert Program(source).nodes < 0.85 * Program(table).nodes


@pytest.mark.parametrize("seed", range(6))
def test_moves_are_the_machine_whatever_it_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    moves, says = rng.integers(6, size=(6, 3)), rng.integers(2, size=(6, 3, 1))
    if seed % 2:
        says = (moves >= 3)[..., None].astype(np.int64)  # the answer belongs to the state that is entered
    machine = Machine(np.arange(3)[:, None], moves, says).minimised()
    found = moves_of(automaton_of(machine), [0, 1, 2])
    assert found is not None
    recurrence = ruled(found[1], "x")
    assert compare_with_machine(recurrence, machine) == (True, True)
    source = print_program(recurrence, (), (("go", "stop", "wait"),), (("no", "yes"),))
    assert proved(machine, source, ("go", "stop", "wait"), ("no", "yes"))
    assert abs(Program(source).nodes - found[0] - 22) <= 6


def test_where_an_event_leads_from_most_states_is_said_once() -> None:
    rng = np.random.default_rng(4)
    moves = np.where(rng.random((20, 6)) < 0.4, rng.integers(20, size=(20, 6)), np.arange(20)[:, None])
    moves[:18, 2] = 0
    says = np.where(rng.random((20, 6)) < 0.3, rng.integers(1, 3, size=(20, 6)), 0)
    machine = Machine(np.arange(6)[:, None], moves, says[..., None]).minimised()
    events, answers = tuple("abcdef"), ("no", "yes", "both")
    price, rules = listed(automaton_of(machine), list(range(6)))
    source = print_program(ruled(rules, "x"), (), (events,), (answers,))
    assert ".get(x, LEADS.get(x, mode))" in source or ".get(x, LEADS.get(x, state))" in source
    assert proved(machine, source, events, answers)
    assert abs(Program(source).nodes - price - 22) <= 8


def test_other_forms_that_are_about_as_short_are_offered_beside_the_first() -> None:
    machine = word_reader("abb", "a")
    words = np.zeros((1, 1, 1), np.int64)
    behaviour = Behaviour(words, machine.run(words), machine, named_inputs=(True,), named_outputs=(True,))
    offered = whole_rules(behaviour, 0)
    assert len(offered) > 1
    assert [c.cost for c in offered] == sorted(c.cost for c in offered)
    assert offered[-1].cost <= 1.2 * offered[0].cost
    assert len({c.recurrence for c in offered}) == len(offered)
    forms = find_forms(machine)
    assert offered[0].recurrence == ruled(forms[0][1], "x")
    assert find_rules(machine) == forms[0]


def behaviour_of(machine: Machine, named_inputs: bool, named_outputs: bool) -> Behaviour:
    words = machine.alphabet[np.random.default_rng(1).integers(len(machine.alphabet), size=(300, 12))]
    return Behaviour(
        words, machine.run(words), machine, named_inputs=(named_inputs,), named_outputs=(named_outputs,)
    )


def test_two_parities_are_two_flags_and_no_bits_of_a_sum() -> None:
    def step(state: tuple[int, int], event: str) -> tuple[tuple[int, int], str]:
        zeros, ones = state
        after = (1 - zeros, ones) if event == "0" else (zeros, 1 - ones)
        return after, "1" if after == (0, 0) else "0"

    machine = machine_of(step, (0, 0), ("0", "1"), ("0", "1"))
    found = search(behaviour_of(machine, False, False), seed=0, budget=20_000_000)
    source = print_program(found[0].recurrence)
    assert "odd_zeros = not odd_zeros" in source
    assert "odd_ones: whether 1 came an odd number of times" in source
    assert any("^= x" in print_program(c.recurrence) for c in found)
    assert [c.cost for c in found] == sorted(c.cost for c in found)


def test_numbers_that_stand_for_strings_give_way_to_rules() -> None:
    def step(open_: bool, event: str) -> tuple[bool, str]:
        return (not open_ if event == "key" else open_), "open" if event == "push" and open_ else "no"

    events, answers = ("key", "push", "wait"), ("no", "open")
    machine = machine_of(step, False, events, answers)
    found = search(behaviour_of(machine, True, True), seed=0, budget=20_000_000)
    source = print_program(found[0].recurrence, (), (events,), (answers,))
    assert "odd_key = not odd_key" in source
    assert "CODE" not in source
    assert not found[0].is_table
    assert proved(machine, source, events, answers)


def test_four_answers_are_listed_by_the_count_that_tells_them() -> None:
    """No conditional expressions one in another."""
    rooms = ("hall", "kitchen", "office", "porch")

    def step(state: int, event: str) -> tuple[int, str]:
        after = (state + 1) % 4 if event == "next" else (state - 1) % 4 if event == "back" else state
        return after, rooms[after]

    events = ("back", "next", "stay")
    machine = machine_of(step, 0, events, rooms)
    found = find_rules(machine, work=60_000)
    assert found is not None
    source = print_program(ruled(found[1], "x"), (), (events,), (rooms,))
    assert "outputs.append(ANSWERS[backs])" in source
    assert 'ANSWERS = ("hall", "porch", "office", "kitchen")' in source
    assert "backs: counts back up and next down, 0 to 3; 0 in state 0, 1 in state" in source
    assert proved(machine, source, events, rooms)


def test_what_is_said_already_is_not_said_again_as_one_of_two() -> None:
    flag = Variable(FLAG, 2, (1, 2))
    block = (Say(0), Branch(Event((1,)), (SayIf(Holds(0, 2), 0, 1),), (SayIf(Holds(0, 2), 2, 0),)))
    said, after = _said_once(block, None, (flag,))
    negated = Branch(Holds(0, 1), (Say(1),), ())
    assert said == (Say(0), Branch(Event((1,)), (negated,), (Branch(Holds(0, 2), (Say(2),), ()),)))
    assert after is None
    # Nothing is said before these, or something else.
    assert _said_once(block[1:], None, (flag,))[0] == block[1:]
    assert _said_once((Say(3), *block[1:]), None, (flag,))[0] == (Say(3), *block[1:])


def test_plain_formulas_stay_before_rules() -> None:
    """A sum is a sum, however few states its machine has."""

    def step(state: int, event: str) -> tuple[int, str]:
        after = (state + int(event)) % 3
        return after, str(after)

    machine = machine_of(step, 0, ("0", "1", "2"), ("0", "1", "2"))
    found = search(behaviour_of(machine, False, False), seed=0, budget=20_000_000)
    assert "% 3" in print_program(found[0].recurrence)
    assert not any(isinstance(c.recurrence, RuledRecurrence) for c in found)


def test_what_every_event_may_set_is_named_after_none_of_them() -> None:
    effects: _Effects = [(0, {(0, 1)}), (1, {(0, 1)})]
    named = _flag(rules_of_the_controller(), Variable(FLAG, 2, (1, 2)), effects, ("a", "b"), set())
    assert named.name == "flag"
    assert "set by every event" in named.told
