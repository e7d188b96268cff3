"""``mashlink doctor``: whether a hub stands as it should, one check a function, each saying what to mend."""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import httpx

from access import RetentionSchedule, keeps_more_back
from mashlink.checkups import (
    CLOCK_MAY_DIFFER,
    PATIENCE_SECONDS,
    Check,
    Checkup,
    Patient,
    Verdict,
    clocks_apart,
)
from mashlink.doctor_inputs import check_address, check_calibration, check_feeds, check_thresholds
from mashlink.doctor_partners import check_partners
from mashlink.settings import Settings
from mashlink.wiring import erased_rows, open_ledger, policies_of, store_at
from records.errors import MashlinkError, StoreUnavailable
from records.ledger import HEAD_FILE

# A build writes a snapshot beside the two that are kept, and may spill as much again.
_ROOM_OF_A_SNAPSHOT: Final = 2.5
_LEAST_FREE_BYTES: Final = 2_000_000_000
_OLDEST_SNAPSHOT: Final = timedelta(days=3)
_OLDEST_CHECKPOINT: Final = timedelta(days=8)
# What to do where a check itself could not be made, after what its error says.
_MENDS: Final = {
    "settings": "Correct the settings; docs/reference/settings.md lists them.",
    "ledger": "Where its database is away: start it, or correct ledger_url; where it is lost: restore it (docs/operations.md).",
    "disk": "Name the folder of the store, or make it, and give it to the user that runs mashlink.",
    "partners": "Correct exchange_certificate, exchange_certificate_key and exchange_authority.",
}


def examine(
    store: Path,
    settings: Settings,
    now: datetime,
    feeds: Path | None = None,
    listening: tuple[str, int] | None = None,
) -> list[Checkup]:
    """Every check in turn; one that cannot be made says so, and the others go on. ``feeds``, ``listening``: as ``Patient``."""
    try:
        patient = Patient(store_at(store, settings), settings, now, feeds, listening)
    except MashlinkError as error:
        return [Checkup("keys", "ill", str(error), "Mend the key file that the settings name.")]
    found: list[Checkup] = []
    for check in CHECKS:
        name = check.__name__.removeprefix("check_").replace("_", " ")
        try:
            found += check(patient)
        except MashlinkError as error:
            found.append(Checkup(name, "ill", str(error), _MENDS.get(name, "")))
        except OSError as error:
            # The errno's own words: a path in a message may be long, but names nobody.
            found.append(
                Checkup(
                    name,
                    "ill",
                    f"{error.strerror or type(error).__name__}: {error.filename or ''}",
                    _MENDS.get(name, "Give it to the user that runs mashlink, or name another."),
                )
            )
    return found


def check_settings(patient: Patient) -> Iterator[Checkup]:
    """Policies load, the retention schedule holds, and somebody could sign in."""
    settings = patient.settings
    policies = policies_of(settings)
    yield Checkup(
        "settings", "well", f"Hub {settings.hub}, profile {settings.profile} ({len(policies.rules)} rules)."
    )
    schedule = RetentionSchedule.of(settings.retention)
    if not schedule.rules:
        yield Checkup(
            "settings",
            "look",
            "No retention schedule is set: nothing is ever let go.",
            "See docs/retention.md.",
        )
    made_up = Settings.model_fields["hub_name"].default
    if settings.oidc_issuer is not None and settings.hub_name == made_up:
        yield Checkup(
            "settings", "look", f"The hub goes by the made-up name {made_up}: on every page, in packs and to other hubs.",
            "Set hub_name, and hub before the first build: it stands in the label of every row.",
        )  # fmt: skip
    if settings.oidc_issuer is None:
        yield Checkup(
            "settings", "look", "No identity provider is set: mashlink serve runs as a demonstration only.",
            "Set oidc_issuer, oidc_audience and oidc_client_id.",
        )  # fmt: skip


