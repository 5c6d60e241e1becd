"""Batches obtain what is missing at half the price, and lose or ask nothing twice."""

import http.client
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image

from harness.errors import ProviderError, SecretFound, SpendingRefused, StoreError, UsageError
from harness.evaluate.batch import batch_plan, obtain_by_batch
from harness.evaluate.batch_jobs import Ended, JobFolder
from harness.evaluate.doctor import examine
from harness.evaluate.obtain import obtain
from harness.evaluate.order import Order
from harness.evaluate.plan import plan_suites
from harness.evaluate.workspace import Wish, Workspace
from harness.loader import load_suites
from harness.provider import batch as batch_module
from harness.runner.chain import Live
from harness.settings import Settings
from harness.simulator.server import serving
from harness.store.files import locked

KEY = "any-key-of-a-test"
SUITE = """\
version: 1
suite: shop
defaults: {samples: 2}
cases:
  - id: city
    prompt: "[[text]] A night city"
  - id: fox
    prompt: "[[text]] A fox"
"""
CHAIN = """\
version: 1
suite: shop
defaults: {samples: 2}
cases:
  - id: walk
    turns:
      - prompt: "[[text]] A fox"
      - prompt: "[[text]] Now it rains"
"""


class Ground:
    """A workspace whose endpoint `local` is a simulator that costs money, as far as we know."""

    def __init__(self, root, url):
        self.root, self.url = root, url
        start = datetime.now(UTC)
        ticks = iter(range(10**6))
        self.late = timedelta()
        self.workspace = Workspace(
            root=root,
            settings=Settings(
                endpoint="local",
                endpoints={
                    "local": {"base_url": url, "key_env": ["LOCAL_KEY"], "limits": {"files": True}}
                },
            ),
            environ={"LOCAL_KEY": KEY},
            now=lambda: start + self.late + timedelta(milliseconds=next(ticks)),
        )
        self.order = Order(live=Live.MISSING, wish=Wish())
        self.suite(SUITE)

    def suite(self, text, *, picture=None):
        path = self.root / "suites" / "shop.yaml"
        path.parent.mkdir(exist_ok=True)
        if picture is not None:
            Image.linear_gradient("L").resize((64, 64)).save(picture)
        path.write_text(text)
        self.suites = load_suites([path])

    def later(self, **time):
        """Let time pass."""
        self.late += timedelta(**time)

    def limit(self, **limits):
        """Set limits of the endpoint."""
        local = self.workspace.settings.endpoints["local"]
        limited = local.model_copy(update={"limits": local.limits.model_copy(update=limits)})
        settings = self.workspace.settings.model_copy(update={"endpoints": {"local": limited}})
        self.workspace = replace(self.workspace, settings=settings)

    def cap(self, usd):
        """Set the cap of a run."""
        settings = self.workspace.settings.model_copy(update={"max_cost": usd})
        self.workspace = replace(self.workspace, settings=settings)

    def run(self, *, pause=None, purse=None, **changes):
        def never(_):
            raise AssertionError("nobody has to wait")

        return obtain_by_batch(
            self.suites,
            self.workspace,
            replace(self.order, **changes),
            purse or self.workspace.purse(),
            pause=pause or never,
        )

    def jobs(self):
        """Give the jobs that the service holds, oldest first."""
        headers = {"x-goog-api-key": KEY}
        tree = httpx.get(f"{self.url}/v1beta/batches?pageSize=100", headers=headers).json()
        return list(reversed(tree.get("operations", [])))

    def asked(self):
        """Count what was asked of the service in batches."""
        return [int(job["metadata"]["batchStats"]["requestCount"]) for job in self.jobs()]

    @property
    def cassettes(self):
        return self.workspace.cassettes("shop")

    @property
    def folder(self):
        return JobFolder(self.cassettes.folder)

    def balance(self):
        return self.workspace.ledger.balance("local")


@pytest.fixture
def ground(tmp_path):
    """Stand on a simulator of one's own, whose jobs are done at the first look."""
    with serving(seed=7) as url:
        yield Ground(tmp_path, url)


@pytest.fixture
def slow(tmp_path):
    """Stand on a simulator whose jobs are at work at the first two looks."""
    with serving(seed=7, batch_polls=2) as url:
        yield Ground(tmp_path, url)


