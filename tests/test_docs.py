"""What the documents say is what the harness does."""

import functools
import json
import re
from pathlib import Path

import pytest
import typer.main
from PIL import Image

from harness.catalogue import load_catalogue
from harness.catalogue.pricing import Asked, ceiling_cost, picture_price
from harness.cli.main import app
from harness.evaluate.exits import CODES
from harness.evaluate.roots import ALL
from harness.evaluate.verify import NOTES, Kind
from harness.loader import json_schema, load_suite
from harness.model.generation import Outcome
from harness.model.verdict import Status
from harness.recording.secrets.scrub import REQUEST_HEADERS, RESPONSE_HEADERS

ROOT = Path(__file__).parents[1]
DOCUMENTS = ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]


@pytest.fixture
def page(request):
    """Give the text of a document by its path."""

    def text(name):
        return (request.config.rootpath / name).read_text(encoding="utf-8")

    return text


def test_the_example_of_the_suite_language_loads_without_a_warning(page, tmp_path):
    """Every key in docs/suites.md is one that the loader takes."""
    example = re.search(r"```yaml\n(.*?)```", page("docs/suites.md"), re.DOTALL)[1]
    for name in ("mascot/a.png", "owl/b.jpg"):
        (tmp_path / "references" / name).parent.mkdir(parents=True)
        Image.new("RGB", (64, 64), "teal").save(tmp_path / "references" / name)
    (tmp_path / "shop.yaml").write_text(example, encoding="utf-8")

    suite = load_suite(tmp_path / "shop.yaml")

    assert suite.case_ids == ("night-city", "character-scenes", "hat-edit")
    assert suite.warnings == ()


def test_the_schema_that_ships_is_the_schema(page):
    """suites/harness.schema.json was made by this version of the loader."""
    assert json.loads(page("suites/harness.schema.json")) == json_schema()


def test_the_states_table_names_every_state_with_its_exit_code(page):
    """docs/states.md has a row for each status, with the name and code that the code gives."""
    rows = dict(re.findall(r"^\| ([A-Z]+) \|(.*)\|$", page("docs/states.md"), re.MULTILINE))

    assert set(rows) == {status.value for status in Status}
    for status, (name, code) in CODES.items():
        assert f"`{name}`" in rows[status.value]
        assert f"| {code} |" in rows[status.value]


def test_every_outcome_is_explained(page):
    """docs/states.md lists each outcome by its word."""
    text = page("docs/states.md")

    assert [outcome for outcome in Outcome if f"`{outcome}`" not in text] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_in_the_documents_is_a_verb(page, name):
    """`harness WORD` is said of verbs that exist, and no other."""
    said = {words[0] for words in commands(page(name))}

    assert said <= set(verbs())


def test_commands_are_found_in_the_documents(page):
    """The two properties below are held of many commands, not of none."""
    found = [words for name in DOCUMENTS for words in commands(page(name))]

    assert len(found) > 60
    assert sum(word.startswith("-") for words in found for word in words) > 30


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_flag_in_the_documents_is_one_of_its_verb(page, name):
    """`harness VERB --flag` is said of flags that the verb has."""
    unknown = []
    for words in commands(page(name)):
        verb = verbs()[words[0]]
        verb = getattr(verb, "commands", {}).get(words[1] if words[1:] else "", verb)
        known = {flag for one in verb.params for flag in (*one.opts, *one.secondary_opts)}
        flags = {word.partition("=")[0] for word in words if word.startswith("-")}
        unknown += [(words, flag) for flag in flags - known - {"--help"}]

    assert unknown == []


@functools.cache
def verbs():
    """Give the verbs by their names, made once: that takes a while."""
    return typer.main.get_command(app).commands


def commands(text):
    """Give the words of each command in a document, behind `harness`."""
    spans = re.findall(r"`([^`\n]+)`", text) + re.findall(r"^ *\$ (.*)$", text, re.MULTILINE)
    spans += re.findall(r"^(?:    |next    |)(harness .*)$", text, re.MULTILINE)
    found = []
    for span in spans:
        match = re.match(r"(?:\S+=\S+ )*harness ([a-z]+\b.*)", span.partition(" #")[0])
        if match:
            found.append(re.sub(r"[\[\]|&]", " ", match[1]).split())
    return found


@pytest.mark.parametrize("name", [*DOCUMENTS, "CHANGELOG.md"])
def test_every_link_within_the_documents_leads_somewhere(name):
    """To a file that is there, and to one of its headings."""
    path = ROOT / name
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        if not target.exists() or (anchor and anchor not in headings(target)):
            broken.append(link)

    assert broken == []


def headings(path):
    """Give the anchors of a document, as GitHub makes them."""
    heads = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.strip().lower()).replace(" ", "-") for head in heads}


def test_the_ceilings_in_the_documents_are_those_of_the_catalogue(page):
    """docs/spending.md has the figures that the catalogue gives."""
    text = page("docs/spending.md")
    model = load_catalogue().get("gemini-3-pro-image")
    ceilings = {
        f"`max_output_tokens: {most}`" if most else "nothing said": ceiling_cost(
            model, Asked(image_size="1K", prompt_characters=200, max_output_tokens=most)
        )
        for most in (None, 8000, 4000, 2000)
    }

    for said, usd in ceilings.items():
        assert f"| {said} | ${usd:.3f} | {int(1 / usd)} |" in text
    assert f"${picture_price(model, '1K'):.4f}" in text
    assert f"${picture_price(model, '4K', 'batch'):.4f}" in text


def test_everything_that_verify_finds_is_explained(page):
    """docs/housekeeping.md has a row for each kind, and says which are no fault."""
    rows = dict(re.findall(r"^\| `([a-z ]+)` \|([^|]*)\|", page("docs/housekeeping.md"), re.M))

    assert list(rows) == [kind.value for kind in Kind]
    assert {kind for kind, said in rows.items() if "no fault" in said} == NOTES


def test_every_root_of_pruning_is_named(page):
    """docs/housekeeping.md lists what protects a blob."""
    lines = re.findall(r"^- (.*)$", page("docs/housekeeping.md"), re.M)

    assert [root for root in ALL if not any(root in line for line in lines)] == []


def test_the_headers_that_are_kept_are_named(page):
    """docs/secrets.md lists what the allow-list has."""
    rows = dict(re.findall(r"^\| (requests|answers) \| (.*) \|$", page("docs/secrets.md"), re.M))
    kept = {part: set(re.findall(r"`([a-z-]+)`", said)) for part, said in rows.items()}

    assert kept == {"requests": REQUEST_HEADERS, "answers": RESPONSE_HEADERS}
