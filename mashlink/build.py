"""The whole build, top to bottom: feeds in, a published snapshot out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from access import note_kept_back, standing_scopes
from detectors import Carrying, carry_findings, run_all, stale_findings, store_findings, store_rules
from detectors import Settings as DetectorSettings
from graph import build_edges
from linkage import (
    CARRIED_TABLES,
    Extent,
    HouseholdsBeside,
    LinkageCalibration,
    Rulings,
    carries_on,
    carry_identity,
    describe_people,
    find_extent,
    index_for_lookup,
    resolve_incidents,
    resolve_people,
    resolve_places,
    score_pairs,
    standardise,
    store_review,
)
from mashlink.build_report import BuildFacts, BuildReport, crowded_notes, describe, latest_day, note_build
from mashlink.engine import cluster_of, forget_hand_over
from mashlink.first_build import Learning
from mashlink.forgetting import Forgetting
from mashlink.resources import limit_resources
from mashlink.settings import Settings
from mashlink.stages import Progress, StageClock, quiet
from mashlink.wiring import (
    begin_ledger,
    configuration_of,
    detecting_of,
    erased_rows,
    rulings_of,
    store_at,
    thresholds_of,
)
from records.intake import take_in
from records.mapping import load_mappings
from records.scope import Scope
from records.snapshot import TABLES, SnapshotBuild, create_table


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What to build: agency files in ``feeds`` into ``store``, seen from ``as_of`` (default: latest extract).

    ``full``: link every record anew, though the last build's links could be carried on.
    """

    feeds: Path
    store: Path
    as_of: date | None = None
    engine: str = "duckdb"
    full: bool = False


