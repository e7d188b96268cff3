"""All definitions over one region: what meets one without having been planted is natural."""

from collections.abc import Callable

import duckdb

from synthetic.definitions.facts import open_facts
from synthetic.definitions.groups import bridging_adult, exploitation_network, gang_network
from synthetic.definitions.moves import cross_boundary_family, missing_from_view
from synthetic.definitions.pairs import escalating_harm, repeat_marac, serial_perpetrator
from synthetic.definitions.repeats import Found, cumulative_concern, repeat_notifications
from synthetic.event_log import Events
from synthetic.pattern_book import NATURAL, PLANTED, PatternBook
from synthetic.world import World

DEFINITIONS: dict[str, Callable[[duckdb.DuckDBPyConnection], Found]] = {
    "repeat_notifications": repeat_notifications,
    "escalating_harm": escalating_harm,
    "repeat_marac": repeat_marac,
    "serial_perpetrator": serial_perpetrator,
    "exploitation_network": exploitation_network,
    "gang_network": gang_network,
    "cross_boundary_family": cross_boundary_family,
    "missing_from_view": missing_from_view,
    "cumulative_concern": cumulative_concern,
    "bridging_adult": bridging_adult,
}


def note_natural(world: World, events: Events, book: PatternBook) -> None:
    """Add to ``book`` everything that meets a definition and is not, for the most part, a planted pattern of its name."""
    with open_facts(world, events) as connection:
        for name, definition in DEFINITIONS.items():
            planted = book.cast(name, PLANTED)
            for subjects, window in definition(connection):
                known = sum(person in planted for person, _ in subjects)
                if known * 2 < len(subjects) or known == 0:
                    book.note(name, NATURAL, subjects, window)


def met_by_planted(world: World, events: Events, book: PatternBook) -> dict[str, float]:
    """For each pattern, the share of planted ones that its definition finds: half of their people in one found group."""
    shares = {}
    with open_facts(world, events) as connection:
        for name, definition in DEFINITIONS.items():
            groups: dict[int, list[set[int]]] = {}
            for subjects, _ in definition(connection):
                people = {person for person, _ in subjects}
                for person in people:
                    groups.setdefault(person, []).append(people)
            stories: dict[str, set[int]] = {}
            for row in book.rows:
                if row.pattern == name and row.kind == PLANTED:
                    stories.setdefault(row.key, set()).add(row.person)
            met = [
                any(
                    len(people & found) * 2 >= len(people)
                    for person in people
                    for found in groups.get(person, [])
                )
                for people in stories.values()
            ]
            shares[name] = sum(met) / max(len(met), 1)
    return shares
