"""What a detector raises: one type for all, light enough to make by the thousand."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Subject:
    """A person the finding is about, in the role that the evidence gives them (roles are never merged)."""

    person_id: str
    role: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One dated fact: a record's part in an event, or (``event_id`` None) what a record states of itself.

    ``happened_on`` is the day it happened, ``known_on`` the day its agency recorded it. ``statement`` is the
    plain sentence shown, without any identity that the record does not carry. ``precision``: ``month`` or ``year`` where no
    day is told; ``happened_on`` is then the day that the rules take it for.
    """

    record_id: str
    event_id: str | None
    role: str | None
    agency: str
    happened_on: date
    known_on: date
    statement: str
    precision: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A flag for a human: a pattern, its evidence and what would clear it; never a decision, never a risk score.

    ``excess`` orders findings of one detector only (what was seen over what the baseline expects, in the unit
    that ``measure`` names) and is never added across detectors or people. ``observed`` is what the rule counted,
    ``baseline`` what is usual, or the most that makes no pattern yet (``sentences.seen_against``), ``interval`` the 90% interval of the rate behind ``observed``
    (``detectors.intervals.count_interval``): how far chance alone moves such a count, in the same unit, for every detector. ``window_from``/``window_to`` span
    the evidence. ``raised_on`` is the as-of date it was raised for; ``expires_on`` the day it lapses unless new
    evidence renews it. ``anchor`` is what it is about (person ids, and words of the rule): the same anchor is the same
    finding from build to build. ``stale_since``: the last as-of date on which its detector worked, where that has
    failed since and the finding is kept from then; None for a finding of this build.
    """

    finding_id: str
    detector: str
    version: str
    rule: str
    subjects: tuple[Subject, ...]
    window_from: date
    window_to: date
    raised_on: date
    expires_on: date
    observed: float
    baseline: float
    interval: tuple[float, float]
    excess: float
    measure: str
    evidence: tuple[Evidence, ...]
    would_clear: str
    counter_evidence: tuple[str, ...] = ()
    missing_feeds: tuple[str, ...] = ()
    anchor: tuple[str, ...] = ()
    stale_since: date | None = None

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain values, dates in ISO form, for JSON."""

        def plain(value: object) -> object:
            if isinstance(value, date):
                return value.isoformat()
            if isinstance(value, dict):
                return {key: plain(item) for key, item in value.items()}
            if isinstance(value, list | tuple):
                return [plain(item) for item in value]
            return value

        return {key: plain(value) for key, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> "Finding":
        """The reverse of ``as_dict``."""
        days = {
            name: date.fromisoformat(body[name])
            for name in ("window_from", "window_to", "raised_on", "expires_on")
        }
        since = body.get("stale_since")
        told = {
            "subjects": tuple(Subject(**subject) for subject in body["subjects"]),
            "evidence": tuple(
                Evidence(
                    **{
                        **row,
                        "happened_on": date.fromisoformat(row["happened_on"]),
                        "known_on": date.fromisoformat(row["known_on"]),
                    }
                )
                for row in body["evidence"]
            ),
            "interval": tuple(body["interval"]),
            "counter_evidence": tuple(body["counter_evidence"]),
            "missing_feeds": tuple(body["missing_feeds"]),
            "anchor": tuple(body["anchor"]),
            "stale_since": date.fromisoformat(since) if since else None,
        }
        return cls(**{**body, **days, **told})