def samples_of(kept):
    obtained, _ = kept
    return [sample for each in obtained for chain in each.samples for sample in chain]


def interrupt(_):
    raise KeyboardInterrupt


def test_what_is_missing_comes_in_one_job(ground):
    """Each answer is the sample's own recording, as if it had been called for."""
    kept = ground.run()

    items = ground.cassettes.load()
    assert ground.asked() == [4]
    assert kept[1] is None
    assert all(sample.generation for sample in samples_of(kept))
    assert {item.batch for item in items} == {ground.jobs()[0]["name"]}
    assert all(item.reserialised and item.simulated and item.seconds is None for item in items)
    assert all(item.request.url.endswith(":generateContent") for item in items)
    assert ground.folder.open() == ()
    assert kept[0][0].generated == 4


def test_a_replay_of_it_needs_nobody(ground):
    """Nothing is stale, also for single calls."""
    ground.run()

    plan = plan_suites(ground.suites, ground.workspace, wish=Wish(), live=Live.MISSING)
    obtained, stopped = obtain(
        ground.suites, ground.workspace, Order(), purse=ground.workspace.purse()
    )

    assert plan.to_do == ()
    assert stopped is None
    assert all(sample.generation for chain in obtained[0].samples for sample in chain)


def test_it_costs_half(ground):
    """By usage, in the run, in the samples and in the ledger."""
    purse = ground.workspace.purse()
    samples = samples_of(ground.run(purse=purse))
    usages = [sample.generation.usage for sample in samples]
    full = sum(u.prompt * 2e-6 + (u.candidates + u.thoughts) * 12e-6 for u in usages)

    assert purse.spent_usd == pytest.approx(full / 2)
    assert sum(sample.cost_usd for sample in samples) == pytest.approx(full / 2)
    assert ground.balance().spent_usd == pytest.approx(full / 2, abs=1e-5)
    assert ground.balance().open_usd == 0
    assert purse.charges == ()


def test_the_plan_that_is_agreed_to_is_at_half_price(ground):
    """Before anything is handed in."""
    agreed = []

    ground.run(confirm=agreed.append)

    whole = plan_suites(ground.suites, ground.workspace, wish=Wish(), live=Live.ALL)
    assert agreed[0].ceiling_usd == pytest.approx(whole.ceiling_usd / 2)
    assert agreed[0].expected_usd == pytest.approx(whole.expected_usd / 2)


def test_what_was_not_agreed_to_is_not_handed_in(ground):
    """The refusal passes."""

    def refuse(plan):
        raise SpendingRefused("no")

    with pytest.raises(SpendingRefused):
        ground.run(confirm=refuse)

    assert ground.jobs() == []


def test_a_job_at_work_is_looked_at_ever_less_often(slow):
    """With a word on how it stands."""
    waits, told = [], []

    slow.run(pause=waits.append, progress=told.append)

    assert len(waits) == 2
    assert waits == sorted(waits)
    assert "RUNNING" in told[0].what.upper()
    assert (told[-1].done, told[-1].total) == (4, 4)


def test_a_run_that_was_killed_is_taken_up(slow):
    """Nothing is asked twice, and what was reserved is settled by its own line."""
    with pytest.raises(KeyboardInterrupt):
        slow.run(pause=interrupt)
    (job,) = slow.folder.open()
    reserved = slow.balance()
    purse = slow.workspace.purse()

    kept = slow.run(pause=lambda _: None, purse=purse)

    assert job.name == slow.jobs()[0]["name"]
    assert slow.asked() == [4]
    assert all(sample.generation for sample in samples_of(kept))
    assert reserved.open_usd > purse.spent_usd > 0
    assert slow.balance().open_usd == 0
    assert slow.balance().spent_usd == pytest.approx(purse.spent_usd, abs=1e-5)


def test_a_run_that_was_killed_before_it_noted_the_name_is_taken_up(slow):
    """The job is found by what it was handed in under."""
    with pytest.raises(KeyboardInterrupt):
        slow.run(pause=interrupt)
    next(slow.folder.folder.glob("*.named.json")).unlink()

    kept = slow.run(pause=lambda _: None)

    assert slow.asked() == [4]
    assert all(sample.generation for sample in samples_of(kept))


