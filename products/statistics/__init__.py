"""Statistics as tables: definitions, intervals, suppression, and the forms they are exported in."""

from products.statistics.definitions import DEFINITIONS, Definition
from products.statistics.exporting import as_csv, as_workbook, exported_rows
from products.statistics.suppression import suppressed
from products.statistics.tables import Cell, StatisticTable, extract_table, statistic_table

__all__ = [
    "DEFINITIONS",
    "Cell",
    "Definition",
    "StatisticTable",
    "as_csv",
    "as_workbook",
    "exported_rows",
    "extract_table",
    "statistic_table",
    "suppressed",
]
