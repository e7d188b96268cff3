"""What two hubs find of each other's families, and whether an answer tells more than it says.

``python -m benchmarks.exchange --region DIR --home STORE --neighbour STORE`` takes a made-up region and both its hubs as
built stores. It asks the neighbour's tokens about every person of the home hub of whom enough is known to be asked about,
and holds the answers against the truth:

* hit rate: families of the home hub with a member whom the neighbour knows too and may be asked about, of which at least
  one such member is met (bar 0.95), and the same for single people;
* false hits: questions about people whom the neighbour does not know that were answered with a hit (bar 0.1 %);
* telling hidden from unknown: answers of a served hub about hidden and about unknown people, compared in content, size and
  time. A classifier that is given the time alone is right so often (0.5 is chance), with the bounds that shuffled labels give;
* one question: milliseconds until the answer is ready, its entry on the ledger written, before the beat it waits for; and over
  TLS with client certificates to a hub in a process of its own, with the wait and the entries on both ledgers.

The first two take seconds, the others a few minutes (``--questions``).
"""

import argparse
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

import duckdb
from rich.console import Console
from rich.table import Table

from access import Desk, ExchangeKeys, HubMessage, HubQuestion, HubReply, Purpose
from access.scope.standing import is_ordinary, labels_of
from api.exchange.messages import REPLY_BYTES, padded
from benchmarks.exchange_over_tls import over_tls
from linkage import PersonFacts, TokenIndex, descriptions_in, gathered, shipped_calibration, status_of, tokens
from mashlink.settings import Settings, load_settings
from mashlink.wiring import open_desk, open_ledger
from records.database import open_database
from records.ledger import Actor, hide, keep_partner
from records.scope import Scope
from records.snapshot import Store

KEY: Final = b"benchmark key of 32 bytes, fixed"
WHY: Final = Purpose("cross_border", "Benchmark")
HIT_BAR, FALSE_BAR = 0.95, 0.001


@dataclass(frozen=True, slots=True)
class Hub:
    """One hub's ordinary rows: descriptions by person of the build, the truth of records, and who lives with whom."""

    people: Mapping[str, tuple[PersonFacts, ...]]
    described: Mapping[PersonFacts, tuple[str, ...]]
    person_of: Mapping[str, str]
    truth_of: Mapping[str, str]
    families: Mapping[str, frozenset[str]]


def hub_of(store: Path, truth: Path) -> Hub:
    """The hub in a store, with the truth behind it."""
    (snapshot,) = sorted((store / "snapshots").glob("*.duckdb"))[-1:]
    with open_database(str(snapshot), read_only=True) as connection:
        labels = frozenset(i for i, label in labels_of(connection).items() if is_ordinary(label))
        described = descriptions_in(connection, Scope("benchmark", labels))
        person_of = dict(
            connection.execute(
                "SELECT record_id, person_id FROM membership WHERE scope = 'hub_ordinary'"
            ).fetchall()
        )
    truth_of = dict(duckdb.sql(f"SELECT record_id, person_key FROM '{truth / 'records.parquet'}'").fetchall())
    families: dict[str, set[str]] = defaultdict(set)
    for person, household in duckdb.sql(
        f"SELECT DISTINCT person_key, household_key FROM '{truth / 'households.parquet'}'"
    ).fetchall():
        families[household].add(person)
    people: dict[str, list[PersonFacts]] = defaultdict(list)
    for facts, record_ids in described.items():
        for record_id in record_ids:
            if record_id in person_of:
                people[person_of[record_id]].append(facts)
    return Hub(
        {person: tuple(facts) for person, facts in sorted(people.items())},
        described,
        person_of,
        truth_of,
        {name: frozenset(members) for name, members in families.items()},
    )


@dataclass(frozen=True, slots=True)
class Found:
    """A person of the home hub by truth, who may be asked about: known to the neighbour or not, met or not."""

    person: str
    known: bool
    hit: bool


def asked_about_everybody(home: Hub, neighbour: Hub) -> list[Found]:
    """A question about each person of the home hub of whom enough is known."""
    index, calibration = TokenIndex(KEY, neighbour.described), shipped_calibration()
    # Who has nothing but a name there can be met by nobody, and is no family "known" in a sense that a question could find.
    telling = [
        record_id for facts, ids in neighbour.described.items() if gathered([facts]) for record_id in ids
    ]
    known = {neighbour.truth_of[one] for one in telling if one in neighbour.truth_of}
    records: dict[str, list[str]] = defaultdict(list)
    for record_id, person_id in home.person_of.items():
        records[person_id].append(record_id)
    found = []
    for person_id, facts in home.people.items():
        texts = gathered(facts)
        truths = Counter(home.truth_of[one] for one in sorted(records[person_id]) if one in home.truth_of)
        if not texts or not truths:
            continue
        ((person, _),) = truths.most_common(1)
        made = tokens(KEY, texts)
        asked = {kind: [bytes.fromhex(one) for one in several] for kind, several in made.items()}
        best: dict[str, float] = {}
        for one in index.meeting(asked, calibration):
            best.setdefault(neighbour.person_of.get(one.record_id, one.record_id), one.weight)
        found.append(Found(person, person in known, status_of(best.values()) != "NoMatch"))
    return found


