"""Turn a YAML file that people write into a `Suite`, or into everything that is wrong with it."""

from harness.loader.find import find_suites, is_suite
from harness.loader.read import load_suite, load_suites
from harness.loader.schema import json_schema
from harness.loader.select import select

__all__ = ["find_suites", "is_suite", "json_schema", "load_suite", "load_suites", "select"]
