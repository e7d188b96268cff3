"""What is true of a region, one table a question, for one hub at a time."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from synthetic.adoption import Adoptions
from synthetic.feeds.books import Books
from synthetic.feeds.education import exclusion_rows
from synthetic.feeds.texts import ISO, both, dates
from synthetic.name_lists import cultures
from synthetic.options import ELSEWHERE, NOBODY, WINDOW_FROM, WINDOW_TO, Flags, Indices, Texts
from synthetic.pattern_book import PatternBook
from synthetic.registers import AGENCY, hub_of

Columns = dict[str, Texts]


def write_truth(
    books: Books, adoptions: Adoptions, patterns: PatternBook, hub: int, folder: Path
) -> tuple[int, int]:
    """Write every truth table of one hub; returns the numbers of records and events."""
    folder.mkdir(parents=True, exist_ok=True)
    records, person = record_table(books, hub)
    known = np.zeros(books.world.staff.first_person + len(books.world.staff), dtype=bool)
    known[person] = True
    incidents = incident_table(books, hub)
    tables = {
        "records": records, "households": household_table(books, hub, known), "incidents": incidents,
        "patterns": patterns.table() if hub == 0 else PatternBook().table(), "seals": seal_table(books, adoptions, hub), "twins": twin_table(books, known),
    }  # fmt: skip
    for name, columns in tables.items():
        arrays = {}
        for column, texts in columns.items():
            is_day = column in {"from", "to", "window_from", "window_to"}
            values = pa.array([text or None for text in texts.tolist()], type=pa.string())
            arrays[column] = values.cast(pa.date32()) if is_day else values
        pyarrow.parquet.write_table(pa.table(arrays), folder / f"{name}.parquet", compression="zstd")
    return len(person), len(incidents["event_id"])


def person_keys(person: Indices) -> Texts:
    """The key of each person, residents and professionals alike."""
    return np.array([f"P{number:07d}" for number in person.tolist()], dtype=object)


def record_table(books: Books, hub: int) -> tuple[Columns, Indices]:
    """Every record that a correct intake accepts, whose it is, and the naming culture; with the person numbers."""
    registers, world, events = books.registers, books.world, books.events
    rows = np.concatenate([registers.of(system, hub) for system in range(len(AGENCY))])
    agency = np.array(AGENCY, dtype=object)[registers.system[rows]]
    contacts = np.flatnonzero(hub_of(registers.authority[books.contacts.pupil_record]) == hub)
    calls = books.event_rows(hub, events["system"] == "calls")
    parts = books.parts_of(calls)
    staff = np.flatnonzero((world.staff.authority < 2) == (hub == 0))
    ids = np.concatenate([
        both(agency, ":", registers.own_id[rows]), both("education:", books.contacts.own_id[contacts]),
        both("police:", books.event_ids[events.part_event[parts]], "-CALLER"), both(world.staff.agency[staff], ":", books.staff_ids[staff]),
    ])  # fmt: skip
    person = np.concatenate(
        [
            registers.person[rows],
            books.contacts.person[contacts],
            events.part_person[parts],
            staff + world.staff.first_person,
        ]
    )
    culture = np.r_[world.people.culture, world.staff.culture][person]
    group = np.array([item.name for item in cultures()], dtype=object)[culture]
    return {"record_id": ids, "person_key": person_keys(person), "group": group}, person


def incident_table(books: Books, hub: int) -> Columns:
    """Every event with its incident; tellings of one happening share the key."""
    events = books.events
    rows = books.event_rows(hub, ~(events["kind"] == "exclusion"))
    rows = np.r_[rows, exclusion_rows(books, hub)]
    keys = np.array([f"H{number:08d}" for number in events["incident"][rows].tolist()], dtype=object)
    return {"event_id": both(events["agency"][rows], ":", books.event_ids[rows]), "incident_key": keys}


def household_table(books: Books, hub: int, known: Flags) -> Columns:
    """Who lived with whom in the region during the window, of those known to the hub who lived in its area for some of it.

    A household keeps its key when it moves, and is one still when it moves over the border between the hubs: who lives
    together does not depend on where, and the feeds go on telling it. What happens outside the region nobody tells.
    """
    residences = books.world.residences
    here = (residences.authority < 2) if hub == 0 else (residences.authority == 2)
    in_window = (residences.ends > WINDOW_FROM) & (residences.begins <= WINDOW_TO)
    of_the_area = np.zeros(len(known), dtype=bool)
    of_the_area[residences.person[here & in_window]] = True
    told = residences.authority != ELSEWHERE
    rows = np.flatnonzero(in_window & told & (known & of_the_area)[residences.person])
    order = rows[np.lexsort((residences.begins[rows], residences.household[rows], residences.person[rows]))]
    person, household = residences.person[order], residences.household[order]
    begins, ends = residences.begins[order], residences.ends[order]
    fresh = np.r_[
        True, (person[1:] != person[:-1]) | (household[1:] != household[:-1]) | (begins[1:] > ends[:-1])
    ]
    first = np.flatnonzero(fresh)
    last = np.r_[first[1:] - 1, len(order) - 1]
    until = np.where(ends[last] > WINDOW_TO, "", dates(ends[last], ISO)).astype(object)
    return {
        "person_key": person_keys(person[first]), "household_key": np.array([f"F{number:07d}" for number in household[first].tolist()], dtype=object),
        "from": dates(np.maximum(begins[first], WINDOW_FROM), ISO), "to": until,
    }  # fmt: skip


def seal_table(books: Books, adoptions: Adoptions, hub: int) -> Columns:
    """Every pair of a record under the birth identity and one under the adoptive identity."""
    records, person = record_table(books, hub)
    wanted = np.r_[adoptions.birth_identity, adoptions.adoptive_identity]
    rows = np.flatnonzero(np.isin(person, wanted))
    by_person: dict[int, list[str]] = {}
    for row in rows.tolist():
        by_person.setdefault(int(person[row]), []).append(records["record_id"][row])
    pairs = [
        (one, other)
        for before, after in zip(
            adoptions.birth_identity.tolist(), adoptions.adoptive_identity.tolist(), strict=True
        )
        for one in by_person.get(before, [])
        for other in by_person.get(after, [])
    ]
    return {
        "record_id_a": np.array([one for one, _ in pairs], dtype=object),
        "record_id_b": np.array([other for _, other in pairs], dtype=object),
    }


def twin_table(books: Books, known: Flags) -> Columns:
    """Twins who both are known to the hub, once a pair."""
    twin = books.world.people.twin
    one = np.flatnonzero((twin != NOBODY) & (twin > np.arange(len(twin))))
    one = one[known[one] & known[twin[one]]]
    return {"person_key_a": person_keys(one), "person_key_b": person_keys(twin[one])}
