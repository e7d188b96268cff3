"""Rows outside a reader's scope change no byte of any answer, whatever is added, altered or taken away there."""

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest

from access import ScopedView

LARGEST_WORLD = 40
pytestmark = pytest.mark.timeout(3600)
# One process asks the world as it was, for all of the worlds that are changed from it.
IN_ONE_PROCESS = pytest.mark.xdist_group("worlds")


@dataclass(frozen=True)
class Kind:
    """Readers for whom the same rows are outside, and how these are changed.

    ``outside``: agencies whose rows they do not see even when ordinary; ``scopes``: those that a build makes for their
    answers; ``worlds``: so many of eight are theirs; ``sample``: so many reads of each reader are asked anew in each, of
    many worlds and of few. People formed on demand cost ten times as much.
    """

    readers: tuple[tuple[str, str], ...]
    changes: tuple[str, ...] = ("others", "more of the seen")
    outside: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    worlds: int = 1
    sample: tuple[int, int] = (3, 24)


KINDS = {
    "whole network": Kind(
        (("analyst", "council"), ("exchange_officer", "council"), ("link_reviewer", "council")),
        scopes=("hub_ordinary",),
        worlds=4,
    ),
    "by meeting list": Kind((("marac_coordinator", "council"),), sample=(2, 4)),
    "by release": Kind((("contributor", "police"),), outside=("health", "housing"), sample=(2, 4)),
    "kept back": Kind(
        (("decision_maker", "council"), ("operator", "council")),
        changes=("the kept back",),
        scopes=("hub",),
        worlds=2,
    ),
}
TURNS = tuple(name for name, kind in KINDS.items() for _ in range(kind.worlds))


@dataclass(frozen=True)
class Before:
    """A desk with its ledger as people left it, and what every reader of each kind was answered in the family's own world."""

    scene: Any
    make_family: Callable[[], Any]
    changes: dict[str, Callable[..., None]]
    asked: dict[str, list[list[Any]]]
    ask: Callable[..., list[Any]]

    def compare_before_the_build(self, seeds: Iterable[int], briefly: bool) -> int:
        """The same between what people did and the next build: nobody of whom it keeps back was there, or some were."""
        kind = KINDS["kept back"]
        scene = of_kind(self.scene, kind)
        scene.rebuild(self.make_family(), before_acts=True)
        reads = self.ask(scene, *kind.readers[0], briefly)
        count = 0
        for seed in seeds:
            chance = random.Random(seed)
            world = self.make_family()
            self.changes["the kept back"](world, (), chance)
            scene.rebuild(world, before_acts=True)
            for one in reads:
                assert (seed, one.name, one.now(scene)) == (seed, one.name, one.answered)
                count += 1
        return count

    def compare(self, seeds: Iterable[int], many: bool) -> int:
        """Change the world once a seed, and hold answers against those before; returns how many were compared."""
        count = 0
        for seed in seeds:
            chance = random.Random(seed)
            name = TURNS[seed % len(TURNS)]
            kind = KINDS[name]
            world = self.make_family()
            self.changes[chance.choice(kind.changes)](world, kind.outside, chance)
            assert sum(table == "record" for table, _, _ in world.rows) <= LARGEST_WORLD
            scene = of_kind(self.scene, kind)
            scene.rebuild(world)
            for reads in self.asked[name]:
                for one in chance.sample(reads, min(kind.sample[not many], len(reads))):
                    found = (seed, one.role, one.name, one.now(scene))
                    assert found == (seed, one.role, one.name, one.answered)
                    count += 1
        return count


def of_kind(scene: Any, kind: Kind) -> Any:
    """The desk, over builds that go as far as the answers to readers of a kind need."""
    return replace(scene, stages=replace(scene.stages, scopes=kind.scopes, detect=bool(kind.scopes)))


@pytest.fixture(scope="module")
def asked_before(
    tmp_path_factory, open_worlds, quick_stages, changes, act_before, ask_everything
) -> Iterator[Callable[[bool], Before]]:
    """The family's world, asked everything once for all the worlds that are changed from it.

    ``hasty`` leaves planning out, which is most of the cost; with planning, the order of rows that a query does not
    state would show, since plans go by how many rows there are.
    """
    open_scene, make_family = open_worlds
    known: dict[bool, Before] = {}
    with ExitStack() as open_ones:

        def opened(hasty: bool) -> Before:
            if hasty not in known:
                stages = replace(quick_stages(False), hasty=hasty)
                folder = tmp_path_factory.mktemp("worlds")
                scene = open_ones.enter_context(open_scene(folder, make_family(), stages=stages))
                act_before(scene.ledger)
                asked = {}
                for name, kind in KINDS.items():
                    at = of_kind(scene, kind)
                    at.rebuild(make_family())
                    asked[name] = [ask_everything(at, *reader) for reader in kind.readers]
                    assert all(len(reads) > 5 for reads in asked[name]), name
                known[hasty] = Before(scene, make_family, changes, asked, ask_everything)
            return known[hasty]

        yield opened


# Forty-eight worlds in parts, so that no test runs long.
@IN_ONE_PROCESS
@pytest.mark.parametrize("part", range(6))
def test_rows_outside_the_scope_change_no_byte_of_any_answer(asked_before, part):
    """Together more than fifteen hundred reads, each of one route by one role in one changed world."""
    assert asked_before(True).compare(range(part * 8, part * 8 + 8), many=False) >= 250


@IN_ONE_PROCESS
def test_every_question_that_a_view_answers_is_asked_or_left_out_for_a_reason(
    asked_before, methods_asked, not_asked
):
    """So that a question that is new is not forgotten."""
    asked_before(True)
    left_out = {name for names in not_asked.values() for name in names}
    answered = {name for name in dir(ScopedView) if not name.startswith("_")}
    assert methods_asked <= answered
    assert answered - methods_asked - left_out == set()
    assert left_out <= answered


@IN_ONE_PROCESS
def test_an_act_about_nobody_and_one_about_somebody_look_the_same_until_the_next_build(asked_before):
    """Findings and review queues wait for a build after either."""
    assert asked_before(True).compare_before_the_build([7], briefly=True) > 20


@pytest.mark.faults
def test_an_act_about_nobody_and_one_about_somebody_look_the_same_in_many_worlds(asked_before):
    """Forty worlds, every read of each."""
    assert asked_before(True).compare_before_the_build(range(40), briefly=False) > 1_000


# Ten parts a process, so that several can go on at once; one of each ten is with planning.
@pytest.mark.faults
@pytest.mark.parametrize(
    "part",
    [pytest.param(part, marks=pytest.mark.xdist_group(f"worlds-{part // 10}")) for part in range(40)],
)
def test_rows_outside_the_scope_change_no_byte_in_many_worlds(asked_before, part):
    """Two thousand worlds in forty parts, each to be run on its own; one part of ten with planning."""
    seeds = range(1_000 + part * 50, 1_050 + part * 50)
    assert asked_before(part % 10 != 0).compare(seeds, many=True) > 300
