"""The answer to a subject access request as one document: what is held about one person, from whom, and who got it.

Made of what ``access`` gives and of nothing else: no clock, no order of its own, so equal inputs give equal bytes.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from access import HeldEvent, HeldRecord, Recipient, SubjectAccess
from products.documents import Block, Document, Facts, Grid, GridRow, Handling, Heading, Paragraph
from products.wording import code, day

MARKING: Final = "PERSONAL: FOR THE PERSON IT IS ABOUT"
CAVEAT: Final = "Somebody has to read this before it leaves: free text may give another person away."
_STATED: Final = ("What", "Stated", "From", "To")
_STATED_WIDTHS: Final = (20, 44, 18, 18)
_RULES: Final = ("Rule", "From", "To")
_RECEIVED: Final = ("What", "In the role", "For", "Went to", "Times", "First", "Last")
_RECEIVED_WIDTHS: Final = (26, 14, 16, 14, 8, 11, 11)


def subject_access_document(held: SubjectAccess, hub_name: str) -> Document:
    """Everything held about one person as a document, for a word processor or to print."""
    handling = Handling(
        marking=MARKING,
        caveat=CAVEAT,
        recipient="the person it is about",
        purpose="subject access",
        copy="drawn up from the records",
        by=hub_name,
        on=held.as_of,
        as_of=held.as_of,
    )
    blocks: list[Block] = [
        Paragraph(
            f"This is what {hub_name} holds about you as of {day(held.as_of)}: who told it, and who received it. "
            "Other people are left out, because what is held about them is theirs."
        ),
        *_why(),
        Heading(1, "Who you are to us"),
        Paragraph(f"{_counted(len(held.records), 'record')} of these agencies:"),
        *(_record(one) for one in held.records),
        Heading(1, "People around you"),
        *_facts(
            "How many other people are recorded as standing in this relation to you",
            ((code(kind), str(count)) for kind, count in held.relations),
        ),
        Heading(1, "What happened"),
        Paragraph(f"{_counted(len(held.events), 'event')} in which you have a part:"),
        *(_event(one) for one in held.events),
        Heading(1, "What rules raised for people to look at"),
        Paragraph("A rule decides nothing: it asks a person to look. A person decides, and gives a reason."),
        *_grid(
            "Rules that named you",
            _RULES,
            ((code(rule), day(start), day(end)) for rule, start, end in held.findings),
            (40, 30, 30),
        ),
        Heading(1, "Who looked, and who received something"),
        *_grid(
            "What was done with these records; workers are not named",
            _RECEIVED,
            _received(held.recipients),
            _RECEIVED_WIDTHS,
        ),
        Heading(1, "What you can ask"),
        Paragraph(
            "You can ask for what is wrong to be put right, for what is no longer needed to be erased, and object to its use. "
            "Ask the hub that sent you this. If you are not content with its answer, write to the Information Commissioner."
        ),
    ]
    return Document(
        "What is held about you", "The answer to your request for access", handling, tuple(blocks)
    )


def _why() -> tuple[Block, ...]:
    return (
        Heading(1, "Why"),
        Paragraph(
            "Agencies share what they know here to protect children and adults from harm: a task in the public interest "
            "(UK GDPR Article 6(1)(e)), for health and other special data under Article 9(2)(g) with the Data Protection "
            "Act 2018, Schedule 1, paragraph 18; for what the police hold, Part 3 of that Act."
        ),
        Paragraph(
            "Records of different agencies were compared by a computer program to see which are of one person. No decision "
            "about anybody is made by it."
        ),
    )


def _record(one: HeldRecord) -> Block:
    told = ", ".join(part for part in (one.system, _source(one)) if part)
    when = f", handed in on {day(one.extracted_on)}" if one.extracted_on else ""
    return Grid(
        f"{code(one.agency)}: record {one.record_id} ({told}{when})",
        _STATED,
        tuple(
            GridRow((code(said.kind), said.value, _from_to(said.valid_from), _from_to(said.valid_to)))
            for said in one.statements
        ),
        _STATED_WIDTHS,
    )


def _event(one: HeldEvent) -> Block:
    rows = [("Your part", ", ".join(code(role) for role in one.roles))]
    rows += [(said.kind.capitalize(), said.value.replace("_", " ")) for said in one.facts]
    rows += [("Other people in it", str(one.others))] if one.others else []
    rows += [(name, text) for name, text in (("Stated", one.summary), ("Thought", one.opinion)) if text]
    rows.append(("Source", _source(one)))
    happened = day(one.happened_on) if one.happened_on else "Date not known"
    return Facts(f"{happened}: {code(one.kind)}, {code(one.agency)} ({one.event_id})", tuple(rows))


def _source(one: HeldRecord | HeldEvent) -> str:
    return f"{one.source_file}, line {one.source_line}" if one.source_line else one.source_file


def _received(recipients: Iterable[Recipient]) -> list[tuple[str, ...]]:
    """Alike lines together: what, role, purpose and destination, how often, and on which first and last day."""
    alike: dict[tuple[str, ...], Counter[str]] = {}
    for one in recipients:
        key = (one.did.rstrip("."), code(one.role), code(one.purpose) if one.purpose else "", one.to)
        alike.setdefault(key, Counter())[f"{one.at:%Y-%m-%d}"] += 1
    return [(*key, str(sum(days.values())), min(days), max(days)) for key, days in sorted(alike.items())]


def _grid(
    caption: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]], widths: tuple[int, ...]
) -> tuple[Block, ...]:
    made = tuple(GridRow(row) for row in rows)
    return (Grid(caption, header, made, widths),) if made else (Paragraph(f"{caption}: none."),)


def _facts(caption: str, rows: Iterable[tuple[str, str]]) -> tuple[Block, ...]:
    made = tuple(rows)
    return (Facts(caption, made),) if made else (Paragraph(f"{caption}: none."),)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _from_to(value: object) -> str:
    return "" if value is None else str(value)
