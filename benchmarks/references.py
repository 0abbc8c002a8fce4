"""Reference programs, one a task, written by hand: what a careful colleague would be glad to find.

The chain never reads them. `python benchmarks/readability.py RUN` compares the programs of a
benchmark run with them by the number of syntax-tree nodes; the tests hold them against the rules.
"""

from math import isqrt


def binary_addition(inputs):
    carry = 0
    outputs = []
    for a, b in inputs:
        total = a + b + carry
        outputs.append(total % 2)
        carry = total // 2
    return outputs


def base_3_addition(inputs):
    carry = 0
    outputs = []
    for a, b in inputs:
        total = a + b + carry
        outputs.append(total % 3)
        carry = total // 3
    return outputs


def base_4_addition(inputs):
    carry = 0
    outputs = []
    for a, b in inputs:
        total = a + b + carry
        outputs.append(total % 4)
        carry = total // 4
    return outputs


def base_5_addition(inputs):
    carry = 0
    outputs = []
    for a, b in inputs:
        total = a + b + carry
        outputs.append(total % 5)
        carry = total // 5
    return outputs


def base_6_addition(inputs):
    carry = 0
    outputs = []
    for a, b in inputs:
        total = a + b + carry
        outputs.append(total % 6)
        carry = total // 6
    return outputs


def base_7_addition(inputs):
    carry = 0
    outputs = []
    for a, b in inputs:
        total = a + b + carry
        outputs.append(total % 7)
        carry = total // 7
    return outputs


def bitwise_xor(inputs):
    outputs = []
    for a, b in inputs:
        outputs.append(a ^ b)
    return outputs


def bitwise_or(inputs):
    outputs = []
    for a, b in inputs:
        outputs.append(a | b)
    return outputs


def bitwise_and(inputs):
    outputs = []
    for a, b in inputs:
        outputs.append(a & b)
    return outputs


def bitwise_not(inputs):
    outputs = []
    for x in inputs:
        outputs.append(1 - x)
    return outputs


def parity_last2(inputs):
    previous = 0
    outputs = []
    for x in inputs:
        outputs.append(x ^ previous)
        previous = x
    return outputs


def parity_last3(inputs):
    x1 = 0
    x2 = 0
    outputs = []
    for x in inputs:
        outputs.append(x ^ x1 ^ x2)
        x1, x2 = x, x1
    return outputs


def parity_last4(inputs):
    x1 = 0
    x2 = 0
    x3 = 0
    outputs = []
    for x in inputs:
        outputs.append(x ^ x1 ^ x2 ^ x3)
        x1, x2, x3 = x, x1, x2
    return outputs


def parity_all(inputs):
    parity = 0
    outputs = []
    for x in inputs:
        parity ^= x
        outputs.append(parity)
    return outputs


def parity_zeros(inputs):
    parity = 0
    outputs = []
    for x in inputs:
        parity ^= 1 - x
        outputs.append(parity)
    return outputs


def evens_counter(inputs):
    count = 0
    outputs = []
    for x in inputs:
        count += x % 2 == 0
        outputs.append(count)
    return outputs


def sum_all(inputs):
    total = 0
    outputs = []
    for x in inputs:
        total += x
        outputs.append(total)
    return outputs


def sum_last2(inputs):
    previous = 0
    outputs = []
    for x in inputs:
        outputs.append(x + previous)
        previous = x
    return outputs


def sum_last3(inputs):
    x1 = 0
    x2 = 0
    outputs = []
    for x in inputs:
        outputs.append(x + x1 + x2)
        x1, x2 = x, x1
    return outputs


def sum_last4(inputs):
    x1 = 0
    x2 = 0
    x3 = 0
    outputs = []
    for x in inputs:
        outputs.append(x + x1 + x2 + x3)
        x1, x2, x3 = x, x1, x2
    return outputs


