"""Made-up requests to a real hub: schemathesis asks every JSON view as every made-up user, and as nobody.

``test_openapi.py`` asks a stand-in for the desk, for its speed; here policy, ledger, snapshot and products answer.
"""

import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import positive_data_acceptance

from api import MADE_UP_USERS, ApiSettings, create_app, json_document
from mashlink.settings import Settings
from mashlink.wiring import open_desk, open_ledger
from records.snapshot import Store

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800), pytest.mark.xdist_group("hub")]

CONFIG = schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": False}}})
schema = schemathesis.openapi.from_dict(json_document(), config=CONFIG)
BOUNDED = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
PURPOSES = ("safeguarding_s47", "emerging_harm", "marac", "audit", "data_quality", "cross_border", "nonsense")


@dataclass(frozen=True, slots=True)
class RealHub:
    """A hub of its own, what stands in it, and how many entries its ledger has."""

    address: str
    handles: dict[str, str]
    finding: str
    entries: Callable[[], int]


@pytest.fixture(scope="module")
def real(hub: Any, tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., str]) -> Iterator[RealHub]:
    store = Path(shutil.copytree(hub.store, tmp_path_factory.mktemp("real") / "store"))
    own = Settings(exchange_band_seconds=0.05)
    with open_desk(store, own) as desk, open_ledger(Store(store), own) as ledger:
        address = serve(lambda url: create_app(ApiSettings(demo=True, public_base_url=url), desk))
        lists = {user: _finding(address, user) for user in ("daniel", "amina")}
        handles = {user: line["subjects"][0]["person"]["handle"] for user, line in lists.items()}
        yield RealHub(address, handles, lists["daniel"]["finding_id"], lambda: ledger.head().tree_size)


def _finding(address: str, user: str) -> dict[str, Any]:
    stated = {
        "Purpose": "safeguarding_s47" if user == "daniel" else "emerging_harm",
        "Purpose-Reason": "Test",
    }
    headers = stated | {"Authorization": f"Bearer demo-{user}"}
    found: dict[str, Any] = httpx.get(f"{address}/v1/findings", headers=headers, timeout=60).json()[
        "findings"
    ][0]
    return found


def _chance(case: schemathesis.Case) -> int:
    """A number that follows from the request alone, by which its user, purpose and subject are chosen."""
    told = (case.operation.label, case.path_parameters, case.query, case.body)
    return zlib.crc32(repr(told).encode())


def _about_somebody(case: schemathesis.Case, real: RealHub, chance: int) -> None:
    """Two requests in three are about somebody, or something, that is there."""
    if chance % 3 and case.path_parameters:
        user = ("daniel", "amina")[chance % 2]
        there = {"handle": real.handles[user], "to": real.handles[user], "finding_id": real.finding}
        case.path_parameters = {name: there.get(name, value) for name, value in case.path_parameters.items()}


@schema.parametrize()
@BOUNDED
def test_no_request_breaks_a_real_view_or_its_promises(case: schemathesis.Case, real: RealHub) -> None:
    chance = _chance(case)
    _about_somebody(case, real, chance)
    user = MADE_UP_USERS[chance // 7 % len(MADE_UP_USERS)].key
    stated = {"Purpose": PURPOSES[chance // 91 % len(PURPOSES)], "Purpose-Reason": "Made-up request"}
    case.headers = {**stated, **(case.headers or {})}
    before = real.entries()
    answer = case.call(base_url=real.address, headers={"Authorization": f"Bearer demo-{user}"})
    # Some rules no schema can state: at least one thing to look for, cursors that the list gave.
    case.validate_response(answer, excluded_checks=[positive_data_acceptance])
    assert answer.status_code < 500
    is_read = case.operation.path not in ("/healthz", "/readyz", "/v1/openapi.json")
    if answer.status_code == 200 and is_read:
        assert real.entries() == before + 1


@schema.parametrize()
@BOUNDED
def test_nobody_gets_data_of_a_real_hub_without_signing_in(case: schemathesis.Case, real: RealHub) -> None:
    _about_somebody(case, real, _chance(case))
    answer = case.call(base_url=real.address)
    assert 400 <= answer.status_code < 500 or case.operation.path in ("/healthz", "/readyz")
