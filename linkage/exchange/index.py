"""A hub's own tokens under one key, in memory only: which of its records a question's tokens meet, and how much that weighs.

The tokens are worked out here, from the rows that another hub's question may be answered from, and never leave: neither
on a disk nor on the wire. The index holds the first eight bytes of each; a meeting counts when the whole token is equal.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from linkage.exchange.tokens import TOKEN_SLOTS, PersonFacts, texts_of, token
from linkage.lookup.answer import CLEAR_BITS, MATCH, POTENTIAL
from linkage.model.calibration import LinkageCalibration
from linkage.model.comparisons import COMPARISONS
from linkage.review.waterfall import probability, waterfall
from linkage.values.names import name_parts
from linkage.values.standardise import frequency_bits, household_bits, together_bits
from records.scope import Scope
from records.snapshot.scoped import rows_in_scope

_LEVELS: Final = {one.field: len(one.levels) - 1 for one in COMPARISONS}
_NOT_KNOWN: Final = dict.fromkeys(_LEVELS, -1)
_SAME: Final = {"forename": _LEVELS["forename"], "surname": _LEVELS["surname"], "birth": _LEVELS["birth"]}
_ALIKE: Final = {"forename": _LEVELS["forename"] - 5, "surname": _LEVELS["surname"] - 4}
_SEX: Final = {"sex": _LEVELS["sex"]}
# What a meeting of each kind shows of two descriptions, as levels of the model (ranks below its best one). Where it may
# be either of the names that differs, both are listed, and the one that weighs less counts.
_SHOWN: Final[dict[str, tuple[dict[str, int], ...]]] = {
    "number": ({"nhs_number": _LEVELS["nhs_number"]},),
    "named": (_SAME,),
    "called": (_SAME | {"forename": _LEVELS["forename"] - 1, "surname": _LEVELS["surname"] - 1},),
    "turned": (_SAME | {"birth": _LEVELS["birth"] - 1},),
    "part": (_SAME | {"birth": _LEVELS["birth"] - 2},),
    "slip": (
        _SAME | {"surname": _LEVELS["surname"] - 2},
        _SAME | {"forename": _LEVELS["forename"] - 2},
    ),
    "heard": (
        _SAME | _SEX | {"forename": _ALIKE["forename"]},
        _SAME | _SEX | {"surname": _ALIKE["surname"]},
    ),
    "sound": (_SAME | _SEX | _ALIKE,),
}
_KINDS: Final = tuple(TOKEN_SLOTS)


@dataclass(frozen=True, slots=True)
class Met:
    """A record that a question's tokens meet, and the bits for one person that the best of the meetings gives."""

    record_id: str
    weight: float


class TokenIndex:
    """The tokens of every description that a scope's rows give, under one key."""

    def __init__(self, key: bytes, described: Mapping[PersonFacts, tuple[str, ...]]) -> None:
        """Work out the tokens; ``described``: each distinct description with the records that give it."""
        self._key = key
        self._facts = list(described)
        self._record_ids = list(described.values())
        starts: list[bytes] = []
        owners: list[int] = []
        for number, facts in enumerate(self._facts):
            for texts in texts_of(facts).values():
                starts += [token(key, text)[:8] for text in texts]
                owners += [number] * len(texts)
        begins = np.frombuffer(b"".join(starts), dtype=">u8").astype(np.uint64)
        order = np.argsort(begins, kind="stable")
        self._begins: NDArray[np.uint64] = begins[order]
        self._owners: NDArray[np.int32] = np.array(owners, dtype=np.int32)[order]

    def __len__(self) -> int:
        return len(self._begins)

    def meeting(self, asked: Mapping[str, Collection[bytes]], calibration: LinkageCalibration) -> list[Met]:
        """The records whose tokens are among those ``asked`` for, by kind; the heaviest first."""
        every = [one for several in asked.values() for one in several]
        begins = np.array([int.from_bytes(one[:8], "big") for one in every], dtype=np.uint64)
        lefts = np.searchsorted(self._begins, begins, side="left")
        rights = np.searchsorted(self._begins, begins, side="right")
        near = {
            int(self._owners[at]) for low, high in zip(lefts, rights, strict=True) for at in range(low, high)
        }
        found: dict[str, float] = {}
        for number in sorted(near):
            weight = self._weight(self._facts[number], asked, calibration)
            if weight is None:
                continue
            for record_id in self._record_ids[number]:
                found[record_id] = max(weight, found.get(record_id, weight))
        return [
            Met(one, weight) for one, weight in sorted(found.items(), key=lambda item: (-item[1], item[0]))
        ]

    def _weight(
        self, facts: PersonFacts, asked: Mapping[str, Collection[bytes]], calibration: LinkageCalibration
    ) -> float | None:
        kinds = {
            kind
            for kind, texts in texts_of(facts).items()
            if {token(self._key, text) for text in texts} & set(asked.get(kind, ()))
        }
        if not kinds:
            return None
        number = _SHOWN["number"][0] if "number" in kinds else {}
        return max(
            min(weight_of({**shown, **number}, facts, calibration) for shown in _SHOWN[kind])
            for kind in _KINDS
            if kind in kinds
        )


