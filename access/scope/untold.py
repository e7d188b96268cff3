"""Rows of sexual health of which a reader is told that they are there, when, by whom and of which kind, and no more."""

import duckdb

from access.scope.masks import Mask
from access.scope.standing import labels_of


def untold_labels(connection: duckdb.DuckDBPyConnection, mask: Mask) -> list[int]:
    """The ids of the labels of such rows; none for whoever is shown what rows of sexual health say."""
    return [
        label_id
        for label_id, label in labels_of(connection).items()
        if label.category == "sexual_health" and not mask.of_row(label.agency).sexual_health
    ]
