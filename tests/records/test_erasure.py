from pathlib import Path

import duckdb
import pytest

from records.erasure import ErasedRows, ErasureKey
from records.errors import LedgerUnavailable
from records.ledger import Erasure, utc_now

KEY = ErasureKey(bytes(range(64)))


def erasure(kind: str, key: ErasureKey, **ids: frozenset[str]) -> Erasure:
    known = {"records": frozenset[str](), "events": frozenset[str](), "reduced_events": frozenset[str]()}
    return Erasure("erasure-1", kind, key.key_id, **(known | ids), by="op", at=utc_now())


@pytest.mark.parametrize("one_id", ["police:1", "health:Ørsted/7", "a:O'Brien", "a:" + "x" * 300])
def test_the_database_and_the_program_make_the_same_digest(one_id: str) -> None:
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT {KEY.sql('record', '$1::VARCHAR')}", [one_id]).fetchall()
    assert found == [(KEY.digest("record", one_id),)]


def test_a_digest_depends_on_the_key_and_on_what_it_is_of() -> None:
    other = ErasureKey(bytes(range(1, 65)))
    digests = {key.digest(kind, "a:1") for key in (KEY, other) for kind in ("record", "event")}
    assert len(digests) == 4


def test_the_key_is_made_once_and_missed_when_it_was_replaced(tmp_path: Path) -> None:
    key = ErasureKey.of(tmp_path)
    assert ErasureKey.of(tmp_path) == key
    acts = (erasure("person", key, records=key.digests("record", ["a:1"])),)
    assert ErasedRows.of(acts, key) is not None
    with pytest.raises(LedgerUnavailable, match=r"erasure\.key"):
        ErasedRows.of(acts, KEY)


def test_nothing_erased_is_nothing_and_a_whole_erasure_wins_over_a_part() -> None:
    assert ErasedRows.of((), KEY) is None
    event = KEY.digests("event", ["a:e"])
    found = ErasedRows.of(
        (erasure("retention", KEY, reduced_events=event), erasure("retention", KEY, events=event)), KEY
    )
    assert found is not None
    assert (found.events, found.reduced_events) == (event, frozenset())
