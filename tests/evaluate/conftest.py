"""Lay workspaces whose recordings were imported: quick to make, nothing is painted."""

import base64
import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from harness.evaluate.imports import import_cassettes
from harness.evaluate.workspace import Workspace
from harness.settings import Settings


@pytest.fixture
def workspace(tmp_path):
    """Give a workspace in which a clock goes on by a millisecond a look."""
    return workspace_in(tmp_path)


def workspace_in(folder):
    """Give a workspace of a folder; its clock goes on by a millisecond a look."""
    start = datetime(2026, 11, 23, 5, 12, 33, 998_000, tzinfo=UTC)
    ticks = iter(range(10**6))

    def now():
        return start + timedelta(milliseconds=next(ticks))

    return Workspace(root=folder, settings=Settings(), environ={}, now=now)


@pytest.fixture
def imported(workspace):
    """Import `count` answers with a picture each into a suite."""
    return partial(imported_into, workspace)


def imported_into(workspace, name, *, count=1):
    """Import `count` answers with a picture each into a suite of the workspace."""
    tape = workspace.root / f"{name}.json"
    items = [_interaction(f"{name} picture {i}", f"{name}{i}") for i in range(count)]
    tape.write_text(json.dumps({"interactions": items}))
    return import_cassettes([tape], workspace, name=name, skip_refused=False).suite


def _interaction(prompt, mark):
    data = base64.b64encode(b"\x89PNG\r\n\x1a\n" + mark.encode() * 400).decode()
    picture = {"inlineData": {"mimeType": "image/png", "data": data}}
    answer = {"candidates": [{"content": {"parts": [picture]}, "finishReason": "STOP"}]}
    host = "https://generativelanguage.googleapis.com/v1beta/models"
    return {
        "request": {
            "method": "POST",
            "uri": f"{host}/gemini-3-pro-image:generateContent",
            "body": json.dumps({"contents": [{"role": "user", "parts": [{"text": prompt}]}]}),
        },
        "response": {
            "status": {"code": 200, "message": "OK"},
            "body": {"string": json.dumps(answer)},
        },
    }
