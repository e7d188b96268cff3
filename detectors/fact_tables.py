"""The tables a detector reads: one scope's rows, resolved to people, dated by when they were known.

Each function returns the SQL of one temporary table; ``FACT_TABLES`` lists them in the order of building. They
read the row tables through the views of ``SCOPED_VIEWS`` alone, ``as_of`` (the dates asked for), ``part_only`` and
``own_only`` (the rows of a replay; empty and ``$replay`` false otherwise). A row known after the last date asked
for is left out.
"""

from collections.abc import Callable
from typing import Final

# View to the row table whose rows in the scope it shows.
SCOPED_VIEWS: Final[dict[str, str]] = {
    "scoped_record": "record",
    "scoped_event": "event",
    "scoped_involvement": "involvement",
    "scoped_thing_use": "thing_use",
    "scoped_address": "address_spell",
    "scoped_relationship": "relationship",
    "scoped_organisation_tie": "organisation_tie",
}
# An event dated by its year alone happened when it was recorded, where that is the same year, else in the middle of it:
# the first of January would make one day of all of them.
HAPPENED_ON: Final = """CASE WHEN e.date_precision = 'year' AND year(e.known_on) = year(e.started_at) THEN e.known_on
                    WHEN e.date_precision = 'year' THEN make_date(year(e.started_at), 7, 1)
                    ELSE coalesce(e.started_at::DATE, e.known_on) END"""
# A place where more people than this have lived is no home (an institution, a street without its numbers), and a
# happening with more people says nothing about any two of them. Joining everybody there to everybody would never end.
CROWD: Final = 1_000


def fact_record() -> str:
    """Records of the scope with the person they belong to: (record_id, person_id, agency, authority, born, …)."""
    return """
        SELECT r.record_id, m.person_id, r.agency, r.authority, r.date_of_birth, r.birth_year,
               r.extracted_on, coalesce(r.is_professional, false) AS is_professional
        FROM scoped_record r JOIN membership m ON m.record_id = r.record_id AND m.scope = $scope
        WHERE (NOT $replay OR r.record_id IN (SELECT record_id FROM own_only UNION SELECT record_id FROM part_only))"""


def fact_membership() -> str:
    """How strongly each record is held to its person: (record_id, weight in bits, NULL when alone)."""
    return "SELECT record_id, weight FROM membership WHERE scope = $scope"


def fact_person() -> str:
    """People: (person_id, born, authority, is_professional); in a replay only what the evidence records state."""
    return """
        WITH stated AS (
            SELECT person_id, min(coalesce(date_of_birth, make_date(birth_year, 7, 1))) AS born,
                   min(authority) AS authority, bool_or(is_professional) AS is_professional
            FROM fact_record
            WHERE NOT $replay OR record_id IN (SELECT record_id FROM own_only)
            GROUP BY person_id),
        people AS (
            SELECT DISTINCT f.person_id, p.date_of_birth, p.birth_year, p.authority, p.is_professional
            FROM fact_record f LEFT JOIN person p ON p.person_id = f.person_id AND p.scope = $scope)
        SELECT p.person_id,
               CASE WHEN $replay THEN s.born ELSE coalesce(p.date_of_birth, make_date(p.birth_year, 7, 1)) END AS born,
               coalesce(p.authority, s.authority) AS authority,
               coalesce(p.is_professional, s.is_professional, false) AS is_professional
        FROM people p LEFT JOIN stated s ON s.person_id = p.person_id"""


def fact_telling() -> str:
    """Events of the scope as told, with place and incident: the ground of fact_event."""
    return f"""
        SELECT e.event_id, coalesce(i.incident_id, e.event_id) AS incident_id, e.agency, e.authority,
               e.kind, e.plan_kind, e.concern, e.severity, e.offence,
               {HAPPENED_ON} AS happened_on, e.ended_on,
               greatest(coalesce(e.known_on, {HAPPENED_ON}), coalesce({HAPPENED_ON}, e.known_on)) AS known_on,
               CASE WHEN e.date_precision IN ('month', 'year') THEN e.date_precision END AS precision,
               e.outcome, lower(trim(e.referrer)) AS referrer, e.related_event_id,
               CASE WHEN starts_with(n.agency_key, 'agency:') THEN n.agency_key[8:] END AS brought_by,
               e.sessions_possible, e.sessions_absent, o.place_id, l.category
        FROM scoped_event e
        JOIN label l ON l.label_id = e.label_id
        LEFT JOIN incident i ON i.event_id = e.event_id AND i.scope = $scope
        LEFT JOIN agency_name n ON n.text = e.referrer AND n.scope = $scope
        LEFT JOIN place_of o ON coalesce(o.address, '') = coalesce(e.place, '')
             AND coalesce(o.postcode, '') = coalesce(e.postcode, '') AND coalesce(o.uprn, '') = coalesce(e.uprn, '')"""


