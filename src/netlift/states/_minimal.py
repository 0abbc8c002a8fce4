"""The coarsest partition of a machine's states that its transitions respect, in n log n steps.

Hopcroft, An n log n algorithm for minimizing states in a finite automaton (1971): blocks are split by where
their states lead, and of the two halves only the smaller one has to be looked at again.
"""

from typing import Any

import numpy as np

from netlift.core._compiled import njit


@njit(cache=True)
def coarsest(transitions: Any, blocks: Any, count: Any) -> Any:
    """The block [Q] of each state of transitions [Q, A], refined from `count` blocks [Q] numbered from 0."""
    states, letters = transitions.shape
    begins, before = np.zeros((letters, states + 1), np.int64), np.empty((letters, states), np.int64)
    for letter in range(letters):  # the states that lead to each state by this letter
        for state in range(states):
            begins[letter, transitions[state, letter] + 1] += 1
        for state in range(states):
            begins[letter, state + 1] += begins[letter, state]
        filled = begins[letter, :states].copy()
        for state in range(states):
            target = transitions[state, letter]
            before[letter, filled[target]] = state
            filled[target] += 1
    block = blocks.copy()
    first, last = np.zeros(states + 1, np.int64), np.zeros(states + 1, np.int64)
    for state in range(states):
        last[block[state]] += 1
    largest = 0
    for number in range(count):
        if last[number] > last[largest]:
            largest = number
        first[number] = 0 if number == 0 else last[number - 1]
        last[number] += first[number]
    member, place, filled = np.empty(states, np.int64), np.empty(states, np.int64), first.copy()
    for state in range(states):
        place[state] = filled[block[state]]
        member[place[state]] = state
        filled[block[state]] += 1
    marked = np.zeros(states + 1, np.int64)
    stack, height = np.empty((states * letters, 2), np.int64), 0
    for number in range(count):
        if number != largest:
            for letter in range(letters):
                stack[height, 0], stack[height, 1] = number, letter
                height += 1
    leading, touched = np.empty(states, np.int64), np.empty(states, np.int64)
    while height > 0:
        height -= 1
        splitter, letter = stack[height, 0], stack[height, 1]
        found = 0
        for at in range(first[splitter], last[splitter]):
            target = member[at]
            for entry in range(begins[letter, target], begins[letter, target + 1]):
                leading[found] = before[letter, entry]
                found += 1
        blocks_touched = 0
        for entry in range(found):  # marked states stand at the front of their block
            state = leading[entry]
            number = block[state]
            if marked[number] == 0:
                touched[blocks_touched] = number
                blocks_touched += 1
            front = first[number] + marked[number]
            other = member[front]
            member[front], member[place[state]] = state, other
            place[other], place[state] = place[state], front
            marked[number] += 1
        for entry in range(blocks_touched):
            number = touched[entry]
            inside = marked[number]
            marked[number] = 0
            size = last[number] - first[number]
            if inside == size:
                continue
            middle = first[number] + inside
            if 2 * inside <= size:  # the smaller half gets the new number
                first[count], last[count] = first[number], middle
                first[number] = middle
            else:
                first[count], last[count] = middle, last[number]
                last[number] = middle
            for at in range(first[count], last[count]):
                block[member[at]] = count
            for other_letter in range(letters):
                stack[height, 0], stack[height, 1] = count, other_letter
                height += 1
            count += 1
    return block


@njit(cache=True)
def reached_first(transitions: Any, block: Any) -> Any:
    """A state for each block that is reached from state 0, breadth-first, and the number [Q] of each block.

    The number is -1 for blocks that are not reached.
    """
    number = np.full(len(block), -1, np.int64)
    order, found = np.empty(len(block), np.int64), 1
    order[0], number[block[0]] = 0, 0
    at = 0
    while at < found:
        for letter in range(transitions.shape[1]):
            successor = transitions[order[at], letter]
            if number[block[successor]] < 0:
                number[block[successor]] = found
                order[found] = successor
                found += 1
        at += 1
    return order[:found].copy(), number
