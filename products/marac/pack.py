"""The MARAC pack: of one case, and of a whole meeting; every line names the record, form or person it comes from."""

from collections.abc import Sequence
from typing import Final

from access import ActionLine, CaseFile, CaseFlag, Chronology, MeetingFile, MeetingLine, MinuteLine
from products.chronology import ChronologyChoice, arrange
from products.chronology_document import chronology_blocks
from products.documents import (
    Block,
    Document,
    Grid,
    GridRow,
    Handling,
    Heading,
    NewPage,
    Paragraph,
    ParagraphKind,
)
from products.marac.people import people_blocks
from products.marac.risk_checklist import ANSWERS, QUESTIONS, risk_reading
from products.wording import code, day, inside, listed, own_reference, person, sentence

FLAG_NAMES: Final = {"repeat": "Repeat", "serial": "Serial perpetrator", "escalation": "Escalation"}
ORIGINS: Final = {
    "referral": "",
    "rule": " It was found by a rule, and put on the list by a person.",
    "carried": " It is carried from an earlier meeting.",
}


def case_pack(file: CaseFile, handling: Handling) -> Document:
    """The pack of one case."""
    title = f"MARAC case {file.line.number}: {person(file.line.victim)}"
    subject = f"{file.meeting.reference}: {_of(file.meeting)}"
    return Document(title, subject, handling, case_blocks(file, level=1))


def meeting_pack(meeting: MeetingFile, handling: Handling) -> Document:
    """The pack of a meeting: its list, what was carried, who was there and what was minuted, then each case from a new page."""
    files = meeting.cases
    rows = tuple(
        GridRow(
            (
                str(file.line.number),
                f"{person(file.line.victim)}\nborn {day(file.line.victim.date_of_birth)}",
                "\n".join(person(one) for one in file.line.perpetrators) or "not named",
                _risk(file),
                listed(FLAG_NAMES[name] for name in dict.fromkeys(flag.rule for flag in file.line.flags))
                or "No flag",
                sentence(file.line.grounds),
            )
        )
        for file in files
    )
    blocks: list[Block] = [
        Heading(1, "The list"),
        Grid(
            "Cases of this meeting",
            ("Case", "Victim", "Perpetrator", "Risk checklist", "Flags by rule", "Why it is on the list"),
            rows,
            (7, 21, 20, 17, 16, 19),
        ),
    ]
    carried = [one for file in files for one in file.actions if one.ended is None]
    if carried:
        blocks += [Heading(1, "Actions still open"), _actions(carried, "Open actions on these cases")]
    blocks += _held(meeting)
    for file in files:
        blocks += [NewPage(), Heading(1, f"Case {file.line.number}: {person(file.line.victim)}")]
        blocks += case_blocks(file, level=2)
    return Document(meeting.line.reference, _of(meeting.line), handling, tuple(blocks))


def _held(meeting: MeetingFile) -> list[Block]:
    """Who was at the meeting and what was minuted of no single case, once it was held."""
    blocks: list[Block] = []
    if meeting.attendance:
        rows = tuple(GridRow((code(one.agency), one.name, code(one.standing))) for one in meeting.attendance)
        blocks += [
            Heading(1, "Attendance and apologies"),
            Grid(
                "Who was at the meeting",
                ("Agency", "Name", "Attendance"),
                rows,
                (30, 45, 25),
                on_one_page=True,
            ),
        ]
    if meeting.minutes:
        blocks += [Heading(1, "Minutes of the meeting"), *_minutes(meeting.minutes)]
    return blocks


def _minutes(minutes: Sequence[MinuteLine]) -> list[Block]:
    return [Paragraph(f"{one.text} ({one.by}, {day(one.at)})") for one in minutes]


def _of(meeting: MeetingLine) -> str:
    chair = f", chaired by {meeting.chair}" if meeting.chair else ""
    return f"MARAC meeting on {day(meeting.held_on)} for {meeting.area}{chair}"


def case_blocks(file: CaseFile, level: int) -> tuple[Block, ...]:
    """The blocks of one case; ``level``: of its headings."""
    blocks: list[Block] = [*_before_contact(file, level)]
    blocks += [
        Heading(level, "Why it is on the list"),
        Paragraph(f"{sentence(file.line.grounds)}{ORIGINS[file.line.origin]}"),
    ]
    blocks += people_blocks(file.people, level)
    blocks += _flags(file.line.flags, level)
    blocks += _checklist(file, level)
    blocks += _consent(file, level)
    blocks += _happenings(file.chronologies, level)
    blocks += _research(file, level)
    blocks += [Heading(level, "Actions")]
    blocks += (
        [_actions(file.actions, "Actions on this victim's cases")]
        if file.actions
        else [_none("No action stands.")]
    )
    if file.minutes:
        blocks += [Heading(level, "Minutes")]
        blocks += _minutes(file.minutes)
    return tuple(blocks)


def _none(text: str) -> Paragraph:
    return Paragraph(text, "note")


def _before_contact(file: CaseFile, level: int) -> list[Block]:
    blocks: list[Block] = [Heading(level, "Before anybody makes contact")]
    if not file.arrangements:
        return [
            *blocks,
            Paragraph("No agency states how contact can be made safely. Ask the referrer first.", "warning"),
        ]
    for one in file.arrangements:
        kind: ParagraphKind = "warning" if one.kind == "unsafe_to_tell" else "plain"
        agreed = f", {day(one.agreed_on)}" if one.agreed_on else ""
        blocks.append(Paragraph(f"{code(one.kind)}: {one.value} ({code(one.agency)}{agreed})", kind))
    return blocks