def fact_event() -> str:
    """Events known by the last date, one row an event, with the happening they tell of.

    ``happening_id`` joins retellings (the incident of the linkage) and the steps of one matter: an event that
    refers to another within four weeks (a contact that became a referral) is the same happening, two steps deep.
    """
    return """
        WITH step AS (
            SELECT t.event_id, a.incident_id, a.related_event_id AS next_event_id, a.happened_on
            FROM fact_telling t JOIN fact_telling a ON a.event_id = t.related_event_id
             AND a.happened_on BETWEEN t.happened_on - INTERVAL 28 DAY AND t.happened_on + INTERVAL 28 DAY),
        further AS (
            SELECT s.event_id, b.incident_id FROM step s JOIN fact_telling b ON b.event_id = s.next_event_id
             AND b.happened_on BETWEEN s.happened_on - INTERVAL 28 DAY AND s.happened_on + INTERVAL 28 DAY)
        SELECT t.* EXCLUDE (incident_id, related_event_id),
               coalesce(f.incident_id, s.incident_id, t.incident_id) AS happening_id
        FROM fact_telling t
        LEFT JOIN step s ON s.event_id = t.event_id
        LEFT JOIN further f ON f.event_id = t.event_id
        WHERE t.happened_on IS NOT NULL AND t.known_on <= $last_day"""


def fact_part() -> str:
    """Parts of people in events, the work of professionals left out: fact_event's columns, person, record, role.

    Left out too is what happened more than a year before somebody's birth (an unborn child may be spoken of), and what
    more than ``CROWD`` people took part in.
    """
    return f"""
        WITH crowd AS (
            SELECT e.happening_id FROM scoped_involvement v JOIN fact_event e ON e.event_id = v.event_id
            GROUP BY e.happening_id HAVING count(*) > {CROWD} AND count(DISTINCT v.record_id) > {CROWD})
        SELECT f.person_id, v.record_id, v.role, e.*
        FROM scoped_involvement v
        JOIN fact_event e ON e.event_id = v.event_id
        JOIN fact_record f ON f.record_id = v.record_id
        JOIN fact_person p ON p.person_id = f.person_id
        WHERE v.role NOT IN ('professional', 'reporter') AND NOT p.is_professional AND NOT f.is_professional
          AND ($replay OR p.born IS NULL OR e.happened_on >= p.born - INTERVAL 1 YEAR)
          AND e.happening_id NOT IN (SELECT happening_id FROM crowd)
          AND (NOT $replay OR (v.event_id, v.record_id, v.role) IN (SELECT (event_id, record_id, role) FROM part_only))"""


def fact_lay_reporter() -> str:
    """Events brought by a private person: (event_id, source_key): the reporter, else the words of the referrer."""
    return """
        WITH reporter AS (
            SELECT v.event_id, min(m.person_id) AS person_id
            FROM scoped_involvement v JOIN membership m ON m.record_id = v.record_id AND m.scope = $scope
            JOIN scoped_record r ON r.record_id = v.record_id
            WHERE v.role = 'reporter' AND NOT coalesce(r.is_professional, false)
            GROUP BY v.event_id)
        SELECT e.event_id, coalesce(r.person_id, e.referrer) AS source_key
        FROM fact_event e LEFT JOIN reporter r ON r.event_id = e.event_id
        WHERE r.person_id IS NOT NULL
           OR regexp_matches(e.referrer, '(neighbo|anonym|public|relative|family|friend|self|parent)')"""


def fact_first_known() -> str:
    """The first day each record is known to have been in use: (record_id, known_on)."""
    return """
        SELECT f.record_id, coalesce(min(e.known_on), min(f.extracted_on)) AS known_on
        FROM fact_record f
        LEFT JOIN scoped_involvement v ON v.record_id = f.record_id
        LEFT JOIN fact_event e ON e.event_id = v.event_id
        GROUP BY f.record_id"""


def fact_thing() -> str:
    """Phones and vehicles in use: (person_id, record_id, agency, kind, value, valid_to, event_id, concern, known_on).

    ``event_id`` and ``concern`` of the event that states the use, where one does.
    """
    return """
        SELECT f.person_id, t.record_id, f.agency, t.kind, t.value, t.valid_to, e.event_id, e.concern,
               coalesce(e.known_on, t.valid_from, k.known_on) AS known_on
        FROM scoped_thing_use t
        JOIN fact_record f ON f.record_id = t.record_id
        JOIN fact_first_known k ON k.record_id = t.record_id
        JOIN fact_person p ON p.person_id = f.person_id
        LEFT JOIN fact_event e ON e.event_id = t.event_id
        WHERE NOT p.is_professional
          AND coalesce(e.known_on, t.valid_from, k.known_on) <= $last_day
          AND (NOT $replay OR t.record_id IN (SELECT record_id FROM own_only))"""


