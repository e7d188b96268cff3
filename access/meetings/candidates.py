"""Who may come on a meeting's list: those whom agencies referred to MARAC, and those whom rules found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from access.person.people import KnownPerson
from access.sight import Sight
from access.values import CandidateCase, CandidateList, PersonCard
from records.errors import NotThere
from records.snapshot.about import rows_about
from records.snapshot.scoped import rows_in_scope

# How far back a referral still waits for a meeting: two monthly cycles and what came late.
WAITING_DAYS: Final = 92
RULES: Final = ("repeat_marac", "escalating_harm", "serial_perpetrator")
VICTIM_ROLES: Final = frozenset({"victim", "subject"})
PERPETRATOR_ROLES: Final = frozenset({"suspect", "offender"})
_NO_CANDIDATE: Final = "There is no such referral or finding, or not for you."


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate with the people it stands for, as the act of listing needs them."""

    origin: str
    event_id: str | None
    finding_id: str | None
    happened_on: date | None
    agency: str | None
    referrer: str | None
    rule: str | None
    victims: tuple[KnownPerson, ...]
    perpetrators: tuple[KnownPerson, ...]


class MeetingCandidates:
    """Reads candidates in the wider sight of ``access.meetings.listable``."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def listed(self, meeting_id: str) -> CandidateList:
        """The candidates for a meeting: those whose victim is on its list already are left out."""
        on_list = frozenset[str]().union(
            *(
                one.victim_record_ids
                for one in self._sight.state.meetings.cases
                if one.meeting_id == meeting_id
            )
        )
        heard = {one.event_id for one in self._sight.state.meetings.cases}
        waiting = [one for one in self._referrals() if one.event_id not in heard]
        found = (*waiting, *self._found())
        shown = [one for one in found if not any(on_list & set(person.record_ids) for person in one.victims)]
        return CandidateList(tuple(self._shown(one) for one in shown))

    def waiting(self) -> int:
        """How many referrals of somebody harmed stand on no meeting's list yet."""
        known = self._sight.cards.people.of_everyone
        if known.referrals is None:
            known.referrals = self._of_somebody_harmed()
        return len(known.referrals - {one.event_id for one in self._sight.state.meetings.cases})

    def called(self, name: str) -> Candidate:
        """The candidate of that name. Raises NotThere when there is none for this reader."""
        handles = self._sight.cards.handles
        event_id, finding_id = handles.value_of("referral", name), handles.value_of("finding", name)
        for one in self._referrals() if event_id else self._found() if finding_id else ():
            if (one.event_id or one.finding_id) == (event_id or finding_id):
                return one
        raise NotThere(_NO_CANDIDATE)

    def _referrals(self) -> list[Candidate]:
        sight, rows = self._sight, self._referred()
        named = rows_about(sight.connection, "involvement", sight.scope, "event_id", {row[0] for row in rows})
        parts: dict[str, list[tuple[str, str]]] = {}
        for event_id, *part in sight.connection.execute(
            f"SELECT event_id, record_id, role FROM {named} ORDER BY ALL"
        ).fetchall():
            parts.setdefault(event_id, []).append((part[0], part[1]))
        sight.cards.people.holding(sorted({record_id for each in parts.values() for record_id, _ in each}))
        found = []
        for event_id, started_at, agency, referrer in rows:
            victims, perpetrators = self._sides(parts.get(event_id, []))
            if victims:
                found.append(
                    Candidate(
                        "referral",
                        event_id,
                        None,
                        started_at.date(),
                        agency,
                        referrer,
                        None,
                        victims,
                        perpetrators,
                    )
                )
        return found

    def _of_somebody_harmed(self) -> frozenset[str]:
        """Those of the referrals that name somebody harmed. What the scope holds decides it, so it is found once."""
        referred = {event_id for event_id, *_ in self._referred()}
        named = rows_about(self._sight.connection, "involvement", self._sight.scope, "event_id", referred)
        rows = self._sight.connection.execute(
            f"SELECT DISTINCT event_id FROM {named} WHERE role IN (SELECT unnest($1::VARCHAR[]))",
            [sorted(VICTIM_ROLES)],
        ).fetchall()
        return frozenset(event_id for (event_id,) in rows)

    def _referred(self) -> list[tuple[str, datetime, str, str | None]]:
        """(event, when, agency that handed it in, who referred) of the referrals to MARAC of the last months, latest first."""
        sight = self._sight
        return sight.connection.execute(
            f"""SELECT event_id, started_at, agency, referrer FROM {rows_in_scope("event", sight.scope)}
                WHERE kind = 'marac_referral' AND started_at >= $1 ORDER BY started_at DESC, event_id""",
            [sight.as_of - timedelta(days=WAITING_DAYS)],
        ).fetchall()

    def _found(self) -> list[Candidate]:
        """What rules found, where the sight is one that the build materialised findings for."""
        sight = self._sight
        if not sight.scope.standing:
            return []
        rows = sight.connection.execute(
            """SELECT f.finding_id, f.detector, f.window_to, list((s.person_id, s.role) ORDER BY s.person_id, s.role)
               FROM finding f JOIN finding_subject s USING (scope, finding_id)
               WHERE f.scope = $1 AND f.detector IN (SELECT unnest($2::VARCHAR[]))
               GROUP BY ALL ORDER BY f.window_to DESC, f.finding_id""",
            [sight.scope.name, list(RULES)],
        ).fetchall()
        people = sight.cards.people.with_ids(sorted({one for *_, parts in rows for one, _ in parts}))
        found = []
        for finding_id, detector, until, parts in rows:
            known = [(people[one], role) for one, role in parts if one in people]
            victims = _once(person for person, role in known if role in VICTIM_ROLES)
            perpetrators = _once(person for person, role in known if role in PERPETRATOR_ROLES)
            if victims:
                # A serial perpetrator has several victims: the case is listed under the first, the others come with it.
                found.append(
                    Candidate("rule", None, finding_id, until, None, None, detector, victims, perpetrators)
                )
        return found

    def _sides(
        self, parts: Sequence[tuple[str, str]]
    ) -> tuple[tuple[KnownPerson, ...], tuple[KnownPerson, ...]]:
        holders = self._sight.cards.people.holding([record_id for record_id, _ in parts])
        known = [(holders[record_id], role) for record_id, role in parts if record_id in holders]
        victims = _once(person for person, role in known if role == "victim")
        victims = victims or _once(person for person, role in known if role == "subject")
        return victims, _once(person for person, role in known if role in PERPETRATOR_ROLES)

    def _shown(self, one: Candidate) -> CandidateCase:
        handles = self._sight.cards.handles
        name = (
            handles.reference("referral", one.event_id)
            if one.event_id
            else handles.reference("finding", one.finding_id or "")
        )
        return CandidateCase(
            candidate=name,
            origin=one.origin,
            happened_on=one.happened_on,
            agency=one.agency,
            referrer=one.referrer,
            rule=one.rule,
            victim=self._card(one, one.victims[0]),
            perpetrators=tuple(self._card(one, person) for person in one.perpetrators),
        )

    def _card(self, one: Candidate, person: KnownPerson) -> PersonCard:
        card = self._sight.cards.card(person)
        if one.origin == "referral":
            return card
        return replace(card, name=None, date_of_birth=None, died_on=None)


def _once(people: Iterable[KnownPerson]) -> tuple[KnownPerson, ...]:
    return tuple({person.person_id: person for person in people}.values())
