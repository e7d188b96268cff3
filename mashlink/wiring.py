"""Concrete things made of settings: the ledger, the rulings of a build, thresholds, the service's own settings."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import SecretStr, ValidationError

from access import POLICY_SETS, Desk, DeskOptions, ExchangeKeys, ExchangeTerms, HubFigures, Policies
from api import ApiSettings, ClaimMapping, HubClient, OidcSettings, TransportSettings
from detectors import Baselines, Thresholds, changed_thresholds, load_harm_weights
from detectors import Settings as DetectorSettings
from linkage import LinkageCalibration, Rulings
from mashlink.calibration import load_calibration
from mashlink.hub_thresholds import saved_thresholds
from mashlink.settings import Settings
from records.erasure import ErasedRows, ErasureKey
from records.errors import BadInput, StoreUnavailable
from records.ledger import Ledger, LedgerState, Partner
from records.snapshot import SnapshotKeys, Store

_CARD: Final = ("hub", "name", "address", "contact", "signing_key", "agreement_key")


def store_at(path: Path, settings: Settings) -> Store:
    """The store in a folder, with the keys of its snapshots where the settings name any; BadInput for a bad key file."""
    if settings.snapshot_key_file is None:
        return Store(path)
    return Store(path, SnapshotKeys.from_file(settings.snapshot_key_file))


def open_ledger(store: Store, settings: Settings) -> Ledger:
    """The ledger of a store: at the address of the settings, else SQLite inside the store.

    Raises:
        StoreUnavailable: the folder is no store, nor an empty one for a store to begin in.
    """
    check_store(store)
    return begin_ledger(store, settings)


def begin_ledger(store: Store, settings: Settings) -> Ledger:
    """The same, in a folder that is made where there is none: for what begins a store."""
    return Ledger.open(settings.ledger_url or store.ledger_path, store.keys_path)


def check_store(store: Store) -> None:
    """Whether the folder is a store, or empty for one to begin in.

    A folder of another name would get a ledger and keys of its own: what is sealed there holds for nobody, and an
    empty ledger is found sound. Raises StoreUnavailable where it is neither.
    """
    folder = store.path
    if not folder.is_dir():
        raise StoreUnavailable(
            f"{folder}: nothing has been built here yet, there is no such folder. Check --store; mashlink build makes "
            "the folder of a new hub."
        )
    parts = {
        path.name
        for path in (store.calibration_path, store.ledger_path, store.keys_path, store.snapshots_path)
    }
    found = {path.name for path in folder.iterdir()}
    if found and not found & {"CURRENT", *parts}:
        raise StoreUnavailable(f"{folder}: this folder holds other files, and no store. Check --store.")


def rulings_of(state: LedgerState) -> Rulings:
    """The judgements and seals in force, as linkage takes them."""
    return Rulings(judgements=tuple(state.judgements.values()), seals=tuple(state.seals))


def erased_rows(store: Store, state: LedgerState) -> ErasedRows | None:
    """What the ledger erased, for a build to leave out; LedgerUnavailable without the key that it is known by."""
    return ErasedRows.of(state.erasures, ErasureKey.of(store.keys_path)) if state.erasures else None


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
    elif not demo:
        raise BadInput(
            "The service cannot start: nobody could sign in. Set oidc_issuer, oidc_audience and oidc_client_id of the "
            "hub's identity provider (--settings FILE; docs/operations.md), or start with --demo to sign in as made-up users."
        )
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
            transport=transport_of(settings),
            metrics_token=SecretStr(settings.metrics_token) if settings.metrics_token else None,
        )
    except ValidationError as error:
        reasons = "; ".join(one["msg"].removeprefix("Value error, settings: ") for one in error.errors())
        raise BadInput(f"The service cannot start: {reasons}") from error


def exchange_terms(settings: Settings) -> ExchangeTerms:
    """What the hub tells others of itself, and lets them ask."""
    return ExchangeTerms(
        name=settings.hub_name,
        address=settings.exchange_address or settings.public_url or "",
        contact=settings.exchange_contact,
        worker_a_day=settings.exchange_worker_a_day,
        hub_a_day=settings.exchange_hub_a_day,
        subject_a_day=settings.exchange_subject_a_day,
        band_seconds=settings.exchange_band_seconds,
        clock_seconds=settings.exchange_clock_seconds,
    )


def transport_of(settings: Settings) -> TransportSettings:
    """How the hub reaches others."""
    return TransportSettings(
        settings.exchange_certificate, settings.exchange_certificate_key, settings.exchange_authority
    )


def exchange_api_settings(settings: Settings) -> ApiSettings:
    """The settings of the HTTP room where it takes other hubs' messages alone: nobody signs in there."""
    return ApiSettings(
        hub=settings.hub, hub_name=settings.hub_name, demo=True, transport=transport_of(settings)
    )


@contextmanager
def hub_client(desk: Desk, settings: Settings) -> Iterator[HubClient]:
    """What sends this hub's messages to others; closed at the end."""
    client = HubClient(lambda: desk.exchange_keys(settings.hub), desk.now, transport_of(settings))
    try:
        yield client
    finally:
        client.close()


def card_of(store_path: Path, settings: Settings) -> Partner:
    """The card that partners keep of this hub.

    Raises BadInput without an address to reach it at, StoreUnavailable without a store.
    """
    terms = exchange_terms(settings)
    if not terms.address:
        raise BadInput("Set exchange_address: the address at which other hubs reach this one.")
    store = Store(store_path)
    check_store(store)
    keys = ExchangeKeys(store.keys_path, settings.hub)
    return keys.card(terms.name, terms.address, terms.contact)


def card_text(card: Partner) -> str:
    """A card as one line of JSON, to hand over."""
    return json.dumps({name: getattr(card, name) for name in _CARD}, sort_keys=True)


def card_in(file: Path) -> Partner:
    """The card in a file. Raises BadInput when it is none."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        hub, name, address, contact, signing_key, agreement_key = (str(told[one]) for one in _CARD)
        return Partner(hub, name, address, contact, signing_key, agreement_key)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{file}: this is not the card of a hub ({type(error).__name__}).") from error


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
def open_desk(store_path: Path, settings: Settings, *, serves: bool = False) -> Iterator[Desk]:
    """The desk over a store, its ledger and the hub's policies; closed at the end. ``serves``: for a service, not one command."""
    store = store_at(store_path, settings)
    with open_ledger(store, settings) as ledger:
        # An entry that cannot be taken into what stands is a refusal to start, not of the first reader.
        ledger.state()
        desk = Desk(
            store,
            ledger,
            policies_of(settings),
            _present_calibration(store),
            options=DeskOptions(
                detecting=lambda: detecting_of(
                    settings, store, load_calibration(store.calibration_path).detectors
                ),
                exchange=exchange_terms(settings),
                memory_gb=settings.reader_memory_gb,
                threads=settings.threads,
                loads_beside=serves,
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
