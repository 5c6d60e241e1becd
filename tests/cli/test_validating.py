"""What `harness validate` says of suites that are wrong."""


def test_warnings_come_after_the_problems(bench):
    """One round tells both; the file is refused all the same."""
    bench.suite(
        "version: 1\nsuite: s\ncases: [{id: a, prompt: b, sample: 3, model: acme/x}]\n",
    )

    ran = bench("validate")

    problem, warning = ran.err.splitlines()
    assert ran.code == 2
    assert problem.startswith("suites/shop.yaml:3:28: cases[0].sample: unknown key")
    assert warning.startswith('warning: suites/shop.yaml:3:46: cases[0].model: model "acme/x" is')
