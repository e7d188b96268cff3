"""What a lookup says of a description is what linkage would say of a record with these facts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkage import Description, score_pairs, shipped_calibration, standardise
from linkage.lookup.description import COLUMNS, as_stored, readings
from linkage.lookup.index import packed
from linkage.lookup.weights import NearRecord, prepared_model
from linkage.model.comparisons import COMPARED_COLUMNS
from linkage.pairs.blocking import key_query
from linkage.pairs.scoring import levels_query, weights_query
from linkage.review.waterfall import waterfall

Snapshot = duckdb.DuckDBPyConnection
Put = Callable[..., None]
CALIBRATION = replace(
    shipped_calibration(),
    over_common={
        "postcode": ("ZZ77ZZ",),
        "phone": ("+447700900009",),
        "identifier": ("nhs_number:9990000026",),
    },
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "given": st.sampled_from(["Amina", "Aminah", "Mina", "Bill", "William", "Anna-Maria", "Okonkwo", "Baby"]),
        "family": st.sampled_from(["Okonkwo", "O'Konkwo", "Amina", "van der Berg", "Smith-Jones", "Jones"]),
        "born": st.sampled_from(["2011-05-07", "2011-07-05", "2011-05-08", "2011-01-01", "1999-12-31"]),
        "sex": st.sampled_from(["female", "male", "other"]),
        "postcode": st.sampled_from(["ZZ1 2AB", "ZZ1 2AC", "ZZ7 7ZZ"]),
        "address": st.sampled_from(["14 Larch Way", "Flat 2, 14 Larch Way", "The Old Mill, Mill Lane"]),
        "phone": st.sampled_from(["+447700900001", "+447700900009"]),
        "nhs": st.sampled_from(["9990000018", "9990000026"]),
    },
)  # fmt: skip


def described(facts: dict[str, Any]) -> Description:
    return Description(
        facts.get("given"),
        facts.get("family"),
        date_of_birth=date.fromisoformat(facts["born"]) if "born" in facts else None,
        sex=facts.get("sex"),
        postcode=facts.get("postcode"),
        address=facts.get("address"),
        phone=facts.get("phone"),
        identifiers=(("nhs_number", facts["nhs"]),) if "nhs" in facts else (),
    )


# The fixtures are functions that make things: nothing of one example is left in the next.
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FACTS.filter(bool), min_size=4, max_size=8))
def test_a_description_weighs_and_is_keyed_as_a_record_with_its_facts(
    new_snapshot: Callable[[], Snapshot], put_record: Put, people: list[dict[str, Any]]
) -> None:
    with new_snapshot() as snapshot:
        for number, facts in enumerate(people):
            put_record(snapshot, f"police:{number}", **facts)
        standardise(snapshot, CALIBRATION)
        near = [
            NearRecord(record_id, number, text)
            for record_id, number, text in snapshot.execute(
                f"SELECT record_id, record_number, {packed('c')} FROM comparison_record c"
            ).fetchall()
        ]
        for number, facts in enumerate(people):
            with prepared_model() as model:
                keys = model.describe(readings(as_stored(described(facts)), CALIBRATION))
                weighed = model.weigh(near, CALIBRATION, -999.0)
            found = {row.record_number: row.weight for row in weighed}
            pairs = f"(SELECT {number} AS number_a, record_number AS number_b FROM comparison_record)"
            weights = snapshot.execute(
                f"SELECT number_b, weight FROM ({weights_query(levels_query(pairs), CALIBRATION)})"
            ).fetchall()
            assert found == pytest.approx(dict(weights), abs=1e-4)
            assert all(
                waterfall(row.levels, CALIBRATION, {}, {})[0] == pytest.approx(row.weight, abs=1e-4)
                for row in weighed
            )
            stored = snapshot.execute(
                f"SELECT key FROM ({key_query(f'(SELECT * FROM comparison_record WHERE record_number = {number})')})"
            ).fetchall()
            assert keys.blocking == {key for (key,) in stored}


def test_every_column_compared_can_be_described() -> None:
    assert set(COMPARED_COLUMNS) <= set(COLUMNS)
    (asked,) = readings(Description(given_name="Amina"), CALIBRATION)
    assert asked.keys() == COLUMNS.keys()


def test_values_that_say_nothing_of_a_person_say_nothing_in_a_description() -> None:
    asked = Description(
        postcode="ZZ7 7ZZ",
        address="Hostel, 3 Refuge Road",
        phone="07700 900009",
        identifiers=(("nhs_number", "999 000 0026"),),
    )
    (described,) = readings(as_stored(asked), CALIBRATION)
    assert {column for column, value in described.items() if value} <= {"together_bits"}


def test_numbers_are_compared_in_the_form_that_they_are_stored_in() -> None:
    asked = Description(
        postcode="zz12ab", phone="07700 900 001", identifiers=(("nhs_number", "999 000 0018"), ("library", "a 7"))
    )  # fmt: skip
    stored = as_stored(asked)
    assert (stored.postcode, stored.phone) == ("ZZ1 2AB", "+447700900001")
    assert stored.identifiers == (("nhs_number", "9990000018"), ("library", "A7"))


def test_a_full_name_is_read_from_either_end_unless_it_says_which() -> None:
    def names(full: str) -> list[tuple[str, str]]:
        asked = as_stored(Description(full_name=full))
        return [(one["forename"], one["surname"]) for one in readings(asked, CALIBRATION)]

    assert names("Amina Grace Okonkwo") == [("amina", "okonkwo"), ("grace", "amina")]
    assert names("OKONKWO, Amina") == [("amina", "okonkwo")]
    assert names("Amina") == [("amina", None), (None, "amina")]


def test_a_model_holds_nothing_of_the_lookup_before(snapshot: Snapshot, put_record: Put) -> None:
    put_record(snapshot, "police:1", given="Amina", family="Okonkwo", born="2011-05-17")
    standardise(snapshot, CALIBRATION)
    score_pairs(snapshot, CALIBRATION)
    ((number, text),) = snapshot.execute(
        f"SELECT record_number, {packed('c')} FROM comparison_record c"
    ).fetchall()
    amina = Description("Amina", "Okonkwo", date_of_birth=date(2011, 5, 17))
    with prepared_model() as model:
        model.describe(readings(amina, CALIBRATION))
        assert model.weigh([NearRecord("police:1", number, text)], CALIBRATION, 0.0)
    with prepared_model() as again:
        assert again is model
        nobody = again.describe(readings(Description(sex="male"), CALIBRATION))
        assert not nobody.blocking | nobody.lookup
        assert again.weigh([], CALIBRATION, -999.0) == []


def test_each_calibration_weighs_by_its_own_numbers() -> None:
    likelier = [replace(CALIBRATION, prior=CALIBRATION.prior * 2**step) for step in range(7)]
    nobody = NearRecord("police:1", 1, "{}")
    with prepared_model() as model:
        model.describe(readings(Description("Amina", "Okonkwo"), CALIBRATION))
        weights = [model.weigh([nobody], one, -999.0)[0].weight for one in (*likelier, *likelier)]
    assert weights[:7] == weights[7:] == sorted(set(weights))
