"""Networks of the settings: what is taken, and what is refused with its place."""

import pytest

from harness.errors import SettingsError
from harness.settings import read_settings

SHA = "0123456789abcdef" * 4


@pytest.fixture
def read(tmp_path):
    """Give `read(lines, name)`: the settings of a file with this table."""

    def made(lines, *, name="dino"):
        (tmp_path / "harness.toml").write_text(f"[embedders.{name}]\n" + "\n".join(lines))
        return read_settings(tmp_path, environ={}, flags={}).settings.embedders

    return made


def test_a_network_is_set_by_three_lines(read):
    """Mean and spread are ImageNet's unless said."""
    found = read(['path = "models/dino.onnx"', "size = 224", f'sha256 = "{SHA.upper()}"'])["dino"]

    assert found.path.as_posix() == "models/dino.onnx"
    assert (found.size, found.sha256) == (224, SHA)
    assert found.mean == (0.485, 0.456, 0.406)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ('sha256 = "abc"', r"embedders\.dino\.sha256: a sha256 is 64 hex digits"),
        ("size = 0", r"embedders\.dino\.size"),
        ("std = [1, 0, 1]", r"embedders\.dino\.std\.1"),
        ("mean = [1, 0]", r"embedders\.dino\.mean"),
        ("means = [0, 0, 0]", r'embedders\.dino\.means: unknown setting; did you mean "mean"'),
    ],
)
def test_what_is_wrong_is_said_with_its_place(read, changed, said):
    """In one line."""
    key = changed.partition(" ")[0]
    lines = {"path": 'path = "a.onnx"', "size": "size = 8", "sha256": f'sha256 = "{SHA}"'}

    with pytest.raises(SettingsError, match=said):
        read([*(lines | {key: changed}).values()])


@pytest.mark.parametrize("name", ["look", "keypoints", '"DINO"', '"a b"'])
def test_a_name_is_one_that_a_suite_can_call(read, name):
    """And none of the harness's own."""
    with pytest.raises(SettingsError, match="embedders: "):
        read(['path = "a.onnx"', "size = 8", f'sha256 = "{SHA}"'], name=name)
