"""A conversation whose answers are streamed is recorded and replayed like any other."""

SUITE = """\
version: 1
suite: shop
cases:
  - id: hat
    stream: true
    turns:
      - prompt: A fox on a shelf, with a sign that says "the shop of the forest is open today"
      - prompt: Put a small blue planet on its hat
"""


def test_a_streamed_answer_goes_back_into_the_next_turn(bench):
    """It goes as it came, in pieces of which one is signed; and it replays."""
    bench.suite(SUITE)

    made = bench("run", "--endpoint", "simulator", "--live", "missing", "--json")
    replayed = bench("run", "--json")

    assert (made.code, replayed.code) == (0, 0), made.err
    assert bench.statuses(made) == bench.statuses(replayed) == {"hat": "NEW"}
    asked = bench.cassette("hat").read_text()
    assert asked.count(":streamGenerateContent") == 2