def sum_last5(inputs):
    x1 = 0
    x2 = 0
    x3 = 0
    x4 = 0
    outputs = []
    for x in inputs:
        outputs.append(x + x1 + x2 + x3 + x4)
        x1, x2, x3, x4 = x, x1, x2, x3
    return outputs


def sum_last6(inputs):
    x1 = 0
    x2 = 0
    x3 = 0
    x4 = 0
    x5 = 0
    outputs = []
    for x in inputs:
        outputs.append(x + x1 + x2 + x3 + x4 + x5)
        x1, x2, x3, x4, x5 = x, x1, x2, x3, x4
    return outputs


def sum_last7(inputs):
    x1 = 0
    x2 = 0
    x3 = 0
    x4 = 0
    x5 = 0
    x6 = 0
    outputs = []
    for x in inputs:
        outputs.append(x + x1 + x2 + x3 + x4 + x5 + x6)
        x1, x2, x3, x4, x5, x6 = x, x1, x2, x3, x4, x5
    return outputs


def current_number(inputs):
    outputs = []
    for x in inputs:
        outputs.append(x)
    return outputs


def prev1(inputs):
    previous = 0
    outputs = []
    for x in inputs:
        outputs.append(previous)
        previous = x
    return outputs


def prev2(inputs):
    x1 = 0
    x2 = 0
    outputs = []
    for x in inputs:
        outputs.append(x2)
        x1, x2 = x, x1
    return outputs


def prev3(inputs):
    x1 = 0
    x2 = 0
    x3 = 0
    outputs = []
    for x in inputs:
        outputs.append(x3)
        x1, x2, x3 = x, x1, x2
    return outputs


def prev4(inputs):
    x1 = 0
    x2 = 0
    x3 = 0
    x4 = 0
    outputs = []
    for x in inputs:
        outputs.append(x4)
        x1, x2, x3, x4 = x, x1, x2, x3
    return outputs


def prev5(inputs):
    x1 = 0
    x2 = 0
    x3 = 0
    x4 = 0
    x5 = 0
    outputs = []
    for x in inputs:
        outputs.append(x5)
        x1, x2, x3, x4, x5 = x, x1, x2, x3, x4
    return outputs


def previous_equals_current(inputs):
    previous = 0
    outputs = []
    for x in inputs:
        outputs.append(int(x == previous))
        previous = x
    return outputs


def diff_last2(inputs):
    previous = 0
    outputs = []
    for x in inputs:
        outputs.append(x - previous)
        previous = x
    return outputs


def abs_diff(inputs):
    previous = 0
    outputs = []
    for x in inputs:
        outputs.append(abs(x - previous))
        previous = x
    return outputs


def abs_current(inputs):
    outputs = []
    for x in inputs:
        outputs.append(abs(x))
    return outputs


def diff_abs_values(inputs):
    previous = 0
    outputs = []
    for x in inputs:
        outputs.append(abs(x) - abs(previous))
        previous = x
    return outputs


def min_seen(inputs):
    smallest = 9
    outputs = []
    for x in inputs:
        smallest = min(smallest, x)
        outputs.append(smallest)
    return outputs


def max_seen(inputs):
    largest = 0
    outputs = []
    for x in inputs:
        largest = max(largest, x)
        outputs.append(largest)
    return outputs


def majority_0_1(inputs):
    balance = 0
    outputs = []
    for x in inputs:
        balance += 1 if x else -1
        outputs.append(int(balance > 0))
    return outputs


def majority_0_2(inputs):
    counts = [0] * 3
    outputs = []
    for x in inputs:
        counts[x] += 1
        outputs.append(counts.index(max(counts)))
    return outputs


def majority_0_3(inputs):
    counts = [0] * 4
    outputs = []
    for x in inputs:
        counts[x] += 1
        outputs.append(counts.index(max(counts)))
    return outputs


def evens_detector(inputs):
    outputs = []
    for x in inputs:
        outputs.append(int(x % 2 == 0))
    return outputs


def perfect_square_detector(inputs):
    outputs = []
    for x in inputs:
        outputs.append(int(isqrt(x) ** 2 == x))
    return outputs


