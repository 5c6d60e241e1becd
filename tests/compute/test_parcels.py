"""What leaves this process is named by content, and readable where it goes."""

import hashlib
import subprocess
import sys
from dataclasses import replace

import pytest

from harness.compute import parcels
from harness.compute.choosing import NAMED, executor_of
from harness.compute.parcels import label_of, packed
from harness.compute.processes import Processes
from harness.compute.remote import Done, Stranger, Unseen, do_tasks
from harness.compute.tasks import Source, Task
from harness.compute.versions import versions


@pytest.fixture
def task(tmp_path):
    path = tmp_path / "one.png"
    path.write_bytes(b"one")
    return Task(key="measures/1 one", about=None, files=(Source(path=path),))


def length(task):
    return len(task.files[0].read())


def test_a_file_goes_by_its_whole_path_and_name(task, tmp_path, monkeypatch):
    """A worker has another folder, and holds what it sees against the sha256."""
    monkeypatch.chdir(tmp_path)
    here = replace(
        task, files=(replace(task.files[0], path=task.files[0].path.relative_to(tmp_path)),)
    )

    (file,) = packed(here, sends=False).files

    assert file.path == task.files[0].path
    assert (file.sha256, file.data) == (hashlib.sha256(b"one").hexdigest(), None)


def test_bytes_go_along_where_they_must(task):
    """Where workers see other files."""
    assert packed(task, sends=True).files[0].data == b"one"


@pytest.mark.parametrize("sends", [True, False])
def test_what_cannot_be_read_stays_here(task, sends):
    """This process says what is wrong with it."""
    task.files[0].path.unlink()

    assert packed(task, sends=sends) is None


def test_equal_content_has_equal_names_and_other_content_others(task, monkeypatch):
    """Where a file lies plays no part; what is computed, by whom, and of what, does."""
    one = packed(task, sends=False)
    moved = replace(one, files=(replace(one.files[0], path=task.files[0].path.parent),))
    other = replace(one, files=(replace(one.files[0], sha256="ab" * 32),))

    assert label_of("f", [one]) == label_of("f", [moved])
    names = {
        label_of("f", [one]),
        label_of("g", [one]),
        label_of("f", [replace(one, key="measures/2 one")]),
        label_of("f", [other]),
        label_of("f", [packed(task, sends=True)]),
    }
    assert len(names) == 5
    here = label_of("f", [one])
    monkeypatch.setattr(parcels, "versions", lambda: (*versions()[:-1], ("numpy", "another")))
    assert label_of("f", [one]) != here


def test_a_worker_does_what_it_sees(task):
    """A file with the right bytes, or the bytes themselves."""
    for sends in (True, False):
        done = do_tasks(length, (packed(task, sends=sends),), versions())

        assert isinstance(done, Done)
        assert [one.value for one in done.ended] == [3]


def test_a_worker_that_sees_another_file_says_so(task):
    """It does nothing, and is sent the bytes."""
    ready = packed(task, sends=False)
    task.files[0].path.write_bytes(b"two")

    assert do_tasks(length, (ready,), versions()) == Unseen()


def test_a_worker_of_other_versions_does_nothing(task):
    """A task that came to a late worker is refused there."""
    wanted = tuple((name, "0" if name == "numpy" else said) for name, said in versions())

    found = do_tasks(length, (packed(task, sends=True),), wanted)

    assert isinstance(found, Stranger)
    assert found.differs.startswith("numpy ")
    assert found.differs.endswith(" there and 0 here")


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("processes", True),
        ("processes:4", True),
        ("processes:0", False),
        ("dask://10.0.0.7:8786", True),
        ("dask+tls://cluster.example:8786", True),
        ("dask://user:word@host:1", False),
        ("dask://host", False),
        ("tcp://host:1", False),
    ],
)
def test_executors_are_named(name, holds):
    """Nothing with a password in it, nothing half said."""
    assert bool(NAMED.fullmatch(name)) is holds


def test_processes_may_be_counted():
    """So many as is said, else one a processor."""
    assert executor_of("processes:3", patience=1) == Processes(workers=3)
    assert executor_of("processes", patience=1) == Processes()


def test_dask_is_loaded_by_its_first_task_alone():
    """To name a cluster costs nothing; it takes a second to load."""
    asked = (
        "import sys; from harness.compute.choosing import executor_of; "
        "executor_of('dask://h:1', patience=1); print('distributed' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
