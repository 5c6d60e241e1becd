"""A script that calls us without a guard is not run anew in the processes that we start."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.spawn import get_preparation_data

import pytest

from harness.api.scripts import once


@pytest.fixture
def script(monkeypatch):
    """Let the main module be a script's."""
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "__file__", "/somewhere/script.py", raising=False)
    monkeypatch.setattr(main, "__spec__", None)
    return main


def test_a_process_is_not_told_of_the_script(script):
    """What Python hands to a new process names no main module; afterwards all is as it was."""
    told = once(get_preparation_data)("a process")

    assert not {name for name in told if name.startswith("init_main")}
    assert script.__file__ == "/somewhere/script.py"
    assert "init_main_from_path" in get_preparation_data("a process")


def test_the_script_is_itself_again_after_an_error(script):
    """Whatever was raised."""
    with pytest.raises(ZeroDivisionError):
        once(lambda: 1 / 0)()

    assert script.__file__ == "/somewhere/script.py"


def test_the_script_is_itself_again_after_several_threads(script):
    """Whoever began first and left first; the last one to leave puts all back."""
    both, left = threading.Barrier(2, timeout=60), threading.Event()

    def first():
        both.wait()

    def second():
        both.wait()
        left.wait(60)

    with ThreadPoolExecutor(2) as pool:
        ends = [pool.submit(once(first)), pool.submit(once(second))]
        ends[0].result()
        between = script.__file__
        left.set()
        ends[1].result()

    assert between is None
    assert script.__file__ == "/somewhere/script.py"