def test_a_job_that_the_service_never_had_is_given_up_ten_minutes_later(slow):
    """A list may lag behind: it is looked for till then; what it may cost counts; it is asked."""
    with pytest.raises(KeyboardInterrupt):
        slow.run(pause=interrupt)
    next(slow.folder.folder.glob("*.named.json")).unlink()
    name = slow.jobs()[0]["name"]
    httpx.delete(f"{slow.url}/v1beta/{name}", headers={"x-goog-api-key": KEY})
    reserved = slow.balance().open_usd

    slow.later(minutes=9)
    early = slow.run(pause=lambda _: None)
    asked_early, open_early = slow.asked(), slow.folder.open()
    slow.later(minutes=1)
    purse = slow.workspace.purse()
    kept = slow.run(pause=lambda _: None, purse=purse)

    assert "may be under way" in str(early[1])
    assert asked_early == []
    assert len(open_early) == 1
    assert slow.asked() == [4]
    assert all(sample.generation for sample in samples_of(kept))
    assert slow.balance().open_usd == 0
    assert sum(charge.ceiling_usd for charge in purse.charges) == pytest.approx(reserved)


def test_a_job_is_collected_though_its_suite_was_changed(slow):
    """Its answer is recorded; what the suite asks now is asked beside it."""
    with pytest.raises(KeyboardInterrupt):
        slow.run(pause=interrupt)
    slow.suite(SUITE.replace("A fox", "A wolf"))

    kept = slow.run(pause=lambda _: None)

    assert slow.asked() == [4, 2]
    assert all(sample.generation for sample in samples_of(kept))
    assert len(slow.cassettes.load()) == 4
    assert len(slow.cassettes.replaced()) == 2


def test_turns_go_round_by_round(ground):
    """Turn 1 of all chains, then turn 2, which holds what turn 1 answered."""
    ground.suite(CHAIN)

    kept = ground.run()

    second = [item for item in ground.cassettes.load() if item.key.turn == 1]
    assert ground.asked() == [2, 2]
    assert all(sample.generation for sample in samples_of(kept))
    assert all("thoughtSignature" in json.dumps(item.request.body) for item in second)


def test_what_failed_within_a_job_is_named_and_the_rest_is_kept(tmp_path):
    """A partly failed job: each sample is good or says its fault; the bill is what was spent."""
    with serving(seed=7, faults=("batch-partly",), bill=tmp_path / "bill") as url:
        ground = Ground(tmp_path, url)
        purse = ground.workspace.purse()
        samples = samples_of(ground.run(purse=purse))

        bill = [json.loads(line) for line in (tmp_path / "bill").read_text().splitlines()]
        failed = [sample for sample in samples if sample.failure]
        assert (len(failed), len(ground.cassettes.load())) == (2, 2)
        assert all("error" in sample.failure.message for sample in failed)
        assert ground.asked() == [4]
        assert purse.spent_usd == pytest.approx(sum(line["usd"] for line in bill))
        assert {line["fate"] for line in bill} == {"batch"}


def test_what_failed_is_asked_for_again_by_the_next_run(tmp_path):
    """And nothing else is."""
    with serving(seed=7, faults=("batch-partly",)) as url:
        ground = Ground(tmp_path, url)
        ground.run()
        ground.run()

        assert ground.asked() == [4, 2]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("batch-expired", "DeadlineExceeded"),
        ("batch-failed", "ServiceFailed"),
        ("batch-cancelled", "ServiceFailed"),
    ],
)
def test_a_job_that_came_to_no_good_end_is_an_outcome(tmp_path, fault, kind):
    """Every sample says so, nothing is spent, and the job is over."""
    with serving(seed=7, faults=(fault,)) as url:
        ground = Ground(tmp_path, url)
        purse = ground.workspace.purse()
        samples = samples_of(ground.run(purse=purse))

        assert {sample.failure.kind for sample in samples} == {kind}
        assert all(fault.partition("-")[2] in sample.failure.message for sample in samples)
        assert ground.asked() == [4]
        assert ground.folder.open() == ()
        assert purse.spent_usd == 0
        assert ground.balance().open_usd == 0


