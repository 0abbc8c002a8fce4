"""What a process needs of the machine before it computes."""

import resource
import subprocess
import sys

import pytest


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_AS"), reason="no such bound on this system")
def test_too_little_memory_is_refused_before_anything_computes() -> None:
    mega = 1 << 20
    done = subprocess.run(
        [sys.executable, "-m", "netlift", "distill", "parity_all", "--quiet"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (300 * mega, 300 * mega)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == (
        "netlift: the bound of this process's memory (ulimit -v) is 300 MiB; expected 512 MiB or more\n"
    )
