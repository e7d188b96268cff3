"""Everything that can be said of a snapshot's linkage without knowing the truth, in one call."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import duckdb

from linkage.model.calibration import LinkageCalibration
from linkage.quality.blocking import MOST_RECORDS, WINDOW, BlockingLoss, blocking_loss
from linkage.quality.completeness import FIELDS, FeedCompleteness, completeness
from linkage.quality.estimates import LEAST_PAIRS, GroupEstimate, estimate_quality
from linkage.quality.groups import list_groups
from linkage.quality.people import PeopleToLookAt, people_to_look_at
from linkage.quality.weights import SelfMatch, WeightBar, self_match, weight_bars
from records.scope import Scope

COMPLETENESS_FIELDS: Final = tuple(FIELDS)


@dataclass(frozen=True, slots=True)
class QualityBounds:
    """How far the measures look: neighbours in a row and records of a sorted order, pairs that a group must have."""

    window: int
    records: int
    least_pairs: int


QUALITY_BOUNDS: Final = QualityBounds(WINDOW, MOST_RECORDS, LEAST_PAIRS)


@dataclass(frozen=True, slots=True)
class FeedRows:
    """Rows of one feed: read, accepted, quarantined, and values set aside from accepted rows."""

    feed: str
    read: int
    accepted: int
    quarantined: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class Built:
    """Which snapshot this is, and what it holds in the scope."""

    snapshot_id: str
    as_of: date
    version: str
    calibration_digest: str
    trained_on: dict[str, Any]
    join_bits: float
    keep_bits: float
    block_cap: int
    records: int
    people: int
    links: int
    feeds: tuple[FeedRows, ...]


@dataclass(frozen=True, slots=True)
class LinkageQuality:
    """What ``measure_linkage`` found; each part is described where it is made (``linkage/quality_*.py``)."""

    built: Built
    completeness: tuple[FeedCompleteness, ...]
    self_match: SelfMatch
    weights: tuple[WeightBar, ...]
    blocking: BlockingLoss
    estimates: tuple[GroupEstimate, ...]
    people: tuple[PeopleToLookAt, ...]

    @property
    def record_ids(self) -> frozenset[str]:
        """The records that are named in it."""
        return frozenset(
            record_id for kind in self.people for person in kind.people for record_id in person.record_ids
        )


def measure_linkage(
    connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration
) -> LinkageQuality:
    """Measure the linkage of a standing scope of a built snapshot; writes to temporary tables alone.

    ``calibration`` is the one that the snapshot was built with. Leaves temporary ``quality_group`` (see
    ``linkage.quality.groups.list_groups``) for whoever wants to measure the same groups against known truth.
    """
    list_groups(connection, scope)
    blocking = blocking_loss(connection, scope, calibration)
    return LinkageQuality(
        built=_built(connection, scope, calibration),
        completeness=completeness(connection, scope),
        self_match=self_match(connection, scope, calibration),
        weights=weight_bars(connection, scope, calibration),
        blocking=blocking,
        estimates=estimate_quality(connection, scope, calibration, blocking.never_compared),
        people=people_to_look_at(connection, scope, calibration),
    )


def _built(connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration) -> Built:
    snapshot_id, as_of, version, digest = connection.execute(
        "SELECT snapshot_id, as_of, version, calibration_digest FROM build"
    ).fetchall()[0]
    records, people = connection.execute(
        "SELECT count(*), count(DISTINCT person_id) FROM membership WHERE scope = ?", [scope.name]
    ).fetchall()[0]
    (links,) = connection.execute("SELECT count(*) FROM link").fetchall()[0]
    feeds = connection.execute(
        "SELECT feed, sum(rows_read)::BIGINT, sum(rows_accepted)::BIGINT, sum(rows_quarantined)::BIGINT,"
        " sum(fields_set_aside)::BIGINT FROM file_count GROUP BY feed ORDER BY feed"
    ).fetchall()
    return Built(
        snapshot_id,
        as_of,
        version,
        digest,
        dict(calibration.trained_on),
        calibration.join_bits,
        calibration.keep_bits,
        calibration.block_cap,
        records,
        people,
        links,
        tuple(FeedRows(*feed) for feed in feeds),
    )