def test_many_requests_go_in_a_file(ground, monkeypatch):
    """And their answers come by their names, whatever the order."""
    monkeypatch.setattr(batch_module, "INLINE", 10)

    kept = ground.run()

    about = ground.jobs()[0]["metadata"]
    answers = {s.key.case: s.generation.parts for s in samples_of(kept)}
    assert about["inputConfig"]["fileName"].startswith("files/")
    assert len(answers) == 2
    assert len(ground.cassettes.load()) == 4


def test_a_large_picture_is_uploaded_and_the_request_counts_as_if_it_were_there(ground):
    """A job's requests name files; a replay builds them inline."""
    picture = ground.root / "suites" / "fox.png"
    ground.suite(SUITE + "    references: [fox]\nreferences: {fox: fox.png}\n", picture=picture)
    ground.limit(inline_bytes=50)

    ground.run()

    items = [item for item in ground.cassettes.load() if item.key.case == "fox"]
    plan = plan_suites(ground.suites, ground.workspace, wish=Wish(), live=Live.MISSING)
    assert all(item.files for item in items)
    assert all("fileData" in json.dumps(item.request.body) for item in items)
    assert plan.to_do == ()


def test_an_upload_that_fails_stops_the_run(tmp_path):
    """The run stops with what it could hand in; nothing stays reserved."""
    with serving(seed=7, faults=("upload-refused",)) as url:
        ground = Ground(tmp_path, url)
        picture = ground.root / "suites" / "fox.png"
        ground.suite(SUITE + "    references: [fox]\nreferences: {fox: fox.png}\n", picture=picture)
        ground.limit(inline_bytes=50)

        _, stopped = ground.run()

        assert isinstance(stopped, ProviderError)
        assert ground.balance().open_usd == 0


def between(url, *, forwards, then, listed=(True,)):
    """Stand between: hand on what is asked, unless it is a job that is not to arrive.

    Args:
        url: The simulator.
        forwards: Jobs reach it.
        then: What is said of a job handed in; None lets the connection break.
        listed: Jobs are in the list once something is in it.
    """
    behind = urlsplit(url)

    def talk(connection, request):
        head, _, body = request.partition(b"\r\n\r\n")
        method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
        handed_in = path.endswith(":batchGenerateContent")
        if forwards or not handed_in:
            ahead = http.client.HTTPConnection(behind.hostname, behind.port)
            headers = {"x-goog-api-key": KEY, "content-type": "application/json"}
            ahead.request(method, path, body, headers)
            answer = ahead.getresponse()
            status, data = answer.status, answer.read()
            ahead.close()
        if handed_in and then is None:
            return
        status, data = (then, b"{}") if handed_in else (status, data)
        if path.startswith("/v1beta/batches?") and not listed:
            data = b"{}"
        lines = f"HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {len(data)}\r\n\r\n"
        connection.sendall(lines.encode() + data)

    return talk


@pytest.mark.parametrize("then", [None, 503, 504])
def test_a_job_whose_answer_was_lost_is_found(ground, faulty, tmp_path, then):
    """The service took it in: it is collected, and asked for once."""
    lossy = Ground(tmp_path, faulty(between(ground.url, forwards=True, then=then)))

    kept = lossy.run()

    assert ground.asked() == [4]
    assert all(sample.generation for sample in samples_of(kept))


@pytest.mark.parametrize(
    ("then", "kind"),
    [(429, "QuotaExhausted"), (400, "RequestRejected"), (413, "RequestRejected")],
)
def test_a_job_that_was_refused_is_an_outcome(ground, faulty, tmp_path, then, kind):
    """Each sample says so; nothing is reserved, nothing open, and the next run asks."""
    closed = Ground(tmp_path, faulty(between(ground.url, forwards=False, then=then)))

    samples = samples_of(closed.run())

    assert {sample.failure.kind for sample in samples} == {kind}
    assert closed.folder.open() == ()
    assert closed.balance().usd == 0
    assert ground.jobs() == []


