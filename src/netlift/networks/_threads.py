"""What a process that trains many networks takes of the machine: cores and memory."""

import os


def use_one_thread() -> None:
    """Make training in this process use one thread; call it before the first network is trained.

    Processes that share the cores train fastest with one thread each. Does nothing once JAX has
    started its backend.
    """
    wanted = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    flags = os.environ.get("XLA_FLAGS", "")
    if wanted not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {wanted}".strip()
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def forget_compiled() -> None:
    """Free the compiled training programs; a process that trains for many tasks calls it between them."""
    import jax

    jax.clear_caches()
