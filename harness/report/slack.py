"""Word a look as what a Slack-compatible webhook takes."""

from harness.report.alarm import Alarm, facts, headline, next_command
from harness.report.words import visible

LONGEST = 1_000
"""Characters of a line of a message: a chat refuses a long one, and nobody would be told."""


def to_slack(alarm: Alarm) -> dict[str, str]:
    """Give the message as a Slack-compatible webhook takes it: one text of mrkdwn."""
    look = alarm.look
    lines = [f"*{headline(look)}: {_plain(look.suite)}*"]
    lines += ["Simulated pictures: they say nothing about a model."] if look.simulated else []
    lines += [_plain(look.said), *(f"• {_plain(line)}" for line in facts(alarm))]
    lines += [
        f"• {shown.side} picture of {_plain(shown.cell)}: {_plain(shown.path or shown.sha256)}"
        for shown in alarm.pictures
    ]
    return {"text": "\n".join([*lines, f"Next: `{_plain(next_command(alarm))}`"])}


def _plain(text: str) -> str:
    """Make a stranger's text inert for Slack: no markup of theirs, nobody mentioned."""
    line = " ".join(visible(text).split())
    line = line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("`", "'")