@pytest.mark.parametrize("then", [500, 502, 503, 504, 408])
def test_a_job_that_is_not_in_the_list_yet_is_not_handed_in_again(ground, faulty, tmp_path, then):
    """What stands between handed it on, and the service lists it late: it is paid once."""
    listed = []
    lossy = Ground(tmp_path, faulty(between(ground.url, forwards=True, then=then, listed=listed)))

    first, second = lossy.run(), lossy.run()
    reserved, asked = lossy.balance().open_usd, ground.asked()
    listed.append(True)
    purse = lossy.workspace.purse()
    third = lossy.run(purse=purse)

    assert all("may be under way" in str(kept[1]) for kept in (first, second))
    assert reserved > 0
    assert asked == ground.asked() == [4]
    assert all(sample.generation for sample in samples_of(third))
    assert purse.charges == ()
    assert lossy.balance().open_usd == 0


def test_a_job_that_nobody_can_tell_of_stays_open(ground, faulty, tmp_path):
    """What it may cost stays reserved; a later run finds that there is none, and asks."""
    broken = Ground(tmp_path, faulty(between(ground.url, forwards=False, then=None)))

    kept = broken.run()
    (job,) = broken.folder.open()
    reserved = broken.balance().open_usd
    again = Ground(tmp_path, ground.url)
    again.later(minutes=10)
    whole = again.run()

    assert isinstance(kept[1], ProviderError)
    assert {sample.failure.kind for sample in samples_of(kept)} == {"Unreachable"}
    assert job.name == ""
    assert reserved > 0
    assert all(sample.generation for sample in samples_of(whole))
    assert ground.asked() == [4]
    assert again.balance().open_usd == 0


def test_an_answer_that_somebody_recorded_meanwhile_stays(slow):
    """The job's own, which is paid all the same, is kept among the replaced, and once."""
    with pytest.raises(KeyboardInterrupt):
        slow.run(pause=interrupt)
    anew = replace(slow.order, live=Live.ALL)
    obtain(slow.suites, slow.workspace, anew, purse=slow.workspace.purse())
    before = {item.key: item for item in slow.cassettes.load()}
    purse = slow.workspace.purse()

    slow.run(pause=lambda _: None, purse=purse)
    behind = slow.cassettes.replaced()
    next(slow.folder.folder.glob("*.ended.json")).unlink()
    slow.run(pause=lambda _: None)

    assert {item.key: item for item in slow.cassettes.load()} == before
    assert {item.key for item in behind} == set(before)
    assert {item.batch for item in behind} == {slow.jobs()[0]["name"]}
    assert slow.cassettes.replaced() == behind
    assert purse.spent_usd > 0


def test_what_an_open_job_is_asked_for_is_bought_by_no_call(slow):
    """It would be paid twice; --batch collects it, and then nothing is missing."""
    with pytest.raises(KeyboardInterrupt):
        slow.run(pause=interrupt)
    purse = slow.workspace.purse()

    with pytest.raises(SpendingRefused, match=r"4 of these answers are asked for by batch job"):
        obtain(slow.suites, slow.workspace, slow.order, purse=purse)

    assert purse.calls == 0
    slow.run(pause=lambda _: None)
    obtain(slow.suites, slow.workspace, slow.order, purse=purse)
    assert purse.calls == 0


def test_all_is_generated_anew_once(ground):
    """Live all: what is recorded is replaced, and asked for once."""
    ground.run()

    ground.run(live=Live.ALL)

    assert ground.asked() == [4, 4]
    assert len(ground.cassettes.load()) == 4
    assert len(ground.cassettes.replaced()) == 4


def test_a_cap_is_kept_also_by_what_waits_for_bills(ground):
    """Two ceilings fit at once: two are handed in, and then what their bills leave."""
    plan = batch_plan(ground.suites, ground.workspace, ground.order)
    ground.cap(plan.rows[0].ceiling_usd * 2.5)

    kept = ground.run()

    assert ground.asked() == [2, 2]
    assert kept[1] is None
    assert {item.key.sample for item in ground.cassettes.load()} == {0, 1}


