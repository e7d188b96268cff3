"""Edges: both ways, typed, dated, with evidence, weighed by agencies and hubs, roles apart."""

from datetime import date

from records.snapshot.schema import ROW_TABLES


def edges(town, source, target):
    return town.connection.execute(
        """SELECT kind, role, valid_from, valid_to, known_on, agencies, record_ids, event_ids, strength
           FROM edge WHERE source_id = ? AND target_id = ? ORDER BY kind, role""",
        [source, target],
    ).fetchall()


def test_every_edge_stands_both_ways_with_the_same_evidence(ash):
    connection = ash.draw()
    lonely = connection.execute(
        """SELECT count(*) FROM edge a WHERE NOT EXISTS (
               SELECT 1 FROM edge b WHERE a.source_id = b.target_id AND a.target_id = b.source_id
               AND a.role IS NOT DISTINCT FROM b.role AND a.record_ids = b.record_ids AND a.event_ids = b.event_ids
               AND a.strength = b.strength)"""
    ).fetchone()
    assert lonely == (0,)
    assert connection.execute("SELECT count(*) FROM edge WHERE len(record_ids) = 0").fetchone() == (0,)
    assert connection.execute("SELECT bool_and(strength > 0 AND strength <= 1) FROM edge").fetchone() == (
        True,
    )


def test_two_agencies_at_one_address_are_one_dated_edge_with_both_as_evidence(ash):
    ash.draw()
    ((kind, role, start, end, _, agencies, record_ids, _, strength),) = edges(ash, "b", "place:ZQ11AA:1:M")
    assert (kind, role, start, end) == ("lived_at", "home", date(2024, 2, 1), None)
    assert (agencies, record_ids) == (["care", "school"], ["care:1", "school:1"])
    ((*_, alone),) = edges(ash, "a", "place:ZQ11AA:1:M")
    assert strength > alone


def test_a_victim_who_is_also_a_suspect_has_two_edges(ash):
    ash.event("police:e3", "2025-06-01 23:00", {"police:1": "suspect"}, incident="incident:1")
    ash.draw()
    assert [(row[1], row[7]) for row in edges(ash, "a", "incident:1")] == [
        ("suspect", ["police:e3"]),
        ("victim", ["police:e1"]),
    ]


def test_parent_of_and_child_of_are_one_tie_read_from_both_ends(ash):
    ash.record("care:2", "a", "Amira Ash")
    ash.related("care:1", "child", "care:2")
    ash.draw()
    ((kind, *_, agencies, record_ids, _, _),) = edges(ash, "a", "b")
    assert (kind, agencies, record_ids) == (
        "parent",
        ["care", "police"],
        ["care:1", "care:2", "police:1", "school:1"],
    )
    assert [row[0] for row in edges(ash, "b", "a")] == ["child"]


def test_a_relationship_to_oneself_makes_no_edge(ash):
    ash.related("school:1", "sibling", "care:1")
    ash.draw()
    assert edges(ash, "b", "b") == []


def test_a_hub_ties_less_than_a_flat(ash):
    for number in range(40):
        ash.record(f"school:x{number}", f"x{number}")
        ash.organisation(f"school:x{number}", "school", "9901001")
    ash.draw()
    ((*_, school),) = edges(ash, "b", "organisation:9901001")
    ((*_, flat),) = edges(ash, "b", "place:ZQ11AA:1:M")
    assert school < flat / 3
    assert ash.connection.execute(
        "SELECT degree FROM node WHERE node_id = 'organisation:9901001'"
    ).fetchone() == (42,)


def test_rows_outside_the_scope_change_nothing(ash):
    ash.draw()
    before = [
        ash.connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in ("edge", "node")
    ]
    ash.address("police:1", "1 Hidden Street", date(2020, 1, 1), label_id=7)
    ash.thing("police:1", "phone", "+447700900001", label_id=7)
    ash.related("police:2", "partner", "police:1", label_id=7)
    ash.event("police:e9", "2025-07-01", {"police:1": "victim"}, label_id=7)
    ash.draw()
    after = [
        ash.connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in ("edge", "node")
    ]
    assert before == after


def test_row_order_changes_nothing(ash):
    ash.draw()
    before = ash.connection.execute("SELECT * FROM edge").fetchall()
    for table in ROW_TABLES:
        ash.connection.execute(
            f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM {table} ORDER BY hash(rowid + 7)"
        )
    ash.draw()
    assert ash.connection.execute("SELECT * FROM edge").fetchall() == before


def test_edges_are_stored_sorted_by_their_source(ash):
    sources = [row[0] for row in ash.draw().execute("SELECT source_id FROM edge ORDER BY rowid").fetchall()]
    assert sources == sorted(sources)
