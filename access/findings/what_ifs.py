"""What would come and go if a threshold were changed, as a reader of findings sees it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from access.exports import require_materialised
from access.sight import Sight
from access.values import FindingSubject, WhatIf, WhatIfDetector, WhatIfFinding
from detectors import Finding, changed_thresholds, what_if

# Findings named on either side of a detector; the counts tell of all.
MOST_NAMED: Final = 100


class WhatIfs:
    """Answers on the snapshot at hand, in the reader's own scope; nothing is kept."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def answer(self, changes: Mapping[str, Mapping[str, Any]]) -> WhatIf:
        """What ``changes`` (detector to setting to value) would do.

        Raises BadInput for a setting that there is not, Conflict where the scope is not the one that was built.
        """
        sight = self._sight
        require_materialised(sight)
        settings = sight.detecting()
        changed = changed_thresholds(settings.thresholds, changes)
        ((as_of,),) = sight.connection.execute("SELECT as_of FROM build").fetchall()
        found = what_if(sight.connection, sight.scope, as_of, settings, changed)
        sight.log.details.update(
            thresholds=sorted(f"{group}.{name}" for group in changes for name in changes[group])
        )
        sight.log.answered = True
        return WhatIf(
            as_of,
            tuple(
                WhatIfDetector(
                    detector=one.detector,
                    before=one.stayed + len(one.went),
                    after=one.stayed + len(one.came),
                    stayed=one.stayed,
                    comes=len(one.came),
                    goes=len(one.went),
                    coming=self._named(one.came),
                    going=self._named(one.went),
                )
                for one in found
            ),
        )

    def _named(self, findings: Sequence[Finding]) -> tuple[WhatIfFinding, ...]:
        cards = self._sight.cards
        shown = findings[:MOST_NAMED]
        people = cards.people.with_ids({subject.person_id for one in shown for subject in one.subjects})
        return tuple(
            WhatIfFinding(
                window_from=one.window_from,
                window_to=one.window_to,
                observed=one.observed,
                baseline=one.baseline,
                excess=one.excess,
                measure=one.measure,
                subjects=tuple(
                    FindingSubject(cards.card(people[subject.person_id]), subject.role)
                    for subject in sorted(
                        one.subjects, key=lambda each: (_order(people, each.person_id), each.role)
                    )
                    if subject.person_id in people
                ),
            )
            for one in shown
        )


def _order(people: Mapping[str, Any], person_id: str) -> str:
    """The record by which a person stands in order; persons who are not shown come first."""
    return people[person_id].anchor if person_id in people else ""
