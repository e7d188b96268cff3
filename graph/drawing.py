"""Statements of ties grouped into edges, weighed, and written both ways; the same SQL for every scope.

Reads the views of ``linkage.scope_rows`` and ``edge_incident`` (event_id, incident_id), ``edge_household`` (as
``household_spell``), ``edge_person`` (person_id, name) and ``edge_hub`` (node_id, degree: things at which more are
than the rows at hand show); leaves ``drawn_edge`` and ``drawn_node`` behind.
"""

import duckdb

from graph.edge_sources import SOURCES

# How much one agency's word leaves open: two agencies leave this share of it open, three its square, and so on.
DOUBT_AN_AGENCY = 0.4
_TABLES = ("drawn_edge", "drawn_node", "edge_degree", "edge_grouped", "edge_record")


def draw_edges(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``drawn_edge`` and ``drawn_node`` of the rows at hand.

    ``strength`` = (mean confidence that the records are the person's) x (1 - 0.4 ** agencies), divided by
    log2(1 + people at the target, or at the source where that is the thing): the school of a thousand pupils
    ties nobody, a flat of three does. Age does not weaken an edge; questions name their dates.
    """
    forget_drawing(connection)
    for step in (_records(), _grouped(), _degrees(), _both_ways(), _nodes()):
        connection.execute(step)


def forget_drawing(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what ``draw_edges`` made."""
    for table in _TABLES:
        connection.execute(f"DROP TABLE IF EXISTS temp.{table}")


def _records() -> str:
    """Each record with the probability that it is its person's: the odds of its weight, in bits."""
    return """CREATE TEMP TABLE edge_record AS
        SELECT record_id, person_id, agency, coalesce(1 / (1 + pow(2, -weight)), 1.0) AS confidence
        FROM scope_record"""


def _grouped() -> str:
    """One row a person, target, kind and role; a statement without any date leaves the dates of others alone."""
    statements = "\nUNION ALL BY NAME\n".join(f"SELECT * FROM ({source()})" for source in SOURCES)
    # Most groups are one statement: only the others need their lists made distinct and put in order.
    agencies, record_ids, event_ids = (
        f"CASE WHEN len({name}) < 2 THEN {name} ELSE list_sort(list_distinct({name})) END AS {name}"
        for name in ("agencies", "record_ids", "event_ids")
    )
    return f"""CREATE TEMP TABLE edge_grouped AS
        WITH gathered AS (
            SELECT person_id, target_id, kind, any_value(reverse_kind) AS reverse_kind, role,
                   min(valid_from) AS valid_from,
                   CASE WHEN bool_or(valid_from IS NOT NULL AND valid_to IS NULL) THEN NULL ELSE max(valid_to) END AS valid_to,
                   min(known_on) AS known_on, arg_min_null(precision, valid_from) FILTER (valid_from IS NOT NULL) AS precision, round(avg(confidence), 9) AS confidence,
                   list(agency) AS agencies, list(record_id) AS record_ids,
                   coalesce(list(event_id) FILTER (event_id IS NOT NULL), []) AS event_ids
            FROM ({statements})
            GROUP BY person_id, target_id, kind, role)
        SELECT * EXCLUDE (agencies, record_ids, event_ids), {agencies}, {record_ids}, {event_ids} FROM gathered"""


def _degrees() -> str:
    """Distinct people at each thing; distinct neighbours of each person."""
    return """CREATE TEMP TABLE edge_degree AS
        WITH pair AS (SELECT DISTINCT person_id, target_id FROM edge_grouped)
        SELECT p.node_id, greatest(count(DISTINCT neighbour_id), coalesce(any_value(h.degree), 0)) AS degree FROM (
            SELECT target_id AS node_id, person_id AS neighbour_id FROM pair
            UNION ALL SELECT person_id, target_id FROM pair) p
        LEFT JOIN edge_hub h USING (node_id)
        GROUP BY p.node_id"""


def _both_ways() -> str:
    """Every edge from either end, with its strength."""
    return f"""CREATE TEMP TABLE drawn_edge AS
        WITH weighed AS (
            SELECT g.*, round(least(1.0, confidence * (1 - pow({DOUBT_AN_AGENCY}, len(agencies)))
                              / CASE WHEN p.person_id IS NULL THEN log2(1 + greatest(d.degree, 1)) ELSE 1 END), 6) AS strength
            FROM edge_grouped g JOIN edge_degree d ON d.node_id = g.target_id
            LEFT JOIN (SELECT DISTINCT person_id FROM edge_record) p ON p.person_id = g.target_id)
        SELECT person_id AS source_id, target_id, kind, role, valid_from, valid_to, known_on, agencies, strength,
               record_ids, event_ids, precision FROM weighed
        UNION ALL
        SELECT target_id, person_id, reverse_kind, role, valid_from, valid_to, known_on, agencies, strength,
               record_ids, event_ids, precision FROM weighed"""


def _nodes() -> str:
    """Every end of an edge and every person, named by what most rows of the scope call it."""
    happened = """SELECT p.place_id, e.place, e.postcode FROM scope_event e
                  SEMI JOIN scope_involvement i USING (event_id)
                  JOIN place_of p ON p.address IS NOT DISTINCT FROM e.place
                      AND p.postcode IS NOT DISTINCT FROM e.postcode AND p.uprn IS NOT DISTINCT FROM e.uprn
                  WHERE e.place IS NOT NULL"""
    return f"""CREATE TEMP TABLE drawn_node AS
        WITH named AS (
            SELECT p.person_id AS node_id, 'person' AS kind, n.name
            FROM (SELECT DISTINCT person_id FROM edge_record) p LEFT JOIN edge_person n USING (person_id)
            UNION ALL SELECT place_id, 'place', concat_ws(', ', address, postcode) FROM (
                SELECT place_id, address, postcode, row_number() OVER (
                    PARTITION BY place_id ORDER BY count(*) DESC, address, postcode) AS choice
                FROM (SELECT place_id, address, postcode FROM scope_address UNION ALL {happened})
                GROUP BY place_id, address, postcode) WHERE choice = 1
            UNION ALL SELECT DISTINCT kind || ':' || value, kind, value FROM scope_thing_use
            UNION ALL SELECT 'organisation:' || organisation_key, 'organisation', min(organisation_name)
                FROM scope_organisation_tie GROUP BY organisation_key
            UNION ALL SELECT n.incident_id, 'incident', min_by(
                    replace(coalesce(e.concern, e.kind), '_', ' ') || coalesce(' ' || left(
                        CAST(CAST(e.started_at AS DATE) AS VARCHAR), CASE e.date_precision WHEN 'year' THEN 4 WHEN 'month' THEN 7 ELSE 10 END),
                        ' of no known day'),
                    (e.started_at, e.event_id))
                FROM edge_incident n JOIN scope_event e USING (event_id) GROUP BY n.incident_id)
        SELECT node_id, coalesce(n.kind, CASE WHEN node_id LIKE 'household:%' THEN 'household' END) AS kind, n.name,
               CAST(coalesce(d.degree, 0) AS INTEGER) AS degree
        FROM edge_degree d FULL JOIN named n USING (node_id)
        WHERE d.node_id IS NOT NULL OR n.kind = 'person'"""
