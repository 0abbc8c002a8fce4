"""What others published on the same tasks, to stand beside a run of the benchmark."""

from netlift.bench._tasks import TASKS

# Beyond those of MIPS, whose search for formulas it replaces (it keeps the networks and the other 32 tasks).
_BY_REGRESSION = {
    "base_3_addition",
    "base_4_addition",
    "base_5_addition",
    "base_6_addition",
    "base_7_addition",
    "parity_last4",
    "min_seen",
    "max_seen",
    "alternating_last4",
}
_MIPS = frozenset(task.name for task in TASKS.values() if task.solved_by_mips)
SOLVED: dict[str, frozenset[str]] = {  # by each of the others, in the order of their publication
    "MIPS": _MIPS,
    "GPT-4": frozenset(task.name for task in TASKS.values() if task.solved_by_gpt4),
    "PySR": _MIPS | _BY_REGRESSION,
}
ABOUT = (
    "MIPS and GPT-4: Michaud et al., Entropy 2024, 26, 1046. PySR: a later public study that ran the "
    "networks of MIPS with this evolved symbolic regression in place of the paper's search, the best of ten "
    "seeds, each part compared on its table of transitions. All as published; netlift did not run them again."
)
