"""Links of an incremental build: those between untouched records stay, the others are made anew."""

from collections.abc import Sequence

import duckdb

from linkage.columns import count
from linkage.increment.keys import make_touched_pairs
from linkage.model.calibration import LinkageCalibration
from linkage.pairs.links import (
    ScoringReport,
    joins,
    link_query,
    looks_widely,
    name_components,
    score_candidates,
)
from linkage.pairs.relatives import RECORDS_OF_A_DWELLING
from linkage.pairs.ties import make_tied_pairs
from linkage.people.rulings import Sealed


def score_touched(
    connection: duckdb.DuckDBPyConnection, calibration: LinkageCalibration, seals: Sequence[Sealed]
) -> ScoringReport:
    """Bring ``blocking_key``, ``link``, ``link_component`` and what follows of them up to date with ``touched_record``.

    Temporary ``moved`` (record_number) keeps the records whose person may be another one now.
    """
    blocking = make_touched_pairs(connection, calibration.block_cap, looks_widely(calibration))
    # The records in question are taken out once: each join below would read every column of every record.
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE near_record AS SELECT c.* FROM comparison_record c SEMI JOIN (
            SELECT number_a AS record_number FROM candidate_pair UNION SELECT number_b FROM candidate_pair) p
        USING (record_number)"""
    )
    score_candidates(connection, calibration, seals, "near_record")
    _begin_moved(connection, joins(calibration))
    _take_out_links(connection)
    _rename_components(connection, joins(calibration))
    connection.execute(f"INSERT INTO link {link_query('near_record')}")
    for name in ("near_record", "scored_pair", "rescored"):
        connection.execute(f"DROP TABLE temp.{name}")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE former_tie AS SELECT number_a, number_b, kind FROM tied_pair"
    )
    _list_changed(connection)
    make_tied_pairs(connection, calibration, "changed_record")
    connection.execute("DROP TABLE temp.changed_record; DROP TABLE temp.gone_home")
    _move_tied(connection)
    return ScoringReport(blocking, count(connection, "link"))


def _begin_moved(connection: duckdb.DuckDBPyConnection, strong: str) -> None:
    """Temporary ``moved`` (record_number): the records of which a link or a tie changed, so far those of the new links.

    A weak link decides on nobody whom nothing else ties to the record.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE moved AS SELECT record_number FROM rescored"
        f" UNION SELECT number_a FROM scored_pair WHERE {strong} UNION SELECT number_b FROM scored_pair WHERE {strong}"
    )


def _list_changed(connection: duckdb.DuckDBPyConnection) -> None:
    """Temporary ``changed_record`` (record_number): what ``make_family_pairs`` asks for, from ``moved`` and the touched.

    How many records a dwelling has counts too, but for one that was and is an institution.
    """
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE changed_record AS
        WITH changed_home AS (
            SELECT dwelling, count(*) AS changes FROM (
                SELECT unnest(dwellings) AS dwelling FROM comparison_record
                WHERE record_number IN (SELECT record_number FROM touched_record)
                UNION ALL SELECT dwelling FROM gone_home)
            GROUP BY dwelling),
        resident AS (
            SELECT r.record_number, dwelling, changes
            FROM (SELECT record_number, unnest(dwellings) AS dwelling FROM comparison_record) r
            JOIN changed_home USING (dwelling)),
        seed AS (
            SELECT record_number FROM moved UNION SELECT record_number FROM touched_record
            UNION SELECT record_number FROM resident WHERE dwelling IN (
                SELECT dwelling FROM resident GROUP BY dwelling
                HAVING count(*) <= {RECORDS_OF_A_DWELLING} + any_value(changes)))
        SELECT record_number FROM seed UNION
        SELECT record_number FROM link_component
        WHERE component IN (SELECT component FROM link_component SEMI JOIN seed USING (record_number))"""
    )


def _move_tied(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to ``moved`` the ends of ties that came or went."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE moved AS
        WITH turned AS (
            SELECT number_a, number_b FROM tied_pair n FULL JOIN former_tie f USING (number_a, number_b, kind)
            WHERE n.kind IS NULL OR f.kind IS NULL)
        SELECT record_number FROM moved UNION SELECT number_a FROM turned UNION SELECT number_b FROM turned"""
    )
    connection.execute("DROP TABLE temp.former_tie")


def _take_out_links(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove the links of records that are gone or weighed again; their components go to temporary ``loosened``."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE parted AS SELECT record_number FROM rescored"
        " UNION SELECT record_number FROM touched_record"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE loosened AS SELECT DISTINCT component FROM link_component"
        " WHERE record_number IN (SELECT record_number FROM parted)"
    )
    connection.execute(
        "DELETE FROM link WHERE number_a IN (SELECT record_number FROM parted)"
        " OR number_b IN (SELECT record_number FROM parted)"
    )
    connection.execute("DROP TABLE temp.parted")


def _rename_components(connection: duckdb.DuckDBPyConnection, strong: str) -> None:
    """Work out the components afresh that lost or gained a record or a link.

    A component is renumbered as a whole, since ``link`` says of each row which one its first record belongs to.
    """
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE tied AS
        SELECT number_a AS record_number FROM scored_pair WHERE {strong}
        UNION SELECT number_b FROM scored_pair WHERE {strong}"""
    )
    connection.execute(
        "INSERT INTO loosened SELECT DISTINCT component FROM link_component SEMI JOIN tied USING (record_number)"
    )
    loosened = "component IN (SELECT component FROM loosened)"
    connection.execute(f"INSERT INTO moved SELECT record_number FROM link_component WHERE {loosened}")
    # A record without a component may have weak links, and gain a component now.
    loose_links = f"{loosened} OR (component IS NULL AND number_a IN (SELECT record_number FROM tied))"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE loose_link AS SELECT * FROM link WHERE {loose_links}")
    (first,) = connection.execute("SELECT coalesce(max(component), -1) + 1 FROM link_component").fetchall()[0]
    ties = f"SELECT number_a, number_b FROM {{}} WHERE {strong}"
    name_components(connection, f"{ties.format('scored_pair')} UNION ALL {ties.format('loose_link')}", first)
    connection.execute(f"DELETE FROM link WHERE {loose_links}")
    connection.execute(f"DELETE FROM link_component WHERE {loosened}")
    connection.execute(
        "INSERT INTO link_component SELECT * FROM temp.named_component ORDER BY component, record_number"
    )
    connection.execute(
        "INSERT INTO link SELECT l.* REPLACE (c.component AS component) FROM loose_link l"
        " LEFT JOIN temp.named_component c ON c.record_number = l.number_a ORDER BY c.component, l.number_a, l.number_b"
    )
    for name in ("named_component", "loosened", "loose_link", "tied"):
        connection.execute(f"DROP TABLE temp.{name}")
