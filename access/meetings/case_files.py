"""Everything of one case that its pack needs, read in the reader's scope."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from access.meetings.case_flags import case_flags
from access.meetings.happenings import everyone_listed, incidents_of_everyone
from access.meetings.views import MeetingViews
from access.person.chronologies import Chronologies
from access.person.households import HouseholdViews
from access.person.pages import PersonPages
from access.person.people import KnownPerson
from access.sight import Sight
from access.values import (
    CaseConsent,
    CaseFile,
    CaseFlag,
    ContactArrangement,
    MeetingFile,
    MinuteLine,
    PersonInCase,
    ResearchLine,
    RiskAnswer,
)
from records.ledger import MeetingCase
from records.snapshot.about import rows_about

# Who else may be at risk: those whom an agency states to be close, beside whoever lives with the victim now.
_AT_RISK: Final = frozenset({"parent", "sibling", "kin", "cared_for", "partner"})
ADULT_AGE: Final = 18
_LIVES_WITH: Final = "lives with the victim"


class CaseFiles:
    """Reads the files of the cases of one meeting."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._views = MeetingViews(sight)
        listed = everyone_listed(sight)
        self._incidents = incidents_of_everyone(sight)
        self._pages = PersonPages(sight.connection, sight.cards, listed)
        self._households = HouseholdViews(sight)
        self._chronologies = Chronologies(sight.connection, sight.scope, sight.cards, self._incidents)

    def file(self, case_id: str) -> CaseFile:
        """The file of one case. Raises NotThere."""
        case, sides = self._views.case(case_id)
        meeting = self._views.meeting(case.meeting_id)
        numbers = {one.case_id: number for number, one in enumerate(self._views.cases_of(meeting), start=1)}
        flags = case_flags(self._sight, {case_id: sides}, self._incidents)
        return self._file(case, numbers[case_id], flags[case_id])

    def meeting(self, meeting_id: str) -> MeetingFile:
        """A meeting with the files of every case of it that the reader sees. Raises NotThere."""
        meeting = self._views.meeting(meeting_id)
        cases = self._views.cases_of(meeting)
        pairs = {case.case_id: self._views.case(case.case_id)[1] for case in cases}
        flags = case_flags(self._sight, pairs, self._incidents)
        self._sight.log.answered = True
        files = tuple(
            self._file(case, number, flags[case.case_id]) for number, case in enumerate(cases, start=1)
        )
        views = self._views
        return MeetingFile(
            views.line(meeting), views.attendance_of(meeting), views.minutes_of(meeting), files
        )

    def _file(self, case: MeetingCase, number: int, flags: tuple[CaseFlag, ...]) -> CaseFile:
        book = self._sight.state.meetings
        left_out_of = self._sight.cards.mask.whereabouts.left_out_of
        called = self._sight.workers.of
        _, (victim, perpetrators) = self._views.case(case.case_id)
        return CaseFile(
            line=self._views.case_line(case, number, flags),
            meeting=self._views.line(self._views.meeting(case.meeting_id)),
            people=self._people(victim, perpetrators),
            arrangements=self._arrangements(victim),
            answers=self._answers(victim),
            consent=self._consent(victim),
            chronologies=tuple(self._chronologies.chronology(person) for person in (victim, *perpetrators)),
            research=tuple(
                ResearchLine(
                    one.agency,
                    left_out_of(one.fact),
                    left_out_of(one.opinion),
                    one.source,
                    called(one.by, one.at),
                    one.at,
                )
                for one in book.research
                if one.case_id == case.case_id
            ),
            actions=self._views.actions_of(case, number),
            minutes=tuple(
                MinuteLine(number, left_out_of(one.text) or "", called(one.by, one.at), one.at)
                for one in book.minutes
                if one.case_id == case.case_id
            ),
        )

    def _people(self, victim: KnownPerson, perpetrators: tuple[KnownPerson, ...]) -> tuple[PersonInCase, ...]:
        sight = self._sight
        pages = self._pages
        found = [PersonInCase("victim", pages.page(victim, ()), ())]
        found += [PersonInCase("perpetrator", pages.page(person, ()), ()) for person in perpetrators]
        stated: dict[str, dict[tuple[str, str], set[str]]] = {}
        for one in found:
            for relation in one.page.relations:
                if relation.kind in _AT_RISK | {"child"} and not relation.person.is_professional:
                    ties = stated.setdefault(relation.person.handle, {})
                    ties.setdefault((relation.kind, one.part), set()).add(relation.agency)
        related = {handle: _related_as(ties) for handle, ties in stated.items()}
        for household in self._households.of(victim).households:
            for member in household.members:
                if member.valid_to is None and not member.person.is_professional:
                    known = related.get(member.person.handle, ())
                    if _LIVES_WITH not in known:
                        related[member.person.handle] = (*known, _LIVES_WITH)
        named = {one.page.card.handle for one in found}
        close = {
            handle: words for handle, words in related.items() if handle not in named and handle is not None
        }
        people = sorted(
            ((sight.cards.behind(handle), words) for handle, words in close.items()),
            key=lambda item: item[0].anchor,
        )
        told = [PersonInCase(self._part(person), pages.page(person, ()), words) for person, words in people]
        children = [one for one in told if one.part == "child"]
        at_risk = [one for one in told if one.part == "other"]
        return (*found, *children, *at_risk)

    def _part(self, person: KnownPerson) -> str:
        on, born = self._sight.as_of, person.date_of_birth
        if born is not None:
            age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        elif person.birth_year is not None:
            age = on.year - person.birth_year
        else:
            return "other"
        return "child" if age < ADULT_AGE else "other"

    def _arrangements(self, victim: KnownPerson) -> tuple[ContactArrangement, ...]:
        sight = self._sight
        if not sight.cards.shown(victim).identity:
            return ()
        rows = sight.connection.execute(
            f"""SELECT DISTINCT t.kind, t.value, label.agency, t.agreed_on
                FROM {self._about("contact_arrangement", "record_id", victim.record_ids)} t JOIN label USING (label_id)
                ORDER BY t.kind, t.agreed_on DESC NULLS LAST, label.agency, t.value""",
        ).fetchall()
        whereabouts = sight.cards.mask.whereabouts
        return tuple(
            ContactArrangement(kind, whereabouts.left_out_of(value) or "", agency, agreed_on)
            for kind, value, agency, agreed_on in rows
        )

    def _answers(self, victim: KnownPerson) -> tuple[RiskAnswer, ...]:
        """The answers of the victim's latest checklist, by number."""
        sight = self._sight
        given = self._about("risk_answer", "record_id", victim.record_ids)
        rows = sight.connection.execute(
            f"SELECT t.question, t.answer, label.agency, t.event_id FROM {given} t JOIN label USING (label_id)"
        ).fetchall()
        forms = sight.connection.execute(
            f"""SELECT event_id, started_at::DATE FROM {self._about("event", "event_id", {row[3] for row in rows} - {None})}
                ORDER BY started_at DESC NULLS LAST, event_id LIMIT 1"""
        ).fetchall()
        identity = sight.cards.shown(victim).identity
        answers = [
            RiskAnswer(
                int(question.removeprefix("dash_")),
                answer,
                agency,
                event_id if identity else sight.cards.handles.reference("event", event_id),
                on,
            )
            for newest, on in forms
            for question, answer, agency, event_id in rows
            if event_id == newest
        ]
        return tuple(sorted(answers, key=lambda one: (one.question, one.answer)))

    def _about(self, table: str, column: str, ids: Collection[str]) -> str:
        return rows_about(self._sight.connection, table, self._sight.scope, column, ids)

    def _consent(self, victim: KnownPerson) -> CaseConsent | None:
        about = [
            one for one in self._sight.state.consents if not one.record_ids.isdisjoint(victim.record_ids)
        ]
        if not about:
            return None
        latest = about[-1]
        return CaseConsent(
            latest.answer, latest.reason, self._sight.workers.of(latest.by, latest.at), latest.at
        )


def _related_as(ties: Mapping[tuple[str, str], Collection[str]]) -> tuple[str, ...]:
    """Each relation once, with those to whom it holds and the agencies that state it: child of the victim and perpetrator."""
    to: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (kind, part), agencies in sorted(ties.items(), key=lambda tie: (tie[0][0], tie[0][1] != "victim")):
        parts = to.setdefault((kind, tuple(sorted(agencies))), [])
        if part not in parts:
            parts.append(part)
    return tuple(
        f"{kind} of the {' and '.join(parts)} ({', '.join(agencies)})"
        for (kind, agencies), parts in to.items()
    )


def records_in(files: Iterable[CaseFile], sight: Sight) -> frozenset[str]:
    """The records of everyone on a page of these files: whom a pack made of them is about."""
    handles = {one.page.card.handle for file in files for one in file.people}
    return frozenset(
        record_id for handle in sorted(handles) for record_id in sight.cards.behind(handle).record_ids
    )
