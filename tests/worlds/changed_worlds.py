"""The ways to change a world where some readers may not look."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

OUTSIDE_LABELS = (
    ("restricted", "ordinary"),
    ("restricted", "sexual_health"),
    ("shareable", "police_intelligence"),
    ("ask_originator", "adoption"),
    ("shareable", "protected_address"),
)
# Records that every reader may see, by their label or by a grant.
VISIBLE_RECORDS = ("council:l1", "council:m1", "police:e1", "police:l1", "police:m1")
# Records that a seal, a hide order and a restriction take from every reader here, once rows bring them.
KEPT_BACK = ("council:h1", "police:h1", "health:s1", "council:s1", "police:r1")
PEOPLE = (
    ("Marta", "Quillfeather", date(2013, 5, 2), "female"),
    ("Lena", "Quillfeather", date(1986, 11, 20), "female"),
    ("Egon", "Thrupp", date(1984, 7, 14), "male"),
    ("Nora", "Thrupp", date(1990, 2, 3), "female"),
)
HOMES = (None, ("12 Larch Row", "ZZ1 4AB", date(2024, 6, 1)), ("3 Elm Close", "ZZ2 9XY", None))
PHONES = (None, "+447700900123", "+447700900456")
NUMBERS = (None, "9990000018", "9990000026")
Change = Callable[[Any, tuple[str, ...], random.Random], None]


def change_outside(world: Any, agencies: tuple[str, ...], chance: random.Random) -> None:
    """Take away, alter and add rows that no reader of these outside agencies may use."""

    def is_outside(label: tuple[str, str, str, str]) -> bool:
        _, agency, *handling = label
        return tuple(handling) in OUTSIDE_LABELS or agency in agencies

    gone = {
        values["record_id"]
        for _, label, values in world.rows
        if is_outside(label) and "given_name" in values and chance.random() < 0.5
    }
    world.rows[:] = [row for row in world.rows if row[2].get("record_id") not in gone]
    for _, label, values in world.rows:
        if is_outside(label) and "summary" in values:
            values["summary"] = f"Changed {chance.random()}"
    known = sorted({values["record_id"] for table, _, values in world.rows if table == "record"})
    for number in range(chance.randint(1, 5)):
        agency = chance.choice(agencies) if agencies else chance.choice(("police", "health", "council"))
        label = chance.choice(OUTSIDE_LABELS)
        if agency in agencies and chance.random() < 0.5:
            label = ("ask_originator", "ordinary")
        record_id = f"{agency}:new{number}"
        _somebody(world, record_id, label, chance)
        other = chance.choice(known)
        parts = {
            record_id: chance.choice(("victim", "suspect", "subject")),
            other: chance.choice(("suspect", "witness")),
        }
        day = date(2026, 2, 1) - timedelta(days=chance.randint(0, 300))
        kind = chance.choice(("incident", "referral", "marac_referral", "call"))
        world.event(f"{agency}:newevent{number}", day, parts, label, kind=kind)
        if chance.random() < 0.5:
            ends = {"record_id": record_id, "other_record_id": other}
            world.add("relationship", agency, label, kind="partner", **ends)


# Names, addresses, phones and numbers of a visible record take part in the weights of its links, which are computed
# once for all scopes (docs/access.md): those added here repeat what the record says.
def add_to_what_is_seen(world: Any, agencies: tuple[str, ...], chance: random.Random) -> None:
    """Add rows with a label outside the scope whose ends are records and events that the reader sees."""
    # A contributor sees rows of their own agency, and what is shareable about the people released to them.
    labels = (*OUTSIDE_LABELS, ("ask_originator", "ordinary")) if agencies else OUTSIDE_LABELS

    def add(table: str, **values: Any) -> None:
        owner = chance.choice(agencies or ("police", "health", "council"))
        world.add(table, owner, chance.choice(labels), **values)

    day = date(2021, 1, 1) + timedelta(days=chance.randint(0, 1500))
    for record_id in VISIBLE_RECORDS:
        _more_about(world, (record_id, *VISIBLE_RECORDS), add, chance)
    for table, _, values in list(world.rows):
        if values.get("record_id") not in VISIBLE_RECORDS:
            continue
        if table == "record":
            spoken = {name: values[name] for name in ("record_id", "given_name", "family_name", "full_name")}
            add("name", kind="alias", valid_from=day, **spoken)
        if table == "identifier":
            add("identifier", **values)
        if table == "thing_use" and values["kind"] == "phone":
            add("thing_use", **(values | {"valid_from": day}))
        if table == "address_spell":
            add("address_spell", **(values | {"kind": "temporary", "valid_from": day, "valid_to": day}))


def bring_who_is_kept_back(world: Any, _: tuple[str, ...], chance: random.Random) -> None:
    """Add people whom a seal, a hide order or a restriction keeps back, with all that could be known of them.

    Their rows have labels that every reader may see: what takes them away is the ledger alone.
    """
    brought = [one for one in KEPT_BACK if chance.random() < 0.7] or [KEPT_BACK[0]]
    for record_id in brought:
        _somebody(world, record_id, ("shareable", "ordinary"), chance)
    for record_id in brought:
        owner = record_id.split(":", maxsplit=1)[0]

        def add(table: str, agency: str = owner, **values: Any) -> None:
            world.add(table, agency, ("shareable", "ordinary"), **values)

        _more_about(world, (record_id, *VISIBLE_RECORDS, *brought), add, chance)


def _somebody(world: Any, record_id: str, label: tuple[str, str], chance: random.Random) -> None:
    """A record that says what some record of the family says."""
    given, family, born, sex = chance.choice(PEOPLE)
    world.person(
        record_id,
        label,
        given_name=given,
        family_name=family,
        full_name=f"{given} {family}",
        date_of_birth=born,
        sex=sex,
        nhs=chance.choice(NUMBERS),
        home=chance.choice(HOMES),
        phone=chance.choice(PHONES),
    )


def _more_about(
    world: Any, records: tuple[str, ...], add: Callable[..., None], chance: random.Random
) -> None:
    """Parts in events, vehicles, a school of the first of these records, and its tie to another of them."""
    record_id = records[0]
    day = date(2021, 1, 1) + timedelta(days=chance.randint(0, 1500))
    events = sorted(values["event_id"] for table, _, values in world.rows if table == "event")
    about = {"record_id": record_id}
    add("involvement", **about, event_id=chance.choice(events), role=chance.choice(("suspect", "subject")))
    add("involvement", **about, event_id=chance.choice(events), role="reporter")
    add("thing_use", **about, kind="vehicle", value="AB12CDE", valid_from=day)
    add("thing_use", **about, kind="vehicle", value="AB13CDE", event_id=chance.choice(events))
    tie = {"kind": "school", "organisation_key": "s9", "organisation_name": "Far Lane", "valid_from": day}
    add("organisation_tie", **about, **tie)
    other = chance.choice([one for one in records if one != record_id])
    add("relationship", **about, other_record_id=other, kind="sibling", valid_from=day)


CHANGES: dict[str, Change] = {
    "others": change_outside,
    "more of the seen": add_to_what_is_seen,
    "the kept back": bring_who_is_kept_back,
}
