"""Hold the house in its order: floors, doors of third parties, sizes, who may print."""

import ast
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from importlinter import cli as importlinter

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "harness"
MODULES = sorted(HOUSE.rglob("*.py"))
LONGEST_FUNCTION = 40
LONGEST_MODULE = 300

DOORS = {
    "vcr": {"recording"},
    "pybase64": {"recording", "provider"},
    "imagehash": {"measure"},
    "PIL": {"measure", "simulator"},
    "scipy": {"measure", "stats"},
    "threadpoolctl": {"stats"},
    "distributed": {"compute"},
    "krippendorff": {"stats"},
    "pytesseract": {"measure"},
    "cv2": {"measure"},
    "onnxruntime": {"measure"},
    "jinja2": {"report"},
    "pydantic": {"loader", "settings"},
    "pydantic_core": {"loader"},
    "ruamel": {"loader"},
    "yaml": {"recording"},
    "fsspec": {"store"},
    "sqlalchemy": {"history"},
    "alembic": {"history"},
    "typer": {"cli"},
    "rich": {"cli"},
    "starlette": {"simulator", "review"},
    "anyio": {"simulator"},
    "uvicorn": {"simulator", "review"},
    "stamina": {"runner"},
    "httpcore": {"provider"},
    "httpx": {"provider", "evaluate"},
    "pytest": {"pytest_plugin"},
}
"""Rooms that may import each third party; numpy may be imported anywhere above the model."""


@dataclass(frozen=True)
class Module:
    """What is looked at in a module. Its tree is let go: a house of trees slows all that follows.

    Attributes:
        doc: Its docstring.
        imports: The top-level packages that it imports, anywhere in it.
        functions: Name and lines of each; a face's signature does not count.
        calls: Name and line of each call of a plain name.
    """

    doc: str | None
    imports: frozenset[str]
    functions: tuple[tuple[str, int], ...]
    calls: tuple[tuple[str, int], ...]


@cache
def read(path):
    """Read a module once."""
    tree = ast.parse(path.read_bytes())
    nodes = list(ast.walk(tree))
    return Module(
        doc=ast.get_docstring(tree),
        imports=frozenset(name for node in nodes for name in imported(node)),
        functions=tuple(
            (node.name, length(path, node))
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ),
        calls=tuple(
            (node.func.id, node.lineno)
            for node in nodes
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ),
    )


def room_of(path):
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imported(node):
    """Name the top-level packages that a statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module.partition(".")[0]


def test_the_floors_are_kept(monkeypatch):
    """Imports go downwards only, and every room has its floor."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "path", [str(ROOT), *sys.path])

    assert importlinter.lint_imports(no_cache=True) == 0


@pytest.mark.parametrize("package", DOORS)
def test_a_third_party_comes_in_by_its_door(package):
    """One room knows it; the others could do without."""
    found = {room_of(path) for path in MODULES if package in read(path).imports}

    assert found <= DOORS[package]
    assert found


def test_every_third_party_has_a_door():
    """No package is imported that nobody gave a door to."""
    known = {*sys.stdlib_module_names, *DOORS, "harness", "numpy"}

    assert {name for path in MODULES for name in read(path).imports} <= known


@pytest.mark.parametrize("room", ["model", "errors"])
def test_what_things_are_needs_no_third_party(room):
    """The model and the errors stand on the standard library alone."""
    found = {n for path in MODULES if room_of(path) == room for n in read(path).imports}

    assert found <= {*sys.stdlib_module_names, "harness"}


def test_no_module_is_too_long():
    """A module has one reason to exist, and at most 300 lines."""
    lengths = {path: len(path.read_text().splitlines()) for path in MODULES}

    assert {str(p): n for p, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_no_function_is_too_long():
    """A function does one thing in at most 40 lines; a face's signature does not count."""
    lengths = {f"{p}:{name}": lines for p in MODULES for name, lines in read(p).functions}

    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}


def length(path, function):
    if room_of(path) in ("cli", "api"):
        return function.end_lineno - function.body[0].lineno + 1
    return function.end_lineno - function.lineno + 1


def test_every_module_says_what_it_is_for():
    """The first line is a sentence."""
    docs = {path: read(path).doc for path in MODULES}

    assert [p for p, doc in docs.items() if not doc and p != HOUSE / "__init__.py"] == []


def test_only_the_command_line_prints():
    """What a library has to say, it returns, raises or logs."""
    printing = {
        str(path)
        for path in MODULES
        for name, _ in read(path).calls
        if room_of(path) != "cli" and name == "print"
    }

    assert printing == set()


def test_suites_are_no_code():
    """Nothing evaluates, executes or unpickles."""
    forbidden = {"eval", "exec", "compile", "__import__"}
    found = {
        f"{path}:{line}" for path in MODULES for name, line in read(path).calls if name in forbidden
    }

    assert found == set()
    assert "pickle" not in {name for path in MODULES for name in read(path).imports}
