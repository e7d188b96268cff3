"""The chronology pro-forma: what every agency reported of a person, in order, incidents once, gaps shown.

It takes the place of the table that hubs fill by hand from several databases: a line a happening, each agency's
version under it with fact and opinion apart and its source, and the stretches of time of which no agency reports
anything, because silence is as telling as contact.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from access import Chronology, ChronologyLine, InvolvedPerson, PersonCard, ScopedView
from products.wording import inside

GAP_DAYS = 180
NEVER = datetime(9999, 12, 31)  # noqa: DTZ001 - the hub's own days, as agencies write them, without a zone


@dataclass(frozen=True, slots=True)
class Version:
    """One agency's report of a happening. ``fact`` is what it states, ``opinion`` what its worker thinks.

    ``particulars``: which plan, which offence, how it was rated, how many sessions at school were missed, as label and
    value. ``source`` is the report's own id (or its reference, for readers without identities); ``known_on`` the day the
    agency recorded it.
    """

    agency: str
    kind: str
    fact: str | None
    opinion: str | None
    outcome: str | None
    source: str
    known_on: date | None
    flags: tuple[str, ...]
    particulars: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Happening:
    """One happening, however many agencies reported it.

    ``happened_at`` and ``date_precision`` are those of the most exact report; ``roles`` the person's own, each role
    that any report gives and never one drawn from another; ``others`` everyone else, a row a role.
    """

    incident: str
    happened_at: datetime | None
    date_precision: str | None
    ended_on: date | None
    concern: str | None
    severity: int | None
    roles: tuple[str, ...]
    others: tuple[InvolvedPerson, ...]
    place: str | None
    postcode: str | None
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of at least ``GAP_DAYS`` days in which nothing in the reader's view happened."""

    after: date
    before: date
    days: int


@dataclass(frozen=True, slots=True)
class ChronologyProforma:
    """The pro-forma of one person: entries oldest first, then happenings of which nobody gave a date.

    ``left_out``: happenings in the reader's view that the choice leaves out, so that nobody takes a part for the whole.
    ``members``: of a household's chronology, everyone in it; then ``roles`` of a happening are empty and the members stand,
    each with their own roles, among its ``others``.
    """

    person: PersonCard
    agencies: tuple[str, ...]
    entries: tuple[Happening | Gap, ...]
    undated: tuple[Happening, ...]
    left_out: int = 0
    members: tuple[PersonCard, ...] = ()

    @property
    def happenings(self) -> tuple[Happening, ...]:
        """Every happening, dated or not."""
        return (*(entry for entry in self.entries if isinstance(entry, Happening)), *self.undated)


@dataclass(frozen=True, slots=True)
class ChronologyChoice:
    """What goes in: all agencies, kinds, dates (both days included) and happenings unless some are named.

    ``incidents`` are happenings as answers name them: the lines that the decision-maker picked. ``whole_household``: what
    happened to everyone who lives with the person now, in one table.
    """

    agencies: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    date_from: date | None = None
    date_to: date | None = None
    incidents: frozenset[str] = frozenset()
    whole_household: bool = False

    def takes(self, line: ChronologyLine) -> bool:
        """Whether a report goes in; an undated one does unless dates are named."""
        if self.agencies and line.agency not in self.agencies:
            return False
        if self.kinds and line.kind not in self.kinds:
            return False
        if self.incidents and line.incident not in self.incidents:
            return False
        if self.date_from is None and self.date_to is None:
            return True
        if line.happened_at is None:
            return False
        on = line.happened_at.date()
        return (self.date_from or on) <= on <= (self.date_to or on)


def chronology_proforma(
    view: ScopedView, handle: str, choice: ChronologyChoice | None = None, *, gap_days: int = GAP_DAYS
) -> ChronologyProforma:
    """The pro-forma of the person with ``handle``, or of their whole household, from what ``view`` shows.

    Raises:
        NotThere: the handle is nobody's, or not the reader's.

    """
    choice = choice or ChronologyChoice()
    own = view.chronology(handle)
    if not choice.whole_household:
        return arrange(own, choice, gap_days)
    members = _living_together(view, own.person)
    told = [own, *(view.chronology(member.handle) for member in members[1:])]
    return replace(arrange(_of_all(told), choice, gap_days), members=members)


def _living_together(view: ScopedView, person: PersonCard) -> tuple[PersonCard, ...]:
    """The person, then whoever lives in a household with them and has not left it."""
    found = {person.handle: person}
    for household in view.households(person.handle).households:
        if any(one.person.handle == person.handle and one.valid_to is None for one in household.members):
            found |= {one.person.handle: one.person for one in household.members if one.valid_to is None}
    return (person, *(card for handle, card in sorted(found.items()) if handle != person.handle))


