"""Say beside what is missing what obtaining it costs."""


def about(usd: float | None) -> str:
    """Say a price in brackets: to the cent, finer below a dime; nothing where it is not known."""
    if usd is None:
        return ""
    if not usd:
        return " (free)"
    return f" (about ${usd:.4f})" if usd < 0.1 else f" (about ${usd:.2f})"
