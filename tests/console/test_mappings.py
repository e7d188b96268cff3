"""The administrator tries a mapping on a sample: the page says what came of it, the ledger that it was done, nothing else stays."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from access import MOST_MAPPING_BYTES, MOST_SAMPLE_BYTES
from mashlink.settings import Settings
from mashlink.wiring import open_ledger
from records.ledger import Ledger
from records.snapshot import Store

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hub")]
MAPPING = b"""
feed = "youth"
agency = "youth"
label = { marking = "=shareable", category = "=ordinary" }
files.people.path = "youth/people_*.csv"
[[record]]
from = "people"
id = "REF"
family_name = "LAST"
"""
SAMPLE = b"REF,LAST\n1,Zzyzxbrook\n,<b>Nobody</b>\n"


@pytest.fixture
def ledger(hub: Any) -> Iterator[Ledger]:
    with open_ledger(Store(hub.store), Settings()) as opened:
        yield opened


def hand_in(
    client: httpx.Client, mapping: bytes = MAPPING, name: str = "people_1.csv", sample: bytes = SAMPLE
) -> httpx.Response:
    return client.post(
        "/mappings", files={"mapping": ("youth.toml", mapping), "sample": (name, sample)}, timeout=120
    )


def test_the_page_says_what_came_of_the_sample_and_the_ledger_only_how_many_rows(
    reader: Callable[..., httpx.Client], ledger: Ledger
) -> None:
    anwen = reader("anwen", "data_quality")
    before = ledger.head().tree_size
    answer = hand_in(anwen)
    assert answer.status_code == 200, answer.text
    for words in ("What came of people_1.csv", "Rows that would be quarantined", "Zzyzxbrook"):
        assert words in answer.text
    assert "<b>Nobody" not in answer.text
    [entry] = [one.entry for one in ledger.entries(act="try_mapping")]
    assert ledger.head().tree_size == before + 1
    assert (entry.outcome, entry.subjects) == ("answered", ())
    assert entry.details == {"feed": "youth", "rows": 2, "quarantined": 1}
    assert "Zzyzxbrook" not in anwen.get("/mappings").text


def test_what_cannot_be_tried_is_one_entry_and_a_sentence(
    reader: Callable[..., httpx.Client], ledger: Ledger
) -> None:
    anwen = reader("anwen", "data_quality")
    for answer, why in (
        (hand_in(anwen, mapping=b"feed = "), "not a TOML file"),
        (hand_in(anwen, MAPPING.replace(b"youth/people_*", b"../people_*")), "below the feeds directory"),
    ):
        assert answer.status_code == 422
        assert why in answer.text
        assert "mashlink-sample" not in answer.text
    failed = [one.entry.outcome for one in ledger.entries(act="try_mapping")][-2:]
    assert failed == ["failed", "failed"]
    before = ledger.head().tree_size
    assert anwen.post("/mappings", files={"mapping": ("", b"")}).status_code == 422
    too_large = hand_in(anwen, sample=b"x" * (MOST_SAMPLE_BYTES + MOST_MAPPING_BYTES + 300_000))
    assert too_large.status_code == 413
    assert ledger.head().tree_size == before


def test_nobody_but_the_administrator_tries_mappings(
    reader: Callable[..., httpx.Client], ledger: Ledger
) -> None:
    daniel = reader("daniel", "data_quality")
    before = ledger.head().tree_size
    assert hand_in(daniel).status_code == 403
    assert ledger.head().tree_size == before + 1
    assert "/mappings" not in daniel.get("/").text
    anwen = reader("anwen", "data_quality")
    assert 'href="/search"' not in anwen.get("/").text
