"""Absent blobs are brought; what does not come is said, and fills no screen."""

import hashlib
import logging

from harness.evaluate.supply import MOST, bring
from harness.evaluate.workspace import Workspace
from harness.settings import read_settings


def test_what_is_there_comes_and_what_is_not_is_named_a_few_times(tmp_path, caplog):
    """The first few by name, then the command that names them all."""
    there = tmp_path / "there"
    (tmp_path / "harness.toml").write_text(f'blobs = "file://{there}"\n')
    found = read_settings(tmp_path, environ={}, flags={})
    here = Workspace(root=tmp_path, settings=found.settings, environ={})
    picture = hashlib.sha256(b"a picture").hexdigest()
    (there / picture[:2]).mkdir(parents=True)
    (there / picture[:2] / f"{picture}.jpg").write_bytes(b"a picture")
    nowhere = [f"{hashlib.sha256(bytes([n])).hexdigest()}.jpg" for n in range(MOST + 4)]

    with caplog.at_level(logging.WARNING):
        bring([*nowhere, f"{picture}.jpg"], here, ["shop"])

    assert here.blobs.path(picture).read_bytes() == b"a picture"
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == MOST + 1
    assert sum("not in the bucket; who has it" in line for line in said) == MOST
    assert said[-1].endswith("what names them all: harness cassette pull")
