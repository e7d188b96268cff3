"""Query results as plain numpy columns of a stated type."""

from typing import Any, TypeVar

import duckdb
import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)


def column(found: Any, name: str, kind: type[Number]) -> NDArray[Number]:
    """Column ``name`` of ``fetchnumpy()``'s answer as ``kind``; it must hold no NULL."""
    return np.asarray(found[name]).astype(kind, copy=False)


def count(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    """How many rows ``source`` (a table or a query in brackets) has."""
    return int(connection.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0])
