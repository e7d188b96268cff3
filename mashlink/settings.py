"""Every setting, in one frozen object that is built once and passed in."""

import os
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from records.errors import BadInput


class Settings(BaseSettings):
    """Read from the environment (``MASHLINK_…``), then secret files, then a TOML file.

    ``MASHLINK_SECRETS_DIR`` names the folder of secret files, each called as the variable that it stands in for
    (``mashlink_ledger_url``); ``MASHLINK_SETTINGS_FILE`` the TOML file where a command is told none.
    """

    model_config = SettingsConfigDict(env_prefix="MASHLINK_", frozen=True, extra="forbid")

    hub: str = Field("home", description="Key of this hub; it stands in the label of every row.")
    hub_name: str = Field("Northmere MASH", description="Name of this hub as people read it.")
    profile: str = Field("default", description="Policy set that decides who sees what.")
    disclosure_duty_from: date | None = Field(
        None,
        description="Day from which the duty to disclose (Children Act 2004 s16LA) is in force; unset: not commenced.",
    )
    ledger_url: str | None = Field(
        None, description="SQLAlchemy address of the ledger; without it, SQLite inside the store."
    )
    snapshot_key_file: Path | None = Field(
        None,
        description="File with the keys that encrypt snapshots, base64 of 32 bytes a line, the present one first.",
    )
    threads: int = Field(
        2,
        ge=1,
        description="Processor threads a build may use, or a service; several `--workers` share them.",
    )
    memory_limit_gb: float = Field(
        4.0, gt=0, description="Memory DuckDB may use in a build before it spills to disk, in gigabytes."
    )
    reader_memory_gb: float = Field(
        2.0,
        gt=0,
        description="Memory DuckDB may use in each process that serves before it spills to disk, in gigabytes.",
    )
    spark_master: str | None = Field(
        None,
        description="Where `build --engine spark` runs, as Spark names it (`spark://host:7077`, `yarn`, `k8s://…`); unset:"
        " `local[threads]`, this machine.",
    )
    spark_folder: Path | None = Field(
        None,
        description="Folder by which records are handed to Spark, at the same path on every machine of the cluster; unset:"
        " inside the store.",
    )
    spark_memory_gb: float = Field(
        2.0, ge=0.5, description="Memory the Java of Spark's driver may use, in gigabytes."
    )
    spark_options: dict[str, str] = Field(
        default_factory=dict, description="Further settings of Spark, by Spark's own names; they win."
    )
    thresholds: dict[str, Any] = Field(
        default_factory=dict,
        description="Detector thresholds of this hub, by detector, over the shipped ones.",
    )
    statistics: dict[str, Any] = Field(
        default_factory=dict,
        description="What the hub says of itself for its statistics: hours, closing days, targets, children by district,"
        " unit costs, days on which partners joined (docs/statistics.md).",
    )
    harm_weights: Path | None = Field(
        None,
        description="Table of harm weights (CSV or XLSX: Crime Harm Index, Crime Severity Score, or the hub's own) over"
        " the shipped one.",
    )
    retention: dict[str, Any] = Field(
        default_factory=dict,
        description="How long events are kept, by category, in months, with the page they come from (docs/retention.md).",
    )
    oidc_issuer: str | None = Field(None, description="Issuer address of the OpenID Connect provider.")
    oidc_audience: str | None = Field(None, description="Audience that bearer tokens must name.")
    oidc_client_id: str | None = Field(None, description="Client id of the console at the provider.")
    oidc_client_secret: str | None = Field(
        None, repr=False, description="Client secret of the console at the provider."
    )
    oidc_scopes: str = Field(
        "openid profile", description="Scopes the console asks for, separated by spaces."
    )
    oidc_jwks_uri: str | None = Field(
        None, description="Where the provider's keys are, when discovery must not be asked."
    )
    oidc_claims: dict[str, str] = Field(
        default_factory=dict,
        description="Which claim says what: subject, name, role, agency, authorities; a dot walks into nested ones.",
    )
    oidc_roles: dict[str, str] = Field(
        default_factory=dict,
        description="The provider's word for each role, mapped to mashlink's; empty takes the words as they are.",
    )
    session_minutes: int = Field(60, ge=1, description="A console session ends after so many idle minutes.")
    session_hours: int = Field(
        10, ge=1, description="A console session ends after so many hours at the latest."
    )
    exchange_address: str | None = Field(
        None, description="Address at which other hubs reach this one, https outside a demonstration."
    )
    exchange_contact: str = Field(
        "Ring the hub's duty desk.",
        max_length=300,
        description="Whom another hub rings about an answer of this one.",
    )
    exchange_worker_a_day: int = Field(
        40, ge=1, description="Questions to other hubs of one worker in a day."
    )
    exchange_hub_a_day: int = Field(
        400, ge=1, description="Questions between this hub and one other in a day."
    )
    exchange_subject_a_day: int = Field(
        3, ge=1, description="Questions about one person to one hub in a day."
    )
    exchange_band_seconds: float = Field(
        0.5, gt=0, description="Answers to other hubs leave at whole multiples of this after the message."
    )
    exchange_clock_seconds: int = Field(
        30, ge=0, le=300, description="How far another hub's clock may be off."
    )
    exchange_certificate: Path | None = Field(
        None,
        description="This hub's TLS certificate (PEM), shown to other hubs and by `mashlink exchange serve`.",
    )
    exchange_certificate_key: Path | None = Field(None, description="The key of that certificate (PEM).")
    exchange_authority: Path | None = Field(
        None,
        description="Certificates (PEM) of the authorities whose hubs are talked to; none: the system's.",
    )
    metrics_token: str | None = Field(
        None, repr=False, description="Bearer token that reads /metrics; without it there is no such page."
    )
    log_format: Literal["text", "json"] = Field(
        "text",
        description="The service's own log: text tells what to look at, json each request by route as well.",
    )
    public_url: str | None = Field(
        None, description="Address at which people reach the console, for redirects."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, secret files, and the settings file."""
        return (init_settings, env_settings, file_secret_settings, TomlConfigSettingsSource(settings_cls))


def load_settings(file: Path | None = None) -> Settings:
    """The settings from the environment, secret files and ``file`` (TOML).

    Raises:
        BadInput: the file or the folder of secrets is missing, or a key or value in it is not understood.
    """
    told, secrets = os.environ.get("MASHLINK_SETTINGS_FILE"), os.environ.get("MASHLINK_SECRETS_DIR")
    file = file or (Path(told) if told else None)
    if secrets and not Path(secrets).is_dir():
        raise BadInput(
            f"MASHLINK_SECRETS_DIR: {secrets} is no folder. Name the one that holds the secret files."
        )
    if file is not None and not file.is_file():
        raise BadInput(f"{file}: no such settings file. Name one that exists, or leave the option out.")

    where = f" in {file}" if file else ""

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=file, secrets_dir=secrets or None, env_prefix="MASHLINK_")

    try:
        return FromFile.model_validate({})
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise BadInput(
            f"The settings{where} do not hold: {wrong}. docs/reference/settings.md lists them."
        ) from error
    except ValueError as error:
        raise BadInput(f"The settings{where} are no TOML: {error}.") from error
