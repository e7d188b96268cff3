"""Where edges come from: one SQL statement a kind of tie, each reading the views of ``linkage.scope_rows``.

Each gives (person_id, target_id, kind, reverse_kind, role, valid_from, valid_to, known_on, agency, record_id,
event_id, confidence, precision): one row a statement, not yet grouped. ``known_on`` is NULL where the statement has no date (a
relationship on a form). ``reverse_kind`` is what the tie is called when read
from the target. ``precision``, of happenings alone, is month or year where no day is told. ``confidence`` is how sure it is that the record is this person's (0-1).
"""

from typing import Final

from records.vocabulary import RELATIONSHIPS

# What A is to B when B is so to A. Anything not named here reads the same both ways.
INVERSE_KINDS: Final = {
    "parent": "child",
    "child": "parent",
    "carer": "cared_for",
    "cared_for": "carer",
    "next_of_kin": "has_next_of_kin",
    "school_contact": "has_school_contact",
}
# Read from the other end, these say again what the first form says (parent, not child); a picture leaves them out.
REVERSED_KINDS: Final = frozenset({"child", "cared_for", "has_next_of_kin", "has_school_contact"})
ORGANISATION_EDGES: Final = {
    "school": "attends",
    "gp_practice": "registered_with",
    "hostel": "stays_at",
    "employer": "employed_by",
    "other": "tied_to",
}
# Edge kinds between two persons, in the words of an asserted relationship.
PERSON_EDGES: Final = RELATIONSHIPS | frozenset(INVERSE_KINDS.values())


_INVERTED: Final = ", ".join(f"'{kind}'" for kind in sorted(INVERSE_KINDS))


def _case(words: dict[str, str], column: str) -> str:
    branches = " ".join(f"WHEN '{key}' THEN '{value}'" for key, value in sorted(words.items()))
    return f"CASE {column} {branches} ELSE {column} END"


def lived_at() -> str:
    """Person and place; role is the kind of address (home, temporary, tenancy, correspondence)."""
    return """SELECT a.person_id, a.place_id AS target_id, 'lived_at' AS kind, 'lived_at' AS reverse_kind, a.kind AS role,
                  a.valid_from, a.valid_to, a.valid_from AS known_on, r.agency,
                  a.record_id, NULL AS event_id, r.confidence
              FROM scope_address a JOIN edge_record r USING (record_id)"""


def uses() -> str:
    """Person and phone or vehicle; role is NULL."""
    return """SELECT t.person_id, t.kind || ':' || t.value AS target_id, 'uses' AS kind, 'uses' AS reverse_kind, NULL AS role,
                  t.valid_from, t.valid_to, t.valid_from AS known_on, r.agency,
                  t.record_id, t.event_id, r.confidence
              FROM scope_thing_use t JOIN edge_record r USING (record_id)"""


def organisations() -> str:
    """Person and school, practice, hostel, employer; the kind says which."""
    kind = _case(ORGANISATION_EDGES, "o.kind")
    return f"""SELECT o.person_id, 'organisation:' || o.organisation_key AS target_id, {kind} AS kind,
                  {kind} AS reverse_kind, NULL AS role, o.valid_from, o.valid_to,
                  o.valid_from AS known_on, r.agency, o.record_id, NULL AS event_id, r.confidence
              FROM scope_organisation_tie o JOIN edge_record r USING (record_id)"""


def involved() -> str:
    """Person and incident, a row each part that a record has in an event of it; role as the agency stated it."""
    return """SELECT i.person_id, n.incident_id AS target_id, 'involved' AS kind, 'involved' AS reverse_kind, i.role,
                  CAST(e.started_at AS DATE) AS valid_from,
                  greatest(CAST(e.started_at AS DATE), e.ended_on) AS valid_to,
                  coalesce(e.known_on, CAST(e.started_at AS DATE)) AS known_on, e.agency,
                  i.record_id, i.event_id, r.confidence,
                  CASE WHEN e.date_precision IN ('month', 'year') THEN e.date_precision END AS precision
              FROM scope_involvement i JOIN scope_event e USING (event_id) JOIN edge_record r USING (record_id)
              JOIN edge_incident n USING (event_id)"""


def involved_at() -> str:
    """Person and the place where something happened in which the person has a part; role as stated in it.

    A tenancy's own acts are left out: that the tenant lived there is said by ``lived_at``.
    """
    return """SELECT i.person_id, p.place_id AS target_id, 'involved_at' AS kind, 'involved_at' AS reverse_kind, i.role,
                  CAST(e.started_at AS DATE) AS valid_from,
                  greatest(CAST(e.started_at AS DATE), e.ended_on) AS valid_to,
                  coalesce(e.known_on, CAST(e.started_at AS DATE)) AS known_on, e.agency,
                  i.record_id, i.event_id, r.confidence,
                  CASE WHEN e.date_precision IN ('month', 'year') THEN e.date_precision END AS precision
              FROM scope_involvement i JOIN scope_event e USING (event_id) JOIN edge_record r USING (record_id)
              JOIN place_of p ON p.address IS NOT DISTINCT FROM e.place
                  AND p.postcode IS NOT DISTINCT FROM e.postcode AND p.uprn IS NOT DISTINCT FROM e.uprn
              WHERE coalesce(e.place, e.postcode, e.uprn) IS NOT NULL
                AND e.kind NOT IN ('tenancy_start', 'tenancy_end')"""


def relationships() -> str:
    """Person and person, as asserted; both ways of saying one tie ("parent of", "child of") come to one edge."""
    inverse = _case(INVERSE_KINDS, "kind")
    return f"""WITH turned AS (
                  SELECT s.*, s.kind IN ('child', 'cared_for')
                      OR (s.kind NOT IN ({_INVERTED}) AND s.person_id > s.other_person_id) AS is_turned
                  FROM scope_relationship s WHERE s.person_id <> s.other_person_id),
              stated AS (
                  SELECT CASE WHEN is_turned THEN other_person_id ELSE person_id END AS person_id,
                         CASE WHEN is_turned THEN person_id ELSE other_person_id END AS target_id,
                         CASE kind WHEN 'child' THEN 'parent' WHEN 'cared_for' THEN 'carer' ELSE kind END AS kind,
                         record_id, other_record_id, valid_from, valid_to
                  FROM turned)
              SELECT s.person_id, s.target_id, s.kind, {inverse} AS reverse_kind, NULL AS role,
                  s.valid_from, s.valid_to, s.valid_from AS known_on, r.agency,
                  unnest([s.record_id, s.other_record_id]) AS record_id, NULL AS event_id,
                  least(r.confidence, o.confidence) AS confidence
              FROM stated s JOIN edge_record r USING (record_id)
              JOIN edge_record o ON o.record_id = s.other_record_id"""


def memberships() -> str:
    """Person and household, from the spells that ``linkage`` resolved."""
    return """SELECT h.person_id, h.household_id AS target_id, 'member' AS kind, 'member' AS reverse_kind, NULL AS role,
                  h.valid_from, h.valid_to, h.valid_from AS known_on, r.agency,
                  h.record_id, NULL AS event_id, r.confidence
              FROM (SELECT person_id, household_id, valid_from, valid_to, unnest(evidence_record_ids) AS record_id
                    FROM edge_household) h
              JOIN edge_record r ON r.record_id = h.record_id AND r.person_id = h.person_id"""


SOURCES: Final = (lived_at, uses, organisations, involved, involved_at, relationships, memberships)
