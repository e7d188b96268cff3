"""The analyst's walk on a planted ring: from one child to the adult, the flat, the other children and the dates.

Asked in Python, on the command line and over HTTP, of one real build; the three answers are compared hop by hop.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx
import networkx
import pytest
from typer.testing import CliRunner

from api import ApiSettings, create_app
from graph import (
    EgoOptions,
    GraphView,
    Pattern,
    PatternOptions,
    ego,
    find_pattern,
    household_history,
    paths_among,
    shared_neighbours,
)
from mashlink.build import BuildRequest, build
from mashlink.cli import app
from mashlink.settings import Settings
from mashlink.wiring import open_desk, open_ledger
from records.scope import HUB, Scope
from records.snapshot import Store
from synthetic import RegionOptions, make_region

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("walk")]
PATTERN = {
    "title": "Adults met with children of several families at one address",
    "find": {"age_from": 18},
    "tied": [
        {
            "to": {"age_to": 17},
            "over": ["place"],
            "kinds": ["involved_at"],
            "at_least": 2,
            "at_one": True,
            "unrelated": True,
        }
    ],
}


@dataclass
class Ring:
    """A planted ring in a built store: records of one child, and the truth about who belongs to it."""

    store: Path
    child: str
    children: set[str]
    adults: set[str]
    view: GraphView

    def person(self, record_id: str) -> str:
        return self.view.person_of(record_id)


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ring]:
    folder = tmp_path_factory.mktemp("ring")
    make_region(RegionOptions(people=600, seed=41), folder / "region")
    build(BuildRequest(feeds=folder / "region" / "feeds", store=folder / "store"), Settings())
    truth = folder / "region" / "truth"
    with duckdb.connect() as connection:
        members = connection.execute(
            f"""SELECT role, list(record_id ORDER BY record_id) FROM '{truth}/patterns.parquet'
                JOIN '{truth}/records.parquet' USING (person_key)
                WHERE pattern_key = (SELECT min(pattern_key) FROM '{truth}/patterns.parquet'
                                     WHERE pattern = 'exploitation_network' AND kind = 'planted')
                GROUP BY role, person_key ORDER BY person_key"""
        ).fetchall()
    with Store(folder / "store").open_current() as opened:
        labels = frozenset(row[0] for row in opened.execute("SELECT label_id FROM label").fetchall())
        view = GraphView(opened, Scope(HUB, labels, standing=True))
        known = [(role, [one for one in records if view.holding([one])]) for role, records in members]
        yield Ring(
            folder / "store",
            next(records[0] for role, records in known if role == "subject" and records),
            {view.person_of(records[0]) for role, records in known if role == "subject" and records},
            {view.person_of(records[0]) for role, records in known if role == "associate" and records},
            view,
        )


Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def http(ring: Ring, serve: Callable[..., str]) -> Iterator[Ask]:
    with open_desk(ring.store, Settings()) as desk:
        address = serve(lambda own: create_app(ApiSettings(demo=True, public_base_url=own), desk))
        stated = {
            "Purpose": "safeguarding_s47",
            "Purpose-Reason": "Test",
            "Authorization": "Bearer demo-daniel",
        }
        with httpx.Client(base_url=address, timeout=120, headers=stated) as client:

            def ask(method: str, path: str, **given: Any) -> Any:
                answer = client.request(method, path, **given)
                assert answer.status_code == 200, answer.text
                return answer.json()

            yield ask


@pytest.fixture
def command(ring: Ring) -> Ask:
    def ask(*arguments: str) -> Any:
        stated = ["--store", str(ring.store), "--purpose", "safeguarding_s47", "--reason", "Test", "--json"]
        done = CliRunner().invoke(app, ["graph", *arguments, *stated])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout) if "--out" not in arguments else None

    return ask


def evidence(edges: list[Any]) -> list[Any]:
    """What each tie says and by what: the same from a value of Python and from JSON."""
    plain = [
        edge
        if isinstance(edge, dict)
        else {
            "kind": edge.kind,
            "role": edge.role,
            "valid_from": edge.valid_from and edge.valid_from.isoformat(),
            "valid_to": edge.valid_to and edge.valid_to.isoformat(),
            "agencies": list(edge.agencies),
            "strength": edge.strength,
            "records": list(edge.record_ids),
            "events": list(edge.event_ids),
        }
        for edge in edges
    ]
    keys = ("kind", "role", "valid_from", "valid_to", "agencies", "strength", "records", "events")
    return [[edge[key] for key in keys] for edge in plain]


def test_one_walk_in_python_on_the_command_line_and_over_http(ring, http, command, tmp_path):
    view, child = ring.view, ring.person(ring.child)
    with open_ledger(Store(ring.store), Settings()) as ledger:
        before = len(ledger.entries())
    (file := tmp_path / "pattern.json").write_text(json.dumps(PATTERN))
    lookup = [command("around", "--person", ring.child), http("GET", f"/v1/nodes/{ring.child}/network")]
    handle = lookup[1]["centre"]

    # From the child to the adults who met children of several families at one address, and to that address.
    as_of = view.connection.execute("SELECT as_of FROM build").fetchone()[0]
    found = find_pattern(view, Pattern.model_validate(PATTERN), PatternOptions(as_of, (child,)))
    matched = [
        command("match", "--pattern", str(file), "--around", ring.child),
        http("POST", "/v1/patterns", json={"pattern": PATTERN, "around": [handle]}),
    ]
    told = [(match.count, [tie.sentences for tie in match.ties]) for match in found.matches]
    for answer in matched:
        assert answer["words"] == found.words
        assert [
            (match["count"], [tuple(tie["sentences"]) for tie in match["ties"]])
            for match in answer["matches"]
        ] == told
    adult = next(match for match in found.matches if match.person.node_id in ring.adults)
    flat = adult.ties[0].thing
    assert flat is not None
    assert flat.kind == "place"
    assert all(edge.event_ids and edge.record_ids and edge.valid_from for edge in adult.ties[0].edges)

    # The ways from the child to that adult, each hop with its sentence and evidence.
    place = [match.person.node_id for match in found.matches].index(adult.person.node_id)
    names = [answer["matches"][place]["person"]["node"] for answer in matched]
    ways = paths_among(view, [child, adult.person.node_id])
    answers = [
        command("paths", "--person", ring.child, "--person", names[0]),
        http("POST", "/v1/paths", json={"from_handle": handle, "to_handle": names[1]}),
    ]
    steps = [sorted((evidence(list(step.edges)) for step in way.steps), key=str) for way in ways]
    assert steps
    for answer in answers:
        assert [
            sorted((evidence(step["edges"]) for step in way["steps"]), key=str) for way in answer["paths"]
        ] == steps
        assert all(step["sentence"] for way in answer["paths"] for step in way["steps"])
    assert answers[0]["paths"][0]["steps"][0]["sentence"] == answers[1]["paths"][0]["steps"][0]["sentence"]

    # What the two share: the flat, with the day of each.
    both = shared_neighbours(view, child, adult.person.node_id)
    assert flat.node_id in {one.node.node_id for one in both}
    for answer in (
        command("shared", "--person", ring.child, "--person", names[0]),
        http("POST", "/v1/shared", json={"from_handle": handle, "to_handle": names[1]}),
    ):
        assert [
            (evidence(one["edges_a"]), evidence(one["edges_b"]), one["at_once"]) for one in answer["shared"]
        ] == [(evidence(list(one.edges_a)), evidence(list(one.edges_b)), one.at_once) for one in both]

    # From the flat to everybody who was there, and when: the other children of the ring among them.
    around = ego(view, flat.node_id, EgoOptions(hops=1, kinds=frozenset({"involved_at"})))
    references = [answer["matches"][place]["ties"][0]["thing"]["node"] for answer in matched]
    for answer in (
        command("around", "--node", references[0], "--kind", "involved_at"),
        http("GET", f"/v1/nodes/{references[1]}/network", params={"kinds": "involved_at"}),
    ):
        assert sorted(evidence(answer["edges"]), key=str) == sorted(evidence(list(around.edges)), key=str)
        assert {node["name"] for node in answer["nodes"] if node["kind"] == "place"} == {flat.name}
    others = {node.node_id for node in around.nodes} & ring.children
    assert len(others - {child}) >= len(ring.children) / 3

    # Where each lived, and one entry in the ledger for every question that left the hub.
    stays = [
        (stay.valid_from and stay.valid_from.isoformat(), len(stay.with_people))
        for stay in household_history(view, child)
    ]
    for answer in (command("lived", "--person", ring.child), http("GET", f"/v1/persons/{handle}/lived")):
        assert [(stay["valid_from"], len(stay["with_people"])) for stay in answer["stays"]] == stays
    for answer in (
        command("changes", "--person", ring.child, "--after", "2020-01-01", "--until", "2026-08-31"),
        http("GET", f"/v1/persons/{handle}/changes", params={"after": "2020-01-01", "until": "2026-08-31"}),
    ):
        assert {flat.name} <= {node["name"] for node in answer["nodes"] if node["kind"] == "place"}
    groups = [command("groups", "--person", ring.child), http("GET", f"/v1/persons/{handle}/groups")]
    assert [[len(group["members"]) for group in answer["groups"]] for answer in groups[:1]] == [
        [len(group["members"]) for group in groups[1]["groups"]]
    ]
    # Two people's surroundings as one picture, and the same as a file.
    pair = ["--person", ring.child, "--person", names[0]]
    drawing = command("around", *pair)
    command("around", *pair, "--out", str(file := tmp_path / "pair.graphml"))
    over_http = http("POST", "/v1/networks", json={"around": [handle, names[1]]})
    assert len(drawing["nodes"]) == len(over_http["nodes"])
    assert len(networkx.read_graphml(file)) == len(drawing["nodes"])
    with open_ledger(Store(ring.store), Settings()) as ledger:
        assert len(ledger.entries()) == before + 19


def test_a_question_without_a_purpose_ends_with_status_2_and_a_refusal_in_the_ledger(ring):
    with open_ledger(Store(ring.store), Settings()) as ledger:
        before = len(ledger.entries())
    asked = ["graph", "around", "--store", str(ring.store), "--person", ring.child]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code != 0
    assert "nodes" not in done.output
    with open_ledger(Store(ring.store), Settings()) as ledger:
        entries = ledger.entries()
    assert len(entries) == before + 1
    assert entries[-1].entry.outcome == "denied"


def test_a_pattern_that_is_none_is_refused_with_file_and_key(ring, tmp_path):
    (file := tmp_path / "pattern.toml").write_text('[[tied]]\nover = ["castle"]\n')
    asked = ["graph", "match", "--store", str(ring.store), "--pattern", str(file)]
    done = CliRunner().invoke(app, [*asked, "--purpose", "safeguarding_s47", "--reason", "Test"])
    assert "pattern.toml" in str(done.exception)
    assert "tied.0.over" in str(done.exception)
