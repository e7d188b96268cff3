"""Hide orders and the profile in force, as their readers see them."""

import re
from collections.abc import Callable
from typing import Any

import duckdb
import httpx
import pytest

from records.snapshot import Store

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hub")]
Reader = Callable[..., httpx.Client]


def somebody(hub: Any) -> tuple[list[str], str]:
    """The records of a person of several, and a description that finds them."""
    with duckdb.connect(str(Store(hub.store).current_path()), read_only=True) as connection:
        records, given, family, born = connection.execute(
            """SELECT list(record_id ORDER BY record_id), any_value(given_name), any_value(family_name),
                      any_value(date_of_birth)
               FROM person JOIN membership USING (scope, person_id)
               WHERE scope = 'hub' AND given_name IS NOT NULL AND day(date_of_birth) > 1 AND NOT is_professional
               GROUP BY person_id HAVING count(*) > 3 ORDER BY person_id DESC LIMIT 1"""
        ).fetchone() or ([], "", "", None)
    return records, f"{given} {family} {born}"


def test_whom_an_order_hides_is_unknown_to_all_but_the_workers_named_until_it_is_lifted(
    reader: Reader, hub: Any
) -> None:
    records, described = somebody(hub)
    ines, daniel, eleri = (
        reader("ines", "audit"),
        reader("daniel", "safeguarding_s47"),
        reader("eleri", "cross_border"),
    )

    def found(by: httpx.Client) -> bool:
        told = by.post("/search", data={"anything": described}).text
        return "Known here." in told or 'id="result">Match' in told

    assert found(daniel)
    assert found(eleri)
    given = {"records": "\n".join(records), "workers": "demo:daniel", "grounds": "Order of the court"}
    standing = ines.post("/hide-orders", data=given).text
    assert "The hide order stands" in standing
    assert records[0] not in standing
    assert found(daniel)
    assert not found(eleri)
    assert "hide order" in ines.get("/privacy").text.lower()
    lift = re.findall(r'action="(/hide-orders/[^"]+/lift)"', ines.get("/hide-orders").text)[0]
    assert ines.post(lift).status_code == 422
    assert "found like anybody" in ines.post(lift, data={"grounds": "It has ended"}).text
    assert not found(eleri)
    assert (
        "The hide order is lifted."
        in ines.post(lift, data={"grounds": "It has ended", "confirmed": "yes"}).text
    )
    assert found(eleri)


def test_an_order_with_a_slip_in_it_is_not_set_and_nobody_else_opens_the_page(reader: Reader) -> None:
    ines = reader("ines", "audit")
    slip = ines.post(
        "/hide-orders", data={"records": "police:none", "workers": "demo:x", "grounds": "An order"}
    )
    assert (slip.status_code, "No such record: police:none" in slip.text) == (422, True)
    assert ines.post("/hide-orders", data={}).text.count("govuk-error-message") == 3
    assert "No hide order stands." in ines.get("/hide-orders").text
    assert reader("daniel", "safeguarding_s47").get("/hide-orders").status_code == 403


def test_the_profile_says_every_rule_and_what_each_role_may_do_to_anyone(reader: Reader) -> None:
    shown = reader("gwen", "marac").get("/profile").text
    assert "The auditor reads the ledger." in shown
    assert re.search(r"<dt>Glass reviews</dt><dd>for audit</dd>", shown)
    assert "Not yet in force here" in shown