def test_at_the_cap_the_rest_is_missing(ground):
    """The run says why, and what was bought is kept."""
    plan = batch_plan(ground.suites, ground.workspace, ground.order)
    ground.cap(plan.rows[0].ceiling_usd * 1.0001)

    _, stopped = ground.run()

    assert ground.asked() == [1]
    assert isinstance(stopped, SpendingRefused)
    assert [item.key.sample for item in ground.cassettes.load()] == [0]
    assert ground.balance().open_usd == 0


def test_a_stream_is_refused_before_anything_is_asked(ground):
    """A batch answers whole."""
    ground.suite(SUITE.replace("samples: 2", "samples: 2, stream: true"))

    with pytest.raises(UsageError, match="stream"):
        ground.run()

    assert ground.jobs() == []


def test_a_prompt_that_holds_a_key_is_not_handed_in(ground):
    """Nothing is written, nothing asked, nothing stays reserved."""
    ground.suite(SUITE.replace("A fox", KEY))

    with pytest.raises(SecretFound):
        ground.run()

    assert ground.jobs() == []
    assert ground.folder.open() == ()
    assert ground.balance().open_usd == 0


def test_the_doctor_tells_of_open_jobs(slow):
    """And of none, once they are collected."""

    def told():
        return [found.message for found in examine(slow.workspace) if "batches" in found.name]

    with pytest.raises(KeyboardInterrupt):
        slow.run(pause=interrupt)
    before = told()
    slow.run(pause=lambda _: None)

    assert "with 4 answers asked for" in before[0]
    assert told() == []


def test_an_answer_that_holds_a_key_is_refused_alone(slow):
    """Keys in use since then count too; it is named, and the others are kept."""
    slow.suite(SUITE.replace("A fox", "A fox called Reynard"))
    with pytest.raises(KeyboardInterrupt):
        slow.run(pause=interrupt)
    environ = {**slow.workspace.environ, "GEMINI_API_KEY": "fox called Reynard"}
    slow.workspace = replace(slow.workspace, environ=environ)
    slow.suite(SUITE.replace('  - id: fox\n    prompt: "[[text]] A fox"\n', ""))

    samples = samples_of(slow.run(pause=lambda _: None))

    assert all(sample.generation for sample in samples)
    assert {item.key.case for item in slow.cassettes.load()} == {"city"}
    assert slow.folder.open() == ()


class Echo:
    """Stands between, and sends the key back in what it says of a job or an answer."""

    def __init__(self, url, told):
        self.url, self.told = urlsplit(url), told

    def __call__(self, connection, request):
        head, _, body = request.partition(b"\r\n\r\n")
        method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
        ahead = http.client.HTTPConnection(self.url.hostname, self.url.port)
        ahead.request(method, path, body, {"x-goog-api-key": KEY})
        tree = json.loads(ahead.getresponse().read())
        ahead.close()
        data = json.dumps(self.told(tree)).encode()
        lines = f"HTTP/1.1 200 X\r\nconnection: close\r\ncontent-length: {len(data)}\r\n\r\n"
        connection.sendall(lines.encode() + data)


def named_by_the_key(tree):
    return {**tree, "name": f"batches/{KEY}"}


def failed_with_the_key(tree):
    about = {**tree.get("metadata", {}), "state": "BATCH_STATE_FAILED"}
    return {**tree, "metadata": about, "done": True, "error": {"message": f"no {KEY}"},
            "response": {}}  # fmt: skip


def of_rows(*rows):
    def told(tree):
        about = {**tree["metadata"], "state": "BATCH_STATE_SUCCEEDED"}
        answers = {"inlinedResponses": list(rows)}
        return {**tree, "metadata": about, "done": True, "response": {"inlinedResponses": answers}}

    return told


def pictured(data):
    part = {"inlineData": {"mimeType": "image/png", "data": data}}
    return {"candidates": [{"content": {"parts": [part]}}]}


@pytest.mark.parametrize(
    "told",
    [
        named_by_the_key,
        failed_with_the_key,
        of_rows(*[{"error": {"code": 3, "message": f"no {KEY}"}}] * 4),
        of_rows(*[{"response": pictured(KEY)}] * 4),
        of_rows(*[{"response": {"candidates": [{"content": {"parts": [{"text": KEY}]}}]}}] * 4),
    ],
)
def test_a_key_that_is_sent_back_is_in_no_file_and_no_word(ground, faulty, tmp_path, told):
    """Of the job, its name, its end, its bills and its samples."""
    echo = Ground(tmp_path, faulty(Echo(ground.url, told)))
    purse = echo.workspace.purse()

    kept = echo.run(purse=purse)

    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 2
    assert not [data for data in files if KEY.encode() in data]
    assert KEY not in str((kept, purse.charges))