def check_keys(patient: Patient) -> Iterator[Checkup]:
    """Keys are there and readable by their owner alone."""
    folder = patient.store.keys_path
    # Each is made on first use.
    there = sorted(path.name for path in folder.glob("*.key"))
    for name in there:
        path = folder / name
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            yield Checkup("keys", "ill", f"keys/{name}: others on this host may use it.", f"chmod 600 {path}")
    yield Checkup("keys", "well", f"{', '.join(there) or 'none yet: they are made on first use'}.")
    if patient.settings.snapshot_key_file is None:
        yield Checkup(
            "keys", "look", "Snapshots are not encrypted.",
            "Set snapshot_key_file (docs/security.md), or keep the store on an encrypted volume.",
        )  # fmt: skip


def check_snapshot(patient: Patient) -> Iterator[Checkup]:
    """The published snapshot is whole, readable to its last row, and not old."""
    store = patient.store
    with store.open_current() as connection:
        as_of, hub = connection.execute("SELECT as_of, hub FROM build").fetchall()[0]
        tables = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY table_name"
        ).fetchall()
        for (table,) in tables:
            # Every block has a checksum, which reading it compares.
            connection.execute(f'SELECT count(COLUMNS(*)) FROM "{table}"').fetchall()
    path = store.current_path()
    if stat.S_IMODE(store.snapshots_path.stat().st_mode) & 0o007:
        yield Checkup(
            "snapshot", "ill", "Everybody on this host may look into the folder of snapshots.", f"chmod o-rwx {store.snapshots_path}"
        )  # fmt: skip
    yield Checkup(
        "snapshot", "well", f"{path.name}, as of {as_of}, {path.stat().st_size / 1e6:,.0f} MB, read whole."
    )
    if hub != patient.settings.hub:
        yield Checkup(
            "snapshot", "ill", f"It was built for the hub {hub!r}, and the settings say {patient.settings.hub!r}.",
            "Use the settings that it was built with.",
        )  # fmt: skip
    if patient.now.date() - as_of > _OLDEST_SNAPSHOT:
        yield Checkup(
            "snapshot", "look", f"It is seen from {as_of}: builds have stopped, or feeds are old.", "Look at the scheduled build's log."
        )  # fmt: skip
    left = sorted(one.name for one in store.snapshots_path.iterdir() if ".partial" in one.name)
    if left:
        yield Checkup(
            "snapshot", "look", f"A build is under way, or was killed: {left[0]}.", "The next build removes what is left."
        )  # fmt: skip


def check_ledger(patient: Patient) -> Iterator[Checkup]:
    """The ledger opens, ends where its kept head says, and this host's clock is not behind it."""
    if not patient.has_ledger:
        name = patient.store.ledger_path.name
        if (patient.store.keys_path / HEAD_FILE).exists():
            yield Checkup(
                "ledger", "ill", f"No {name}, though keys/{HEAD_FILE} vouches for one.",
                "Restore it (docs/operations.md); where it lives in PostgreSQL, set ledger_url.",
            )  # fmt: skip
            return
        yield Checkup("ledger", "well", f"No {name} yet: it is made on first use.")
        return
    with open_ledger(patient.store, patient.settings) as ledger:
        ledger.check_grows()
        head, state = ledger.head(), ledger.state()
    where = "PostgreSQL" if patient.settings.ledger_url else patient.store.ledger_path.name
    if head is None:
        yield Checkup("ledger", "well", f"{where}: empty yet.")
        return
    yield Checkup(
        "ledger", "well", f"{where}: {head.tree_size:,} entries. Run mashlink ledger verify on a schedule."
    )
    erased_rows(patient.store, state)
    signed = datetime.fromisoformat(head.signed_at)
    if signed - patient.now > CLOCK_MAY_DIFFER:
        yield Checkup(
            "clock", "ill", f"The last entry was written {signed - patient.now} ahead of this host's clock.",
            "Set the clock by NTP; entries are ordered by number, but their times must be true.",
        )  # fmt: skip
    for hub, kept in sorted(state.witnessed.items()):
        age = patient.now - datetime.fromisoformat(kept.head.signed_at)
        if age > _OLDEST_CHECKPOINT:
            yield Checkup(
                "peers", "look", f"The last checkpoint kept of {hub} is {age.days} days old.", "Ask for a newer one (docs/ledger.md)."
            )  # fmt: skip
    if not state.witnessed:
        yield Checkup(
            "peers", "look", "No partner hub's checkpoint is kept, so probably none keeps this hub's.",
            "Exchange checkpoints (docs/ledger.md): without a witness a ledger rolled back whole does not show.",
        )  # fmt: skip


