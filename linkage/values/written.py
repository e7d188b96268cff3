"""Names, addresses and postcodes as written: each distinct value goes through the pure functions once."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import duckdb
import pyarrow as pa

from linkage.model.calibration import LinkageCalibration
from linkage.values.addresses import address_parts, postcode_parts
from linkage.values.family_spellings import family_roots
from linkage.values.lone_names import is_family_name, one_word
from linkage.values.names import (
    are_given_names,
    name_parts,
    name_tokens,
    nickname_roots,
    stands_first,
)
from linkage.values.phonetics import sound, sounds_of
from linkage.values.traditions import CHINESE, borne_traditions, family_traditions

_TOKENS: Final = pa.list_(pa.string())
# Temporary tables of written values and what they come to.
WRITTEN_VALUES: Final = (
    "name_given",
    "name_family",
    "name_full",
    "name_token",
    "address_part",
    "postcode_part",
)


def _distinct(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    return [str(value) for value in connection.execute(query).fetchnumpy()["value"]]


def store_values(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, pa.Array]) -> None:
    """Temporary table ``name`` with ``columns`` of equal length."""
    rows = pa.table(columns)
    connection.register("arriving", rows)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM arriving")
    connection.unregister("arriving")


def _columns(
    values: list[str], split: Callable[[str], Iterable[Any]], types: dict[str, pa.DataType]
) -> dict[str, pa.Array]:
    found = [tuple(split(value)) for value in values]
    columns = {"written": pa.array(values, pa.string())}
    for place, (name, kind) in enumerate(types.items()):
        columns[name] = pa.array([row[place] for row in found], kind)
    return columns


def _split_part(value: str) -> tuple[Any, ...]:
    tokens = name_tokens(value)
    return tokens or None, sounds_of(tokens) or None, stands_first(tokens), are_given_names(tokens)


def _split_full(value: str, calibration: LinkageCalibration) -> tuple[Any, ...]:
    parts, word = name_parts(None, None, value), one_word(value)
    return (
        word is not None,
        word is not None and is_family_name(word, calibration),
        parts.given or None,
        parts.family or None,
        sounds_of(parts.given) or None,
        sounds_of(parts.family) or None,
    )


def split_names(
    connection: duckdb.DuckDBPyConnection, sources: Mapping[str, str], calibration: LinkageCalibration
) -> None:
    """Temporary ``name_given``, ``name_family``, ``name_full`` and ``name_token`` of the names in ``sources``.

    ``name_full`` says whether a name is of one word (``is_one_word``) that is likelier a family name (``is_family``).
    """
    for part in ("given", "family"):
        column = f"{part}_name"
        values = _distinct(
            connection,
            f"SELECT DISTINCT {column} AS value FROM (SELECT {column} FROM {sources['record']}"
            f" UNION ALL SELECT {column} FROM {sources['name']})"
            f" WHERE {column} IS NOT NULL",
        )
        store_values(
            connection,
            f"name_{part}",
            _columns(
                values,
                _split_part,
                {"tokens": _TOKENS, "sounds": _TOKENS}
                | dict.fromkeys(("stands_first", "are_given_names"), pa.bool_()),
            ),
        )
    values = _distinct(
        connection,
        f"SELECT DISTINCT full_name AS value FROM (SELECT given_name, family_name, full_name FROM {sources['record']} UNION ALL"
        f" SELECT given_name, family_name, full_name FROM {sources['name']})"
        " WHERE full_name IS NOT NULL AND given_name IS NULL AND family_name IS NULL",
    )

    kinds = dict.fromkeys(("is_one_word", "is_family"), pa.bool_())
    kinds |= dict.fromkeys(("given", "family", "given_sounds", "family_sounds"), _TOKENS)
    full = _columns(values, lambda value: _split_full(value, calibration), kinds)
    store_values(connection, "name_full", full)
    tokens = _distinct(
        connection,
        "SELECT DISTINCT unnest(tokens) AS value FROM (SELECT tokens FROM name_given UNION ALL SELECT tokens FROM name_family"
        " UNION ALL SELECT [array_to_string(tokens, '')] FROM name_family WHERE len(tokens) > 1"
        " UNION ALL SELECT given FROM name_full UNION ALL SELECT family FROM name_full"
        " UNION ALL SELECT [array_to_string(family, '')] FROM name_full WHERE len(family) > 1)",
    )
    store_values(
        connection,
        "name_token",
        _columns(
            tokens,
            lambda token: (
                sound(token),
                nickname_roots(token) or None,
                borne_traditions(token) or None,
                family_traditions(token) or None,
                family_roots(token, ()) or None,
                family_roots(token, (CHINESE,)) or None,
            ),
            {
                "sound": pa.string(),
                "roots": _TOKENS,
                "given_traditions": _TOKENS,
                "family_traditions": _TOKENS,
                "family_roots": _TOKENS,
                "family_roots_beside": _TOKENS,
            },
        ),
    )


def split_places(connection: duckdb.DuckDBPyConnection, sources: Mapping[str, str]) -> None:
    """Temporary ``address_part`` and ``postcode_part`` of the addresses in ``sources``."""
    addresses = _distinct(
        connection,
        f"SELECT DISTINCT address AS value FROM {sources['address_spell']} WHERE address IS NOT NULL",
    )

    def split_address(value: str) -> tuple[Any, Any, Any, Any]:
        parts = address_parts(value)
        return parts.words or None, parts.house, parts.door, parts.postcode

    kinds = {"words": _TOKENS, "house": pa.string(), "door": pa.string(), "postcode": pa.string()}
    store_values(connection, "address_part", _columns(addresses, split_address, kinds))
    postcodes = _distinct(
        connection,
        f"SELECT postcode AS value FROM {sources['address_spell']} WHERE postcode IS NOT NULL"
        " UNION SELECT postcode FROM address_part WHERE postcode IS NOT NULL",
    )

    def split_postcode(value: str) -> tuple[Any, Any, Any]:
        parts = postcode_parts(value)
        return (parts.postcode, parts.sector, parts.district) if parts else (None, None, None)

    kinds = {"postcode": pa.string(), "sector": pa.string(), "district": pa.string()}
    store_values(connection, "postcode_part", _columns(postcodes, split_postcode, kinds))
