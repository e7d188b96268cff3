"""Breaking the glass: immediate, loud, and reviewed by the privacy officer, who is not told whom it opened."""

from datetime import date, timedelta
from typing import Any, Final

import linkage
from access.person.lookups import HITS, Lookups, sought_by
from access.person.people import KnownPerson, People
from access.scope.granting import Reading
from access.scope.scoping import glass_scope
from access.sight import Sight
from access.values import GlassBroken, GlassLine, GlassList, GlassOpened, SharingTaken
from records.errors import BadInput, NotThere
from records.ledger import Actor, GlassReview, Ledger, LoggedEntry, break_glass, review_glass

LONGEST: Final = 7
_NOBODY: Final = "There is nobody whom breaking the glass opens to you by this."
_ALERT: Final = {"kind": "break_glass"}


class GlassViews:
    """Opens one person's records, as far as policy, seals and hide orders let a broken glass."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        reading = Reading(sight.principal, sight.purpose, sight.policies, sight.state, sight.today)
        self._wide = glass_scope(sight.connection, reading)
        self._people = People(sight.connection, self._wide, sight.calibration, sight.rulings)

    def broken(self, given: GlassBroken) -> GlassOpened:
        """Open a person's records to the reader for the purpose, from the next request until the day named.

        The privacy officer is alerted also where nobody is found. Raises NotThere then, BadInput for a description that
        fits several people or for too many days.
        """
        sight = self._sight
        sight.log.details["alerts"] = [dict(_ALERT)]
        if not 1 <= given.days <= LONGEST:
            raise BadInput(f"Broken glass stays open for 1 to {LONGEST} days.")
        if (given.handle is None) == (given.description is None):
            raise BadInput("Name the person by a handle, or describe them; one of the two.")
        person = self._found(given)
        if person is None:
            raise NotThere(_NOBODY)
        principal, purpose = sight.principal, sight.purpose
        actor = Actor(
            principal.subject,
            principal.role,
            principal.hub,
            purpose.code,
            given.grounds,
            purpose.case_reference,
        )
        ends_on = sight.today + timedelta(days=given.days)
        receipt = break_glass(sight.ledger, actor, person.record_ids, ends_on)
        sight.log.logged = True
        taken = SharingTaken(
            f"break_glass-{receipt.sequence}", "break_glass", len(person.record_ids), ends_on, receipt.at
        )
        return GlassOpened(taken, sight.cards.handles.of_record(person.anchor))

    def _found(self, given: GlassBroken) -> KnownPerson | None:
        sight = self._sight
        if given.handle is not None:
            anchor = sight.cards.behind(given.handle).anchor
            return self._people.holding([anchor]).get(anchor)
        assert given.description is not None  # noqa: S101 - the caller has checked
        sought = sought_by(given.description)
        result = linkage.lookup(sight.connection, self._wide, sought, sight.calibration, sight.rulings)
        Lookups(sight).alert_if_hidden(sought)
        if result.status == "ManyMatch":
            raise BadInput("Several people fit; say more about the one you mean.")
        best = result.candidates[0].best_record_id if result.status in HITS else None
        return None if best is None else self._people.holding([best]).get(best)


class GlassReviews:
    """Broken glass as the ledger keeps it, for the privacy officer."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def listed(self) -> GlassList:
        """Every broken glass; what waits for review first, then the latest."""
        reviews = {one.grant_id: one for one in self._ledger.state().glass_reviews}
        broken = self._ledger.entries(act="break_glass", outcome="answered", newest_first=True)
        lines = [_line(one, reviews.get(f"break_glass-{one.sequence}")) for one in broken]
        return GlassList(tuple(sorted(lines, key=lambda line: line.verdict is not None)))

    def reviewed(self, actor: Actor, sharing: str, verdict: str) -> GlassLine:
        """Say whether a glass was broken rightly; where it was not, it is closed at once."""
        review_glass(self._ledger, actor, sharing, verdict)
        return next(line for line in self.listed().lines if line.sharing == sharing)


def _line(logged: LoggedEntry, review: GlassReview | None) -> GlassLine:
    entry, facts = logged.entry, dict[str, Any](logged.entry.details)
    return GlassLine(
        sharing=f"break_glass-{logged.sequence}",
        by=entry.actor,
        role=entry.role,
        at=logged.at,
        purpose=entry.purpose,
        reason=entry.reason,
        case_reference=entry.case_reference,
        record_count=len(facts.get("record_ids", ())),
        ends_on=date.fromisoformat(facts["ends_on"]) if facts.get("ends_on") else None,
        verdict=review.verdict if review else None,
        reviewed_by=review.by if review else None,
        review_reason=review.reason if review else None,
    )
