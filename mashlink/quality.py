"""How well a snapshot agrees with the known truth of a made-up region; the measures are defined in the design."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from detectors import Finding
from records.errors import BadInput
from records.scope import HUB

TRUTH_FILES = ("records", "households", "incidents", "patterns", "seals", "twins")
SMALL_GROUP_PAIRS = 2_000
TOGETHER_DAYS = 30


def open_truth(connection: duckdb.DuckDBPyConnection, truth: Path) -> None:
    """Make the truth files temporary tables ``truth_<name>``; ``truth_record`` keeps accepted records alone.

    A file that a data set does not have (third-party sets know no patterns) counts as empty.

    Raises:
        BadInput: ``records.parquet`` is missing.
    """
    if not (truth / "records.parquet").is_file():
        raise BadInput(
            f"{truth}: no records.parquet here. Point --truth at the folder that holds the truth files."
        )
    columns = {
        "records": 'record_id VARCHAR, person_key VARCHAR, "group" VARCHAR',
        "households": 'person_key VARCHAR, household_key VARCHAR, "from" DATE, "to" DATE',
        "incidents": "event_id VARCHAR, incident_key VARCHAR",
        "patterns": "pattern VARCHAR, pattern_key VARCHAR, kind VARCHAR, person_key VARCHAR, role VARCHAR,"
        " window_from DATE, window_to DATE",
        "seals": "record_id_a VARCHAR, record_id_b VARCHAR",
        "twins": "person_key_a VARCHAR, person_key_b VARCHAR",
    }
    for name in TRUTH_FILES:
        file = truth / f"{name}.parquet"
        connection.execute(f"CREATE OR REPLACE TEMP TABLE truth_{name} ({columns[name]})")
        if file.is_file():
            connection.execute(f"INSERT INTO truth_{name} BY NAME SELECT * FROM read_parquet(?)", [str(file)])
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE truth_record AS
            SELECT t.record_id, t.person_key, m.person_id, coalesce(t."group", 'unknown') AS raw_group
            FROM truth_records t JOIN membership m ON m.record_id = t.record_id AND m.scope = '{HUB}'"""
    )
    # A person found is the true person that most of its records describe; ties go to the smaller key.
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE truth_person AS
           SELECT person_id, arg_max(person_key, (n, reverse_order)) AS person_key FROM (
               SELECT person_id, person_key, count(*) AS n,
                      -row_number() OVER (ORDER BY person_key) AS reverse_order
               FROM truth_record GROUP BY person_id, person_key)
           GROUP BY person_id"""
    )


def _ratio(part: float | None, whole: float | None) -> float:
    """``part / whole``; nothing asked and nothing missed counts as 1."""
    return round((part or 0) / whole, 6) if whole else 1.0


def _f1(precision: float, recall: float) -> float:
    total = precision + recall
    return round(2 * precision * recall / total, 6) if total else 0.0


def _row(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    row = connection.execute(sql).fetchone()
    return row if row is not None else ()


def linkage_quality(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Pairwise, B-cubed and by-group quality of membership, and the two counts that must be nought."""
    both, found, true = _row(
        connection,
        """SELECT (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) n FROM truth_record GROUP BY person_id, person_key)),
                  (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) n FROM truth_record GROUP BY person_id)),
                  (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) n FROM truth_record GROUP BY person_key))""",
    )
    precision, recall = _ratio(both, found), _ratio(both, true)
    b_precision, b_recall = _row(
        connection,
        """SELECT avg(n_both / n_found), avg(n_both / n_true) FROM (
               SELECT count(*) OVER (PARTITION BY person_id, person_key) AS n_both,
                      count(*) OVER (PARTITION BY person_id) AS n_found,
                      count(*) OVER (PARTITION BY person_key) AS n_true FROM truth_record)""",
    )
    b_precision, b_recall = round(b_precision or 1.0, 6), round(b_recall or 1.0, 6)
    (twins_merged,) = _row(
        connection,
        """SELECT count(*) FROM truth_twins t WHERE EXISTS (
               SELECT 1 FROM truth_record a JOIN truth_record b USING (person_id)
               WHERE a.person_key = t.person_key_a AND b.person_key = t.person_key_b)""",
    )
    (seals_broken,) = _row(
        connection,
        """WITH side AS (
               SELECT s.rowid AS seal, a.person_key AS key_a, b.person_key AS key_b FROM truth_seals s
               JOIN truth_records a ON a.record_id = s.record_id_a JOIN truth_records b ON b.record_id = s.record_id_b)
           SELECT count(*) FROM side WHERE EXISTS (
               SELECT 1 FROM truth_record a JOIN truth_record b USING (person_id)
               WHERE a.person_key = side.key_a AND b.person_key = side.key_b)""",
    )
    return {
        "pairwise": {"precision": precision, "recall": recall, "f1": _f1(precision, recall)},
        "bcubed": {"precision": b_precision, "recall": b_recall, "f1": _f1(b_precision, b_recall)},
        "by_group": _by_group(connection),
        "twins_merged": twins_merged,
        "seals_broken": seals_broken,
    }


