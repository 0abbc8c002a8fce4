"""The benchmark on somebody else's workers: what they give is what this machine gives."""

import io
import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from netlift.bench import _command
from netlift.bench._run import Summary, bench
from netlift.bench._scattered import Scattered, cluster
from netlift.core._errors import InputError

QUICK = ("bitwise_or", "sum_all", "prev2", "parity_all")


def programs(folder: Path) -> dict[str, str]:
    return {task: (folder / task / "program.py").read_text() for task in QUICK}


def facts(folder: Path) -> Any:
    """What the summary says of each task, without what tells how long it took."""
    timed = ("seconds", "stages", "peak_mb", "stamp")
    rows = json.loads((folder / "bench.json").read_text())["tasks"]
    return [{name: fact for name, fact in row.items() if name not in timed} for row in rows]


def run(folder: Path, executor: Any = None) -> None:
    quiet = Console(file=io.StringIO())
    bench(QUICK, seed=0, directory=folder, jobs=1, console=quiet, executor=executor)


def length(name: str) -> int:
    if name == "none":
        raise ValueError("no such task")
    return len(name)


def test_any_executor_does_the_tasks_and_a_failure_is_its_own() -> None:
    with ThreadPoolExecutor(2) as executor, Scattered(length, executor) as scattered:
        ended = {outcome.name: outcome for outcome in scattered.outcomes(["a", "none", "abc"])}
    assert (ended["a"].value, ended["abc"].value) == (1, 3)
    assert "no such task" in (ended["none"].failure or "")


def test_an_executor_that_fails_costs_the_task_alone() -> None:
    executor = ThreadPoolExecutor(1)
    with Scattered(length, executor) as scattered:
        outcomes = scattered.outcomes(["a", "b"])
        first = next(outcomes)
        executor.shutdown(cancel_futures=True)
        assert [first.name, *(one.name for one in outcomes)] == ["a", "b"]


def test_no_address_is_no_cluster() -> None:
    with cluster(None) as (executor, workers):
        assert executor is None
        assert workers is None


def test_the_workers_of_a_cluster_share_the_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, Any]] = []

    @contextmanager
    def connected(address: str | None) -> Iterator[tuple[str, int]]:
        yield f"the workers at {address}", 7

    def noted(names: Any, *, jobs: int, executor: Any, **_: Any) -> Summary:
        asked.append((jobs, executor))
        return Summary((), 0.0, 0, jobs)

    monkeypatch.setattr(_command, "cluster", connected)
    monkeypatch.setattr(_command, "bench", noted)
    for jobs in (None, 3):
        _command.bench_tasks(["sum_all"], None, 0, tmp_path, jobs, Console(), "there", 60.0)
    assert asked == [(7, "the workers at there"), (3, "the workers at there")]


def test_an_address_where_no_scheduler_answers_is_refused() -> None:
    pytest.importorskip("distributed")
    told = r"^--scheduler nowhere: no Dask scheduler answers there\.$"
    with pytest.raises(InputError, match=told), cluster("nowhere"):
        pass


@pytest.mark.slow
def test_a_cluster_of_which_a_worker_is_killed_gives_what_this_machine_gives(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    run(tmp_path / "here")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers:
        number = next(iter(workers.workers.values())).pid
        with cluster(workers.scheduler_address) as (executor, _), ThreadPoolExecutor(1) as beside:
            done = beside.submit(run, tmp_path / "there", executor)
            while not list((tmp_path / "there").glob("*/program.py")):
                assert not done.done() or not done.result()
                time.sleep(0.1)
            os.kill(number, signal.SIGKILL)
            done.result()
    assert programs(tmp_path / "there") == programs(tmp_path / "here")
    assert facts(tmp_path / "there") == facts(tmp_path / "here")
