"""Secrets in files: found for CI, taken out, and never repeated."""

import hashlib
import json
import subprocess

import pytest

KEY = "AQ.Ab8RN6-a-key-of-a-test-4711"
GOOGLE = "AIza" + "Sy_-0123456789abcdefghijklmnopqrstu"


@pytest.fixture
def git(bench, monkeypatch):
    """Give `git(...)` in the bench's folder, which is a repository."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")

    def run(*words):
        subprocess.run(["git", *words], check=True, capture_output=True)

    run("init", "-q")
    return run


def edited(recorded, old, new):
    """Bring words into the cassette of the fox, as a gateway would have said them."""
    path = recorded.cassette("fox")
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return path


def test_recordings_are_clean(recorded):
    """Nothing is found in what the harness itself recorded, pictures included; exit 0."""
    ran = recorded("cassette", "lint")

    assert ran.code == 0, ran.out
    assert ran.out.startswith("✔ no key in ")
    assert ran.err == ""


def test_what_ships_is_clean(bench, request):
    """The recordings of this repository pass the lint that they are checked by."""
    root = request.config.rootpath

    ran = bench("cassette", "lint", str(root / "cassettes"), str(root / "suites"))

    assert ran.code == 0, ran.out


def test_a_key_is_told_by_file_line_and_column(recorded, monkeypatch):
    """One line each, for editors; what to do; exit 1; the key is not in it."""
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    path = edited(recorded, "A fox on a shelf", f"A fox with {KEY}")
    lines = path.read_text().splitlines()
    number = next(at for at, line in enumerate(lines, start=1) if KEY in line)
    column = lines[number - 1].index(KEY) + 1

    ran = recorded("cassette", "lint")

    place = f"cassettes/shop/main/{path.name}:{number}:{column}: "
    assert ran.code == 1
    assert ran.out.startswith(
        f"{place}holds the API key (as it stands); run: harness cassette scrub"
    )
    assert KEY not in ran.out + ran.err


def test_no_key_need_be_set(recorded):
    """In CI: shapes are found without."""
    edited(recorded, "A fox on a shelf", f"A fox with {GOOGLE}")

    ran = recorded("cassette", "lint", "--json")

    assert ran.code == 1
    (found,) = ran.json["findings"]
    assert found["what"] == "holds a Google API key"
    assert ran.json["format"] == "gemini-image-harness/lint"
    assert GOOGLE not in ran.out


def test_the_key_header_of_an_endpoint_is_secret(bench):
    """A gateway's key has no shape, but its header is named in harness.toml."""
    (bench.folder / "harness.toml").write_text(
        '[endpoints.shop]\nbase_url = "https://shop.example"\nkey_env = ["SHOP_KEY"]\n'
        'key_header = "X-Shop"\n'
    )
    (bench.folder / "tape.json").write_text('{"headers": {"x-shop": ["k"]}}')

    ran = bench("cassette", "lint", "tape.json")

    assert ran.code == 1
    assert "the header x-shop" in ran.out


def test_the_key_of_an_endpoint_is_looked_for(bench, monkeypatch):
    """Whichever variable holds it."""
    (bench.folder / "harness.toml").write_text(
        '[endpoints.shop]\nbase_url = "https://shop.example"\nkey_env = ["SHOP_KEY"]\n'
    )
    (bench.folder / "a.txt").write_text("so it is: a-secret-of-mine")
    monkeypatch.setenv("SHOP_KEY", "a-secret-of-mine")

    assert bench("cassette", "lint", "a.txt").code == 1


def test_only_what_git_tracks_is_looked_at(recorded, git):
    """Others are counted; --all, and naming a file, look at them too."""
    edited(recorded, "A fox on a shelf", f"A fox with {GOOGLE}")
    git("add", "suites")

    ran = recorded("cassette", "lint")

    assert ran.code == 0
    assert "--all looks there" in ran.err
    assert recorded("cassette", "lint", "--all").code == 1
    assert recorded("cassette", "lint", str(recorded.cassette("fox"))).code == 1
    git("add", "cassettes")
    assert recorded("cassette", "lint").code == 1


