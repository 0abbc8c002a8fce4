"""A result's program as a monitor: run on a log, beside the log's own answers."""

from netlift.monitor._outcome import Outcome as Outcome
from netlift.monitor._outcome import told_lines as told_lines
from netlift.monitor._run import run_log as run_log

__all__ = ["Outcome", "run_log", "told_lines"]
