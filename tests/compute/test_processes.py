"""Order, memory, lost workers and endings of a map over processes."""

import multiprocessing
import operator
import os
import signal
import subprocess
import sys
from itertools import count, islice

import pytest

from harness.compute.executor import TINY, spread_by
from harness.compute.processes import WINDOW, Processes, default_workers
from harness.compute.tasks import Source, Task
from harness.errors import ComputeError
from tests.compute.working import asked

ENDLESS = """
import itertools
import os
import signal
from harness.compute.executor import spread_by
from harness.compute.processes import Processes
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's `&` has it ignored
    os.mkfifo("pipe")
    both_ends = ["open('pipe').close()", "open('pipe', 'w').close()"]
    spread = spread_by(Processes(workers=2))
    for number, _ in enumerate(spread(eval, itertools.chain(both_ends, itertools.repeat("0")))):
        if number < 2:
            print(number, flush=True)
"""
"""An end of a pipe opens only with the other: two processes work before anything is said."""

DIE = "__import__('os').kill(__import__('os').getpid(), 9)"
"""What a killed worker had been asked."""


def spread(workers):
    return spread_by(Processes(workers=workers))


def tasks(*asks):
    return [Task(about=ask) for ask in asks]


def once(path, then):
    """Give what kills a worker the first time, and then says `then`."""
    made = f"__import__('os').open({str(path)!r}, 0o301)"
    return f"({DIE} if not __import__('os').path.exists({str(path)!r}) and {made} else {then})"


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_items(workers):
    """However many work, the results are those of a plain map."""
    assert list(spread(workers)(operator.neg, range(50))) == [-n for n in range(50)]


@pytest.mark.parametrize("workers", [1, 2])
def test_no_items_give_no_results(workers):
    """An empty map ends at once."""
    assert list(spread(workers)(operator.neg, [])) == []


def test_several_workers_are_other_processes():
    """With two workers nothing runs in this process."""
    pids = set(spread(2)(eval, ["__import__('os').getpid()"] * 20))

    assert os.getpid() not in pids
    assert 1 <= len(pids) <= 2


@pytest.mark.parametrize("number", [3, 4])
def test_few_tasks_are_done_here(number):
    """Up to the number that the caller says no process is started; from there on some are."""
    pids = set(Processes(workers=2).map(asked, tasks(*["os.getpid()"] * number), few=3))

    assert (pids == {os.getpid()}) is (number == 3)


@pytest.mark.parametrize(("size", "here"), [(TINY // 5, True), (TINY // 5 + 1, False)])
def test_tiny_files_are_read_here(tmp_path, size, here):
    """Files of few bytes all together are worth no process."""
    path = tmp_path / "file"
    path.write_bytes(bytes(size))
    five = [Task(about="os.getpid()", files=(Source(path=path),))] * 5

    pids = set(Processes(workers=2).map(asked, five, few=1, tiny=TINY))

    assert (pids == {os.getpid()}) is here


@pytest.mark.parametrize("workers", [1, 2])
def test_an_exception_comes_in_its_place(workers):
    """What came before it is given, then it is raised."""
    results = spread(workers)(int, ["1", "2", "three", "4"])

    assert list(islice(results, 2)) == [1, 2]
    with pytest.raises(ValueError, match="three"):
        next(results)


@pytest.mark.parametrize("workers", [1, 2])
def test_items_are_drawn_a_window_ahead_and_no_further(workers):
    """An endless source is drawn only as far as the window, so memory is flat."""
    drawn = count()
    results = spread(workers)(operator.neg, drawn)

    assert list(islice(results, 3)) == [0, -1, -2]
    assert next(drawn) <= 3 + WINDOW * workers


def test_a_killed_worker_costs_a_retry(tmp_path):
    """A process that is killed once midway changes no result."""
    asks = ["0", "1", once(tmp_path / "killed", 2), *map(str, range(3, 20))]

    found = list(Processes(workers=2).map(asked, tasks(*asks)))

    assert (tmp_path / "killed").exists()
    assert found == list(range(20))


def test_what_kills_every_worker_is_named(tmp_path):
    """A picture that kills whoever measures it is told by its name; what came before is given."""
    poison = Task(about=DIE, files=(Source(path=tmp_path / "bomb.png"),))

    results = Processes(workers=2).map(asked, [*tasks("0", "1"), poison, *tasks("3")])

    assert list(islice(results, 2)) == [0, 1]
    with pytest.raises(ComputeError, match=r"bomb\.png: it killed 4 worker processes"):
        next(results)


def test_something_may_stand_for_what_kills_its_workers():
    """Where the caller has an answer for it, all others are done."""
    some = tasks("0", DIE, "2", "3")

    found = list(Processes(workers=2).map(asked, some, lost=lambda task, why: why[:9]))

    assert found == [0, "it killed", 2, 3]


def test_processes_wait_for_the_next_map(tmp_path, monkeypatch):
    """A second map starts none; in another folder, where paths may mean others, it does."""
    here = [set(spread(2)(eval, ["__import__('os').getpid()"] * 20)) for _ in range(2)]
    monkeypatch.chdir(tmp_path)
    there = set(spread(2)(eval, ["(__import__('os').getpid(), __import__('os').getcwd())"] * 20))

    assert here[0] & here[1]
    assert {folder for _, folder in there} == {str(tmp_path)}
    assert not {pid for pid, _ in there} & (here[0] | here[1])


@pytest.mark.parametrize("ending", [GeneratorExit, KeyboardInterrupt])
def test_no_process_outlives_the_map(ending):
    """When the caller stops, or is interrupted, the workers end."""
    results = spread(2)(operator.neg, count())
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


STRANGERS = """
import operator
from harness.compute.executor import spread_by
from harness.compute.processes import Processes
if __name__ == "__main__":
    print(list(spread_by(Processes(workers=2))(operator.neg, range(2))))
"""


def test_no_module_of_the_current_folder_is_run(tmp_path):
    """A suite is data: its repository may hold what is named as a module of Python's."""
    (tmp_path / "there" / "multiprocessing").mkdir(parents=True)
    (tmp_path / "there" / "multiprocessing" / "__init__.py").write_text("open('ran', 'w')\n")
    (tmp_path / "script.py").write_text(STRANGERS)

    done = subprocess.run([sys.executable, tmp_path / "script.py"], cwd=tmp_path / "there",
                          capture_output=True, text=True, timeout=60, check=False)  # fmt: skip

    assert not (tmp_path / "there" / "ran").exists()
    assert done.stdout == "[0, -1]\n", done.stderr


def test_there_is_at_least_one_worker():
    """A machine has a processor."""
    assert default_workers() >= 1
