"""The answer to a subject access request as one page to print: what is held about one person, from whom, and who got it.

Made of what ``access`` gives and of nothing else: no clock, no order of its own, so equal inputs give equal bytes.
"""

from collections import Counter
from collections.abc import Iterable
from html import escape

from access import HeldEvent, HeldRecord, Recipient, SubjectAccess

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;width:100%;margin:0 0 1.5em}"
    "th,td{border:1px solid #505a5f;padding:.3em .5em;text-align:left;vertical-align:top}"
    "caption{text-align:left;font-weight:bold;margin:.5em 0}"
    "@media print{body{margin:0}h2{break-after:avoid}tr{break-inside:avoid}}"
)


def subject_access_page(held: SubjectAccess, hub_name: str) -> str:
    """The document as one self-contained HTML page."""
    parts = [
        _paragraph(
            f"This is what {hub_name} holds about you as of {_day(held.as_of)}: who told it, and who received it. "
            "Other people are left out, because what is held about them is theirs."
        ),
        _why(),
        f"<h2>Who you are to us</h2>{_paragraph(_counted(len(held.records), 'record') + ' of these agencies:')}",
        *(_record(one) for one in held.records),
        "<h2>People around you</h2>",
        _table(
            "How many other people are recorded as standing in this relation to you",
            ("relation", "people"),
            ((_words(kind), str(count)) for kind, count in held.relations),
        ),
        f"<h2>What happened</h2>{_paragraph(_counted(len(held.events), 'event') + ' in which you have a part:')}",
        *(_event(one) for one in held.events),
        "<h2>What rules raised for people to look at</h2>",
        _paragraph("A rule decides nothing: it asks a person to look. A person decides, and gives a reason."),
        _table(
            "Rules that named you",
            ("rule", "from", "to"),
            ((_words(rule), _day(start), _day(end)) for rule, start, end in held.findings),
        ),
        "<h2>Who looked, and who received something</h2>",
        _table(
            "What was done with these records; workers are not named",
            ("what", "in the role", "for", "went to", "times", "first", "last"),
            _received(held.recipients),
        ),
        _rights(),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>What is held about you: {escape(hub_name)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>What is held about you</h1>{''.join(parts)}</main></body></html>\n"
    )


def _why() -> str:
    return (
        "<h2>Why</h2>"
        + _paragraph(
            "Agencies share what they know here to protect children and adults from harm: a task in the public interest "
            "(UK GDPR Article 6(1)(e)), for health and other special data under Article 9(2)(g) with the Data Protection "
            "Act 2018, Schedule 1, paragraph 18; for what the police hold, Part 3 of that Act."
        )
        + _paragraph(
            "Records of different agencies were compared by a computer program to see which are of one person. No decision "
            "about anybody is made by it."
        )
    )


def _rights() -> str:
    return "<h2>What you can ask</h2>" + _paragraph(
        "You can ask for what is wrong to be put right, for what is no longer needed to be erased, and object to its use. "
        "Ask the hub that sent you this. If you are not content with its answer, write to the Information Commissioner."
    )


def _record(one: HeldRecord) -> str:
    source = f"{one.source_file}, line {one.source_line}" if one.source_line else one.source_file
    told = ", ".join(part for part in (one.system, source) if part)
    when = f", handed in on {_day(one.extracted_on)}" if one.extracted_on else ""
    return _table(
        f"{_words(one.agency)}: record {one.record_id} ({told}{when})",
        ("what", "stated", "from", "to"),
        (
            (_words(said.kind or ""), said.value, _day(said.valid_from), _day(said.valid_to))
            for said in one.statements
        ),
    )


def _event(one: HeldEvent) -> str:
    rows = [("your part", ", ".join(_words(role) for role in one.roles))]
    rows += [(said.kind, _words(said.value)) for said in one.facts]
    rows += [("other people in it", str(one.others))] if one.others else []
    rows += [(name, text) for name, text in (("stated", one.summary), ("thought", one.opinion)) if text]
    rows.append(
        ("source", f"{one.source_file}, line {one.source_line}" if one.source_line else one.source_file)
    )
    happened = _day(one.happened_on) or "date not known"
    return _table(
        f"{happened}: {_words(one.kind)}, {_words(one.agency)} ({one.event_id})", ("what", "held"), rows
    )


def _received(recipients: Iterable[Recipient]) -> list[tuple[str, ...]]:
    """Alike lines together: what, role, purpose and destination, how often, and on which first and last day."""
    alike: dict[tuple[str, ...], Counter[str]] = {}
    for one in recipients:
        key = (one.did.rstrip("."), _words(one.role), _words(one.purpose or ""), one.to)
        alike.setdefault(key, Counter())[f"{one.at:%Y-%m-%d}"] += 1
    return [(*key, str(sum(days.values())), min(days), max(days)) for key, days in sorted(alike.items())]


def _table(caption: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    if not body:
        return _paragraph(f"{caption}: none.")
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>"


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _words(text: str) -> str:
    return text.replace("_", " ")


def _day(day: object) -> str:
    return "" if day is None else str(day)
