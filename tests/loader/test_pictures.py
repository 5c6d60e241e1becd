"""Reference pictures lie below the suite, and are pictures."""

import os
from pathlib import Path

import pytest

from harness.loader import load_suite
from harness.loader.pictures import MOST_PICTURE_BYTES
from harness.model.identity import cell_digest

CASES = "cases: [{id: a, prompt: x, references: [r]}]"


def suite(globs):
    return f"version: 1\nsuite: s\nreferences: {{r: {globs}}}\n{CASES}\n"


@pytest.mark.parametrize(
    ("globs", "paths"),
    [
        ("references/mascot/*.png", ["mascot/00.png", "mascot/01.png"]),
        (
            "[references/owl/00.jpg, references/*/00.*]",
            ["owl/00.jpg", "crowd/00.png", "mascot/00.png"],
        ),
        ("references/**/01.png", ["crowd/01.png", "mascot/01.png"]),
    ],
    ids=["sorted", "list without doubles", "folders"],
)
def test_globs_sort_by_name(load, globs, paths):
    """A list keeps its own order; a picture is sent once."""
    found = load(suite(globs)).variants[0].turns[0].references

    assert [reference.path for reference in found] == [f"references/{path}" for path in paths]


def test_hidden_files_are_no_pictures(load, folder):
    """Some systems leave a hidden file beside every picture."""
    (folder / "suites/references/owl/._00.jpg").write_bytes(b"AppleDouble")

    assert len(load(suite("references/owl/*")).variants[0].turns[0].references) == 1


@pytest.mark.parametrize(
    ("globs", "message"),
    [
        ("a/*.png", 'no file matches "a/*.png" below suites/; add the pictures or correct it'),
        ("../x.png", '"../x.png" leaves the suite\'s folder by ".."; move the pictures'),
        ("/etc/*", '"/etc/*" is absolute; give it relative to the suite\'s folder'),
        ("'references\\*'", '"references\\*" has a backslash; write forward slashes'),
        ("'**/**/x'", '"**/**/x" has several "**"; one is enough'),
        ("'a**b'", '"a**b" '),
        ("references/notes.txt", '"references/notes.txt" is no JPEG, PNG, WebP or HEIC by its'),
        ("references", 'no file matches "references" below suites/'),
    ],
)
def test_a_set_without_usable_pictures_is_refused(problems, globs, message):
    """With the glob, and what to do."""
    (found,) = problems(suite(globs))

    assert found.startswith(f"suites/s.yaml:3:17: references.r: {message}")


