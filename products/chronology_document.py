"""The chronology pro-forma as a document: a line a report, fact and opinion apart, gaps in their place."""

from typing import Final

from products.chronology import ChronologyProforma, Gap, Happening, Version
from products.documents import Block, Document, Facts, Grid, GridRow, Handling, Heading, Paragraph
from products.wording import (
    code,
    day,
    inside,
    lasting,
    listed,
    moment,
    own_reference,
    person,
    sentence,
)

HEADER: Final = ("When", "Who reported what", "Stated as fact", "Opinion", "Source")
WIDTHS: Final = (17, 20, 33, 15, 15)


def chronology_document(proforma: ChronologyProforma, handling: Handling) -> Document:
    """The pro-forma of one person as a document; every line names the report it comes from."""
    name = person(proforma.person)
    about = [("Name", name), ("Date of birth", day(proforma.person.date_of_birth))]
    if proforma.person.age_band:
        about.append(("Age", f"{proforma.person.age_band} on {day(handling.as_of)}"))
    if proforma.members:
        about.append(("Household", listed(person(one) for one in proforma.members)))
    about.append(("Agencies that reported", listed(code(one) for one in proforma.agencies) or "none"))
    if proforma.left_out:
        about.append(("Left out", f"{proforma.left_out} happenings, by the choice of whoever drew this up"))
    blocks: list[Block] = [
        Facts("Who this is about", tuple(about)),
        Paragraph(
            "One happening is told once, with each agency's version under it. What an agency states as fact stands apart from "
            "what its worker thinks. A stretch of which no agency tells is shown: it is not a sign that all was well.",
            "note",
        ),
        Heading(1, "What happened"),
        *chronology_blocks(proforma),
    ]
    whose = f"the household of {name}" if proforma.members else name
    return Document(f"Chronology: {whose}", "What every agency reported, in order", handling, tuple(blocks))


def chronology_blocks(proforma: ChronologyProforma) -> tuple[Block, ...]:
    """The table of a pro-forma, and one of what nobody dated."""
    if not proforma.entries and not proforma.undated:
        return (Paragraph("No agency reported anything that may stand here.", "note"),)
    rows: list[GridRow] = []
    for entry in proforma.entries:
        rows += [_gap(entry)] if isinstance(entry, Gap) else _rows(entry)
    blocks: list[Block] = []
    if rows:
        blocks.append(
            Grid(f"What happened to and around {person(proforma.person)}", HEADER, tuple(rows), WIDTHS)
        )
    if proforma.undated:
        undated = tuple(row for item in proforma.undated for row in _rows(item))
        blocks.append(Grid("Reports without a date", HEADER, undated, WIDTHS))
    return tuple(blocks)


def _gap(gap: Gap) -> GridRow:
    return GridRow(
        (f"No agency reported anything for {lasting(gap.days)}, {day(gap.after)} to {day(gap.before)}.",),
        gap=True,
    )


def _rows(item: Happening) -> list[GridRow]:
    when = moment(item.happened_at, item.date_precision)
    if item.ended_on and item.happened_at and item.ended_on != item.happened_at.date():
        when += f"\nuntil {day(item.ended_on)}"
    rows = []
    for number, version in enumerate(item.versions):
        told = when if number == 0 else "The same happening"
        cells = (
            told,
            _reported(item, version, first=number == 0),
            _fact(item, version, first=number == 0),
            sentence(version.opinion or ""),
            _source(version),
        )
        rows.append(GridRow(cells, opinion=frozenset({3})))
    return rows


def _reported(item: Happening, version: Version, *, first: bool) -> str:
    lines = [f"{code(version.agency)}: {inside(version.kind)}"]
    if first and item.concern:
        lines.append(f"Concern: {inside(item.concern)}")
    if first and item.roles:
        lines.append(f"As {listed(inside(role) for role in item.roles)}")
    return "\n".join(lines)


def _fact(item: Happening, version: Version, *, first: bool) -> str:
    lines = [sentence(version.fact)] if version.fact else []
    lines += [sentence(f"{label}: {value}") for label, value in version.particulars]
    if version.outcome:
        lines.append(sentence(f"Outcome: {version.outcome}"))
    if first and item.others:
        lines.append(
            "With " + listed(f"{person(one.person)} ({inside(one.role)})" for one in item.others) + "."
        )
    if first and (item.place or item.postcode):
        lines.append("At " + ", ".join(part for part in (item.place, item.postcode) if part) + ".")
    if version.flags:
        lines.append("Marked: " + ", ".join(version.flags) + ".")
    return "\n".join(lines) or "States no more than that it happened."


def _source(version: Version) -> str:
    source = own_reference(version.source, version.agency)
    return f"{source}\nrecorded {day(version.known_on)}" if version.known_on else source
