"""What README and docs say, held against what netlift does and against the files in the repo."""

import json
import re
from pathlib import Path

import numpy as np

import netlift
from netlift.bench import TASKS

ROOT = Path(__file__).parents[1]


def test_the_example_in_the_readme_is_what_is_printed() -> None:
    sequences = TASKS["base_3_addition"].sequences(20_000, np.random.default_rng(0))
    result = netlift.distill(sequences.inputs, sequences.targets)
    assert result.program is not None
    body = re.search(r"def program.*?return outputs\n", result.program.source, re.DOTALL)
    assert body is not None
    assert f"```python\n{body[0]}```" in (ROOT / "README.md").read_text()


def test_the_results_in_the_repo_are_of_one_run_and_agree() -> None:
    bench = json.loads((ROOT / "benchmarks" / "bench.json").read_text())
    page = (ROOT / "RESULTS.md").read_text()
    assert [row["task"] for row in bench["tasks"]] == list(TASKS)
    assert bench["solved"] == sum(row["solved"] for row in bench["tasks"])
    assert f"**{bench['solved']} of 62 tasks solved**" in page
    assert f"netlift bench --seed {bench['seed']}" in page
    linear = sum(row["trained_by"] == "closed-form" for row in bench["tasks"])
    assert f"the {linear} linear tasks are fitted in closed form" in (ROOT / "README.md").read_text()
    for row in bench["tasks"]:
        assert f"| `{row['task']}` | {'x' if row['solved'] else ''} |" in page


def test_the_gallery_has_every_task() -> None:
    gallery = (ROOT / "docs" / "gallery.md").read_text()
    assert re.findall(r"^## (\w+)$", gallery, re.MULTILINE) == list(TASKS)
    assert gallery.count("def program(inputs):") == 62
