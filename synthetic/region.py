"""The region from seed to files, top to bottom."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from synthetic.adoption import Adoptions, tell_adoptions
from synthetic.casting import Cast, planted_count
from synthetic.decoys.dealing import plant_decoys
from synthetic.definitions.finding import note_natural
from synthetic.feeds.books import Books, make_contacts, make_event_ids
from synthetic.feeds.education import education_sheets, exclusions_sheet
from synthetic.feeds.health import health_sheets
from synthetic.feeds.housing import housing_sheets
from synthetic.feeds.police import police_sheets
from synthetic.feeds.social_care import social_care_sheets
from synthetic.feeds.texts import both, numbers
from synthetic.feeds.writing import Counts, write_csv, write_json_lines, write_parquet, write_xlsx
from synthetic.making import make_world
from synthetic.options import Indices, RegionOptions, RegionReport, Texts
from synthetic.ordinary.calls import ordinary_calls
from synthetic.ordinary.concerns import ordinary_concerns
from synthetic.ordinary.crime import ordinary_crime, ordinary_intelligence, ordinary_missing
from synthetic.ordinary.domestic import ordinary_domestic_abuse
from synthetic.ordinary.health import ordinary_health
from synthetic.ordinary.housing import make_tenancies, ordinary_housing
from synthetic.ordinary.response import joined_concerns, respond
from synthetic.ordinary.schooling import Rolls, make_rolls, ordinary_schooling
from synthetic.pattern_book import PatternBook
from synthetic.patterns.bridging_adult import plant_bridging_adult
from synthetic.patterns.cross_boundary_family import plant_cross_boundary_family
from synthetic.patterns.cumulative_concern import plant_cumulative_concern
from synthetic.patterns.escalating_harm import plant_escalating_harm
from synthetic.patterns.exploitation_network import plant_exploitation_network
from synthetic.patterns.gang_network import plant_gang_network
from synthetic.patterns.missing_from_view import plant_missing_from_view
from synthetic.patterns.repeat_marac import plant_repeat_marac
from synthetic.patterns.repeat_notifications import plant_repeat_notifications
from synthetic.patterns.serial_perpetrator import plant_serial_perpetrator
from synthetic.random_streams import Streams
from synthetic.registers import HOUSING, SOCIAL, make_registers
from synthetic.stage import Stage
from synthetic.truth import write_truth
from synthetic.world import Siblings, World

Progress = Callable[[str], None]


def make_region(options: RegionOptions, out: Path, progress: Progress | None = None) -> RegionReport:
    """Write ``out/feeds``, ``out/truth`` and the same below ``out/neighbour``; the same options give the same bytes.

    ``progress`` is called with one line a stage. Raises OSError when ``out`` cannot be written.
    """
    tell = progress or (lambda _: None)
    tell("people, families and homes")
    world, cast, adoptions = make_world(Streams(options.seed), options.people)
    siblings = Siblings.of(world.people)
    tell("three years of ordinary life")
    rolls = make_rolls(world)
    live(world, siblings)
    _tell_adoptions(world, adoptions)
    tell("patterns and decoys")
    patterns = plant(world, cast, siblings, rolls)
    ordinary_schooling(world, rolls)
    tell("records")
    books = open_books(world, adoptions, rolls)
    note_natural(world, books.events, patterns)
    reports: list[tuple[int, int, Counts]] = []
    for hub, folder in ((0, out), (1, out / "neighbour")):
        tell(f"files of the {'home' if hub == 0 else 'neighbouring'} hub")
        counts = write_feeds(books, hub, folder / "feeds")
        reports.append((*write_truth(books, adoptions, patterns, hub, folder / "truth"), counts))
    (records, events, rows), (neighbour_records, _, _) = reports
    return RegionReport(
        people=options.people, records=records, events=events, neighbour_records=neighbour_records, patterns=patterns.counts(),
        rows={name: count for name, (count, _) in sorted(rows.items())}, spoilt={name: bad for name, (_, bad) in sorted(rows.items())},
    )  # fmt: skip


def live(world: World, siblings: Siblings) -> None:
    """Ordinary life outside school, each part at its base rate; school comes after the stories, which change attendance."""
    told = joined_concerns([ordinary_concerns(world), ordinary_domestic_abuse(world, siblings)])
    contacts = respond(world, siblings, world.streams.stream("response"), told)
    ordinary_crime(world)
    ordinary_missing(world)
    ordinary_intelligence(world)
    ordinary_calls(world, contacts)
    ordinary_health(world)


def _tell_adoptions(world: World, adoptions: Adoptions) -> None:
    residences = world.residences
    before = residences.authority_of(adoptions.birth_identity, adoptions.day - 195)
    after = residences.authority_of(adoptions.adoptive_identity, adoptions.day + 160)
    tell_adoptions(world.streams, adoptions, np.stack([before, after], axis=1), world.log)


def plant(world: World, cast: Cast, siblings: Siblings, rolls: Rolls) -> PatternBook:
    """Plant the patterns and the decoys, and note what meets a definition by itself."""
    stage = Stage(world, cast, siblings, rolls)
    planted = planted_count(world.scale)
    plant_exploitation_network(stage, planted)
    plant_gang_network(stage, planted)
    plant_repeat_notifications(stage, planted)
    plant_escalating_harm(stage, planted)
    plant_repeat_marac(stage, planted)
    plant_serial_perpetrator(stage)
    plant_cross_boundary_family(stage)
    plant_missing_from_view(stage)
    plant_cumulative_concern(stage, planted)
    plant_bridging_adult(stage)
    plant_decoys(stage)
    return stage.book


def open_books(world: World, adoptions: Adoptions, rolls: Rolls) -> Books:
    """Give everybody and everything its number in each agency's books."""
    tenancies = make_tenancies(world)
    ordinary_housing(world, tenancies)
    events = world.log.so_far()
    registers = make_registers(world, events, rolls, tenancies)
    refs = _references(world, "T", len(tenancies.tenant), "tenancies")
    staff = _references(world, "W", len(world.staff), "staff")
    category = _categories(world, adoptions, registers.system, registers.person)
    return Books(
        world,
        events,
        registers,
        rolls,
        tenancies,
        make_contacts(world, registers),
        make_event_ids(world, events, refs),
        staff,
        refs,
        category,
    )


