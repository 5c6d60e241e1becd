"""Convert a promptfoo configuration into a suite, and say what could not be converted."""

from harness.evaluate.promptfoo.convert import Converted, convert

__all__ = ["Converted", "convert"]
