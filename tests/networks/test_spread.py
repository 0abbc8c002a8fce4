"""Ensembles that are trained on somebody else's workers: the same weights, whatever becomes of these."""

import os
import signal
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

import netlift
from netlift.bench._scattered import training_on
from netlift.cli import _main as cli
from netlift.core._elsewhere import spreading
from netlift.core._errors import InputError
from netlift.data import Sequences, from_arrays
from netlift.networks._architecture import Architecture
from netlift.networks._ensemble import Ensemble
from netlift.trainers import spread


def parity(count: int = 300) -> Sequences:
    inputs = np.random.default_rng(0).integers(0, 2, (count, 8))
    return from_arrays(inputs, np.cumsum(inputs, axis=1) % 2)


def trained() -> tuple[np.ndarray, list[int]]:
    """The weights of an ensemble after three turns, of which the last is without some of its networks."""
    ensemble = Ensemble(Architecture(2, 8), parity(), seed=3, cycle=75, growth=2)
    ensemble.advance(50)
    ensemble.advance(50)
    ensemble.keep(np.array([0, 3, 4, 9, 15]))
    ensemble.advance(25)
    return ensemble._flat.copy(), ensemble.kept


def on(executor: Executor, jobs: int) -> tuple[np.ndarray, list[int]]:
    with executor, spread(executor, jobs):
        assert spreading() is not None
        return trained()


@pytest.mark.parametrize("jobs", [1, 3, 40])
def test_the_weights_are_those_of_training_here(jobs: int) -> None:
    here, alive = trained()
    there, still = on(ThreadPoolExecutor(2), jobs)
    assert (there.tobytes(), still) == (here.tobytes(), alive)
    assert spreading() is None


def test_processes_give_the_same_weights() -> None:
    assert (
        on(ProcessPoolExecutor(1, mp_context=get_context("spawn")), 2)[0].tobytes() == trained()[0].tobytes()
    )


def test_what_an_executor_fails_at_is_done_here_and_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    gone = ThreadPoolExecutor(1)
    gone.shutdown()
    there, _ = on(gone, 4)
    assert there.tobytes() == trained()[0].tobytes()
    told = capsys.readouterr().err
    assert told.startswith(
        "netlift: a worker failed (RuntimeError: cannot schedule new futures after shutdown"
    )
    assert told.endswith("; its part is done here.\n")
    assert told.count("\n") == 1


def test_a_whole_distill_is_the_same() -> None:
    inputs = np.random.default_rng(0).integers(0, 2, (400, 8))
    targets = np.cumsum(inputs, axis=1) % 2
    here = netlift.distill(inputs, targets)
    with ThreadPoolExecutor(2) as executor, spread(executor, 2):
        there = netlift.distill(inputs, targets)
    assert there.source == here.source
    assert [str(claim) for claim in there.claims] == [str(claim) for claim in here.claims]


@pytest.mark.parametrize("jobs", [0, -1, 1.5, "2"])
def test_a_number_of_jobs_that_is_none_is_refused(jobs: object) -> None:
    with (
        ThreadPoolExecutor(1) as executor,
        pytest.raises(InputError, match=r"^jobs "),
        spread(executor, jobs),  # type: ignore[arg-type]
    ):
        pass


def test_no_address_trains_here() -> None:
    with training_on(None):
        assert spreading() is None


def test_an_address_where_no_scheduler_answers_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.chdir(tmp_path)
    assert cli.run(["distill", "parity_all", "--scheduler", "nowhere", "-o", "out"]) == 2
    assert capsys.readouterr().err == "netlift: --scheduler nowhere: no Dask scheduler answers there.\n"
    assert not Path("out").exists()


@pytest.mark.slow
def test_a_cluster_of_which_a_worker_is_killed_trains_what_this_machine_trains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.chdir(tmp_path)
    inputs = np.random.default_rng(0).integers(0, 3, (2_000, 12))
    np.savez("sums.npz", inputs=inputs, targets=np.cumsum(inputs, axis=1) % 3)
    assert cli.run(["distill", "sums.npz", "-o", "here", "--quiet"]) == 0
    program = capsys.readouterr().out
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers:
        number = next(iter(workers.workers.values())).pid
        with ThreadPoolExecutor(1) as beside:
            killed = beside.submit(kill_once_there_is_an_entry, number, Path("there/journal"))
            command = [
                "distill",
                "sums.npz",
                "--scheduler",
                workers.scheduler_address,
                "-o",
                "there",
                "--quiet",
            ]
            assert cli.run(command) == 0
            assert killed.result()
    told = capsys.readouterr()
    assert told.out == program
    assert "a worker failed" not in told.err  # the scheduler gave its part to the other
    same = ("program.py", "network.safetensors", "network.json", "certificate.json", "config.toml")
    for name in same:
        assert Path("there", name).read_bytes() == Path("here", name).read_bytes()


def kill_once_there_is_an_entry(number: int, journal: Path) -> bool:
    """Kill a worker after the first steps that were trained; whether there were any."""
    for _ in range(6_000):
        if list(journal.glob("*.safetensors")):
            os.kill(number, signal.SIGKILL)
            return True
        time.sleep(0.01)
    return False