def _by_group(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, float]]:
    """Recall over true pairs of the group, precision over found pairs with either record in it."""
    rows = connection.execute(
        f"""WITH group_size AS (
                SELECT raw_group, sum(n * (n - 1) / 2) AS pairs
                FROM (SELECT raw_group, count(*) n FROM truth_record GROUP BY raw_group, person_key) GROUP BY raw_group),
            grouped AS (
                SELECT t.*, CASE WHEN g.pairs >= {SMALL_GROUP_PAIRS} THEN t.raw_group ELSE 'other' END AS pooled
                FROM truth_record t JOIN group_size g USING (raw_group)),
            true_pairs AS (
                SELECT pooled, sum(n * (n - 1) / 2) AS n_true FROM (
                    SELECT pooled, count(*) n FROM grouped GROUP BY pooled, person_key) GROUP BY pooled),
            agreed AS (
                SELECT pooled, sum(n * (n - 1) / 2) AS n_agreed FROM (
                    SELECT pooled, count(*) n FROM grouped GROUP BY pooled, person_key, person_id) GROUP BY pooled),
            -- pairs with either record in the group: all pairs less those with neither
            touching AS (
                SELECT g.pooled, sum(g.n * (c.n - g.n) + g.n * (g.n - 1) / 2) AS n_found
                FROM (SELECT pooled, person_id, count(*) n FROM grouped GROUP BY ALL) g
                JOIN (SELECT person_id, count(*) n FROM grouped GROUP BY ALL) c USING (person_id) GROUP BY g.pooled),
            touching_agreed AS (
                SELECT g.pooled, sum(g.n * (c.n - g.n) + g.n * (g.n - 1) / 2) AS n_both
                FROM (SELECT pooled, person_id, person_key, count(*) n FROM grouped GROUP BY ALL) g
                JOIN (SELECT person_id, person_key, count(*) n FROM grouped GROUP BY ALL) c USING (person_id, person_key)
                GROUP BY g.pooled)
            SELECT pooled, n_both, n_found, n_agreed, n_true FROM true_pairs
            JOIN agreed USING (pooled) JOIN touching USING (pooled) JOIN touching_agreed USING (pooled) ORDER BY pooled"""
    ).fetchall()
    return {
        group: {"precision": _ratio(both, found), "recall": _ratio(agreed, true)}
        for group, both, found, agreed, true in rows
    }


def household_quality(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Pairs of persons together at least 30 days; a spell counts when half of its days are together in the other.

    Precision is over found pair spells, recall over true ones; persons without an accepted record are left out,
    and an open end is the snapshot's as-of date. Feeds may remember homes from before the first day that the truth
    speaks of; that time is left out.
    """
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE together AS
            WITH as_of AS (
                SELECT (SELECT max(as_of) FROM build) AS day, (SELECT min("from") FROM truth_households) AS first),
            spell AS (
                SELECT 'found' AS side, p.person_key, h.household_id AS household,
                       greatest(h.valid_from, as_of.first) AS starts,
                       least(coalesce(h.valid_to, as_of.day), as_of.day) AS ends
                FROM household_spell h JOIN truth_person p USING (person_id), as_of WHERE h.scope = '{HUB}'
                UNION ALL
                SELECT 'true', t.person_key, t.household_key, t."from", least(coalesce(t."to", as_of.day), as_of.day)
                FROM truth_households t, as_of WHERE t.person_key IN (SELECT person_key FROM truth_record))
            SELECT a.side, a.person_key AS one, b.person_key AS other,
                   greatest(a.starts, b.starts) AS starts, least(a.ends, b.ends) AS ends
            FROM spell a JOIN spell b ON a.side = b.side AND a.household = b.household
                 AND a.person_key < b.person_key
            WHERE least(a.ends, b.ends) - greatest(a.starts, b.starts) >= {TOGETHER_DAYS}"""
    )
    counts = dict(
        connection.execute(
            """WITH shared AS (
                   SELECT a.side, a.one, a.other, a.starts, a.ends,
                          sum(greatest(0, least(a.ends, b.ends) - greatest(a.starts, b.starts)))
                              FILTER (b.one IS NOT NULL) AS days -- least and greatest pass over NULL
                   FROM (SELECT DISTINCT * FROM together) a
                   LEFT JOIN (SELECT DISTINCT * FROM together) b
                          ON b.side <> a.side AND b.one = a.one AND b.other = a.other
                   GROUP BY ALL)
               SELECT side, [count(*) FILTER (days * 2 >= ends - starts), count(*)] FROM shared GROUP BY side"""
        ).fetchall()
    )
    found, true = counts.get("found", [0, 0]), counts.get("true", [0, 0])
    return {"precision": _ratio(*found), "recall": _ratio(*true)}


