"""Who gave a piece of police intelligence: changing it moves no byte of what anybody gets who may not know it."""

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from access import (
    Description,
    FindingFilters,
    GlassBroken,
    KeptToGiven,
    MashlinkError,
    NetworkRequest,
    as_plain,
)
from graph import Pattern

INTELLIGENCE = ("restricted", "police_intelligence")
ORLA = {"given_name": "Orla", "family_name": "Fenwright", "full_name": "Orla Fenwright", "sex": "female"}
PEOPLE = {
    "Marta": Description(given_name="Marta", family_name="Quillfeather", date_of_birth=date(2013, 5, 2)),
    "Lena": Description(given_name="Lena", family_name="Quillfeather", date_of_birth=date(1986, 11, 20)),
    "Egon": Description(given_name="Egon", family_name="Thrupp", date_of_birth=date(1984, 7, 14)),
    "Orla": Description(given_name="Orla", family_name="Fenwright", date_of_birth=date(1970, 3, 3)),
    "phone": Description(phone="+447700900789"),
}
WORDS = ("A neighbour", "Orla Fenwright", "Mother of the child", None)
# Whoever may be the source, with a phone that their records state anyway.
SOURCES = {"police:o1": None, "council:o1": "+447700900777", "police:l1": "+447700900123", "council:m1": None}
# Reader: role, agency and who they are. The second manager lost a record, so that their scope is formed on demand.
READERS = (
    ("decision_maker", "council", "mo"),
    ("decision_maker", "council", "kim"),
    ("operator", "council", "op"),
    ("analyst", "council", "ana"),
    ("contributor", "health", "hal"),
)


def world_with_sources(make_family: Any, seed: int) -> Any:
    """The family, a neighbour, and three pieces of intelligence; who gave them, and how that is told, goes by ``seed``."""
    chance = random.Random(seed)
    world = make_family()
    born = {"date_of_birth": date(1970, 3, 3)}
    for record_id in ("police:o1", "council:o1"):
        world.person(record_id, **ORLA, **born, phone=SOURCES[record_id])
    world.person("council:k1", given_name="Kay", family_name="Elm", full_name="Kay Elm", **born)
    for number, about in enumerate(("police:e2", "police:e1", "police:l1")):
        event_id = f"police:int{number}"
        world.event(event_id, date(2026, 1, 10 + number), {about: "associate"}, INTELLIGENCE)
        world.rows[-2][2]["referrer"] = chance.choice(WORDS)
        # Whoever it is about has a part that is told, and with it a phone that stands there.
        for source in chance.sample(sorted(SOURCES.keys() - {about}), chance.randint(0, 2)):
            label = chance.choice((INTELLIGENCE, ("shareable", "ordinary")))
            part = {"event_id": event_id, "record_id": source}
            world.add("involvement", "police", label, role="reporter", **part)
            if SOURCES[source] and chance.random() < 0.6:
                world.add("thing_use", "police", label, **part, kind="phone", value=SOURCES[source])
        if chance.random() < 0.6:
            told = {"nhs": chance.choice((None, "9990000026")), "phone": "+447700900789"}
            world.person(f"police:src{number}", INTELLIGENCE, **ORLA, **born, **told)
            part = {"event_id": event_id, "record_id": f"police:src{number}"}
            world.add("involvement", "police", INTELLIGENCE, role="reporter", **part)
    return world


def questions(handles: dict[str, str]) -> list[tuple[str, str, Any]]:
    """(name, act, what is asked of the view) of every question that can be asked of these people."""
    asked: list[tuple[str, str, Any]] = []
    for name, one in handles.items():
        asked += [
            (f"{act} {name}", act, lambda view, act=act, one=one: getattr(view, act)(one))
            for act in ("person", "chronology", "households", "links")
        ]
        asked += [
            (f"network {name}", "network", lambda view, one=one: view.network(one, NetworkRequest(hops=2))),
            (f"factors {name}", "households", lambda view, one=one: view.factors(one)),
            (f"lived {name}", "households", lambda view, one=one: view.lived(one)),
            (f"groups {name}", "network", lambda view, one=one: view.groups(one)),
            (
                f"changes {name}",
                "network",
                lambda view, one=one: view.changes(one, date(2025, 6, 1), date(2026, 3, 1)),
            ),
        ]
    first, *others = handles.values()
    for other in others:
        asked.append(("paths", "paths", lambda view, other=other: view.path(first, other)))
        asked.append(("shared", "paths", lambda view, other=other: view.shared(first, other)))
    for over in ("incident", "phone", "place"):
        pattern = Pattern.model_validate({"title": over, "tied": [{"over": [over]}]})
        asked.append((over, "patterns", lambda view, pattern=pattern: view.match(pattern)))
    change = {"repeat_notifications": {"least_notifications": 2}}
    asked.append(("what if", "findings", lambda view: view.what_if(change)))
    asked.append(("conflicts", "review", lambda view: view.conflicts()))
    for record in ("police:o1", "police:src0", "council:o1"):
        why = ("explain_link", lambda view, record=record: view.explain_link("council:l1", record))
        asked.append((f"why {record}", *why))
    return asked