def bit_palindrome(inputs):
    history = []
    outputs = []
    for x in inputs:
        history.append(x)
        outputs.append(int(history == history[::-1]))
    return outputs


def balanced_parenthesis(inputs):
    depth = 0
    lost = False
    outputs = []
    for x in inputs:
        depth += 1 - 2 * x
        lost |= depth < 0
        outputs.append(int(depth == 0 and not lost))
    return outputs


def parity_bits_mod2(inputs):
    bit = 0
    outputs = []
    for _ in inputs:
        outputs.append(bit)
        bit = 1 - bit
    return outputs


def alternating_last3(inputs):
    x1 = 0
    x2 = 0
    outputs = []
    for x in inputs:
        outputs.append(int(x != x1 != x2))
        x1, x2 = x, x1
    return outputs


def alternating_last4(inputs):
    x1 = 0
    x2 = 0
    x3 = 0
    outputs = []
    for x in inputs:
        outputs.append(int(x != x1 != x2 != x3))
        x1, x2, x3 = x, x1, x2
    return outputs


def bit_shift_right(inputs):
    previous = 0
    outputs = []
    for x in inputs:
        outputs.append(previous)
        previous = x
    return outputs


def bit_dot_prod_mod2(inputs):
    parity = 0
    outputs = []
    for a, b in inputs:
        parity ^= a & b
        outputs.append(parity)
    return outputs


def div_3(inputs):
    remainder = 0
    outputs = []
    for x in inputs:
        remainder = 2 * remainder + x
        outputs.append(remainder // 3)
        remainder %= 3
    return outputs


def div_5(inputs):
    remainder = 0
    outputs = []
    for x in inputs:
        remainder = 2 * remainder + x
        outputs.append(remainder // 5)
        remainder %= 5
    return outputs


def div_7(inputs):
    remainder = 0
    outputs = []
    for x in inputs:
        remainder = 2 * remainder + x
        outputs.append(remainder // 7)
        remainder %= 7
    return outputs


def add_mod_3(inputs):
    total = 0
    outputs = []
    for x in inputs:
        total = (total + x) % 3
        outputs.append(total)
    return outputs


def add_mod_4(inputs):
    total = 0
    outputs = []
    for x in inputs:
        total = (total + x) % 4
        outputs.append(total)
    return outputs


def add_mod_5(inputs):
    total = 0
    outputs = []
    for x in inputs:
        total = (total + x) % 5
        outputs.append(total)
    return outputs


def add_mod_6(inputs):
    total = 0
    outputs = []
    for x in inputs:
        total = (total + x) % 6
        outputs.append(total)
    return outputs


def add_mod_7(inputs):
    total = 0
    outputs = []
    for x in inputs:
        total = (total + x) % 7
        outputs.append(total)
    return outputs


def add_mod_8(inputs):
    total = 0
    outputs = []
    for x in inputs:
        total = (total + x) % 8
        outputs.append(total)
    return outputs


def dithering(inputs):
    error = 0
    outputs = []
    for x in inputs:
        error += x
        outputs.append(error // 15)
        error %= 15
    return outputs


def newton_freebody(inputs):
    velocity = 0
    position = 0
    outputs = []
    for x in inputs:
        velocity += x
        position += velocity
        outputs.append(position)
    return outputs


def newton_gravity(inputs):
    velocity = 0
    position = 0
    outputs = []
    for x in inputs:
        velocity += x - 1
        position += velocity
        outputs.append(position)
    return outputs


def newton_spring(inputs):
    velocity = 0
    position = 0
    outputs = []
    for x in inputs:
        velocity += x - position
        position += velocity
        outputs.append(position)
    return outputs


def newton_magnetic(inputs):
    vx = 0
    vy = 0
    px = 0
    py = 0
    outputs = []
    for a, b in inputs:
        vx, vy = vx + a - vy, vy + b + vx
        px += vx
        py += vy
        outputs.append((px, py))
    return outputs