def test_a_job_notes_no_key_of_another_endpoint(slow):
    """Of its end the reason is left out, and a name is refused."""
    with pytest.raises(KeyboardInterrupt):
        slow.run(pause=interrupt)
    (job,) = slow.folder.open()
    folder = JobFolder(slow.cassettes.folder, secrets=("another-key-0123456789",))

    with pytest.raises(SecretFound):
        folder.name(job.asked, "batches/another-key-0123456789")
    folder.end(job.asked, Ended(state="failed", at="", why="no another-key-0123456789"))

    (path,) = slow.folder.folder.glob("*.ended.json")
    assert "another-key" not in path.read_text()
    assert "holds a key" in path.read_text()


def changed(path, change):
    tree = json.loads(path.read_text())
    change(tree["job"])
    path.write_text(json.dumps(tree))


def of_item(**fields):
    return lambda job: job["items"][0].update(fields)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (of_item(ceiling_usd=-50), "ceiling_usd"),
        (of_item(ceiling_usd=float("nan")), "ceiling_usd"),
        (of_item(ceiling_usd=1e300), "ceiling_usd"),
        (of_item(month="../../../2026-11"), "month"),
        (of_item(ledger_id="x" * 9999), "ledger_id"),
        (of_item(ledger_id="a\nb"), "ledger_id"),
        (of_item(key={"case": "../fox", "variant": "", "sample": 0}), "name"),
        (of_item(key={"case": "fox", "variant": "", "sample": -1}), "number"),
        (lambda job: job.update(id="../../../../evil2"), "id"),
        (lambda job: job.update(id="20260101T000000Z-0000-1"), "id"),
        (lambda job: job.update(suite="../other"), "another recording"),
        (lambda job: job.update(recording=".."), "another recording"),
        (lambda job: job.update(session="../x"), "session"),
        (lambda job: job.update(at="yesterday"), "time"),
        (lambda job: job.update(at="2026-11-26T00:00:00"), "time"),
        (lambda job: job["items"].append(job["items"][0]), "twice"),
    ],
)
def test_a_job_that_was_changed_by_hand_is_one_clear_error(slow, change, said):
    """Git carries it: it names no other place, and frees no cap."""
    with pytest.raises(KeyboardInterrupt):
        slow.run(pause=interrupt)
    (path,) = slow.folder.folder.glob("*.asked.json")
    changed(path, change)

    with pytest.raises(StoreError, match=said) as error:
        slow.run(pause=lambda _: None)

    assert str(path) in str(error.value)
    assert slow.asked() == [4]


@pytest.mark.parametrize("name", ["batches/../files", "batches/a?b=c", "https://x/y", ""])
def test_a_name_that_was_changed_by_hand_is_one_clear_error(slow, name):
    """It goes into an address, together with the key."""
    with pytest.raises(KeyboardInterrupt):
        slow.run(pause=interrupt)
    (path,) = slow.folder.folder.glob("*.named.json")
    changed(path, lambda named: named.update(name=name))

    with pytest.raises(StoreError, match="its name is none") as error:
        slow.run(pause=lambda _: None)

    assert str(path) in str(error.value)


def test_two_runs_do_not_hand_in_side_by_side(ground):
    """The other one is told."""
    with locked(ground.folder.folder, purpose="handing in batches"), pytest.raises(StoreError):
        ground.run()

    assert ground.jobs() == []


def test_a_job_says_all_that_is_needed_and_no_key(slow):
    """It lies beside the recording, which does not mind."""
    with pytest.raises(KeyboardInterrupt):
        slow.run(pause=interrupt)

    text = "".join(path.read_text() for path in slow.folder.folder.glob("*.json"))
    (job,) = slow.folder.open()
    assert KEY not in text
    assert len(job.asked.items) == 4
    assert slow.cassettes.load() == ()