def build(request: BuildRequest, settings: Settings, progress: Progress = quiet) -> BuildReport:
    """Read the feeds, resolve people, households and incidents, raise findings, and publish the snapshot.

    Raises:
        BadFeed: a feed cannot be read at all; the last snapshot stays in place.
        BadInput: the engine is not to be had here.
        EngineUnavailable: the cluster did not finish; the last snapshot stays in place.
        Conflict: another build of this store is under way.
    """
    store = store_at(request.store, settings)
    cluster = cluster_of(request.engine, store, settings)
    clock = StageClock(progress)
    learning = Learning.of(store, request.feeds)
    with begin_ledger(store, settings) as ledger:
        state = ledger.state()
    rulings = rulings_of(state)
    with store.begin_build() as snapshot:
        forget_hand_over(store, settings)
        forgetting = Forgetting.of(snapshot, len(state.erasures), erased_rows(store, state))
        connection = _prepare(snapshot, request, learning, forgetting, settings)
        with clock("Reading the feeds"):
            intake = take_in(
                connection,
                request.feeds,
                load_mappings(request.feeds),
                hub=settings.hub,
                erased=forgetting.erased,
            )
            as_of = request.as_of or intake.latest_extract or latest_day(connection)
            warnings = [*intake.notes]
        with clock("Finding what changed"):
            extent = find_extent(connection, learning.calibration.linkage, rulings)
        with clock("Standardising"):
            standardise(connection, learning.calibration.linkage, extent)
            resolve_places(connection)
        if learning.from_scratch:
            with clock("Learning the model (first build)"):
                learning.learn_model(connection)
        learning.learn_registers(connection)
        model = learning.calibration.linkage
        with clock("Comparing records"):
            warnings += crowded_notes(score_pairs(connection, model, rulings.seals, extent, cluster).blocking)
        scopes = standing_scopes(connection, state, as_of)
        _resolve(scopes, _Evidence(snapshot, model, rulings, extent, as_of), settings.threads // 2, clock)
        for scope in scopes:
            with clock(f"Drawing the graph ({scope.name})"):
                build_edges(connection, scope)
            with clock(f"Looking for patterns ({scope.name})"):
                learning.learn_baselines(connection)
                warnings += _find_patterns(
                    snapshot,
                    scope,
                    as_of,
                    detecting_of(settings, store, learning.calibration.detectors),
                    forgetting,
                )
        note_kept_back(connection, state, as_of)
        store_rules(connection, thresholds_of(settings, store), configuration_of(settings, store))
        facts = BuildFacts(
            snapshot.snapshot_id,
            snapshot.build_number,
            as_of,
            settings.hub,
            request.engine,
            len(state.erasures),
        )
        report = describe(connection, facts, clock, warnings)
        _publish(snapshot, clock, facts, learning)
    return replace(
        report, linkage=extent.as_dict(), stages=list(clock.stages), seconds_total=clock.seconds_total
    )


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What people, households and incidents are resolved from, in every scope alike."""

    snapshot: SnapshotBuild
    model: LinkageCalibration
    rulings: Rulings
    extent: Extent
    as_of: date


def _resolve(scopes: Sequence[Scope], by: _Evidence, processes: int, clock: StageClock) -> None:
    """Who is one person, who lives together and what is one happening, and the links for people to judge.

    Households are worked out in ``processes`` beside the build, from the moment that the people of a scope are known.
    """
    connection, previous = by.snapshot.connection, by.snapshot.previous_path
    with HouseholdsBeside(processes=processes) as households:
        for scope in scopes:
            with clock(f"Resolving people ({scope.name})"):
                resolve_people(connection, scope, by.model, by.rulings, by.extent)
                carry_identity(connection, scope, previous, by.snapshot.build_number, by.rulings)
                describe_people(connection, scope)
                households.begin(connection, scope, previous)
        for scope in scopes:
            with clock(f"Drawing up links for review ({scope.name})"):
                store_review(connection, scope, by.model, by.as_of)
            with clock(f"Resolving incidents ({scope.name})"):
                resolve_incidents(connection, scope)
        for scope in scopes:
            with clock(f"Resolving households ({scope.name})"):
                households.store(connection, scope, previous)


def _publish(snapshot: SnapshotBuild, clock: StageClock, facts: BuildFacts, learning: Learning) -> None:
    note_build(snapshot.connection, facts, learning.calibration.digest)
    with clock("Publishing"):
        index_for_lookup(snapshot.connection)
        snapshot.publish()


def _find_patterns(
    snapshot: SnapshotBuild, scope: Scope, as_of: date, detecting: DetectorSettings, forgetting: Forgetting
) -> list[str]:
    """Raise and keep the findings of a scope under the ids of the last build; returns what people should be told."""
    run = run_all(snapshot.connection, scope, [as_of], detecting)
    period = detecting.thresholds.review_period()
    carrying = Carrying(snapshot.build_number, as_of, snapshot.previous_path, period)
    # A finding that could not be raised anew may stand on what was erased since: it is not carried on then.
    kept = [] if forgetting.is_due else stale_findings(snapshot.connection, scope, run.failed, carrying)
    findings = carry_findings(snapshot.connection, scope, [*run.findings, *kept], carrying)
    store_findings(snapshot.connection, scope, findings)
    return [
        f"The detector {name} failed: {why}. It raised nothing new; {sum(one.detector == name for one in kept)} of its"
        f" findings ({scope.name}) are kept from the last build and marked stale."
        for name, why in run.failed.items()
    ]


def _prepare(
    snapshot: SnapshotBuild,
    request: BuildRequest,
    learning: Learning,
    forgetting: Forgetting,
    settings: Settings,
) -> duckdb.DuckDBPyConnection:
    """The file to fill: with the last build's links where they can be carried on, and every other table empty."""
    if not (request.full or learning.from_scratch or forgetting.is_due):
        snapshot.start_from_previous(
            CARRIED_TABLES, lambda last: carries_on(last, learning.calibration.linkage)
        )
    limit_resources(snapshot.connection, settings)
    for table in TABLES:
        snapshot.connection.execute(create_table(table))
    forgetting.list_records(snapshot.connection)
    return snapshot.connection
