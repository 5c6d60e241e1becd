"""Read safety settings in the API's spelling."""


def safety_of(value: object) -> object:
    """Give category to threshold; None where it is none of these."""
    found: dict[str, str] = {}
    for item in value if isinstance(value, list) else []:
        category = item.get("category") if isinstance(item, dict) else None
        threshold = item.get("threshold") if isinstance(item, dict) else None
        if not isinstance(category, str) or not isinstance(threshold, str):
            return None
        found[category.removeprefix("HARM_CATEGORY_").lower()] = threshold.lower()
    return found or None
