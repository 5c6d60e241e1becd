"""Errors are the same wherever they were raised."""

import pickle

import pytest

from harness.errors import Problem, ProviderError, QuotaExhausted, SuiteError

PROBLEM = Problem(file="shop.yaml", line=7, column=5, path="cases[1]", message="unknown key")


@pytest.mark.parametrize(
    "error",
    [
        SuiteError((PROBLEM,), ("shop.yaml:1:1: old",)),
        ProviderError("busy", status=503, reason="UNAVAILABLE"),
        QuotaExhausted("later", status=429, retry_after=3.5),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_comes_whole_out_of_a_worker_process(error):
    """Its sentence and all that it carries are what they were."""
    found = pickle.loads(pickle.dumps(error))

    assert (type(found), str(found)) == (type(error), str(error))
    assert vars(found) == vars(error)
