"""Serial perpetrator and family to family: one suspect, one victim after another."""

from datetime import date, timedelta
from typing import Any, ClassVar

from detectors.drafting import Draft, Part, write_out
from detectors.facts import Facts
from detectors.finding import Finding
from detectors.kinship import families as families_of
from detectors.kinship import related_pairs
from detectors.pair_harm import DOMESTIC, make_pair_harm

MEASURE = "victims in different families within 3 years; serial begins at two"


class SerialPerpetrator:
    """Somebody aged 16 or over is suspected of domestic abuse of two or more victims within 3 years.

    Somebody whose birth date no agency knows counts as old enough. The victims are of different families: people who live together, or are recorded as kin, count as one, since
    one incident may harm a mother and her children alike. An adult who moves from one family with children to
    the next is found by the same rule. It is raised while the latest incident is at most a year old.
    """

    name: ClassVar[str] = "serial_perpetrator"
    version: ClassVar[str] = "2"
    grows: ClassVar[bool] = False

    def find(self, facts: Facts) -> list[Finding]:
        """Findings at each date on which something new was known of the suspect."""
        make_pair_harm(facts)
        limits = facts.thresholds.serial_perpetrator
        found = facts.rows(
            f"""
            WITH abuse AS (
                SELECT h.*, f.born AS suspect_born FROM pair_harm h JOIN fact_person f ON f.person_id = h.suspect_id
                WHERE h.concern IN (SELECT unnest($domestic))
                  AND (f.born IS NULL OR h.happened_on >= f.born + INTERVAL {limits.least_age} YEAR)),
            news AS (SELECT DISTINCT b.suspect_id, a.day AS as_of FROM abuse b ASOF JOIN as_of a ON b.known_on <= a.day)
            SELECT w.suspect_id, w.as_of, max(b.happened_on),
                   list((b.victim_id, b.happening_id, b.happened_on, [
                         (b.victim_event_id, b.victim_record_id, b.victim_role),
                         (b.suspect_event_id, b.suspect_record_id, b.suspect_role)])
                        ORDER BY b.happened_on, b.victim_id, b.victim_event_id, b.suspect_event_id)
            FROM news w JOIN abuse b ON b.suspect_id = w.suspect_id
             AND b.known_on <= w.as_of AND b.happened_on > w.as_of - INTERVAL {limits.window_days} DAY
            GROUP BY w.suspect_id, w.as_of
            HAVING count(DISTINCT b.victim_id) >= $least
               AND max(b.happened_on) > w.as_of - INTERVAL {limits.live_days} DAY
            ORDER BY w.suspect_id, w.as_of""",
            domestic=list(DOMESTIC),
            least=limits.least_victims,
        )
        together = related_pairs(facts, {row[0] for case in found for row in case[3]})
        drafts = [_draft(facts, case, together) for case in found]
        return write_out(facts, self, [draft for draft in drafts if draft])


def _draft(facts: Facts, case: tuple[Any, ...], together: set[tuple[str, str]]) -> Draft | None:
    limits = facts.thresholds.serial_perpetrator
    suspect, as_of, latest, rows = case
    families = families_of({row[0] for row in rows}, together)
    happenings = {row[1] for row in rows}
    if len(families) < limits.least_victims or len(happenings) < limits.least_victims:
        return None
    parts: set[Part] = {tuple(part) for row in rows for part in row[3]}
    newest = {index: _latest(rows, family) for index, family in enumerate(families)}
    still = sorted(newest.values(), reverse=True)[limits.least_victims - 1]
    roles = {(row[0], part[0][2]) for row in rows for part in [row[3]]}
    return Draft(
        anchor=(suspect,),
        as_of=as_of,
        subjects=sorted(roles | {(suspect, row[3][1][2]) for row in rows}),
        parts=parts,
        expires_on=min(
            as_of + facts.thresholds.review_period(),
            still + timedelta(days=limits.window_days),
            latest + timedelta(days=limits.live_days),
        ),
        observed=len(families),
        baseline=float(limits.least_victims - 1),
        # Recency first orders equal numbers of families; frequency follows.
        excess=round(
            len(families) - 1 + min(len(happenings), 50) / 100 + 1 / (10 + (as_of - latest).days), 4
        ),
        measure=MEASURE,
        clears=f"It clears when the incidents of {len(families) - limits.least_victims + 1} of the {len(families)} families fall away.",
        aged=[suspect],
    )


def _latest(rows: list[Any], family: set[str]) -> date:
    latest: date = max(row[2] for row in rows if row[0] in family)
    return latest
