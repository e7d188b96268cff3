"""Numbers as people type them into a form."""

LONGEST_VALUE = 20


def number_in(text: str) -> int | float | None:
    """The number that a text is, None of one that is not a number or an endless one."""
    if len(text) > LONGEST_VALUE:
        return None
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        return number if abs(number) < float("inf") else None
    return None