def weight_of(shown: Mapping[str, int], facts: PersonFacts, calibration: LinkageCalibration) -> float:
    """The bits for one person, by the model that links this hub's own records, of an agreement with ``facts``."""
    parts = name_parts(facts.given_name, facts.family_name, facts.full_name)
    forename, surname = parts.given[0] if parts.given else "", "".join(parts.family)
    levels = {**_NOT_KNOWN, **shown}
    rarity = {
        "forename_bits": frequency_bits(calibration, "forename", forename),
        "household_bits": household_bits(calibration, forename),
        "surname_bits": frequency_bits(calibration, "surname", surname),
        "together_bits": together_bits(calibration, forename, surname),
    }
    return waterfall(levels | rarity, calibration, {}, {})[0]


def status_of(weights: Iterable[float]) -> str:
    """Match, PotentialMatch, ManyMatch or NoMatch, as a lookup gives it; ``weights``: of each person met, the best.

    What a lookup calls a match of low confidence is none between hubs.
    """
    best, *others = [*sorted(weights, reverse=True), float("-inf")]
    if probability(best) < POTENTIAL:
        return "NoMatch"
    rivals = [one for one in others if probability(one) >= POTENTIAL]
    if rivals and best - rivals[0] < CLEAR_BITS:
        return "ManyMatch"
    return "Match" if probability(best) >= MATCH else "PotentialMatch"


def descriptions_in(
    connection: duckdb.DuckDBPyConnection, scope: Scope, record_ids: Collection[str] | None = None
) -> dict[PersonFacts, tuple[str, ...]]:
    """Each distinct description that the rows of ``scope`` give, with its records in order; of some records alone if named.

    A record's other names count as its own; professionals are left out: nobody asks another hub about them.
    """
    among = "" if record_ids is None else "AND record_id IN (SELECT unnest($1::VARCHAR[]))"
    given = [] if record_ids is None else [sorted(record_ids)]
    rows = connection.execute(
        f"""WITH held AS MATERIALIZED (
                SELECT record_id, given_name, family_name, full_name, date_of_birth, sex
                FROM {rows_in_scope("record", scope)} WHERE NOT coalesce(is_professional, false) {among}
            ), named AS (
                SELECT record_id, given_name, family_name, full_name FROM held
                UNION SELECT n.record_id, n.given_name, n.family_name, n.full_name
                FROM {rows_in_scope("name", scope)} n SEMI JOIN held USING (record_id)
            ), numbered AS (
                SELECT record_id, min(value) AS value FROM {rows_in_scope("identifier", scope)}
                WHERE kind = 'nhs_number' GROUP BY record_id
            )
            SELECT named.record_id, named.given_name, named.family_name, named.full_name, date_of_birth, sex, value
            FROM named JOIN held USING (record_id) LEFT JOIN numbered USING (record_id) ORDER BY ALL""",
        given,
    ).fetchall()
    described: dict[PersonFacts, list[str]] = {}
    for record_id, *facts in rows:
        described.setdefault(_facts(*facts), []).append(record_id)
    return {facts: tuple(dict.fromkeys(several)) for facts, several in described.items()}


def _facts(
    given: str | None,
    family: str | None,
    full: str | None,
    born: date | None,
    sex: str | None,
    number: str | None,
) -> PersonFacts:
    if given or family:
        full = None
    return PersonFacts(given, family, full, born, sex, number)
