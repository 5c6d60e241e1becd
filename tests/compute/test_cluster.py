"""A Dask cluster gives what this machine gives, or says in one line why not."""

import hashlib
import os
import shutil
import socket
from itertools import count, islice
from pathlib import Path

import pytest

import harness
from harness.compute.cluster import BATCH, Cluster
from harness.compute.tasks import Task
from harness.errors import ComputeError, UsageError
from tests.compute.working import deadly, negated, patient, picture_of, reading
from tools.dask_cluster import Loopback

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def loopback():
    with Loopback(workers=2) as found:
        yield found


@pytest.fixture
def cluster(loopback):
    return Cluster(address=loopback.address)


@pytest.fixture
def pictures(tmp_path):
    """Lay some files, and give their tasks."""
    found = []
    for number in range(3 * BATCH + 1):
        data = f"picture {number}".encode()
        path = tmp_path / f"{number}.png"
        path.write_bytes(data)
        found.append(reading(path, sha256=hashlib.sha256(data).hexdigest()))
    return found


def test_results_come_in_order_from_other_processes(cluster, pictures):
    """They are those of this machine, and it did none of them."""
    found = list(cluster.map(picture_of, pictures))

    assert [data for data, _ in found] == [task.files[0].path.read_bytes() for task in pictures]
    assert os.getpid() not in {pid for _, pid in found}


def test_few_are_done_here_without_a_cluster():
    """Nothing is reached for what is sooner done here."""
    nowhere = Cluster(address="dask://127.0.0.1:1")

    assert list(nowhere.map(negated, [Task(about=1), Task(about=2)], few=2)) == [-1, -2]


def test_a_file_that_no_worker_sees_is_sent(cluster, tmp_path):
    """A file of this process alone: an open one's name, which is another one's elsewhere."""
    data = b"seen by nobody else"
    (tmp_path / "file").write_bytes(data)
    with (tmp_path / "file").open("rb") as stream:
        path = Path(f"/proc/self/fd/{stream.fileno()}")
        unseen = reading(path, sha256=hashlib.sha256(data).hexdigest())
        (tmp_path / "file").unlink()

        found = list(cluster.map(picture_of, [unseen] * 3))

    assert {data for data, _ in found} == {data}
    assert os.getpid() not in {pid for _, pid in found}


def test_a_file_that_holds_other_bytes_is_told_as_here(cluster, pictures, tmp_path):
    """The worker reads what lies here, whatever its name says; so the caller finds out."""
    wrong = reading(tmp_path / "0.png", sha256="ab" * 32)

    found = list(cluster.map(picture_of, [wrong, *pictures]))

    assert found[0][0] == b"picture 0"


def test_an_exception_comes_in_its_place(cluster, pictures):
    """What nobody can read is what this process would say of it."""
    tasks = [*pictures[:2], reading(Path("absent.png"), sha256="cd" * 32)]
    results = cluster.map(picture_of, tasks)

    with pytest.raises(FileNotFoundError, match=r"absent\.png"):
        list(results)
    with pytest.raises(TypeError):
        list(cluster.map(negated, [Task(about=1), Task(about="x")]))


def test_tasks_are_drawn_a_window_ahead_and_no_further(cluster):
    """An endless source is drawn only as far as the window."""
    drawn = count()
    results = cluster.map(negated, (Task(about=number) for number in drawn))

    assert list(islice(results, 3)) == [0, -1, -2]
    results.close()
    assert next(drawn) <= 12


def test_a_killed_worker_costs_a_retry_and_a_killed_scheduler_the_rest():
    """With the one nothing is lost and the order is kept; of the other one line tells."""
    with Loopback(workers=2) as short:
        first, found, left = short.running[0], [], 12
        results = Cluster(address=short.address).map(patient, map(_task, count()))
        while left:
            number, pid = next(results)
            found.append(number)
            if pid == first.pid:
                first.kill()
            left -= first.poll() is not None
        short.scheduler.kill()

        with pytest.raises(ComputeError, match="the scheduler was lost midway; what was done is"):
            list(results)

    assert first.returncode < 0
    assert found == list(range(len(found)))


def test_a_worker_of_other_code_is_refused_by_name(tmp_path):
    """It would measure otherwise; nothing is done before that is known."""
    shutil.copytree(Path(harness.__file__).parent, tmp_path / "harness")
    with (tmp_path / "harness" / "measure" / "blank.py").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    with Loopback(workers=0) as other:
        other.add(PYTHONPATH=str(tmp_path), PYTHONSAFEPATH="1")
        results = Cluster(address=other.address).map(negated, map(_task, range(9)))

        with pytest.raises(UsageError, match=r"worker tcp://127.*: harness \w+ there and \w+ here"):
            list(results)


def test_what_kills_its_workers_is_named_and_the_rest_goes_on():
    """As often as the scheduler allows, here once, and once more by itself."""
    once = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with Loopback(workers=3, environ=once) as risky:
        tasks = map(_task, ["a", "die", "b", "c"])
        found = Cluster(address=risky.address).map(deadly, tasks, lost=lambda task, why: why[:23])

        assert list(found) == ["a", "it killed 2 worker proc", "b", "c"]


def test_a_scheduler_without_workers_is_one_line():
    """After as much patience as is set."""
    with (
        Loopback(workers=0) as empty,
        pytest.raises(ComputeError, match=r"the scheduler has no workers, after 0\.5 s; start"),
    ):
        list(Cluster(address=empty.address, patience=0.5).map(negated, map(_task, range(3))))


def test_no_scheduler_is_one_line():
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    nowhere = Cluster(address=f"dask://127.0.0.1:{port}", patience=0.5)

    with pytest.raises(ComputeError, match="no Dask scheduler answers there"):
        list(nowhere.map(negated, map(_task, range(3))))


@pytest.mark.parametrize(
    ("answer", "says"),
    [(b"", "it said nothing"), (b"HTTP/1.1 400 Bad Request\r\n\r\n", "it does not speak as Dask")],
)
def test_a_port_of_somebody_else_is_one_line(faulty, answer, says):
    """One that is mute is not waited for without end, and no HTTP is taken for a length."""

    def talk(connection, _request):
        connection.sendall(answer)
        while connection.recv(1024):
            pass

    place = faulty(talk, reads=False).rpartition("/")[2]
    stranger = Cluster(address=f"dask://{place}", patience=0.5)

    with pytest.raises(ComputeError, match=f"no Dask scheduler answers there .{says}"):
        list(stranger.map(negated, map(_task, range(3))))


def _task(about):
    return Task(about=about)
