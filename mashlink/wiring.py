"""Concrete things made of settings: the ledger, the rulings of a build, thresholds, the service's own settings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr, ValidationError

from access import POLICY_SETS, Desk, HubFigures, Policies
from api import ApiSettings, ClaimMapping, OidcSettings
from detectors import Baselines, Thresholds, changed_thresholds, load_harm_weights
from detectors import Settings as DetectorSettings
from linkage import LinkageCalibration, Rulings
from mashlink.calibration import load_calibration
from mashlink.hub_thresholds import saved_thresholds
from mashlink.settings import Settings
from records.errors import BadInput
from records.ledger import Ledger, LedgerState
from records.snapshot import SnapshotKeys, Store


def store_at(path: Path, settings: Settings) -> Store:
    """The store in a folder, with the keys of its snapshots where the settings name any; BadInput for a bad key file."""
    if settings.snapshot_key_file is None:
        return Store(path)
    return Store(path, SnapshotKeys.from_file(settings.snapshot_key_file))


def open_ledger(store: Store, settings: Settings) -> Ledger:
    """The ledger of a store: at the address of the settings, else SQLite inside the store."""
    return Ledger.open(settings.ledger_url or store.ledger_path, store.keys_path)


def rulings_of(state: LedgerState) -> Rulings:
    """The judgements and seals in force, as linkage takes them."""
    return Rulings(judgements=tuple(state.judgements.values()), seals=tuple(state.seals))


def thresholds_of(settings: Settings, store: Store) -> Thresholds:
    """The shipped thresholds with those of the settings over them, and over both what the hub saved last in the store."""
    saved = saved_thresholds(store)
    stated = Thresholds.from_profile(settings.thresholds)
    return changed_thresholds(stated, saved.thresholds) if saved else stated


def configuration_of(settings: Settings, store: Store) -> str:
    """Which version of the thresholds is in force, in words."""
    saved = saved_thresholds(store)
    if saved is not None:
        return f"version {saved.version}, saved {saved.saved_at[:10]}"
    return "settings file" if settings.thresholds else "shipped"


def detecting_of(settings: Settings, store: Store, baselines: Baselines) -> DetectorSettings:
    """What the detectors of a store decide by."""
    return DetectorSettings(
        thresholds_of(settings, store), baselines, load_harm_weights(settings.harm_weights)
    )


def api_settings(settings: Settings, *, demo: bool, port: int) -> ApiSettings:
    """The settings of the HTTP room.

    Raises:
        BadInput: neither ``--demo`` nor a complete provider is set, or both are.
    """
    if settings.oidc_issuer or settings.oidc_audience or settings.oidc_client_id:
        missing = [
            name for name in ("oidc_issuer", "oidc_audience", "oidc_client_id") if not getattr(settings, name)
        ]
        if missing:
            raise BadInput(f"Sign-in needs {', '.join(missing)} too; see docs/reference/settings.md.")
    try:
        oidc = _provider(settings) if settings.oidc_issuer else None
        return ApiSettings(
            hub=settings.hub,
            hub_name=settings.hub_name,
            public_base_url=settings.public_url or f"http://127.0.0.1:{port}",
            oidc=oidc,
            demo=demo,
            session_minutes=settings.session_minutes,
            session_hours=settings.session_hours,
        )
    except ValidationError as error:
        reasons = "; ".join(one["msg"].removeprefix("Value error, settings: ") for one in error.errors())
        raise BadInput(f"The service cannot start: {reasons}") from error


def _provider(settings: Settings) -> OidcSettings:
    return OidcSettings(
        issuer=settings.oidc_issuer or "",
        audience=settings.oidc_audience or "",
        client_id=settings.oidc_client_id or "",
        client_secret=SecretStr(settings.oidc_client_secret) if settings.oidc_client_secret else None,
        scopes=settings.oidc_scopes,
        jwks_uri=settings.oidc_jwks_uri,
        claims=ClaimMapping.model_validate({**settings.oidc_claims, "roles": settings.oidc_roles}),
    )


def policies_of(settings: Settings) -> Policies:
    """The policy set that the settings name; BadInput when there is none of that name."""
    return Policies.load(POLICY_SETS / settings.profile, settings.disclosure_duty_from)


@contextmanager
def open_desk(store_path: Path, settings: Settings) -> Iterator[Desk]:
    """The desk over a store, its ledger and the hub's policies; closed at the end."""
    store = store_at(store_path, settings)
    with open_ledger(store, settings) as ledger:
        desk = Desk(
            store,
            ledger,
            policies_of(settings),
            _present_calibration(store),
            detecting=lambda: detecting_of(
                settings, store, load_calibration(store.calibration_path).detectors
            ),
        )
        desk.figures = HubFigures.from_profile(settings.statistics)
        try:
            yield desk
        finally:
            desk.close()


def _present_calibration(store: Store) -> Callable[[], LinkageCalibration]:
    """Gives the store's calibration, read anew only when its file was written again."""
    kept: dict[tuple[int, int], LinkageCalibration] = {}

    def present() -> LinkageCalibration:
        path = store.calibration_path
        written = path.stat() if path.is_file() else None
        key = (0, 0) if written is None else (written.st_mtime_ns, written.st_size)
        found = kept.get(key)
        if found is None:
            found = load_calibration(path).linkage
            kept.clear()
            kept[key] = found
        return found

    return present
