"""How two records came to be one person when no direct comparison joins them: the strongest way over others."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import duckdb

from linkage.model.calibration import LinkageCalibration
from linkage.pairs.scoring import BARRING_LIST, BARRING_RULES
from linkage.people.people import people_of, ties_around
from linkage.people.rulings import NO_RULINGS, Rulings
from linkage.review.compared import links_among
from linkage.review.explain import LinkExplanation, explain_link, explain_links
from records.errors import BadInput
from records.scope import Scope
from records.snapshot.about import stored_about


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path: the two records compared, and whether a judgement ties them, whatever they weigh."""

    explanation: LinkExplanation
    judged: bool


@dataclass(frozen=True, slots=True)
class MembershipExplanation:
    """Why two records are one person. ``record_ids`` from one to the other, ``hops`` between them.

    ``weakest``: bits of the weakest hop, what the whole hangs on; a judged hop does not count. None when all are judged.
    """

    record_ids: tuple[str, ...]
    hops: tuple[Hop, ...]
    weakest: float | None
    sentence: str


def explain_membership(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    pair: tuple[str, str],
    calibration: LinkageCalibration,
    rulings: Rulings = NO_RULINGS,
) -> MembershipExplanation:
    """The way from one record of a person to another whose weakest step is the strongest there is.

    A direct link that could join the two by itself is the whole answer.

    Raises:
        NotThere: a record is not in the scope, or is on the protected side of a seal.
        BadInput: the two are not one person in the scope; ``explain_link`` says why not.
    """
    direct = explain_link(connection, scope, *pair, calibration, rulings)
    record_ids = _records_of_the_person(connection, scope, pair, calibration, rulings)
    if pair[1] not in record_ids:
        raise BadInput("The two records are not one person here; ask why not instead.")
    judged = {frozenset(same) for same in rulings.same()}
    if _joins(direct, calibration) or frozenset(pair) in judged:
        path: tuple[str, ...] = pair
    else:
        tied = sorted(ties_around(connection, scope, pair, calibration, rulings))
        path = _widest_path(connection, pair, record_ids, judged, tied)
    steps = list(pairwise(path))
    explained = explain_links(connection, scope, steps, calibration, rulings)
    hops = tuple(Hop(link, frozenset(step) in judged) for step, link in zip(steps, explained, strict=True))
    weights = [hop.explanation.weight for hop in hops if not hop.judged]
    weakest = min(weights) if weights else None
    return MembershipExplanation(tuple(path), hops, weakest, _sentence(len(path), hops, weakest))


def _records_of_the_person(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    pair: tuple[str, str],
    calibration: LinkageCalibration,
    rulings: Rulings,
) -> tuple[str, ...]:
    """The records of the person who holds the first of the pair: as built where the scope stands, else resolved now."""
    if not scope.standing:
        return people_of(connection, scope, pair, calibration, rulings)[pair[0]].record_ids
    held = connection.execute(
        f"SELECT person_id FROM {stored_about('membership', scope, 'record_id', [pair[0]])}"
    ).fetchall()
    person_ids = [person_id for (person_id,) in held]
    rows = connection.execute(
        f"SELECT record_id FROM {stored_about('membership', scope, 'person_id', person_ids)} ORDER BY record_id"
    ).fetchall()
    return tuple(str(record_id) for (record_id,) in rows)


def _joins(link: LinkExplanation, calibration: LinkageCalibration) -> bool:
    return link.weight >= calibration.join_bits and link.rule not in BARRING_RULES


def _widest_path(
    connection: duckdb.DuckDBPyConnection,
    pair: tuple[str, str],
    record_ids: tuple[str, ...],
    judged: set[frozenset[str]],
    tied: Sequence[tuple[str, str]],
) -> tuple[str, ...]:
    """Along the tree of the heaviest links (Kruskal): its path between two records has the strongest weakest step.

    Judged pairs come first of all, pairs that something else ties last. Records that neither ties (components settled by a rule alone) stand side by side.
    """
    rows = links_among(connection, record_ids, f"NOT coalesce(rule IN ({BARRING_LIST}), false)")
    ties = sorted(tuple(sorted(one)) for one in judged if one <= set(record_ids))
    group = {record_id: {record_id} for record_id in record_ids}
    near: dict[str, list[str]] = {record_id: [] for record_id in record_ids}
    known = [one for one in tied if group.keys() >= set(one)]
    for one, other in (*ties, *rows, *known, (pair[0], pair[1])):
        if group[one] is not group[other]:
            near[one].append(other)
            near[other].append(one)
            joined = group[one] | group[other]
            group.update(dict.fromkeys(joined, joined))
    before: dict[str, str] = {pair[0]: pair[0]}
    waiting = [pair[0]]
    while pair[1] not in before:
        at = waiting.pop()
        for following in near[at]:
            if following not in before:
                before[following] = at
                waiting.append(following)
    path = [pair[1]]
    while path[-1] != pair[0]:
        path.append(before[path[-1]])
    return tuple(reversed(path))


def _sentence(length: int, hops: tuple[Hop, ...], weakest: float | None) -> str:
    judged = sum(hop.judged for hop in hops)
    if length == 2:
        return "A person judged the two to be one." if judged else "The two are linked directly."
    between = "another record" if length == 3 else f"{length - 2} other records"
    told = f"The two are one person by way of {between}"
    if weakest is not None:
        told += f"; the weakest step has {weakest:.1f} bits"
    return f"{told}; {judged} of the steps a person judged." if judged else f"{told}."