def _references(world: World, prefix: str, count: int, name: str) -> Texts:
    serial = world.streams.stream(f"numbers of {name}").permutation(count) + 10 ** max(4, len(str(count)))
    return both(prefix, numbers(serial))


def _categories(world: World, adoptions: Adoptions, system: Indices, person: Indices) -> Texts:
    """Social care's handling category of a record; other agencies' rows have none of their own."""
    rng = world.streams.stream("categories")
    category = np.full(len(person), "ordinary", dtype=object)
    chance = rng.random(len(world.people))[person]
    category[(system == SOCIAL) & (chance < 0.012)] = "protected address"
    category[(system == SOCIAL) & (chance > 0.994)] = "staff or relative"
    category[(system == SOCIAL) & np.isin(person, adoptions.adoptive_identity)] = "adoption"
    category[system == HOUSING] = ""
    return category


def write_feeds(books: Books, hub: int, folder: Path) -> Counts:
    """Write the five agencies' files of one hub; rows written and bad rows among them, by path."""
    rng = books.world.streams.stream(f"spoilt rows {hub}")
    counts = write_csv(rng, folder, police_sheets(books, hub), ";", "cp1252")
    counts |= write_parquet(rng, folder, health_sheets(books, hub))
    counts |= write_csv(rng, folder, education_sheets(books, hub), ",", "utf-8-sig")
    counts |= write_xlsx(rng, folder, exclusions_sheet(books, hub), "exclusions", frozenset({"Start", "End"}))
    counts |= write_csv(rng, folder, housing_sheets(books, hub), "\t", "utf-8")
    counts |= write_json_lines(rng, folder, social_care_sheets(books, hub))
    return counts
