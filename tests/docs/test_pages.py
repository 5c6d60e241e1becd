"""What is typed in a document is found, and what it does not keep would be seen."""

import pytest

from tests.docs.pages import commands, missing_lines, unmarked, words

pytestmark = pytest.mark.docs

PAGE = """\
A text with `harness run` in it.

```console
$ harness plan    # what is missing; exit 3, or 4 at a cap
$ harness run \\
      --json      # exit 0 or 3
all well: 3 answers for $1.10
```

```yaml
- run: x
```

    harness cassette lint
"""


def test_commands_are_found_with_what_they_end_with_and_show():
    """A remark says the exit codes; a backslash goes on; other lines are shown."""
    plan, run = commands(PAGE)

    assert (plan.text, plan.codes, plan.line) == ("harness plan", (3,), 4)
    assert (run.text, run.codes) == ("harness run --json", (0, 3))
    assert run.shown == ("all well: 3 answers for $1.10",)


def test_a_block_without_a_prompt_is_typed_line_by_line():
    """As an installation is written."""
    found = commands("```sh\npip install it\nharness run\n```\n")

    assert [one.text for one in found] == ["pip install it", "harness run"]


def test_what_looks_typed_outside_a_console_is_told():
    """An indented block, or one in no language, would be run by nobody."""
    assert unmarked(PAGE) == ["harness cassette lint"]
    assert unmarked("```\n$ harness run\nharness: it failed\n```\n") == ["$ harness run"]


@pytest.mark.parametrize(
    ("shown", "missing"),
    [
        (["all well: 9 answers for $2.20"], False),
        (["report  reports/20261126T061118Z-6acb/index.html"], False),
        (["..."], False),
        (["all ill: 3 answers for $1.10"], True),
        (["report  reports/x", "all well: 3 answers"], True),
        (["said of tests[1].assert[1]"], False),
        (["said of tests[1].assert[0]"], True),
    ],
    ids=[
        "other figures",
        "another run",
        "left out",
        "other words",
        "another order",
        "its place",
        "another place",
    ],
)
def test_shown_lines_are_held_by_their_words(shown, missing):
    """Figures, times and ids may be others, words and their order may not."""
    printed = "all well: 3 answers for $1.10\nreport  reports/20261127T000000Z-0000/index.html\n"
    printed += "said of tests[1].assert[1]\n"

    assert bool(missing_lines(shown, printed)) is missing


def test_variables_before_a_command_are_no_word_of_it():
    """What is run is the program behind them."""
    assert words("A_KEY=x harness run 'a b' &") == ["harness", "run", "a b"]
