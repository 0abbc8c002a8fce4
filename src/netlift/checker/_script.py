"""The lines that make a printed program a script: JSON lines in, JSON lines out.

They stand here, beside the grammar that lets them through, so that there is one text of them.

They are the same in all programs; what a program was checked on stands above them, in `CHECKED`: for each
input stream "LOW..HIGH" (whole numbers, both ends included; an end may be missing), or a tuple of the numbers
or of the strings. Strings that are not listed are always refused, for there is nothing that a program could
make of them; whole numbers that were not checked are refused with `--strict` alone, for a rule mostly holds
beyond the numbers that showed it.
"""

CHECKED = "CHECKED"  # the name of that constant
UNITS = "UNITS"  # that of what a 1 of each input, and of each output, is worth, where that is not 1

_NOT_SEEN = r"""    except KeyError as error:
        told = f"no data showed what comes for {error}"
        stop(f"line {number}: {told}: the program's tables do not have it")
"""
SCRIPT = (
    r'''if __name__ == "__main__":
    import json
    import os
    import sys

    def stop(message):
        try:
            sys.stdout.flush()
        except (AttributeError, OSError):
            pass  # there is nowhere to print the answers before this line
        print(message, file=sys.stderr, flush=True)
        os._exit(2)

    def shown(value):
        text = json.dumps(value, ensure_ascii=False)
        return text if len(text) <= 60 else f"{text[:57]}..."

    def check(stream, known):
        """Stop where an input is no whole number, or a symbol that the program does not know."""
        numbers = isinstance(known, str) or isinstance(known[0], int)
        if numbers and not strict and {*map(type, stream)} <= {int}:
            return
        for step, value in enumerate(stream, 1):
            if numbers and type(value) is not int:
                stop(f"line {number}, step {step}: {shown(value)} is not a whole number")
            if isinstance(known, str):
                low, high = known.split("..")
                fits = int(low or value) <= value <= int(high or value)
            else:
                fits = value in known
            if not fits and (strict or not numbers):
                told = known if isinstance(known, str) else ", ".join(map(shown, known))
                stop(f"line {number}, step {step}: the input {shown(value)} is none of {told}")

    def answer(line):
        """The line of outputs for a line of inputs."""
        try:
            inputs = json.loads(line)
        except (ValueError, RecursionError) as error:
            stop(f"line {number}: no JSON that can be read: {error}")
        inputs = inputs.get("inputs") if isinstance(inputs, dict) else inputs
        if not isinstance(inputs, list):
            stop(f'line {number}: expected a list of inputs, or an object that has it as "inputs"')
        width = len(CHECKED)
        for step, values in enumerate(inputs, 1) if width > 1 else ():
            if not isinstance(values, list) or len(values) != width:
                stop(f"line {number}, step {step}: {shown(values)} is not a list of {width} inputs")
        for stream, known in zip(zip(*inputs) if width > 1 else [inputs], CHECKED):
            check(stream, known)
        return json.dumps(program(inputs))

    strict = sys.argv[1:] == ["--strict"]
    if sys.argv[1:] and not strict:
        stop(f"expected no option but --strict; found {shown(' '.join(sys.argv[1:]))}")
    if sys.stdin is None or sys.stdout is None:
        stop("expected lines of JSON on standard input, and an open standard output")
    number = 0
    try:
        for number, line in enumerate(sys.stdin.buffer, 1):
            if line.strip():
                print(answer(line), flush=sys.stdin.isatty())
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os._exit(0)  # whoever reads the answers has enough of them
'''
    + _NOT_SEEN
    + r"""    except Exception as error:
        stop(f"line {number}: {type(error).__name__}: {error}")
"""
)
_SPELT = r"""    def whole(value, unit):
        \"\"\"How many units a number is; strings as they are.\"\"\"
        if type(value) not in (int, Fraction):
            return value
        count = Fraction(value) / Fraction(unit)
        if count.denominator > 1:
            stop(f"line {number}: {spelt(value, 1)} is no multiple of {spelt(1, unit)}")
        return int(count)

    def spelt(value, unit):
        \"\"\"An answer in its unit, as JSON has it: decimals to the last place.\"\"\"
        if isinstance(value, str):
            return json.dumps(value)
        amount, places = value * Fraction(unit), 0
        while (amount * 10**places).denominator > 1:
            places += 1
        digits = f"{abs(int(amount * 10**places)):0{places + 1}d}"
        point = f".{digits[-places:]}" if places else ""
        return f"{'-' if amount < 0 else ''}{digits[:-places] if places else digits}{point}"

    def decimal(text):
        \"\"\"A number with a point, exactly.\"\"\"
        if "e" in text.lower() or len(text) > 400:
            stop(f"line {number}: {text[:60]} is no decimal such as 21.5")
        return Fraction(text)

""".replace('\\"', '"')
_COUNTED = r"""        ins, outs = UNITS
        if width > 1:
            inputs = [[*map(whole, values, ins)] for values in inputs]
        else:
            inputs = [whole(value, ins[0]) for value in inputs]
"""
_ANSWERED = r"""        found = program(inputs)
        answers = [step if isinstance(step, (list, tuple)) else (step,) for step in found]
        steps = [", ".join(map(spelt, step, outs)) for step in answers]
        return f"[{', '.join(f'[{step}]' if len(outs) > 1 else step for step in steps)}]"
"""


def _in_units(script: str) -> str:
    """The script that reads and writes decimals, in the units of the constant `UNITS`."""
    for old, new in (
        ("    import sys\n", "    import sys\n    from fractions import Fraction\n"),
        ("    def check(", f"{_SPELT}    def check("),
        ("json.dumps(value, ensure_ascii=False)", "json.dumps(value, ensure_ascii=False, default=str)"),
        ("json.loads(line)", "json.loads(line, parse_float=decimal)"),
        ("        for stream, known in", f"{_COUNTED}        for stream, known in"),
        ("        return json.dumps(program(inputs))\n", _ANSWERED),
    ):
        if script.count(old) != 1:
            raise AssertionError(f"the script has {script.count(old)} times {old!r}")
        script = script.replace(old, new)
    return script


IN_UNITS = _in_units(SCRIPT)
_BEFORE_TABLES = SCRIPT.replace(_NOT_SEEN, "")
_BEFORE_CHECKED = """\
if __name__ == "__main__":
    import json
    import sys

    for number, line in enumerate(sys.stdin, 1):
        try:
            sequence = json.loads(line)
            sequence = sequence["inputs"] if isinstance(sequence, dict) else sequence
            if not isinstance(sequence, list):
                raise TypeError("expected a list of inputs")
            print(json.dumps(program(sequence)))
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            print(f"line {number}: {type(error).__name__}: {error}", file=sys.stderr)
            sys.exit(2)
"""
SCRIPTS = (
    SCRIPT,
    IN_UNITS,
    _BEFORE_TABLES,
    _BEFORE_CHECKED,
)  # the texts that a program may end with: this one, and the earlier ones