def fact_address() -> str:
    """Addresses that records state: (person_id, record_id, agency, authority, place_id, kind, dates, is_communal)."""
    return """
        SELECT f.person_id, a.record_id, f.agency, f.authority, o.place_id, a.kind, a.postcode,
               a.valid_from, a.valid_to, coalesce(o.is_communal, false) AS is_communal
        FROM scoped_address a
        JOIN fact_record f ON f.record_id = a.record_id
        LEFT JOIN place_of o ON coalesce(o.address, '') = coalesce(a.address, '')
             AND coalesce(o.postcode, '') = coalesce(a.postcode, '') AND coalesce(o.uprn, '') = coalesce(a.uprn, '')
        WHERE (a.valid_from IS NULL OR a.valid_from <= $last_day)
          AND (NOT $replay OR a.record_id IN (SELECT record_id FROM own_only))"""


def fact_home() -> str:
    """Who lived where with whom: (person_id, household_id, place_id, valid_from, valid_to, record_id, is_communal).

    A place where more than ``CROWD`` people have lived is left out.
    """
    return f"""
        SELECT h.person_id, h.household_id, h.place_id, coalesce(h.valid_from, DATE '1900-01-01') AS valid_from,
               coalesce(h.valid_to, DATE '9999-12-31') AS valid_to, h.record_id, coalesce(p.is_communal, false) AS is_communal
        FROM (SELECT * EXCLUDE (evidence_record_ids), unnest(evidence_record_ids) AS record_id
              FROM household_spell WHERE scope = $scope) h
        LEFT JOIN (SELECT place_id, bool_or(is_communal) AS is_communal FROM fact_address GROUP BY place_id) p
          ON p.place_id = h.place_id
        WHERE coalesce(h.valid_from, DATE '1900-01-01') <= $last_day
          AND NOT coalesce(h.place_id IN (
              SELECT place_id FROM household_spell WHERE scope = $scope
              GROUP BY place_id HAVING count(DISTINCT person_id) > {CROWD}), false)
          AND (NOT $replay OR h.record_id IN (SELECT record_id FROM own_only))"""


def fact_place_authority() -> str:
    """Which authority a place lies in: (place_id, authority), by what most records living in its postcode district say.

    Reference data of the scope, and so not cut down to the evidence in a replay; a district where records
    disagree (no majority) says nothing.
    """
    return """
        WITH lived AS (
            SELECT o.place_id, regexp_extract(upper(a.postcode), '^([A-Z]{1,2}[0-9][0-9A-Z]?) ?[0-9][A-Z]{2}$', 1) AS district,
                   r.authority, a.record_id, a.valid_from, a.valid_to
            FROM scoped_address a
            JOIN membership m ON m.record_id = a.record_id AND m.scope = $scope
            JOIN scoped_record r ON r.record_id = a.record_id
            JOIN place_of o ON coalesce(o.address, '') = coalesce(a.address, '')
                 AND coalesce(o.postcode, '') = coalesce(a.postcode, '') AND coalesce(o.uprn, '') = coalesce(a.uprn, '')
            WHERE a.postcode IS NOT NULL),
        latest AS (
            SELECT district, authority FROM lived WHERE authority IS NOT NULL AND district <> ''
            QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY coalesce(valid_to, DATE '9999-12-31') DESC,
                                       valid_from DESC NULLS LAST, place_id) = 1),
        counted AS (SELECT district, authority, count(*) AS n FROM latest GROUP BY ALL),
        chosen AS (
            SELECT district, arg_max(authority, (n, authority)) AS authority FROM counted
            GROUP BY district HAVING max(n) > 0.5 * sum(n))
        SELECT l.place_id, min(c.authority) AS authority
        FROM (SELECT DISTINCT place_id, district FROM lived) l JOIN chosen c ON c.district = l.district
        GROUP BY l.place_id"""


def fact_kin() -> str:
    """Asserted ties of family, both ways: (person_id, other_person_id, kind, record_id, other_record_id)."""
    return """
        WITH stated AS (
            SELECT a.person_id, b.person_id AS other_person_id, r.kind, r.record_id, r.other_record_id
            FROM scoped_relationship r
            JOIN fact_record a ON a.record_id = r.record_id
            JOIN fact_record b ON b.record_id = r.other_record_id
            WHERE a.person_id <> b.person_id)
        SELECT person_id, other_person_id, kind, record_id, other_record_id FROM stated
        UNION
        SELECT other_person_id, person_id,
               CASE kind WHEN 'parent' THEN 'child' WHEN 'child' THEN 'parent'
                         WHEN 'carer' THEN 'cared_for' WHEN 'cared_for' THEN 'carer' ELSE kind END,
               other_record_id, record_id
        FROM stated"""


FACT_TABLES: Final[tuple[Callable[[], str], ...]] = (
    fact_record,
    fact_membership,
    fact_person,
    fact_telling,
    fact_event,
    fact_part,
    fact_lay_reporter,
    fact_first_known,
    fact_thing,
    fact_address,
    fact_home,
    fact_place_authority,
    fact_kin,
)
