"""Whole tables of a standing scope, for the operator of the host to take elsewhere."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol, TypeVar

import duckdb

from access.network.node_names import NodeNames
from access.scope.standing import is_materialised
from access.sight import Sight
from graph import NetworkNode, write_graph
from linkage import LinkageCalibration
from records.errors import BadInput, Conflict, Denied
from records.scope import Scope

# What can be exported, with the columns that the design fixes. ``$scope`` is the name of the scope.
TABLES: Final[dict[str, str]] = {
    "memberships": "SELECT record_id, person_id FROM membership WHERE scope = $scope ORDER BY ALL",
    "households": """SELECT person_id, household_id, valid_from AS "from", valid_to AS "to"
                     FROM household_spell WHERE scope = $scope ORDER BY ALL""",
    "incidents": "SELECT event_id, incident_id FROM incident WHERE scope = $scope ORDER BY ALL",
    "findings": """SELECT f.finding_id, f.detector, f.rank, s.person_id, s.role, f.window_from, f.window_to
                   FROM finding f JOIN finding_subject s USING (scope, finding_id)
                   WHERE f.scope = $scope ORDER BY ALL""",
    "findings_evidence": """SELECT finding_id, event_id, record_id, role FROM finding_evidence
                            WHERE scope = $scope ORDER BY ALL""",
}
GRAPH: Final = "graph"
ENDINGS: Final[dict[str, str]] = {".parquet": "FORMAT parquet", ".csv": "FORMAT csv, HEADER"}


class NamesRecords(Protocol):
    """What was drawn up of a scope, as far as the ledger is concerned: the records that it names."""

    @property
    def record_ids(self) -> frozenset[str]:
        """Their ids."""


Drawn = TypeVar("Drawn", bound=NamesRecords)
Draw = Callable[[duckdb.DuckDBPyConnection, Scope, LinkageCalibration], Drawn]


def draw_up(sight: Sight, what: str, draw: Draw[Drawn]) -> Drawn:
    """What ``draw`` makes of the rows of the reader's scope; the entry that names its records is written before it leaves.

    Raises:
        Conflict, Denied: as for ``write_table``.
    """
    require_materialised(sight)
    drawn = draw(sight.connection, sight.scope, sight.calibration)
    sight.log.details.update(exported=what)
    sight.log.saw(drawn.record_ids)
    sight.log.answered = True
    sight.log_now("export")
    return drawn


def require_materialised(sight: Sight) -> None:
    """Raise Conflict where the reader's scope is not one that the build materialised, Denied where it holds no row at all."""
    if not sight.scope.label_ids:
        raise Denied(
            f"For the purpose {sight.purpose.code} you are shown no rows, so there is nothing to draw up. State the "
            "purpose that this is for: data_quality for a look at how good the data is."
        )
    if not is_materialised(sight.connection, sight.scope):
        raise Conflict("What may be shown changed since the last build; run `mashlink build`, then export.")


def write_table(sight: Sight, what: str, out: Path) -> list[Path]:
    """Write a table, or the graph, of the reader's scope to ``out`` and return the files written.

    A graph as .csv is two files, of nodes and of edges.

    Raises:
        BadInput: nothing of that name can be exported, or not to a file with that ending.
        Conflict: the rows of the scope changed since the last build (a seal, a hide order, a restriction).
    """
    if what != GRAPH and what not in TABLES:
        raise BadInput(f"{what}: no such export; there are {', '.join((*TABLES, GRAPH))}.")
    require_materialised(sight)
    if what != GRAPH and out.suffix not in ENDINGS:
        raise BadInput(f"{out}: a table is written as .parquet or .csv; give the file one of these endings.")
    sight.log.details.update(exported=what, file=out.name)
    sight.log.answered = True
    # A file leaves while it is written, so its entry comes first: what cannot be logged is not exported.
    sight.log_now("export")
    if what == GRAPH:
        return write_graph(sight.connection, sight.scope, out, _as_told(sight))
    return _copy(sight, TABLES[what], out)


def _as_told(sight: Sight) -> Callable[[NetworkNode], NetworkNode]:
    """Nodes without the names that tell where a protected person is, or what a visit for sexual health was about."""
    names = NodeNames(sight)
    names.learn_all()

    def told(node: NetworkNode) -> NetworkNode:
        return node if node.kind == "person" else replace(node, name=names.of(node))

    return told


def _copy(sight: Sight, select: str, out: Path) -> list[Path]:
    out.parent.mkdir(parents=True, exist_ok=True)
    table = sight.connection.execute(select, {"scope": sight.scope.name}).to_arrow_table()
    # Written beside and renamed, so that a full disk leaves no torn file under the name asked for.
    beside = out.with_name(f".{out.name}.part")
    quoted = str(beside).replace("'", "''")
    sight.connection.register("exported_table", table)
    try:
        sight.connection.execute(f"COPY exported_table TO '{quoted}' ({ENDINGS[out.suffix]})")
        beside.replace(out)
    finally:
        sight.connection.unregister("exported_table")
        beside.unlink(missing_ok=True)
    sight.log.details["rows"] = table.num_rows
    return [out]
