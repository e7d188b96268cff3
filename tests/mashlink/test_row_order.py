"""Rows stand in an order that they alone decide, not one in which threads happened to finish: equal feeds, equal tables."""

from typing import Any

import pytest

from records.snapshot import Store

pytestmark = pytest.mark.xdist_group("walk")
# Other tables are written in the order of what they are made from.
ORDERED = {
    "comparison_record": "record_number",
    "lookup_record": "record_number",
    "lookup_relationship": "record_number, other_number, COLUMNS(*)",
    "lookup_involvement": "record_number, event_id, COLUMNS(*)",
    "lookup_identifier_part": "record_id, COLUMNS(*)",
}


@pytest.mark.parametrize("table", ORDERED)
def test_rows_stand_in_their_own_order(walked: Any, table: str) -> None:
    with Store(walked.store).open_current() as connection:
        stand = connection.execute(f"SELECT * FROM {table}").fetchall()
        ordered = connection.execute(f"SELECT * FROM {table} ORDER BY {ORDERED[table]}").fetchall()
    assert stand
    assert stand == ordered
