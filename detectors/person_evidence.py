"""Why several records are one person: the links that hold a finding's people together, and the weakest of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from detectors.facts import Facts

_Link = tuple[float, str, str]


@dataclass(frozen=True, slots=True)
class WeakLink:
    """The link of lowest weight (bits) that a finding stands on, and the record it joins to its person."""

    record_id: str
    weight: float


def holding_records(facts: Facts, people: Sequence[Mapping[str, set[str]]]) -> list[list[str]]:
    """Per draft, records not named yet that join the named records of one person to each other.

    ``people`` gives per draft the named records of each person. Only a person whose named records hang together
    through others needs more: the records on the strongest chains between them (a maximum spanning tree of the
    person's links, its bare ends cut off). Links inside a person that a human made have no weight and add none.
    """
    wanted = {person for draft in people for person, records in draft.items() if len(records) > 1}
    trees = {person: _strongest_tree(links) for person, links in _links(facts, wanted).items()}
    needed: list[list[str]] = []
    for draft in people:
        further: set[str] = set()
        for person, records in sorted(draft.items()):
            if person in trees and len(records) > 1:
                further |= _trimmed(trees[person], records) - records
        needed.append(sorted(further))
    return needed


def weakest_links(facts: Facts, drafts: Sequence[set[str]]) -> list[WeakLink | None]:
    """Per draft, the record among ``drafts`` that is held to its person by the least weight; None if none is."""
    facts.load("asked_record", "record_id VARCHAR", [(r,) for r in sorted(set().union(*drafts))])
    weights = dict(
        facts.rows(
            """SELECT m.record_id, m.weight FROM fact_membership m JOIN asked_record a USING (record_id)
               WHERE m.weight IS NOT NULL"""
        )
    )
    found: list[WeakLink | None] = []
    for records in drafts:
        held = sorted((weights[record], record) for record in records if record in weights)
        found.append(WeakLink(held[0][1], held[0][0]) if held else None)
    return found


def _links(facts: Facts, people: set[str]) -> dict[str, list[_Link]]:
    facts.load("asked_person", "person_id VARCHAR", [(person,) for person in sorted(people)])
    found: dict[str, list[_Link]] = defaultdict(list)
    for person, weight, left, right in facts.rows(
        """WITH held AS (SELECT f.record_id, f.person_id FROM fact_record f JOIN asked_person USING (person_id))
           SELECT a.person_id, l.weight, l.record_id_a, l.record_id_b
           FROM link l JOIN held a ON a.record_id = l.record_id_a
           JOIN held b ON b.record_id = l.record_id_b AND b.person_id = a.person_id
           WHERE l.rule IS NULL OR l.rule NOT IN ('twins', 'contradiction')
           ORDER BY 1, 2 DESC, 3, 4"""
    ):
        found[person].append((weight, left, right))
    return found


def _strongest_tree(links: Sequence[_Link]) -> dict[str, set[str]]:
    """Neighbours in a maximum spanning forest of ``links``, which come strongest first."""
    head: dict[str, str] = {}

    def root(record: str) -> str:
        while head.setdefault(record, record) != record:
            record = head[record]
        return record

    tree: dict[str, set[str]] = defaultdict(set)
    for _, left, right in links:
        if root(left) != root(right):
            head[root(left)] = root(right)
            tree[left].add(right)
            tree[right].add(left)
    return tree


def _trimmed(tree: Mapping[str, set[str]], keep: set[str]) -> set[str]:
    """The records of a forest that lie between records to ``keep``."""
    neighbours = {record: set(others) for record, others in tree.items()}
    ends = [record for record, others in neighbours.items() if len(others) <= 1 and record not in keep]
    while ends:
        record = ends.pop()
        for other in neighbours.pop(record, set()):
            neighbours[other].discard(record)
            if len(neighbours[other]) <= 1 and other not in keep:
                ends.append(other)
    return set(neighbours)
