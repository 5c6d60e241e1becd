"""Who measures is chosen by a person; a cluster never by a project's file."""

import pytest

from harness.errors import SettingsError
from harness.settings import read_settings


def read(folder, text="", environ=None, **flags):
    (folder / "harness.toml").write_text(text, encoding="utf-8")
    return read_settings(folder, environ=environ or {}, flags=flags).settings


def test_processes_may_stand_in_the_file(tmp_path):
    """How many of this machine's."""
    assert read(tmp_path, 'executor = "processes:2"').executor == "processes:2"
    assert read(tmp_path).executor == "processes"


def test_a_cluster_comes_from_a_flag_or_the_environment(tmp_path):
    """A person typed either."""
    name = "dask://127.0.0.1:8786"

    assert read(tmp_path, executor=name).executor == name
    assert read(tmp_path, environ={"HARNESS_EXECUTOR": name}).executor == name


def test_a_cluster_in_the_file_is_refused(tmp_path):
    """Whoever wrote the project would run code on the machine of who opens it."""
    with pytest.raises(SettingsError, match="executor: a cluster can run code here, so no file"):
        read(tmp_path, 'executor = "dask://127.0.0.1:8786"')


def test_what_is_no_executor_is_refused(tmp_path):
    """With what may be written."""
    with pytest.raises(SettingsError, match="--executor: is no executor; write proc"):
        read(tmp_path, executor="celery")
