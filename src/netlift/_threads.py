"""What a process takes of the machine. Imports nothing heavy: it acts before numpy and JAX are loaded."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_XLA = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def use_one_thread() -> None:
    """Make this process, and those it starts, compute on one thread; call it before numpy is imported.

    Small networks train no faster on two, and sums in one fixed order keep equal seeds equal.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    flags = os.environ.get("XLA_FLAGS", "")
    if _XLA not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {_XLA}".strip()


@contextmanager
def compiled_shared() -> Iterator[None]:
    """Processes that are started meanwhile share the training programs that one of them compiled.

    The folder of these is a temporary one, or what the user named in JAX_COMPILATION_CACHE_DIR.
    """
    with tempfile.TemporaryDirectory() as folder:
        named = {"JAX_COMPILATION_CACHE_DIR": folder, "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.2"}
        named = {name: value for name, value in named.items() if name not in os.environ}
        os.environ.update(named)
        try:
            yield
        finally:
            for name in named:
                del os.environ[name]


def forget_compiled() -> None:
    """Free the compiled training programs; a process that trains for many tasks calls it between them."""
    import jax

    jax.clear_caches()  # type: ignore[no-untyped-call]
