"""People of a few records, linked as a build does, with the calibration that is shipped or another."""

import duckdb

from linkage import LinkageCalibration, resolve_people, score_pairs, shipped_calibration, standardise
from records.scope import Scope


def people(
    connection: duckdb.DuckDBPyConnection, scope: Scope, calibration: LinkageCalibration | None = None
) -> dict[str, str]:
    """Record id -> person id of everybody in ``scope``."""
    calibration = calibration or shipped_calibration()
    standardise(connection, calibration)
    score_pairs(connection, calibration)
    resolve_people(connection, scope, calibration)
    rows = connection.execute("SELECT record_id, person_id FROM membership WHERE scope = ?", [scope.name])
    return dict(rows.fetchall())