def _of_all(told: Sequence[Chronology]) -> Chronology:
    """One chronology of several people: each report once, everyone in it by their own roles.

    A happening is named after its first report in each person's chronology, so one may go by several names: a report that
    two chronologies share says that they mean the same.
    """
    lines: dict[str, ChronologyLine] = {}
    same: dict[str, str] = {}
    for chronology in told:
        for line in chronology.lines:
            known = lines.get(line.event)
            if known is None:
                own = [InvolvedPerson(chronology.person, role) for role in line.roles]
                everyone = {(one.person.handle, one.role): one for one in (*own, *line.others)}
                ordered = tuple(one for _, one in sorted(everyone.items()))
                lines[line.event] = replace(line, roles=(), others=ordered)
            elif _first_name(same, known.incident) != _first_name(same, line.incident):
                same[_first_name(same, line.incident)] = _first_name(same, known.incident)
    named = (replace(line, incident=_first_name(same, line.incident)) for line in lines.values())
    return Chronology(told[0].person, tuple(named))


def _first_name(same: Mapping[str, str], incident: str) -> str:
    while incident in same:
        incident = same[incident]
    return incident


def arrange(chronology: Chronology, choice: ChronologyChoice, gap_days: int = GAP_DAYS) -> ChronologyProforma:
    """Group the reports by happening, put them in order and show the gaps. Pure: same lines, same pro-forma."""
    reports: dict[str, list[ChronologyLine]] = {}
    for line in chronology.lines:
        if choice.takes(line):
            reports.setdefault(line.incident, []).append(line)
    happenings = [_happening(incident, lines) for incident, lines in reports.items()]
    dated = sorted(
        (item for item in happenings if item.happened_at is not None),
        key=lambda item: (item.happened_at, item.incident),
    )
    undated = sorted(
        (item for item in happenings if item.happened_at is None), key=lambda item: item.incident
    )
    agencies = sorted({version.agency for item in happenings for version in item.versions})
    return ChronologyProforma(
        chronology.person,
        tuple(agencies),
        tuple(_with_gaps(dated, gap_days)),
        tuple(undated),
        left_out=len({line.incident for line in chronology.lines} - reports.keys()),
    )


_EXACTNESS = {"time": 0, "day": 1, "month": 2, "year": 3}


def _happening(incident: str, lines: list[ChronologyLine]) -> Happening:
    # As the agencies came to know of it: the first report leads, the retellings follow.
    ordered = sorted(
        lines,
        key=lambda line: (line.happened_at or NEVER, line.known_on or date.max, line.agency, line.event),
    )
    # The most exact date speaks for the happening; among equals the earliest, then the first agency's.
    first = min(
        ordered,
        key=lambda line: (
            line.happened_at is None,
            _EXACTNESS.get(line.date_precision or "day", 1),
            line.happened_at or NEVER,
        ),
    )
    severities = [line.severity for line in ordered if line.severity is not None]
    return Happening(
        incident=incident,
        happened_at=first.happened_at,
        date_precision=first.date_precision,
        ended_on=max((line.ended_on for line in ordered if line.ended_on), default=None),
        concern=_first(line.concern for line in ordered),
        severity=max(severities, default=None),
        roles=tuple(dict.fromkeys(role for line in ordered for role in line.roles)),
        others=tuple(
            {(other.person.handle, other.role): other for line in ordered for other in line.others}.values()
        ),
        place=_first(line.place for line in ordered),
        postcode=_first(line.postcode for line in ordered),
        versions=tuple(_version(line) for line in ordered),
    )


def _version(line: ChronologyLine) -> Version:
    return Version(
        agency=line.agency,
        kind=line.kind,
        fact=line.summary,
        opinion=line.opinion,
        outcome=line.outcome or line.status,
        source=line.event,
        known_on=line.known_on,
        flags=line.flags,
        particulars=_particulars(line),
    )


def _particulars(line: ChronologyLine) -> tuple[tuple[str, str], ...]:
    """What a report states beside its words, where it states it."""
    ratings = dict.fromkeys(rating for rating in (line.rag_initial, line.rag_final) if rating)
    missed = None
    if line.sessions_absent is not None:
        of = f" of {line.sessions_possible}" if line.sessions_possible is not None else ""
        missed = f"{line.sessions_absent}{of}"
    told = {
        "Plan": inside(line.plan_kind) if line.plan_kind else None,
        "Offence": line.offence,
        "Rated": ", then ".join(ratings),
        "Sessions missed": missed,
    }
    return tuple((label, value) for label, value in told.items() if value)


def _with_gaps(dated: list[Happening], gap_days: int) -> Iterable[Happening | Gap]:
    reached: date | None = None
    for item in dated:
        assert item.happened_at is not None  # noqa: S101 - the caller took the dated ones
        began = item.happened_at.date()
        if reached is not None and (began - reached).days >= gap_days:
            yield Gap(reached, began, (began - reached).days)
        yield item
        reached = max(began, item.ended_on or began, reached or began)


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
