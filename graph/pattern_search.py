"""Looks for a pattern: who in the scope, or around some people, is tied as it says, and over what."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from graph.adjacency import Adjacency, Window
from graph.ego import EgoOptions, reach
from graph.evidence import trimmed_to
from graph.families import families_apart, related_pairs
from graph.pattern import Pattern, Tie
from graph.pattern_tables import Binding, direct_ties, ends_at, pattern_tables, people_like
from graph.sentences import sentence_of
from graph.values import NetworkEdge, NetworkNode
from graph.view import GraphView
from records.errors import BadInput

# Pairs of people that one tie may bring up before it is refused as too wide: some seconds and 200 MB.
MOST_PAIRS = 4_000_000
# Around people: how far a match may be, and how far its own ties are looked at.
HOPS_TO_A_MATCH, HOPS_SEEN = 2, 4
MOST_SHOWN = 100
# Of one tie of one match; the count is told whole.
OTHERS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class PatternTie:
    """How a match meets one tie of the pattern: over what, with whom, each edge with its evidence and a sentence.

    ``thing`` is None for a tie asserted directly. ``edges`` and ``sentences`` go together.
    """

    thing: NetworkNode | None
    others: tuple[NetworkNode, ...]
    edges: tuple[NetworkEdge, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatternMatch:
    """A person whom the pattern describes. ``count``: people, or families where they must be unrelated, over all ties."""

    person: NetworkNode
    count: int
    ties: tuple[PatternTie, ...]


@dataclass(frozen=True, slots=True)
class PatternMatches:
    """The matches of one page, those with most ties first. ``left_out``: matches after this page."""

    words: str
    matches: tuple[PatternMatch, ...]
    total: int
    left_out: int

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the answer does not show, in plain sentences."""
        return (f"{self.left_out} more not shown.",) if self.left_out else ()


@dataclass(frozen=True, slots=True)
class PatternOptions:
    """Where to look, and how much to show.

    ``today``: the day of a pattern that names none. ``around``: only people within two steps of these; empty for
    the whole of a standing scope. ``limit`` matches a page, ``page`` from 1.
    """

    today: date
    around: tuple[str, ...] = ()
    limit: int = 20
    page: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MOST_SHOWN or self.page < 1:
            raise BadInput(f"limit: 1 to {MOST_SHOWN} matches a page, and pages count from 1.")


def find_pattern(view: GraphView, pattern: Pattern, options: PatternOptions) -> PatternMatches:
    """The people whom ``pattern`` describes, with what ties them and the evidence.

    Raises BadInput when the pattern brings up too many pairs to look at, or the scope does not stand in the
    snapshot and nobody is named to look around; NotThere when one of those named is nobody of the scope.
    """
    if not options.around and not view.scope.standing:
        raise BadInput("What you may see is put together as you ask: name people to search around.")
    as_of = pattern.as_of or options.today
    graph = view.around(options.around, HOPS_SEEN) if options.around or not view.scope.standing else None
    with pattern_tables(view, graph) as connection:
        search = _Search(connection, as_of)
        within = None if graph is None else _people_near(graph, options.around, as_of)
        found = search.run(pattern, within)
    ranked = sorted(found, key=lambda person: (-_count(found[person]), -_strength(found[person]), person))
    first = (options.page - 1) * options.limit
    page = ranked[first : first + options.limit]
    told = _told(
        view, graph or view.around([], 1), {person: found[person] for person in page}, pattern, as_of
    )
    words = pattern.model_copy(update={"as_of": as_of}).words
    return PatternMatches(words, tuple(told), len(ranked), max(0, len(ranked) - first - len(page)))


def people_found(connection: duckdb.DuckDBPyConnection, pattern: Pattern, as_of: date) -> set[str]:
    """The ids alone of the people whom ``pattern`` describes, on a connection that holds the tables of a pattern."""
    return set(_Search(connection, as_of).run(pattern, None))