def _flags(flags: Sequence[CaseFlag], level: int) -> list[Block]:
    blocks: list[Block] = [Heading(level, "Flags by rule")]
    if not flags:
        return [*blocks, _none("Neither repeat nor serial nor escalation applies on the rows in view.")]
    for flag in flags:
        stands_on = listed(
            f"{code(one.agency)} {own_reference(one.event, one.agency)} of {day(one.happened_on)}"
            for one in flag.evidence
        )
        blocks.append(Paragraph(f"{FLAG_NAMES[flag.rule]}: {flag.words}"))
        blocks.append(_none(f"Rule: {flag.source}. It stands on {stands_on}."))
    return blocks


def _checklist(file: CaseFile, level: int) -> list[Block]:
    blocks: list[Block] = [Heading(level, "Risk checklist (DASH)")]
    reading = risk_reading(file.answers)
    if reading is None:
        return [*blocks, _none("No agency handed in a checklist.")]
    first = file.answers[0]
    form = own_reference(first.event, first.agency)
    source = f"Answered on form {form} of {code(first.agency)}, {day(first.answered_on)}."
    told = {one.question: one.answer for one in file.answers}
    half = (len(QUESTIONS) + 1) // 2
    rows = []
    for number in range(1, half + 1):
        pair = [number, number + half]
        cells = [
            part
            for one in pair
            for part in (f"{one}. {QUESTIONS[one - 1]}", ANSWERS.get(told.get(one, ""), "No answer"))
        ]
        rows.append(GridRow(tuple(cells)))
    grid = Grid(
        "The 24 questions",
        ("Question", "Answer", "Question", "Answer"),
        tuple(rows),
        (36, 14, 36, 14),
        on_one_page=True,
    )
    kind: ParagraphKind = "warning" if reading.level == "high" or reading.grave else "plain"
    return [
        *blocks,
        Paragraph(reading.words, kind, keep_next=True),
        Paragraph(source, "note", keep_next=True),
        grid,
    ]


def _consent(file: CaseFile, level: int) -> list[Block]:
    consent = file.consent
    if consent is None:
        said = "Whether the victim was asked for consent is not recorded."
    elif consent.answer == "overridden":
        said = f"Shared without consent: {sentence(consent.grounds)} ({consent.by}, {day(consent.at)})"
    else:
        said = f"Consent was {consent.answer}: {sentence(consent.grounds)} ({consent.by}, {day(consent.at)})"
    return [Heading(level, "Consent"), Paragraph(said)]


def _happenings(chronologies: Sequence[Chronology], level: int) -> list[Block]:
    """The victim's chronology, then of each perpetrator what does not stand in it already."""
    blocks: list[Block] = []
    told: set[str] = set()
    for number, chronology in enumerate(chronologies):
        whole = {line.incident for line in chronology.lines}
        proforma = arrange(
            chronology, ChronologyChoice(incidents=frozenset(whole - told) if told else frozenset())
        )
        name = person(chronology.person)
        title = f"What happened: {name}" if number == 0 else f"What else is reported of {name}"
        blocks.append(Heading(level, title))
        if whole and whole <= told:
            blocks.append(_none("Nothing beyond what stands above."))
        else:
            blocks += chronology_blocks(proforma)
        told |= whole
    return blocks


def _research(file: CaseFile, level: int) -> list[Block]:
    blocks: list[Block] = [Heading(level, "Research by agency")]
    if not file.research:
        return [*blocks, _none("No agency has brought research yet.")]
    for one in file.research:
        blocks.append(Heading(min(level + 1, 3), code(one.agency)))
        if one.fact:
            blocks.append(
                Paragraph(f"{sentence(one.fact)} (Source: {one.source}; brought by {one.by}, {day(one.at)}.)")
            )
        if one.opinion:
            blocks.append(Paragraph(f"Opinion of {one.by}, {day(one.at)}: {one.opinion}", "opinion"))
    return blocks


def _actions(actions: Sequence[ActionLine], caption: str) -> Grid:
    rows = tuple(
        GridRow(
            (
                one.what,
                code(one.agency),
                f"{day(one.due_on)}{' (overdue)' if one.is_overdue else ''}" if one.due_on else "no day set",
                "open"
                if one.ended is None
                else f"{inside(one.ended)}: {one.result}"
                if one.result
                else inside(one.ended),
                f"{one.meeting}, {one.by}",
            )
        )
        for one in actions
    )
    return Grid(
        caption, ("What", "Agency", "Until", "How it stands", "Agreed at, by"), rows, (34, 16, 16, 18, 16)
    )


def _risk(file: CaseFile) -> str:
    """What the checklist says of a case, in the words of a list."""
    reading = risk_reading(file.answers)
    if reading is None:
        return "No checklist"
    return "\n".join([f"{reading.level.capitalize()}, {reading.yeses} yes", *reading.grave])


def sources_of(files: Sequence[CaseFile]) -> tuple[str, ...]:
    """Every report that stands in a pack made of these files, for the ledger."""
    events = {line.event for file in files for chronology in file.chronologies for line in chronology.lines}
    events |= {one.event for file in files for one in file.answers}
    events |= {one.event for file in files for flag in file.line.flags for one in flag.evidence}
    return tuple(sorted(events))