def quality(home: Hub, neighbour: Hub) -> list[tuple[str, str, str, bool]]:
    """Figure, what was measured, the bar, and whether it is reached."""
    found = asked_about_everybody(home, neighbour)
    known = {one.person: False for one in found if one.known}
    known |= {one.person: True for one in found if one.known and one.hit}
    families = [members & known.keys() for members in home.families.values() if members & known.keys()]
    met = sum(any(known[one] for one in members) for members in families)
    unknown = [one for one in found if not one.known]
    wrong = sum(one.hit for one in unknown)
    of_families, of_people = met / len(families), sum(known.values()) / len(known)
    false = wrong / len(unknown)
    return [
        ("families known to both, met", f"{of_families:.4f} ({met} of {len(families)})", f"≥ {HIT_BAR}", of_families >= HIT_BAR),
        ("people known to both, met", f"{of_people:.4f} ({sum(known.values())} of {len(known)})", f"≥ {HIT_BAR}", of_people >= HIT_BAR),
        ("false hits", f"{false:.4%} ({wrong} of {len(unknown)})", f"≤ {FALSE_BAR:.1%}", false <= FALSE_BAR),
    ]  # fmt: skip


class Asker:
    """A partner of the served hub, in this process: its questions, and how long each answer takes to be ready."""

    def __init__(self, desk: Desk, keys: ExchangeKeys, own: str) -> None:
        self._desk = desk
        self._own = own
        now = desk.now()
        self._epoch = f"{now:%Y-%m}"
        self._key = keys.pair_key(
            desk.exchange_keys(own).card("Hub", "https://hub.invalid", "Ring"), self._epoch
        )
        self._reader = desk.partner_reader(own, "asker")
        self._asked = 0

    def ask(self, facts: PersonFacts) -> tuple[HubReply, float]:
        """The answer about somebody, and the milliseconds until it was ready to leave."""
        self._asked += 1
        made = tokens(self._key, gathered([facts]))
        question = HubQuestion(
            self._epoch,
            {kind: tuple(bytes.fromhex(one) for one in several) for kind, several in made.items()},
        )
        name = f"question-{self._asked:08d}"
        message = HubMessage(
            "asker", name, "w" * 32, "exchange_officer", WHY.code, "children_act_1989_s47", None, name,
            self._desk.now() + timedelta(seconds=90), name,
        )  # fmt: skip
        began = time.perf_counter()
        with self._desk.open(self._reader, WHY, "exchange_answer") as view:
            reply = view.answer_hub(message, question)
        return reply, (time.perf_counter() - began) * 1000


