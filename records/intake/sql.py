"""Texts of a mapping inside SQL: quoted, never spliced."""

from typing import Final

# What counts as outer space around a value: ASCII white space, no-break and zero-width spaces, the byte-order mark.
_SPACES: Final = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160) || chr(8203) || chr(8239) || chr(65279)"


def literal(text: str) -> str:
    """``text`` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def literals(texts: tuple[str, ...]) -> str:
    """``texts`` as the inside of an SQL list of string literals."""
    return ", ".join(literal(text) for text in texts)


def cleaned(expression: str) -> str:
    """SQL: the text in NFC without outer spaces; NULL where nothing is left.

    The first test lets plain texts through, since normalising and trimming costs five times as much.
    """
    ends = " OR ".join(f"suffix({expression}, {space})" for space in ("' '", "chr(9)", "chr(10)", "chr(13)"))
    return (
        f"CASE WHEN {expression} < '!' OR strlen({expression}) <> length({expression}) OR {ends} "
        f"THEN nullif(trim(nfc_normalize({expression}), {_SPACES}), '') ELSE {expression} END"
    )


def content_of(columns: list[str]) -> str:
    """SQL: a digest of the values of ``columns``, equal for equal rows only."""
    listed = ", ".join(f"CAST({column} AS VARCHAR)" for column in columns)
    return f"md5_number(CAST(to_json([{listed}]) AS VARCHAR))"
