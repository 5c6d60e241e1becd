"""Hold how many samples fail an opinion check against the rate that the suite allows."""

from collections.abc import Iterator, Mapping

from harness.model.checks import Rate
from harness.model.verdict import Finding, Status


def held_to_rate(  # noqa: PLR0913  # what a rate is held on, named
    check: str,
    bad: Mapping[int, str],
    *,
    of: int,
    said: str,
    rate: Rate,
    level: Status = Status.FAIL,
    turn: int = 0,
) -> Iterator[Finding]:
    """Give a finding on each bad sample, and one on the variant.

    Beyond the rate they are of `level`; within it a bad sample is a WARN, the variant PASS.

    Args:
        check: Name of the check.
        bad: What is wrong, by the number of the sample.
        of: How many samples were looked at; of none nothing is said.
        said: What the bad ones do, e.g. `"answers lack the expected text"`.
        rate: How many may.
        level: FAIL or WARN.
        turn: Whose samples they are.
    """
    if not of:
        return
    within = rate.allows(bad=len(bad), of=of)
    for number, message in bad.items():
        status = Status.WARN if within else level
        yield Finding(check=check, status=status, message=message, sample=number, turn=turn)
    yield Finding(
        check=check,
        status=Status.PASS if within else level,
        message=f"{len(bad)} of {of} {said} (allowed {rate})",
        turn=turn,
    )
