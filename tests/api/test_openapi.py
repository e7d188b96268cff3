"""The document and the service agree: schemathesis sends bounded made-up requests to every view."""

from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import positive_data_acceptance

from api import json_document

# A smoke test: made-up requests, not every edge of every field.
CONFIG = schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": False}}})
# The requests go to the served application of the fixtures.
schema = schemathesis.openapi.from_dict(json_document(), config=CONFIG)
BOUNDED = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@schema.parametrize()
@BOUNDED
def test_no_request_breaks_a_view_or_its_promises(case: schemathesis.Case, api: httpx.Client) -> None:
    stated = {"Purpose": "emerging_harm", "Purpose-Reason": "Made-up request", **(case.headers or {})}
    case.headers = stated
    answer = case.call(base_url=str(api.base_url).rstrip("/"), headers={"Authorization": "Bearer demo-amina"})
    # Some rules no schema can state: at least one thing to look for, cursors that the list gave.
    case.validate_response(answer, excluded_checks=[positive_data_acceptance])


@schema.parametrize()
@BOUNDED
def test_nobody_gets_data_without_signing_in(case: schemathesis.Case, api: httpx.Client, desk: Any) -> None:
    answer = case.call(base_url=str(api.base_url).rstrip("/"))
    assert 400 <= answer.status_code < 500 or case.operation.path in ("/healthz", "/readyz")
    assert desk.asked == []
