"""The benchmark: its tasks, their data, the runner and its page."""

from netlift.bench._tasks import TASKS as TASKS
from netlift.bench._tasks import Task as Task
from netlift.bench._tasks import get_task as get_task

__all__ = ["TASKS", "Task", "get_task"]
