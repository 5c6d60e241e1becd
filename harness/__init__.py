"""Evaluation and regression tests for pictures made by Google's Gemini image models.

In a notebook or a script::

    from harness import compare, load_suite, run

These names are loaded when they are first asked for: `import harness` alone costs nothing.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.api import (
        Comparison,
        HarnessError,
        Run,
        Sample,
        SpendingRefused,
        Suite,
        SuiteError,
        Unrecorded,
        UsageError,
        compare,
        load_suite,
        run,
    )

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "HarnessError",
    "Run",
    "Sample",
    "SpendingRefused",
    "Suite",
    "SuiteError",
    "Unrecorded",
    "UsageError",
    "compare",
    "load_suite",
    "run",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("harness.api"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__} - {"TYPE_CHECKING"})
