"""What to type after a comparison."""

from pathlib import Path

from harness.cli.compared import Asked


def test_a_comparison_is_asked_again_as_it_was_typed():
    """Suites, recording and anchor are kept; what a shell would part is quoted."""
    asked = Asked("a", "b c", suites=(Path("x.yaml"),), recording="pair", anchor="lite")

    again = asked.again("-o", "compared.html")

    assert again == (
        "harness compare a 'b c' --suite x.yaml --recording pair --anchor lite -o compared.html"
    )
