"""Where linkage runs: this machine's DuckDB, or Spark where the settings say."""

import hashlib
import platform
import shutil
from pathlib import Path

from linkage import Cluster, require_spark
from mashlink.settings import Settings
from records.errors import BadInput
from records.snapshot import Store


def cluster_of(engine: str, store: Store, settings: Settings) -> Cluster | None:
    """Where Spark runs for ``--engine spark``; None for ``duckdb``.

    Raises:
        BadInput: there is no such engine, Spark cannot be started from here, or records of an encrypted store would
            be written in the clear.
    """
    if engine == "duckdb":
        return None
    if engine != "spark":
        raise BadInput(f"--engine {engine}: there is none of that name. Say duckdb or spark.")
    if settings.snapshot_key_file and not settings.spark_folder:
        raise BadInput(
            "--engine spark: snapshots of this store are encrypted, and Spark hands records over as plain files. Set"
            " spark_folder to a folder on an encrypted disk, or leave the option out."
        )
    require_spark()
    return Cluster(
        master=settings.spark_master or f"local[{settings.threads}]",
        folder=hand_over(store, settings),
        memory_gb=settings.spark_memory_gb,
        options=settings.spark_options,
    )


def forget_hand_over(store: Store, settings: Settings) -> None:
    """Remove the records that a killed build on Spark left behind; whoever calls it holds the store."""
    shutil.rmtree(hand_over(store, settings), ignore_errors=True)


def hand_over(store: Store, settings: Settings) -> Path:
    """The folder by which this store's records are handed to Spark."""
    path = store.path.resolve()
    if settings.spark_folder is None:
        return path / "spark"
    # One of its own for each store, so that two hubs that share a folder do not clear away each other's files.
    whose = hashlib.sha256(f"{platform.node()} {path}".encode()).hexdigest()[:16]
    return settings.spark_folder.resolve() / f"mashlink-{whose}"