def incident_quality(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Pairs of accepted events of one incident."""
    both, found, true = _row(
        connection,
        f"""WITH told AS (
                SELECT t.incident_key, i.incident_id FROM truth_incidents t
                JOIN incident i ON i.event_id = t.event_id AND i.scope = '{HUB}')
            SELECT (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) n FROM told GROUP BY incident_key, incident_id)),
                   (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) n FROM told GROUP BY incident_id)),
                   (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) n FROM told GROUP BY incident_key))""",
    )
    return {"precision": _ratio(both, found), "recall": _ratio(both, true)}


def roles_changed(connection: duckdb.DuckDBPyConnection) -> int:
    """(person, event, role) rows in edges or findings, in any standing scope, that no involvement states."""
    (changed,) = _row(
        connection,
        """WITH stated AS (
               SELECT DISTINCT m.scope, m.person_id, i.event_id, i.role
               FROM involvement i JOIN membership m USING (record_id)),
           shown AS (
               SELECT DISTINCT e.scope, e.source_id AS person_id, unnest(e.event_ids) AS event_id, e.role
               FROM edge e WHERE e.kind = 'involved' AND NOT starts_with(e.source_id, 'incident:')
               UNION
               SELECT f.scope, m.person_id, f.event_id, f.role FROM finding_evidence f
               JOIN membership m ON m.scope = f.scope AND m.record_id = f.record_id
               WHERE f.event_id IS NOT NULL AND f.role IS NOT NULL)
           SELECT count(*) FROM shown ANTI JOIN stated USING (scope, person_id, event_id, role)""",
    )
    return int(changed)


def detector_quality(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str], findings: Sequence[Finding], weeks: int
) -> dict[str, dict[str, float]]:
    """Recall, precision and decoys flagged of each detector over findings counted once each.

    A finding matches a pattern of its name when at least half of the pattern's persons are among its own and the
    windows overlap.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE raised (detector VARCHAR, finding VARCHAR, person_id VARCHAR, starts DATE, ends DATE)"
    )
    rows = [
        (f.detector, f.finding_id, subject.person_id, f.window_from, f.window_to)
        for f in findings
        for subject in f.subjects
    ]
    if rows:
        connection.executemany("INSERT INTO raised VALUES (?, ?, ?, ?, ?)", rows)
    matched = connection.execute(
        """WITH pattern AS (
               SELECT pattern, pattern_key, kind, min(window_from) AS starts, max(window_to) AS ends,
                      count(DISTINCT person_key) AS persons
               FROM truth_patterns GROUP BY ALL),
           hit AS (
               SELECT p.pattern, p.pattern_key, p.kind, r.finding
               FROM pattern p
               JOIN (SELECT DISTINCT pattern, pattern_key, kind, person_key FROM truth_patterns) s
                    USING (pattern, pattern_key, kind)
               JOIN truth_person t ON t.person_key = s.person_key
               JOIN raised r ON r.detector = p.pattern AND r.person_id = t.person_id
                    AND r.starts <= p.ends AND r.ends >= p.starts
               GROUP BY ALL HAVING count(DISTINCT s.person_key) * 2 >= any_value(p.persons))
           SELECT pattern, kind, pattern_key, finding FROM hit"""
    ).fetchall()
    totals = {
        (pattern, kind): count
        for pattern, kind, count in connection.execute(
            "SELECT pattern, kind, count(DISTINCT pattern_key) FROM truth_patterns GROUP BY pattern, kind"
        ).fetchall()
    }
    quality = {}
    for name in names:
        mine = [row for row in matched if row[0] == name]
        true_findings = {finding for _, kind, _, finding in mine if kind != "decoy"}
        planted = {key for _, kind, key, _ in mine if kind == "planted"}
        flagged = {key for _, kind, key, finding in mine if kind == "decoy" and finding not in true_findings}
        raised = len({finding.finding_id for finding in findings if finding.detector == name})
        quality[name] = {
            "precision": _ratio(len(true_findings), raised),
            "recall": _ratio(len(planted), totals.get((name, "planted"))),
            "decoys_flagged": round(len(flagged) / max(1, totals.get((name, "decoy"), 0)), 6),
            "findings": raised,
            "per_week": round(raised / weeks, 3) if weeks else 0.0,
        }
    return quality
