"""What to type after a comparison."""

from pathlib import Path

from harness.evaluate.compare import Question


def test_a_comparison_is_asked_again_as_it_was_typed():
    """Suites, recording and anchor are kept; what a shell would part is quoted."""
    asked = Question(suites=(Path("x.yaml"),), recording="pair", anchor="lite")

    again = asked.again(("a", "b c"), "-o", "compared.html")

    assert again == (
        "harness compare a 'b c' --suite x.yaml --recording pair --anchor lite -o compared.html"
    )
