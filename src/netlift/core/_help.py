"""Examples at the end of each command's help."""

from click import Command

EXAMPLES = {
    "distill": (
        "netlift distill base_3_addition",
        "netlift distill log.csv --sequence case --input activity --output cost",
        "netlift distill data.jsonl --from data --quiet > rule.py",
        "netlift distill data.npz --json | jq .solved",
    ),
    "lift": (
        "netlift lift runs/sum_all-1 --inputs 0..9",
        "netlift lift net.safetensors --inputs data.jsonl --snap",
        "netlift lift net.pt --config net.json --inputs a,b,c --length 30",
    ),
    "tasks": (
        "netlift tasks",
        "netlift tasks sum_all -n 5",
        "netlift tasks sum_all -o sums.npz -n 1000 --seed 1",
    ),
    "bench": (
        "netlift bench --tasks sum_all,prev1 -o runs/two",
        "netlift bench --seeds 0-9 -o runs/bench",
    ),
    "check": (
        "netlift check runs/sum_all-1/program.py --data data.csv",
        "netlift check program.py --against other.py --inputs 0..9",
        "netlift check --certificate runs/sum_all-1/certificate.json",
    ),
    "inspect": (
        "netlift inspect log.csv",
        "zcat log.csv.gz | netlift inspect - --separator ';'",
    ),
    "run": (
        "netlift run runs/log-1 new.csv -o answered.csv",
        "netlift run runs/log-1 new.csv --quiet",
    ),
    "show": (
        "netlift show runs/sum_all-1 --open",
        "netlift show runs/sum_all-1 --quiet > rule.py",
        "netlift show runs/sum_all-1 --json | jq .certificate",
    ),
    "export": (
        "netlift export runs/sum_all-1 --to c -o sum.c",
        "netlift export runs/parity-1 --to dot | dot -Tpng -o parity.png",
        "netlift export runs/parity-1 --to smt2 | z3 -in",
    ),
}


def with_examples(command: Command) -> Command:
    """A command whose help ends in its examples."""
    lines = "\n".join(f"  {line}" for line in EXAMPLES[str(command.name)])
    command.epilog = f"\b\nExamples:\n{lines}"
    return command
