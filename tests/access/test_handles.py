"""Handles tell nothing, lead back, and belong to one namespace."""

from hypothesis import given
from hypothesis import strategies as st

from access.handles import Handles, handle_key

KEY = bytes(range(64))
RECORD_IDS = st.text(min_size=1, max_size=60)


@given(RECORD_IDS)
def test_a_handle_leads_back_in_its_namespace_and_nowhere_in_another(record_id):
    own, other = Handles(KEY, "home:analyst"), Handles(KEY, "home:decision_maker")
    handle = own.of_record(record_id)
    assert own.record_of(handle) == record_id
    assert other.record_of(handle) is None
    assert Handles(bytes(64), "home:analyst").record_of(handle) is None
    assert other.of_record(record_id) != handle


@given(RECORD_IDS, st.sampled_from(["record", "event", "node", "place"]))
def test_a_reference_is_of_its_kind_alone(value, kind):
    handles = Handles(KEY, "home:analyst")
    reference = handles.reference(kind, value)
    assert handles.value_of(kind, reference) == value
    assert handles.record_of(reference) is None
    assert handles.value_of("household", reference) is None


@given(st.text(max_size=100))
def test_what_nobody_handed_out_leads_nowhere(text):
    handles = Handles(KEY, "home:analyst")
    assert handles.record_of(text) is None
    assert handles.value_of("record", text) is None


def test_only_the_spelling_that_was_handed_out_counts():
    handles = Handles(KEY, "home:analyst")
    handle = handles.of_record("police:1")
    assert handles.record_of(handle.upper()) is None
    assert handles.record_of(handle + "=") is None
    # 45 bytes make 72 letters exactly, so no letter has spare bits; a flipped one must break the seal.
    assert all(
        handles.record_of(handle[:at] + ("a" if handle[at] != "a" else "b") + handle[at + 1 :]) is None
        for at in range(1, len(handle))
    )


def test_handles_of_usual_record_ids_are_of_one_length():
    handles = Handles(KEY, "home:analyst")
    assert {
        len(handles.of_record(record_id))
        for record_id in ("p:1", "police:N-10442", "social_care:0000000000001")
    } == {73}


def test_the_key_is_made_once(tmp_path):
    assert handle_key(tmp_path) == handle_key(tmp_path)
    assert len(handle_key(tmp_path)) == 64
