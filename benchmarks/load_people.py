"""What people in a hub do all day, as locust plays it: each role asks what it asks, and waits a little in between.

Started by ``benchmarks.load``, which names in ``MASHLINK_LOAD_PEOPLE`` a JSON file of descriptions to look up
(family_name, date_of_birth).
"""

import json
import os
import random
from pathlib import Path
from typing import Any, ClassVar

from locust import HttpUser, between

PEOPLE: list[dict[str, str]] = json.loads(
    Path(os.environ["MASHLINK_LOAD_PEOPLE"]).read_text(encoding="utf-8")
)
# Handles that a reader met are asked about again; an answer of the hub names at most so many of them at once.
MOST_REMEMBERED = 50


class Reader(HttpUser):  # type: ignore[misc] # locust has no types
    """Somebody signed in, with a purpose."""

    abstract = True
    wait_time = between(0.5, 1.5)
    who = ""
    purpose = ""

    def on_start(self) -> None:
        """Sign in and say why."""
        self.met: list[str] = []
        self.client.headers.update(
            {"Authorization": f"Bearer demo-{self.who}", "Purpose": self.purpose, "Purpose-Reason": "Load"}
        )

    def look_up(self) -> None:
        """Look for somebody who may be there."""
        sought = random.choice(PEOPLE)
        with self.client.post("/v1/lookup", json=sought, name="lookup", catch_response=True) as answer:
            if answer.ok:
                self._meet(one["person"] for one in answer.json()["candidates"])

    def _meet(self, cards: Any) -> None:
        self.met = [*self.met, *(card["handle"] for card in cards)][-MOST_REMEMBERED:]

    def ask(self, view: str) -> None:
        """Open a view of somebody met before; meet somebody first where there is none."""
        if not self.met:
            self.look_up()
        elif view:
            self.client.get(f"/v1/persons/{random.choice(self.met)}/{view}", name=view)
        else:
            self.client.get(f"/v1/persons/{random.choice(self.met)}", name="person")


class Manager(Reader):
    """Looks people up and reads about them."""

    weight, who, purpose = 4, "daniel", "safeguarding_s47"

    def search(self) -> None:
        """Look somebody up."""
        self.look_up()

    def read(self) -> None:
        """Open a person."""
        self.ask("")

    def read_on(self) -> None:
        """Read what happened."""
        self.ask("chronology")

    tasks: ClassVar = {search: 4, read: 3, read_on: 2}


class Analyst(Reader):
    """Reads findings and walks the network."""

    weight, who, purpose = 3, "amina", "emerging_harm"

    def findings(self) -> None:
        """Open the list, and one of it."""
        with self.client.get("/v1/findings", name="findings", catch_response=True) as answer:
            if answer.ok and (lines := answer.json()["findings"]):
                finding = random.choice(lines)
                self._meet(subject["person"] for subject in finding["subjects"])
                self.client.get(f"/v1/findings/{finding['finding_id']}", name="finding")

    def network(self) -> None:
        """Look around somebody."""
        self.ask("network")

    def households(self) -> None:
        """Where and with whom."""
        self.ask("households")

    tasks: ClassVar = {findings: 2, network: 3, households: 1}


class Contributor(Reader):
    """Sees what their agency may: a scope formed on demand."""

    weight, who, purpose = 2, "priya", "safeguarding_s47"

    def search(self) -> None:
        """Look somebody up."""
        self.look_up()

    def read(self) -> None:
        """Open a person."""
        self.ask("")

    tasks: ClassVar = {search: 3, read: 2}


class Auditor(Reader):
    """Reads the ledger."""

    weight, who, purpose = 1, "tom", "audit"

    def entries(self) -> None:
        """The latest entries."""
        self.client.post("/v1/ledger/entries", json={}, name="ledger entries")

    tasks: ClassVar = {entries: 1}
