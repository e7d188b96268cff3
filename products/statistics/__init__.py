"""Statistics as tables: definitions, intervals, suppression, and the forms they are exported in."""

from products.statistics.definitions import DEFINITIONS, Definition
from products.statistics.exporting import HEADING_LINES, as_csv, exported_rows, statistic_export
from products.statistics.suppression import withheld
from products.statistics.tables import Cell, StatisticTable, extract_table, statistic_table
from products.statistics.workbook import as_workbook

__all__ = [
    "DEFINITIONS",
    "HEADING_LINES",
    "Cell",
    "Definition",
    "StatisticTable",
    "as_csv",
    "as_workbook",
    "exported_rows",
    "extract_table",
    "statistic_export",
    "statistic_table",
    "withheld",
]