@contextmanager
def answering(store: Path, settings: Settings, hidden: Sequence[str]) -> Iterator[Asker]:
    """A copy of a store that answers a made-up partner, with some records hidden."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "store"
        shutil.copytree(store, copy, ignore=shutil.ignore_patterns("ledger*", "keys", "*.lock"))
        keys = ExchangeKeys(Path(scratch) / "asker", "asker")
        actor = Actor("benchmark", "operator", settings.hub, "audit", "Benchmark")
        with open_ledger(Store(copy), settings) as ledger:
            keep_partner(ledger, actor, keys.card("Asker", "https://asker.invalid", "Ring"))
            hide(ledger, actor, hidden, ["nobody"])
        with open_desk(copy, settings) as desk:
            yield Asker(desk, keys, settings.hub)


def indistinguishable(
    home: Hub, store: Path, settings: Settings, questions: int
) -> list[tuple[str, str, str, bool]]:
    """Hidden and unknown people asked about by turns: content, size, and what their times tell."""
    chance = random.Random(7)
    able = [
        (person, facts) for person, facts in home.people.items() if gathered(facts) and facts[0].date_of_birth
    ]
    records = defaultdict(list)
    for record_id, person in home.person_of.items():
        records[person].append(record_id)
    # Whom somebody else resembles is answered as that other person, hidden or not.
    alone = _whom_nobody_resembles(home, records)
    chosen = list(islice((one for one in chance.sample(able, len(able)) if alone(*one)), questions))
    every_hidden = [record_id for person, _ in chosen for record_id in records[person]]
    replies: dict[bool, list[HubReply]] = {True: [], False: []}
    times: list[tuple[bool, float]] = []
    settings = settings.model_copy(
        update={"exchange_hub_a_day": 10**6, "exchange_worker_a_day": 10**6, "exchange_subject_a_day": 10**6}
    )
    with answering(store, settings, every_hidden) as asker:
        asker.ask(PersonFacts("Ottoline", "Brackwater", None, date(2001, 2, 3)))
        for number, (_, facts) in enumerate(chosen):
            nobody = replace(
                facts[0], given_name=f"Q{number}zx", family_name="Xqz", full_name=None, nhs_number=None
            )
            turn = [(True, facts[0]), (False, nobody)]
            chance.shuffle(turn)
            for hidden, about in turn:
                reply, took = asker.ask(about)
                replies[hidden].append(reply)
                times.append((hidden, took))
    statuses = {one.status for several in replies.values() for one in several}
    sizes = {len(padded({"status": one.status, "contact": one.contact, "handle": one.handle}, REPLY_BYTES)) for several in replies.values() for one in several}  # fmt: skip
    band = settings.exchange_band_seconds * 1000
    beats = [(hidden, float(took // band)) for hidden, took in times]
    told, low, high = told_by(beats, chance)
    ready = sorted(took for _, took in times)[int(0.95 * len(times)) - 1]
    return [
        ("answers about hidden and unknown people", ", ".join(sorted(statuses)), "NoMatch alone", statuses == {"NoMatch"}),
        ("sizes of those answers", ", ".join(str(one) for one in sorted(sizes)), "one", len(sizes) == 1),
        ("told apart by the beat they leave at", f"{told:.3f} (chance {low:.3f} to {high:.3f})", "chance", low <= told <= high),
        ("one answer ready, entry written, 95th", f"{ready:.0f} ms", "≤ 150 ms", ready <= 150),
        ("of which hidden and unknown, medians", " and ".join(f"{statistics.median(t for h, t in times if h is kind):.1f}" for kind in (True, False)) + " ms", "", True),
    ]  # fmt: skip


def _whom_nobody_resembles(
    home: Hub, records: Mapping[str, Sequence[str]]
) -> Callable[[str, tuple[PersonFacts, ...]], bool]:
    index, calibration = TokenIndex(KEY, home.described), shipped_calibration()

    def alone(person: str, facts: tuple[PersonFacts, ...]) -> bool:
        made = tokens(KEY, gathered([facts[0]]))
        asked = {kind: [bytes.fromhex(one) for one in several] for kind, several in made.items()}
        own = set(records[person])
        others = [one.weight for one in index.meeting(asked, calibration) if one.record_id not in own]
        return status_of(others) == "NoMatch"

    return alone


def told_by(
    times: Sequence[tuple[bool, float]], chance: random.Random, shuffles: int = 200
) -> tuple[float, float, float]:
    """How often the best threshold on the first half tells the second half's kinds apart, and what shuffled labels give."""

    def right(labelled: Sequence[tuple[bool, float]]) -> float:
        learnt, tried = labelled[: len(labelled) // 2], labelled[len(labelled) // 2 :]
        cuts = sorted({took for _, took in learnt})
        above = max(
            ((sum((took > cut) is kind for kind, took in learnt), cut, True) for cut in cuts),
            key=lambda one: one[0],
        )
        below = max(
            ((sum((took <= cut) is kind for kind, took in learnt), cut, False) for cut in cuts),
            key=lambda one: one[0],
        )
        _, cut, over = max(above, below, key=lambda one: one[0])
        return sum(((took > cut) is over) is kind for kind, took in tried) / len(tried)

    labels = [kind for kind, _ in times]
    draws = []
    for _ in range(shuffles):
        chance.shuffle(labels)
        draws.append(right([(kind, took) for kind, (_, took) in zip(labels, times, strict=True)]))
    draws.sort()
    return right(times), draws[int(0.025 * shuffles)], draws[int(0.975 * shuffles) - 1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and end with 1 where a bar is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--region", type=Path, required=True, help="what mashlink synth wrote")
    parser.add_argument("--home", type=Path, required=True, help="the home hub's store")
    parser.add_argument("--neighbour", type=Path, required=True, help="the neighbour's store")
    parser.add_argument(
        "--questions", type=int, default=200, help="hidden people asked about; 0 leaves this out"
    )
    chosen = parser.parse_args(arguments)
    home = hub_of(chosen.home, chosen.region / "truth")
    neighbour = hub_of(chosen.neighbour, chosen.region / "neighbour" / "truth")
    figures = quality(home, neighbour)
    if chosen.questions:
        figures += indistinguishable(home, chosen.home, load_settings(), chosen.questions)
        figures += over_tls((chosen.home, chosen.neighbour), chosen.questions)
    table = Table("Figure", "Measured", "Bar", "")
    for name, measured, bar, reached in figures:
        table.add_row(name, measured, bar, "reached" if reached else "missed")
    Console().print(table)
    return 0 if all(reached for *_, reached in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
