"""Who is this? An ad-hoc description against the snapshot, with the weights that linked the records themselves."""

import math
from dataclasses import dataclass, replace
from typing import Final

import duckdb

from linkage.lookup.candidates import near_records
from linkage.lookup.description import Description, as_stored, readings
from linkage.lookup.index import lookup_sources
from linkage.lookup.people import stored_people
from linkage.lookup.weights import prepared_model
from linkage.model.calibration import LinkageCalibration
from linkage.people.people import ResolvedPerson, people_of
from linkage.people.rulings import NO_RULINGS, Rulings
from linkage.review.waterfall import ComparisonLine, probability, waterfall
from records.scope import Scope

__all__ = ["Candidate", "Description", "LookupResult", "lookup"]

MATCH: Final = 0.95
POTENTIAL: Final = 0.85
LOW: Final = 0.2
# A best candidate this many bits ahead of the next is the match, though others pass as well.
CLEAR_BITS: Final = 6.0
MOST_CANDIDATES: Final = 10
# The people of so many records are looked at: enough for the people shown, whose best records come first.
_MOST_RECORDS: Final = 20 * MOST_CANDIDATES
_LEAST_BITS: Final = math.log2(LOW / (1 - LOW))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who may be meant: the weight of their best record against the description, and its waterfall."""

    person: ResolvedPerson
    best_record_id: str
    weight: float
    probability: float
    lines: tuple[ComparisonLine, ...]


@dataclass(frozen=True, slots=True)
class LookupResult:
    """``status``: Match, PotentialMatch, LowConfidenceMatch, ManyMatch or NoMatch (after the DfE SUI matcher).

    A name alone is never more than a LowConfidenceMatch, however rare it is: many people go unrecorded, and one of
    them may bear it. ``candidates``: people by falling weight, at most ``MOST_CANDIDATES``, none below a chance of ``LOW``.
    """

    status: str
    candidates: tuple[Candidate, ...]


def lookup(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    description: Description,
    calibration: LinkageCalibration,
    rulings: Rulings = NO_RULINGS,
) -> LookupResult:
    """The people of ``scope`` who fit ``description``; only its rows count, so hidden ones change nothing.

    The protected side of a seal among ``rulings`` is as not there, whatever the scope. Safe for many threads at once,
    each with a connection of its own; nothing is left on it.

    Raises:
        BadInput: the description is empty.
    """
    sought = as_stored(description)
    scope = _without_protected(scope, rulings)
    tables = lookup_sources(connection)
    with prepared_model() as model:
        keys = model.describe(readings(sought, calibration))
        near = near_records(connection, tables, scope, calibration, keys)
        rows = model.weigh(near, calibration, _LEAST_BITS)[:_MOST_RECORDS] if near else []
    if not rows:
        return LookupResult("NoMatch", ())
    id_of = {row.record_number: row.record_id for row in rows}
    people = stored_people(connection, tables, scope, id_of) if scope.standing else None
    if people is None:
        # Ids of the build could be those of people whom a seal has since taken apart.
        on_demand = replace(scope, standing=False)
        resolved = people_of(connection, on_demand, list(id_of.values()), calibration, rulings)
        people = {number: resolved[record_id] for number, record_id in id_of.items()}
    shown = _values_described(sought)
    candidates: dict[str, Candidate] = {}
    for row in rows:
        person = people[row.record_number]
        if person.person_id in candidates or len(candidates) == MOST_CANDIDATES:
            continue
        weight, lines = waterfall(row.levels, calibration, shown, {})
        candidates[person.person_id] = Candidate(person, row.record_id, weight, probability(weight), lines)
    return LookupResult(_status(list(candidates.values()), sought.is_name_alone), tuple(candidates.values()))


def _without_protected(scope: Scope, rulings: Rulings) -> Scope:
    protected = {record_id for seal in rulings.seals for record_id in seal.protected_record_ids}
    if protected <= scope.removed_record_ids:
        return scope
    return replace(scope, removed_record_ids=scope.removed_record_ids | protected)


def _status(candidates: list[Candidate], is_name_alone: bool) -> str:
    best = candidates[0]
    if is_name_alone:
        return "LowConfidenceMatch"
    rivals = [other for other in candidates[1:] if other.probability >= POTENTIAL]
    if best.probability >= POTENTIAL and rivals and best.weight - rivals[0].weight < CLEAR_BITS:
        return "ManyMatch"
    if best.probability >= MATCH:
        return "Match"
    return "PotentialMatch" if best.probability >= POTENTIAL else "LowConfidenceMatch"


def _values_described(description: Description) -> dict[str, str | None]:
    born = description.date_of_birth
    return {
        "forename": description.given_name or description.full_name,
        "surname": description.family_name or description.full_name,
        "birth": born.isoformat()
        if born
        else (str(description.birth_year) if description.birth_year else None),
        "sex": description.sex,
        "place": ", ".join(part for part in (description.address, description.postcode) if part) or None,
        "phone": description.phone,
        "nhs_number": next((value for kind, value in description.identifiers if kind == "nhs_number"), None),
        "identifier": "; ".join(
            f"{kind} {value}" for kind, value in description.identifiers if kind != "nhs_number"
        )
        or None,
    }
