"""Functions that tests hand to workers elsewhere, and the tasks for them."""

import os
import signal
import time

from harness.compute.tasks import Source, Task


def asked(task):
    """Evaluate what a task asks, where `os` is known."""
    return eval(task.about)


def negated(task):
    return -task.about


def picture_of(task):
    """Say what the file holds, and who read it; the parameter is a folder where it is marked."""
    if task.about:
        (task.about / str(os.getpid())).touch()
    return task.files[0].read(), os.getpid()


def deadly(task):
    """End the worker where the parameter says so."""
    if task.about == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    return task.about


def patient(task):
    """Take a little time, so that a worker can be ended midway."""
    time.sleep(0.02)
    return task.about, os.getpid()


def reading(path, *, sha256, about=None):
    return Task(key=sha256, about=about, files=(Source(path=path, sha256=sha256),))
