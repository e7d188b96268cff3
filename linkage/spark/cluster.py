"""Where Spark runs, and a session there for as long as linkage needs it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from records.errors import BadInput, EngineUnavailable

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OLDEST_JAVA: Final = 17
# Errors whose words name a machine, a file or a version.
_HARMLESS: Final = (
    "ConnectException",
    "IllegalArgumentException",
    "ImportError",
    "ModuleNotFoundError",
    "OSError",
    "PySparkRuntimeError",
    "SparkException",
    "UnknownHostException",
    "UnlikePrograms",
)
_MEND: Final = "Or leave --engine out: DuckDB makes the same links on this machine alone."


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where Spark runs, and what it hands over by.

    ``master`` is as Spark names it: ``local[2]`` for two cores of this machine, else ``spark://…``, ``yarn``, ``k8s://…``.
    ``folder`` is for Parquet files that the driver and every machine of the cluster read and write at the same path; what
    is put there goes when linkage ends. ``memory_gb``: what the driver's Java may use. ``options``: further settings of
    Spark by their own names; they come last, so they win.
    """

    master: str
    folder: Path
    memory_gb: float = 2.0
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_local(self) -> bool:
        """Whether it is this machine alone."""
        return self.master.split("[", maxsplit=1)[0] == "local"


def require_spark() -> None:
    """Make sure that Spark can be started from here, before anything is read.

    Raises:
        BadInput: pyspark is not installed, or no Java that Spark 4 runs on.
    """
    if find_spec("pyspark") is None:
        raise BadInput(
            f"--engine spark: pyspark is not installed here. Install it with `make spark` or"
            f" `pip install 'mashlink[spark]'`. {_MEND}"
        )
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        where = f"below JAVA_HOME ({home})" if home else "on the PATH"
        raise BadInput(
            f"--engine spark: no Java {where}. Install Java {OLDEST_JAVA} or later, on Debian with"
            f" `apt-get install openjdk-17-jre-headless`. {_MEND}"
        )
    asked = [java, "-version"]
    told = subprocess.run(  # noqa: S603 - our argument, and the Java that the owner of this process installed
        asked, capture_output=True, text=True, check=False, timeout=60
    ).stderr
    found = re.search(r'version "(\d+)', told)
    if found is None or int(found[1]) < OLDEST_JAVA:
        raise BadInput(
            f"--engine spark: {java} is Java {found[1] if found else 'of an unknown version'}; Spark 4 needs"
            f" {OLDEST_JAVA} or later. Install one and set JAVA_HOME to it. {_MEND}"
        )


@contextmanager
def spark_session(cluster: Cluster) -> Iterator["SparkSession"]:
    """A session of Spark, stopped at the end of the block.

    Raises:
        BadInput: Spark cannot be started from here.
        EngineUnavailable: the cluster does not answer, or gave up the work.
    """
    require_spark()
    from py4j.protocol import Py4JError  # noqa: PLC0415 - an option, slow to load
    from pyspark.errors import PySparkException  # noqa: PLC0415 - an option, slow to load
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an option, slow to load

    with as_file(files(__package__) / "spark_log4j2.properties") as silence, _environment(cluster):
        try:
            session = SparkSession.builder.config(map=_options(cluster, silence)).getOrCreate()
            try:
                yield session
            finally:
                session.stop()
        except (PySparkException, Py4JError, ConnectionError) as error:
            raise EngineUnavailable(
                f"Spark at {cluster.master} did not finish linking: {_reason(error)}. The last snapshot stays in place."
                f" Mend the cluster, or build without --engine: DuckDB makes the same links."
            ) from None


@contextmanager
def _environment(cluster: Cluster) -> Iterator[None]:
    """Let the tasks of this machine run in this very Python, and Spark listen to this machine alone."""
    wanted = {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"} if cluster.is_local else {}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _reason(error: Exception) -> str:
    """Which errors Spark met, the cause last; in its own words only where they can be none of a record's."""
    text, kind = str(error), type(error).__name__
    met = [f"{kind}: {text.strip().partition(chr(10))[0][:300]}" if kind in _HARMLESS else kind]
    for name, words in re.findall(
        r"^(?:Caused by: )?(?:\w+\.)*(\w+(?:Error|Exception|Programs))(: .*)?$", text, re.M
    ):
        told = name + (words[:300] if name in _HARMLESS else "")
        if told not in met:
            met.append(told)
    return ", ".join(met[:6])


def _options(cluster: Cluster, silence: Path) -> dict[str, str]:
    logging = f"-Dlog4j2.configurationFile={silence.as_uri()}"
    options = {
        "spark.app.name": "mashlink linkage",
        "spark.master": cluster.master,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": f"{round(cluster.memory_gb * 1024)}m",
        "spark.driver.extraJavaOptions": logging,
        # Records in shuffle and spill files are nobody's to read beside the build.
        "spark.io.encryption.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        # A date of birth is the day that stands there, however long ago.
        "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
        "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
        "spark.sql.warehouse.dir": str(cluster.folder / "warehouse"),
        # A task takes its share whole, and DuckDB reads it without a copy for each row.
        "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
    }
    if cluster.is_local:
        options |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.local.dir": str(cluster.folder / "spill"),
        }
    return options | dict(cluster.options)
