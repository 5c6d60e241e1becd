"""Lift the page's content security policy into the answer's head, where the server can widen it.

The page on disk may connect to nothing. Served, it has one thing more to do, which is to
save; and of two policies the narrower holds, so that the page's own one is taken out.
"""

import html
import re

_META = re.compile(
    rb'<meta\s+http-equiv="Content-Security-Policy"\s+content="([^"]*)"\s*/?>\s*', re.IGNORECASE
)
NARROWEST = "default-src 'none'; frame-ancestors 'none'"
"""For what is no page: opened by itself, it does nothing."""


def lifted(page: bytes) -> tuple[bytes, str]:
    """Give the page without its policy, and that policy with `connect-src 'self'` in it.

    A page that has none gets one by which it can only be read.
    """
    found = _META.search(page)
    if found is None:
        return page, NARROWEST
    said = html.unescape(found[1].decode("utf-8", "replace"))
    kept = [" ".join(rule.split()) for rule in said.split(";")]
    rules = [rule for rule in kept if rule and not rule.startswith("connect-src")]
    policy = "; ".join([*rules, "connect-src 'self'", "frame-ancestors 'none'"])
    return page[: found.start()] + page[found.end() :], policy.encode("ascii", "ignore").decode()