def test_a_link_out_of_the_folder_is_refused(problems, folder):
    """A suite from elsewhere must not send what lies elsewhere."""
    (folder / "secret.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "suites/references/link.png").symlink_to(folder / "secret.png")

    (found,) = problems(suite("references/link.png"))

    assert "is a link that leaves the suite's folder" in found


def test_a_pipe_is_no_picture(problems, folder):
    """Reading it would wait for ever."""
    os.mkfifo(folder / "suites/references/pipe.png")

    (found,) = problems(suite("references/pipe.png"))

    assert "no file matches" in found


def write_large(folder, size):
    with (folder / "suites/references/large.png").open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.truncate(size)


def test_a_picture_may_have_twenty_megabytes(load, folder):
    """The limit itself is allowed."""
    write_large(folder, MOST_PICTURE_BYTES)

    assert len(load(suite("references/large.png")).variants) == 1


def test_a_picture_has_no_more_than_twenty_megabytes(problems, folder):
    """One byte more is refused."""
    write_large(folder, MOST_PICTURE_BYTES + 1)

    (found,) = problems(suite("references/large.png"))

    assert "is larger than 20 MB; make it smaller" in found


def test_paths_are_relative_to_the_suite_wherever_one_stands(load, monkeypatch):
    """The same file from another folder gives the same suite."""
    here = load(suite("references/owl/*")).variants
    monkeypatch.chdir(Path("suites"))

    assert load_suite(Path("s.yaml")).variants == here


def ftyp(major, *compatible):
    """Begin a file of the ISO family with its brands."""
    brands = major + bytes(4) + b"".join(compatible)
    return (8 + len(brands)).to_bytes(4, "big") + b"ftyp" + brands + bytes(40)


@pytest.mark.parametrize(
    ("name", "data", "mime_type"),
    [
        ("a.jpg", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("a.png", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.bin", b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        ("a.heic", ftyp(b"heic", b"mif1", b"heic"), "image/heic"),
        ("a.heic", ftyp(b"heix"), "image/heic"),
        ("a.heic", ftyp(b"heim"), "image/heic"),
        ("a.heic", ftyp(b"heis"), "image/heic"),
        ("a.heic", ftyp(b"hevc"), "image/heic"),
        ("a.heic", ftyp(b"hevx"), "image/heic"),
        ("a.heif", ftyp(b"mif1", b"heic"), "image/heic"),
        ("a.heif", ftyp(b"mif1"), "image/heif"),
        ("a.heif", ftyp(b"msf1", b"mif1"), "image/heif"),
    ],
)
def test_a_picture_is_sent_as_what_its_bytes_are(load, folder, name, data, mime_type):
    """Whatever its name says; and as its own bytes."""
    (folder / "suites" / "references" / name).write_bytes(data)

    (picture,) = load(suite(f"references/{name}")).variants[0].turns[0].references

    assert (picture.mime_type, picture.blob.size) == (mime_type, len(data))


@pytest.mark.parametrize(
    "data",
    [
        ftyp(b"avif", b"mif1"),
        ftyp(b"mif1", b"avif"),
        ftyp(b"isom", b"mp42"),
        b"\0\0\0\x10ftyp",
        b"GIF89a",
    ],
    ids=["AVIF", "AVIF by a compatible brand", "a film", "cut short", "GIF"],
)
def test_what_the_service_does_not_take_is_refused(problems, folder, data):
    """A kind of its own is told by its bytes."""
    (folder / "suites" / "references" / "a.heic").write_bytes(data)

    (found,) = problems(suite("references/a.heic"))

    assert "is no JPEG, PNG, WebP or HEIC by its bytes" in found


def test_a_set_may_say_what_its_pictures_show(load):
    """Files and kind; the bytes that are sent are the same."""
    plain = load(suite("references/owl/*")).variants[0].turns[0].references
    kinds = load(suite("{files: references/owl/*, kind: person}")).variants[0].turns[0].references

    assert [picture.kind for picture in (*plain, *kinds)] == ["", "person"]
    assert [picture.blob for picture in plain] == [picture.blob for picture in kinds]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{kind: object}", 'references.r.files: is missing; add "files": A glob, or several'),
        ("{files: a, kinds: object}", 'references.r.kinds: unknown key; did you mean "kind"?'),
        ("{files: a, kind: cat}", 'references.r.kind: must be "object" or "person", is "cat"'),
        ("{files: [../a]}", "references.r.files[0]: "),
        ("{files: []}", "references.r.files: needs at least 1 entry"),
    ],
)
def test_a_set_that_is_written_wrongly_is_refused_by_its_place(problems, written, message):
    """The steps are those of the document."""
    assert any(message in found for found in problems(suite(written)))


AXIS = """\
version: 1
suite: s
references: {a: references/mascot/00.png, b: references/mascot/01.png, c: references/owl/*}
cases:
  - id: sets
    prompt: x
    matrix:
      references: [[a, b], [a, b, c], [a], [b, a], []]
"""


def test_sets_are_an_axis_to_add_drop_and_reorder(load):
    """Each choice is a variant, with its own order; no set is one, too."""
    variants = load(AXIS).variants

    sent = {
        v.id: [r.path.removeprefix("references/") for r in v.turns[0].references] for v in variants
    }
    assert sent == {
        "sets[a+b]": ["mascot/00.png", "mascot/01.png"],
        "sets[a+b+c]": ["mascot/00.png", "mascot/01.png", "owl/00.jpg"],
        "sets[a]": ["mascot/00.png"],
        "sets[b+a]": ["mascot/01.png", "mascot/00.png"],
        "sets[none]": [],
    }
    assert len({cell_digest(variant.turns) for variant in variants}) == 5


@pytest.mark.parametrize(
    ("kind", "count", "said"),
    [
        ("object", 6, None),
        (
            "object",
            7,
            "7 pictures of objects in one request; gemini-3-pro-image is documented to keep 6",
        ),
        ("person", 5, None),
        (
            "person",
            6,
            "6 pictures of people in one request; gemini-3-pro-image is documented to keep 5",
        ),
        (None, 11, None),
        (
            None,
            12,
            "12 reference pictures in one request; gemini-3-pro-image is documented to keep 6 ",
        ),
    ],
)
def test_more_pictures_than_are_kept_faithfully_are_warned_about(load, kind, count, said):
    """Objects by their figure, people by theirs, unknown ones by the sum."""
    files = ", ".join(f"references/crowd/{index:02}.png" for index in range(count))
    written = f"[{files}]" if kind is None else f"{{files: [{files}], kind: {kind}}}"

    warnings = load(suite(written)).warnings

    assert [said in warning for warning in warnings] == ([] if said is None else [True])
