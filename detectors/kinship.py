"""Who belongs together anyway: kin and people who live together, whom no pattern may treat as strangers."""

from detectors.fact_tables import CROWD
from detectors.facts import Facts

FAMILY_KINDS = ("parent", "child", "sibling", "kin", "carer", "cared_for", "partner", "ex_partner")


def related_pairs(facts: Facts, people: set[str]) -> set[tuple[str, str]]:
    """Pairs of ``people``, both ways, who are kin, share a parent or carer, or ever lived at one place together.

    A communal place (a hostel, a children's home) counts: those who stay there share it for that reason.
    """
    facts.load("asked_person", "person_id VARCHAR", [(person,) for person in sorted(people)])
    return {
        (one, other)
        for one, other in facts.rows(
            """
            WITH family AS (
                SELECT k.person_id, k.other_person_id, k.kind FROM fact_kin k JOIN asked_person x ON x.person_id = k.person_id
                WHERE k.kind IN (SELECT unnest($family)))
            SELECT person_id, other_person_id FROM family
            UNION
            SELECT a.person_id, b.person_id FROM family a
            JOIN family b ON b.other_person_id = a.other_person_id AND b.person_id <> a.person_id
            WHERE a.kind IN ('child', 'cared_for') AND b.kind IN ('child', 'cared_for')
            UNION
            SELECT a.person_id, b.person_id
            FROM fact_home a JOIN asked_person x ON x.person_id = a.person_id
            JOIN fact_home b ON b.place_id = a.place_id AND b.person_id <> a.person_id
             AND a.valid_from <= b.valid_to AND b.valid_from <= a.valid_to
            JOIN asked_person y ON y.person_id = b.person_id""",
            family=list(FAMILY_KINDS),
        )
    }


def address_sharers(facts: Facts, people: set[str]) -> set[tuple[str, str]]:
    """Pairs of ``people``, both ways, for whom agencies hold one address at one time, household or not.

    The children of a home run by an authority are no household, and yet share its door and its phone. Only addresses with
    a first day count: an old one that nobody closed makes no neighbours.
    """
    facts.load("asked_person", "person_id VARCHAR", [(person,) for person in sorted(people)])
    return {
        (one, other)
        for one, other in facts.rows(
            """
            SELECT DISTINCT a.person_id, b.person_id
            FROM fact_address a JOIN asked_person x ON x.person_id = a.person_id
            JOIN fact_address b ON b.place_id = a.place_id AND b.person_id <> a.person_id
             AND a.valid_from <= coalesce(b.valid_to, DATE '9999-12-31') AND b.valid_from <= coalesce(a.valid_to, DATE '9999-12-31')
            JOIN asked_person y ON y.person_id = b.person_id
            WHERE a.place_id NOT IN (SELECT place_id FROM fact_address WHERE place_id IS NOT NULL
                                     GROUP BY place_id HAVING count(DISTINCT person_id) > $crowd)""",
            crowd=CROWD,
        )
    }


def relating_records(facts: Facts, people: set[str]) -> dict[tuple[str, str], list[str]]:
    """For pairs of ``people`` as in ``related_pairs``, the records whose statements make them related: one reason a pair."""
    facts.load("asked_person", "person_id VARCHAR", [(person,) for person in sorted(people)])
    found = facts.rows(
        """
        WITH family AS (
            SELECT k.* FROM fact_kin k JOIN asked_person x ON x.person_id = k.person_id
            WHERE k.kind IN (SELECT unnest($family))),
        reason AS (
            SELECT f.person_id, f.other_person_id, [f.record_id, f.other_record_id] AS records
            FROM family f JOIN asked_person y ON y.person_id = f.other_person_id
            UNION ALL
            SELECT a.person_id, b.person_id, [a.record_id, a.other_record_id, b.record_id, b.other_record_id]
            FROM family a JOIN family b ON b.other_person_id = a.other_person_id AND b.person_id <> a.person_id
            WHERE a.kind IN ('child', 'cared_for') AND b.kind IN ('child', 'cared_for')
            UNION ALL
            SELECT a.person_id, b.person_id, [a.record_id, b.record_id]
            FROM fact_home a JOIN asked_person x ON x.person_id = a.person_id
            JOIN fact_home b ON b.place_id = a.place_id AND b.person_id <> a.person_id
             AND a.valid_from <= b.valid_to AND b.valid_from <= a.valid_to
            JOIN asked_person y ON y.person_id = b.person_id)
        SELECT person_id, other_person_id, min(records) FROM reason GROUP BY ALL ORDER BY ALL""",
        family=list(FAMILY_KINDS),
    )
    return {(one, other): records for one, other, records in found}


def families(people: set[str], related: set[tuple[str, str]]) -> list[set[str]]:
    """``people`` in families: two are of one family when a chain of pairs in ``related`` joins them."""
    found: list[set[str]] = []
    for person in sorted(people):
        joined = [family for family in found if any((person, other) in related for other in family)]
        found = [family for family in found if family not in joined]
        found.append({person}.union(*joined))
    return found
