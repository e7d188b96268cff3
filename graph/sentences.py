"""One plain sentence for a hop, saying only what its edges say."""

from collections.abc import Sequence
from datetime import date

from graph.values import NetworkEdge, NetworkNode

# From a person to a thing, and from a thing back to a person.
_TOLD: dict[str, tuple[str, str]] = {
    "lived_at": ("{a} lived at {b}", "{b} lived at {a}"),
    "uses": ("{a} used {b}", "{b} used {a}"),
    "attends": ("{a} attended {b}", "{b} attended {a}"),
    "registered_with": ("{a} was registered with {b}", "{b} was registered with {a}"),
    "stays_at": ("{a} stayed at {b}", "{b} stayed at {a}"),
    "employed_by": ("{a} was employed by {b}", "{b} was employed by {a}"),
    "tied_to": ("{a} had a tie to {b}", "{b} had a tie to {a}"),
    "member": ("{a} lived in {b}", "{b} lived in {a}"),
    "involved_at": (
        "{a} was {role} in something that happened at {b}",
        "{b} was {role} in something that happened at {a}",
    ),
    "involved": ("{a} was {role} in {b}", "{b} was {role} in {a}"),
}
_RELATIONS: dict[str, str] = {
    "parent": "a parent of",
    "child": "a child of",
    "sibling": "a sibling of",
    "partner": "a partner of",
    "ex_partner": "a former partner of",
    "carer": "a carer of",
    "cared_for": "cared for by",
    "kin": "a relative of",
    "associate": "an associate of",
    "co_tenant": "a co-tenant of",
    "school_contact": "a school contact of",
    "has_school_contact": "a pupil whose school contact is",
    "next_of_kin": "next of kin of",
    "has_next_of_kin": "a person whose next of kin is",
}


def sentence_of(source: NetworkNode, target: NetworkNode, edges: Sequence[NetworkEdge]) -> str:
    """What ties ``source`` to ``target``: each edge once, in the order given, with its agencies and dates."""
    return "; ".join(_clause(source, target, edge) for edge in edges) + "."


def _clause(source: NetworkNode, target: NetworkNode, edge: NetworkEdge) -> str:
    a, b = source.name or source.node_id, target.name or target.node_id
    if source.kind == "person" and target.kind == "person":
        told = f"{a} is {_RELATIONS.get(edge.kind, edge.kind.replace('_', ' ') + ' of')} {b}"
    else:
        forwards, backwards = _TOLD.get(edge.kind, ("{a} is tied to {b}", "{b} is tied to {a}"))
        role = (edge.role or "involved").replace("_", " ")
        told = (forwards if source.kind == "person" else backwards).format(a=a, b=b, role=role)
    said_by = " and ".join(agency.replace("_", " ") for agency in edge.agencies)
    return f"{told} ({_when(edge)}according to {said_by})"


def _when(edge: NetworkEdge) -> str:
    begins, ends = edge.valid_from, edge.valid_to
    if begins is None and ends is None:
        return ""
    if begins is None and ends is not None:
        return f"until {end_as_told(ends)}, "
    assert begins is not None  # noqa: S101 - the case above
    if edge.event_ids:
        told = day_as_told(begins, edge.precision)
        last = None if ends is None else day_as_told(ends)
    else:
        told, last = end_as_told(begins), None if ends is None else end_as_told(ends)
    if begins == ends:
        return f"in {told}, " if edge.precision else f"{told}, "
    return f"from {told}, " if last is None else f"{told} to {last}, "


def day_as_told(day: date, precision: str | None = None) -> str:
    """A date no more exactly than it was told: ``2019``, ``March 2019``, ``5 March 2019``.

    ``precision``: ``month``, ``year``, or None for a day; of the ends of a spell nobody tells it, see ``end_as_told``.
    """
    if precision == "year":
        return str(day.year)
    if precision == "month":
        return f"{day:%B %Y}"
    return f"{day.day} {day:%B %Y}"


def end_as_told(day: date) -> str:
    """The beginning or the end of a spell, by its year alone where it is the first of January.

    Feeds do not say how exactly a spell's ends are known, and a year alone is kept as its first day; the year holds for both.
    """
    return str(day.year) if is_new_year(day) else day_as_told(day)


def is_new_year(day: date) -> bool:
    """Whether it is the first of January, by which a year alone is kept."""
    return (day.month, day.day) == (1, 1)