def check_findings(patient: Patient) -> Iterator[Checkup]:
    """No findings wait for a build because the ledger keeps more back than when the last one was made."""
    if not patient.has_ledger:
        return
    waits = False
    # What cannot be opened is told by the checks of snapshot and ledger.
    with suppress(MashlinkError, OSError):
        with open_ledger(patient.store, patient.settings) as ledger:
            state = ledger.state()
        with patient.store.open_current() as connection:
            waits = keeps_more_back(connection, state, patient.now.date())
    if waits:
        yield Checkup(
            "findings", "look", "Readers are shown no findings: records were sealed, hidden, restricted or marked since the last build.",
            "Run mashlink build with the feeds of the last one.",
        )  # fmt: skip


def check_disk(patient: Patient) -> Iterator[Checkup]:
    """The store can be written by the user that owns it, and a build has room."""
    folder = patient.store.path
    if folder.stat().st_uid != os.geteuid():
        yield Checkup(
            "disk", "look", f"{folder} belongs to another user than the one who asks.",
            "Ask as that user, and run every command so: files that another one makes there lock the hub out.",
        )  # fmt: skip
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Checkup(
            "disk",
            "ill",
            f"{folder}: cannot be written by this user.",
            "Give it to the user that runs mashlink.",
        )
    free = shutil.disk_usage(folder).free
    try:
        needed = int(patient.store.current_path().stat().st_size * _ROOM_OF_A_SNAPSHOT)
    except StoreUnavailable:
        needed = 0
    needed = max(needed, _LEAST_FREE_BYTES)
    verdict: Verdict = "well" if free >= needed else "look"
    yield Checkup(
        "disk", verdict, f"{free / 1e9:,.1f} GB free; a build may need {needed / 1e9:,.1f} GB.", "" if verdict == "well" else "Make room."
    )  # fmt: skip


def check_memory(patient: Patient) -> Iterator[Checkup]:
    """The memory that a build may use is there."""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    limit = patient.settings.memory_limit_gb
    if limit > 0.8 * total:
        yield Checkup(
            "memory", "look", f"A build may use {limit:g} GB of {total:.1f} GB.", "Set memory_limit_gb to at most four fifths."
        )  # fmt: skip
    else:
        yield Checkup(
            "memory",
            "well",
            f"A build may use {limit:g} GB of {total:.1f} GB, each process that serves"
            f" {patient.settings.reader_memory_gb:g}, then they spill to disk.",
        )


def check_provider(patient: Patient) -> Iterator[Checkup]:
    """The identity provider answers, is the one that is set, and agrees about the time."""
    issuer = patient.settings.oidc_issuer
    if issuer is None:
        return
    address = issuer.rstrip("/") + "/.well-known/openid-configuration"
    try:
        answer = httpx.get(address, timeout=PATIENCE_SECONDS, follow_redirects=False)
        answer.raise_for_status()
        stated = answer.json().get("issuer")
    except (httpx.HTTPError, ValueError) as error:
        yield Checkup(
            "provider", "ill", f"{address}: {type(error).__name__}.", "Nobody can sign in. Start the provider, or correct oidc_issuer."
        )  # fmt: skip
        return
    if stated != issuer:
        yield Checkup(
            "provider", "ill", f"It calls itself {stated!r}, not {issuer!r}.", "Write oidc_issuer exactly so."
        )
    else:
        yield Checkup("provider", "well", f"{issuer} answers.")
    apart = clocks_apart(answer, patient.now)
    if apart is not None:
        yield Checkup(
            "clock", "ill", f"This host's clock and the provider's differ by {apart.seconds} seconds.",
            "Set both by NTP: tokens would count as expired, or not yet begun.",
        )  # fmt: skip


CHECKS: Final[tuple[Check, ...]] = (
    check_settings,
    check_keys,
    check_calibration,
    check_thresholds,
    check_feeds,
    check_snapshot,
    check_ledger,
    check_findings,
    check_disk,
    check_memory,
    check_address,
    check_provider,
    check_partners,
)


def now_utc() -> datetime:
    """The time by this host's clock."""
    return datetime.now(UTC)
