"""Sequences: read, checked, split, and drawn for the benchmark tasks."""

from netlift.data._sequences import Sequences as Sequences
from netlift.data._split import split as split
from netlift.data._tasks import TASKS as TASKS
from netlift.data._tasks import Task as Task
from netlift.data._tasks import get_task as get_task

__all__ = ["TASKS", "Sequences", "Task", "get_task", "split"]
