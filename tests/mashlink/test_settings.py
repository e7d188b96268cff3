from pathlib import Path

import pytest

from mashlink.settings import Settings, load_settings
from mashlink.wiring import api_settings
from records.errors import BadInput


def test_every_setting_says_what_it_is() -> None:
    silent = [
        name for name, field in Settings.model_fields.items() if not (field.description or "").endswith(".")
    ]
    assert silent == []


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "hub.toml"
    file.write_text(
        'hub = "eastmere"\nhub_name = "Eastmere MASH"\n[thresholds.gang_network]\nleast_people = 5\n'
    )
    monkeypatch.setenv("MASHLINK_HUB", "westmere")
    settings = load_settings(file)
    assert (settings.hub, settings.hub_name) == ("westmere", "Eastmere MASH")
    assert settings.thresholds == {"gang_network": {"least_people": 5}}


@pytest.mark.parametrize(
    ("text", "named"), [('hubb = "x"', "hubb"), ("threads = 0", "threads"), ("threads = ", "hub.toml")]
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "hub.toml"
    file.write_text(text)
    with pytest.raises(BadInput, match=named):
        load_settings(file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such settings file"):
        load_settings(tmp_path / "none.toml")


PROVIDER = {"oidc_issuer": "https://id.example", "oidc_audience": "urn:mashlink", "oidc_client_id": "console"}


def test_the_hub_says_which_claim_is_what_and_how_long_a_session_lasts() -> None:
    settings = Settings(
        **PROVIDER,
        oidc_claims={"role": "realm_access.roles", "agency": "org"},
        oidc_roles={"MASH_ANALYST": "analyst"},
        session_minutes=15,
        session_hours=8,
        public_url="https://mash.example",
    )
    shown = api_settings(settings, demo=False, port=1)
    assert shown.oidc is not None
    assert (shown.oidc.claims.role, shown.oidc.claims.agency) == ("realm_access.roles", "org")
    assert shown.oidc.claims.roles == {"MASH_ANALYST": "analyst"}
    assert (shown.session_minutes, shown.session_hours) == (15, 8)


def test_a_claim_that_means_nothing_is_refused() -> None:
    settings = Settings(**PROVIDER, oidc_claims={"rôle": "roles"}, public_url="https://mash.example")
    with pytest.raises(BadInput, match="cannot start"):
        api_settings(settings, demo=False, port=1)
