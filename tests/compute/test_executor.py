"""Order, memory and endings of a map over processes."""

import multiprocessing
import operator
import os
import signal
import subprocess
import sys
from functools import partial
from itertools import count, islice

import pytest

from harness.compute.executor import WINDOW, default_workers, map_ordered
from harness.errors import HarnessError

SQUARE = partial(pow, exp=2)
ENDLESS = """
import itertools
import os
import signal
from harness.compute.executor import map_ordered
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's `&` has it ignored
    os.mkfifo("pipe")
    both_ends = ["open('pipe').close()", "open('pipe', 'w').close()"]
    for number, _ in enumerate(
        map_ordered(eval, itertools.chain(both_ends, itertools.repeat("0")), workers=2)
    ):
        if number < 2:
            print(number, flush=True)
"""
"""An end of a pipe opens only with the other: two processes work before anything is said."""


@pytest.mark.parametrize("workers", [-1, 0, 1, 2])
def test_results_come_in_the_order_of_the_items(workers):
    """However many work, the results are those of a plain map."""
    assert list(map_ordered(SQUARE, range(50), workers=workers)) == [n * n for n in range(50)]


@pytest.mark.parametrize("workers", [1, 2])
def test_no_items_give_no_results(workers):
    """An empty map ends at once."""
    assert list(map_ordered(SQUARE, [], workers=workers)) == []


def test_several_workers_are_other_processes():
    """With two workers nothing runs in this process."""
    pids = set(map_ordered(eval, ["__import__('os').getpid()"] * 20, workers=2))

    assert os.getpid() not in pids
    assert 1 <= len(pids) <= 2


@pytest.mark.parametrize("workers", [1, 2])
def test_an_exception_comes_in_its_place(workers):
    """What came before it is given, then it is raised."""
    results = map_ordered(int, ["1", "2", "three", "4"], workers=workers)

    assert list(islice(results, 2)) == [1, 2]
    with pytest.raises(ValueError, match="three"):
        next(results)


@pytest.mark.parametrize("workers", [1, 2])
def test_items_are_drawn_a_window_ahead_and_no_further(workers):
    """An endless source is drawn only as far as the window, so memory is flat."""
    drawn = count()
    results = map_ordered(operator.neg, drawn, workers=workers)

    assert list(islice(results, 3)) == [0, -1, -2]
    assert next(drawn) <= 3 + WINDOW * workers


def test_a_killed_worker_is_an_error_with_advice():
    """A process that dies without a word says what may have happened and what to do."""
    with pytest.raises(HarnessError, match=r"worker process was killed.*fewer than 2 workers"):
        list(map_ordered(os._exit, [9], workers=2))


@pytest.mark.parametrize("ending", [GeneratorExit, KeyboardInterrupt])
def test_no_process_outlives_the_map(ending):
    """When the caller stops, or is interrupted, the workers end."""
    results = map_ordered(operator.neg, count(), workers=2)
    next(results)

    with pytest.raises(ending):
        results.throw(ending)

    assert multiprocessing.active_children() == []


def test_an_interrupt_of_the_whole_terminal_ends_it_cleanly(tmp_path):
    """Ctrl-C reaches every process; only the parent speaks of it."""
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, script],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as process:
        assert [process.stdout.readline() for _ in range(2)] == ["0\n", "1\n"]
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate()

    assert process.returncode != 0
    assert said.count("Traceback") == said.count("KeyboardInterrupt") == 1


def test_there_is_at_least_one_worker():
    """A machine has a processor."""
    assert default_workers() >= 1
