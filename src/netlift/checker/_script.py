"""The lines that make a printed program a script: JSON lines in, JSON lines out.

They stand here, beside the grammar that lets them through, so that there is one text of them.
"""

SCRIPT = """\
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
SCRIPTS = (SCRIPT,)  # the texts that a program may end with: this one, and those of earlier versions