def test_baselines_and_settings_are_looked_at(bench):
    """What people commit beside the recordings."""
    folder = bench.folder / "suites" / "shop.baseline"
    folder.mkdir(parents=True)
    (folder / "decisions-1.json").write_text(json.dumps({"why": GOOGLE}))
    (bench.folder / "harness.toml").write_text(f"# {GOOGLE}\n")
    (bench.folder / "suites" / "notes.txt").write_text(GOOGLE)

    ran = bench("cassette", "lint")

    assert ran.code == 1
    assert "suites/notes.txt:1:1: " in ran.out
    assert "suites/shop.baseline/decisions-1.json:1:" in ran.out
    assert "harness.toml:1:3: " in ran.out


def test_a_project_number_warns_only(bench):
    """Exit 0, said on stderr."""
    (bench.folder / "a.json").write_text('{"consumer": "projects/123456789012"}')

    ran = bench("cassette", "lint", "a.json")

    assert ran.code == 0
    assert ran.err.startswith("warning: a.json:1:15: holds the number of a Google Cloud project")


@pytest.mark.parametrize("verb", ["lint", "scrub"])
def test_a_path_that_is_not_there_is_a_mistake(bench, verb):
    """Exit 2: a typing error in CI must not pass."""
    ran = bench("cassette", verb, "nowhere")

    assert ran.code == 2
    assert "nowhere: is not there" in ran.err


def test_a_scrubbed_recording_replays(recorded, monkeypatch, offline):
    """The same samples are answered as before, and the lint is clean; rotate is said."""
    (blob,) = [
        p for p in recorded.files("cassettes/blobs/**/*.jpg") if recorded.picture("fox").name in p
    ]
    edited(recorded, '"headers": {', f'"headers": {{"x-goog-api-key": "{KEY}",')
    before = recorded("run", "--json").json

    ran = recorded("cassette", "scrub")

    after = recorded("run", "--json").json
    assert ran.code == 0, ran.err
    assert "✔ cassettes/shop/main/fox" in ran.out
    assert "rotated" in ran.out.splitlines()[-1]
    assert after["counts"] == before["counts"]
    assert recorded("cassette", "lint").code == 0
    assert blob in recorded.files()


def test_a_scrubbed_prompt_keeps_its_request_digest(recorded):
    """The answer still stands for the same request: nothing becomes stale."""
    before = recorded.standing()
    edited(recorded, "A fox on a shelf", f"A fox {GOOGLE}")

    ran = recorded("cassette", "scrub", "--json")

    (file,) = ran.json["files"]
    assert file["changed"]
    assert "A fox SCRUBBED" in recorded.cassette("fox").read_text()
    assert recorded.standing() == before


def test_a_dry_run_says_what_would_be_done(recorded):
    """And does it not."""
    edited(recorded, "A fox on a shelf", f"A fox {GOOGLE}")
    before = recorded.files()

    ran = recorded("cassette", "scrub", "--dry-run")

    assert ran.code == 0
    assert "would be scrubbed: holds a Google API key" in ran.out
    assert recorded.files() == before


def test_a_blob_that_holds_a_key_is_named(recorded):
    """It cannot be mended: exit 1, and the verb that forgets it."""
    data = b"\xff\xd8" + GOOGLE.encode()
    sha256 = hashlib.sha256(data).hexdigest()
    path = recorded.blob(f"{sha256}.jpg")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)

    ran = recorded("cassette", "scrub")

    assert ran.code == 1
    assert f"harness cassette forget {sha256} --reason" in ran.out
    assert path.read_bytes() == data


def test_nothing_to_scrub_is_said(recorded):
    """And nothing is written."""
    before = recorded.files()

    ran = recorded("cassette", "scrub")

    assert (ran.code, ran.out) == (0, "✔ nothing to scrub\n")
    assert recorded.files() == before
