"""The journal: what was computed is found again, and nothing else is taken for it."""

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from netlift.core import _journal
from netlift.core._clock import Clock
from netlift.core._journal import Journal, Outcome, keeping, kept, stamp
from netlift.data import from_arrays
from netlift.networks import Architecture, Ensemble


class Counted:
    """Work that counts how often it is done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> Outcome:
        self.done += 1
        return {"squares": np.arange(4, dtype=np.float32) ** 2}, {"steps": 7, "state": 2**127}


def test_work_is_done_once(tmp_path: Path) -> None:
    work = Counted()
    for _ in range(2):  # two runs
        with keeping(Journal(tmp_path)):
            arrays, facts = kept("squares", lambda: (1, "a"), work)
            assert arrays["squares"].tolist() == [0, 1, 4, 9]
            assert arrays["squares"].dtype == np.float32
            arrays["squares"][0] = 5  # as training does in place
            assert facts == {"steps": 7, "state": 2**127}
    assert work.done == 1
    assert len(Journal(tmp_path)) == 1
    kept("squares", lambda: (1, "a"), work)  # no journal
    assert work.done == 2


@pytest.mark.parametrize("changed", ["stage", "inputs", "version"])
def test_other_work_is_not_taken_for_it(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Counted()
    with keeping(Journal(tmp_path)):
        kept("squares", lambda: (1, "a"), work)
        if changed == "version":
            monkeypatch.setattr(_journal, "code_version", lambda: "0.0.9 abc")
        kept(
            "cubes" if changed == "stage" else "squares",
            lambda: (1, "b" if changed == "inputs" else "a"),
            work,
        )
    assert work.done == 2


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-3])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def flipped(file: Path) -> None:
    raw = bytearray(file.read_bytes())
    raw[-1] ^= 1
    file.write_bytes(bytes(raw))


@pytest.mark.parametrize("damage", [cut, emptied, flipped])
def test_a_damaged_entry_is_said_set_aside_and_done_again(
    damage: Callable[[Path], None], tmp_path: Path
) -> None:
    work, told = Counted(), list[str]()
    for _ in range(3):
        with keeping(Journal(tmp_path, told.append)):
            arrays, _ = kept("squares", lambda: (1,), work)
        assert arrays["squares"].tolist() == [0, 1, 4, 9]
        (entry,) = tmp_path.glob("*.safetensors")
        if work.done == 1:
            damage(entry)
    assert work.done == 2
    assert len(told) == 1
    assert f"{entry}: is damaged; set aside as {entry.name}.damaged-1, and its work is done again" in told
    assert (tmp_path / f"{entry.name}.damaged-1").exists()


@pytest.mark.parametrize(
    "raw",
    [b"", b"nothing of the kind", b"\x02" + bytes(7) + b"{}", save({"a": np.zeros(2)}, {"entry": "[1]"})],
)
def test_an_entry_that_another_wrote_is_set_aside_though_its_hash_is_right(
    raw: bytes, tmp_path: Path
) -> None:
    work, told = Counted(), list[str]()
    with keeping(Journal(tmp_path)):
        kept("squares", lambda: (1,), work)
    (entry,) = tmp_path.glob("*.safetensors")
    entry.unlink()
    digest = hashlib.sha256(raw).hexdigest()[:40]
    (tmp_path / f"{entry.name.split('-')[0]}-{digest}.safetensors").write_bytes(raw)
    with keeping(Journal(tmp_path, told.append)):
        arrays, _ = kept("squares", lambda: (1,), work)
    assert arrays["squares"].tolist() == [0, 1, 4, 9]
    assert work.done == 2
    assert "set aside" in told[0]


def test_a_full_disk_ends_the_journal_and_not_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(_journal, "write_whole", full)
    told: list[str] = []
    with keeping(Journal(tmp_path, told.append)):
        outcomes = [kept("squares", lambda n=n: (n,), Counted()) for n in range(3)]  # type: ignore[misc]
    assert [arrays["squares"].sum() for arrays, _ in outcomes] == [14.0] * 3
    assert told == [
        f"{tmp_path}: cannot be written (No space left on device); the run goes on, and what follows "
        "is not kept"
    ]
    assert os.listdir(tmp_path) == []


def test_seconds_of_an_earlier_run_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([10.0, 70.0])
    with keeping(Journal(tmp_path)):
        with monkeypatch.context() as patch:
            patch.setattr("netlift.core._journal.time.monotonic", lambda: next(ticks))
            kept("squares", lambda: (1,), Counted())
        clock = Clock(100.0, lambda: 0.0)
        with clock.bounding(), clock.stage("train"):
            kept("squares", lambda: (1,), Counted())
    assert clock.seconds() == {"train": 60.0, "total": 60.0}
    assert clock.left() == 40.0


def test_stamps_tell_apart_what_differs() -> None:
    array = np.arange(6)
    different: list[tuple[Any, ...]] = [
        (),
        (None,),
        (0,),
        (False,),
        (0.0,),
        ("0",),
        (b"0",),
        ("a", "b"),
        ("ab",),
        (("a", "b"),),
        (("a",), "b"),
        ({"a": "b"},),
        (array,),
        (array.reshape(2, 3),),
        (array.astype(np.int32),),
        (array.astype(np.float64),),
        (array[:0],),
    ]
    assert len({stamp(*parts) for parts in different}) == len(different)
    assert stamp({"a": 1, "b": 2}) == stamp({"b": 2, "a": 1})
    assert stamp(array.reshape(2, 3).T) == stamp(array.reshape(2, 3).T.copy())
    with pytest.raises(TypeError, match="a set cannot be stamped"):
        stamp({1})


def test_an_ensemble_goes_on_where_it_was(tmp_path: Path) -> None:
    inputs = np.random.default_rng(0).integers(0, 2, (200, 6))
    sequences = from_arrays(inputs, np.cumsum(inputs, axis=1) % 2)

    def weights(times: int) -> list[Any]:
        ensemble = Ensemble(Architecture(1, 8), sequences, seed=3, cycle=50, growth=2)
        for number in range(times):
            ensemble.advance(50)
            if number == 1:
                ensemble.keep(np.array([0, 3, 5]))
        return [ensemble.steps, ensemble.kept, ensemble.network(3).weights["f.0.hidden"].tolist()]

    undisturbed = weights(4)
    for times in (2, 4):  # stopped after two, and gone on with
        journal = Journal(tmp_path)
        with keeping(journal):
            found = weights(times)
    assert found == undisturbed
    assert (journal.found, journal.written) == (2, 2)