def _people_near(graph: Adjacency, around: Sequence[str], as_of: date) -> list[str]:
    found: set[int] = set()
    for node_id in around:
        centre = graph.number_of(node_id)
        assert centre is not None  # noqa: S101 - around() has raised otherwise
        near, _ = reach(graph, centre, Window(as_of=as_of), EgoOptions(hops=HOPS_TO_A_MATCH))
        found |= near.keys()
    return [node.node_id for node in graph.nodes(sorted(found)) if node.kind == "person"]


@dataclass(frozen=True, slots=True)
class _Met:
    """How one person meets one tie: (thing, other) with the strength; ``count`` people or families."""

    pairs: tuple[tuple[str | None, str, float], ...]
    count: int


_Found = dict[str, list[_Met]]


def _count(met: Iterable[_Met]) -> int:
    return sum(one.count for one in met)


def _strength(met: Iterable[_Met]) -> float:
    return round(sum(strength for one in met for *_, strength in one.pairs), 6)


class _Search:
    """One pattern on the tables at hand; ties are met one after the other, each among those who met the last."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
        self._connection = connection
        self._as_of = as_of

    def run(self, pattern: Pattern, within: Sequence[str] | None) -> _Found:
        met: _Found = {}
        candidates = within
        for tie in pattern.tied:
            now = self._meeting(pattern, tie, candidates)
            met = {person: [*met.get(person, []), now[person]] for person in now}
            candidates = sorted(met)
        for tie in pattern.not_tied:
            for person in self._meeting(pattern, tie, sorted(met)):
                del met[person]
        return met

    def _meeting(self, pattern: Pattern, tie: Tie, candidates: Sequence[str] | None) -> dict[str, _Met]:
        if candidates is not None and not candidates:
            return {}
        bind = Binding()
        people = people_like(pattern.find, self._as_of, bind)
        if candidates is not None:
            people += f" AND person_id IN (SELECT unnest({bind(list(candidates))}::VARCHAR[]))"
        others = people_like(tie.to, self._as_of, bind)
        if tie.directly:
            pair = direct_ties(tie, people, others, self._as_of, bind)
        else:
            mine = ends_at(tie, people, tie.own_role, self._as_of, bind)
            theirs = ends_at(tie, others, tie.their_role, self._as_of, bind)
            self._refuse_too_many(mine, theirs, bind)
            pair = _pairs(tie, mine, theirs)
        group = "person_id, thing" if tie.at_one else "person_id"
        rows = self._connection.execute(
            f"""SELECT person_id, thing, other_id, max(strength) FROM ({pair}) GROUP BY person_id, thing, other_id
                QUALIFY count(DISTINCT other_id) OVER (PARTITION BY {group}) >= {bind(tie.at_least)}
                ORDER BY person_id, thing, other_id""",
            bind.values,
        ).fetchall()
        return self._enough(tie, rows)

    def _refuse_too_many(self, mine: str, theirs: str, bind: Binding) -> None:
        (pairs,) = self._connection.execute(
            f"""SELECT coalesce(sum(m.n * t.n), 0)
                FROM (SELECT thing, count(*) AS n FROM ({mine}) GROUP BY thing) m
                JOIN (SELECT thing, count(*) AS n FROM ({theirs}) GROUP BY thing) t USING (thing)""",
            bind.values,
        ).fetchall()[0]
        if pairs > MOST_PAIRS:
            raise BadInput(
                f"The pattern brings up {pairs:,} pairs of people, and {MOST_PAIRS:,} is the most that is looked at."
                " Ask for narrower ages, fewer kinds of things, a later day in since, or a smaller most_people."
            )

    def _enough(self, tie: Tie, rows: Sequence[tuple[str, str | None, str, float]]) -> dict[str, _Met]:
        """Who is tied to enough people, or families, once relatives are known; all over one thing where so asked."""
        by_person: dict[str, list[tuple[str | None, str, float]]] = defaultdict(list)
        for person, thing, other, strength in rows:
            by_person[person].append((thing, other, round(strength, 6)))
        related = (
            related_pairs(self._connection, {*by_person, *(row[2] for row in rows)}) if tie.unrelated else {}
        )
        met: dict[str, _Met] = {}
        for person, pairs in by_person.items():
            kept, most = [], 0
            things = sorted({pair[0] or "" for pair in pairs}) if tie.at_one else [None]
            for thing in things:
                own = [pair for pair in pairs if thing is None or pair[0] == thing]
                people = {other for _, other, _ in own}
                if tie.unrelated:
                    people -= related.get(person, set())
                    count = families_apart(people, related)
                else:
                    count = len(people)
                if count >= tie.at_least:
                    kept += [pair for pair in own if pair[1] in people]
                    most = max(most, count)
            if kept:
                met[person] = _Met(tuple(kept), most)
        return met


def _pairs(tie: Tie, mine: str, theirs: str) -> str:
    at_once = (
        """AND coalesce(m.valid_from <= t.valid_to, true) AND coalesce(t.valid_from <= m.valid_to, true)"""
        if tie.at_once
        else ""
    )
    return f"""SELECT m.person_id, m.thing, t.person_id AS other_id, m.strength * t.strength AS strength
               FROM ({mine}) m JOIN ({theirs}) t ON m.thing = t.thing AND m.person_id <> t.person_id {at_once}"""


def _told(
    view: GraphView, graph: Adjacency, found: _Found, pattern: Pattern, as_of: date
) -> Iterable[PatternMatch]:
    for person, met in found.items():
        ties = [
            told
            for tie, one in zip(pattern.tied, met, strict=True)
            for told in _ties_told(view, graph, (person, tie, one), as_of)
        ]
        yield PatternMatch(_node(graph, person), _count(met), tuple(ties))


def _ties_told(
    view: GraphView, graph: Adjacency, asked: tuple[str, Tie, _Met], as_of: date
) -> Iterable[PatternTie]:
    person, tie, met = asked
    over: dict[str | None, dict[str, float]] = defaultdict(dict)
    for thing, other, strength in met.pairs:
        over[thing][other] = max(strength, over[thing].get(other, 0.0))
    window = Window(as_of=as_of, since=tie.since, kinds=frozenset(tie.kinds or tie.directly) or None)
    for thing in sorted(over, key=lambda one: (-len(over[one]), one or "")):
        others = sorted(over[thing], key=lambda other: (-over[thing][other], other))[:OTHERS_SHOWN]
        ends = (
            [(person, other) for other in others]
            if thing is None
            else [(one, thing) for one in (person, *others)]
        )
        edges = [
            edge
            for place, (source, target) in enumerate(ends)
            for edge in _edges(view, graph, (source, target), window)
            if _role_asked(tie, edge, of_the_person=thing is None or place == 0)
        ]
        nodes = {node_id: _node(graph, node_id) for pair in ends for node_id in pair}
        yield PatternTie(
            None if thing is None else nodes[thing],
            tuple(nodes[other] for other in others),
            tuple(edges),
            tuple(sentence_of(nodes[edge.source_id], nodes[edge.target_id], [edge]) for edge in edges),
        )


def _role_asked(tie: Tie, edge: NetworkEdge, *, of_the_person: bool) -> bool:
    roles = tie.own_role if of_the_person else tie.their_role
    return not roles or edge.role in roles


def _edges(
    view: GraphView, graph: Adjacency, ends: tuple[str, str], window: Window
) -> Collection[NetworkEdge]:
    source, target = (graph.number_of(one) for one in ends)
    assert source is not None and target is not None  # noqa: S101, PT018 - the tables are those of the graph
    positions = graph.edges_from(source, window)
    positions = positions[graph.target[positions] == target]
    return trimmed_to(
        view.connection, graph.edges([source] * len(positions), positions.tolist()), window.as_of
    )


def _node(graph: Adjacency, node_id: str) -> NetworkNode:
    number = graph.number_of(node_id)
    assert number is not None  # noqa: S101 - the tables are those of the graph
    return replace(graph.nodes([number])[0], hop=0)
