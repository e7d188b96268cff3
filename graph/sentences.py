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
    if edge.valid_from is None and edge.valid_to is None:
        return ""
    if edge.valid_from == edge.valid_to and edge.valid_from is not None:
        return f"{_day(edge.valid_from)}, "
    if edge.valid_to is None and edge.valid_from is not None:
        return f"from {_day(edge.valid_from)}, "
    if edge.valid_from is None and edge.valid_to is not None:
        return f"until {_day(edge.valid_to)}, "
    assert edge.valid_from is not None and edge.valid_to is not None  # noqa: S101, PT018 - the cases above
    return f"{_day(edge.valid_from)} to {_day(edge.valid_to)}, "


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