def everything(scene: Any, reader: tuple[str, str, str], folder: Path, most: int | None) -> dict[str, str]:
    """Every answer this reader gets, by what was asked, as JSON or as the refusal; and the files an operator writes.

    ``most``: so many of the questions about people, the same in each world; all where none is said.
    """
    role, agency, subject = reader
    answers: dict[str, str] = {}

    def ask(name: str, act: str, question: Any) -> dict[str, Any]:
        try:
            found = as_plain(scene.read(role, act, question, agency=agency, subject=subject))
        except MashlinkError as error:
            found = {"refused": f"{error.status} {error}"}
        answers[name] = json.dumps(found)
        return found if isinstance(found, dict) else {}

    handles: dict[str, str] = {}
    for name, description in PEOPLE.items():
        found = ask(f"lookup {name}", "lookup", lambda view, one=description: view.lookup(one))
        if found.get("candidates"):
            handles[name] = found["candidates"][0]["person"]["handle"]
    asking = questions(handles)
    for asked in asking if most is None else random.Random(f"{reader}").sample(asking, most):
        ask(*asked)
    for line in ask("findings", "findings", lambda view: view.findings(FindingFilters())).get("findings", ()):
        ask(line["finding_id"], "finding", lambda view, one=line["finding_id"]: view.finding(one))
    for line in ask("review", "review", lambda view: view.review()).get("lines", ()):
        ask(line["pair"], "review", lambda view, one=line["pair"]: view.review_pair(one))
    if role == "operator":
        for what in ("memberships", "households", "incidents", "findings", "findings_evidence", "graph"):
            files = scene.read(
                role, "export", lambda view, what=what: view.export(what, folder / f"{what}.csv")
            )
            answers |= {f"{what} {file.name}": file.read_text() for file in files}
    return answers


def grants(scene: Any) -> None:
    """What makes the readers' scopes differ: a record that one manager may not see, a glass that a nurse broke."""
    kay = scene.find("decision_maker", Description(given_name="Kay", family_name="Elm"))
    kept = KeptToGiven((kay,), ("mo", "op"), None, "Her own family")
    scene.read("decision_maker", "restriction", lambda view: view.restrict(kept))
    for name in ("Egon", "Orla"):
        broken = GlassBroken("Child missing tonight", description=PEOPLE[name], days=7)
        scene.read(
            "contributor",
            "break_glass",
            lambda view, one=broken: view.break_glass(one),
            agency="health",
            subject="hal",
        )


def compare(scene: Any, make_family: Any, folder: Path, seeds: range, most: dict[str, int]) -> int:
    """Build the world once a seed, and hold every answer against those of the first; returns how many were compared.

    ``most``: how many questions each worker asks, where not all of them.
    """
    first: dict[tuple[str, str, str], dict[str, str]] = {}
    count = 0
    for seed in seeds:
        scene.rebuild(world_with_sources(make_family, seed))
        for reader in READERS if not most else [one for one in READERS if one[2] in most]:
            answers = everything(scene, reader, folder, most.get(reader[2]))
            before = first.setdefault(reader, answers)
            assert answers.keys() == before.keys(), (seed, reader)
            for name, answer in answers.items():
                assert (seed, *reader, name, answer) == (seed, *reader, name, before[name])
            count += len(answers)
    return count


@pytest.mark.timeout(900)
def test_who_gave_intelligence_moves_no_byte_of_any_answer(tmp_path, open_scene, make_family, whole_hub):
    with open_scene(tmp_path, world_with_sources(make_family, 0), stages=whole_hub) as scene:
        grants(scene)
        assert (
            compare(scene, make_family, tmp_path, range(1, 3), {"kim": 20, "mo": 3, "op": 0, "hal": 2}) > 120
        )


@pytest.mark.faults
@pytest.mark.parametrize("part", range(10))
def test_who_gave_intelligence_moves_no_byte_in_many_worlds(tmp_path, open_scene, make_family, part):
    with open_scene(tmp_path, world_with_sources(make_family, 0)) as scene:
        grants(scene)
        compare(scene, make_family, tmp_path, range(part * 10, part * 10 + 10), {})


def test_the_force_that_handed_it_in_is_told_who_gave_it(tmp_path, open_scene, make_family):
    """So that what the others do not see is there to be seen."""
    with open_scene(tmp_path, world_with_sources(make_family, 1), people_alone=True) as scene:
        egon = scene.find("contributor", PEOPLE["Egon"], agency="police")
        lines = scene.read(
            "contributor", "chronology", lambda view: view.chronology(egon), agency="police"
        ).lines
    assert any(other.role == "reporter" for line in lines for other in line.others)
