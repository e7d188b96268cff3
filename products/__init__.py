"""What leaves the hub: documents as values, made from a scoped view."""

from products.chronology import (
    GAP_DAYS,
    ChronologyChoice,
    ChronologyProforma,
    Gap,
    Happening,
    Version,
    arrange,
    chronology_proforma,
)
from products.chronology_document import chronology_document
from products.documents import Document, Handling, as_docx, as_page
from products.issuing import FORMS, Issued, Issuer, IssueRequest, draft, issue
from products.marac import RiskReading, case_pack, meeting_pack, risk_reading
from products.statistics import (
    DEFINITIONS,
    HEADING_LINES,
    Cell,
    Definition,
    StatisticTable,
    as_csv,
    as_workbook,
    exported_rows,
    extract_table,
    statistic_export,
    statistic_table,
    withheld,
)
from products.subject_access import subject_access_document
from products.wording import code as in_words

__all__ = [
    "DEFINITIONS",
    "FORMS",
    "GAP_DAYS",
    "HEADING_LINES",
    "Cell",
    "ChronologyChoice",
    "ChronologyProforma",
    "Definition",
    "Document",
    "Gap",
    "Handling",
    "Happening",
    "IssueRequest",
    "Issued",
    "Issuer",
    "RiskReading",
    "StatisticTable",
    "Version",
    "arrange",
    "as_csv",
    "as_docx",
    "as_page",
    "as_workbook",
    "case_pack",
    "chronology_document",
    "chronology_proforma",
    "draft",
    "exported_rows",
    "extract_table",
    "in_words",
    "issue",
    "meeting_pack",
    "risk_reading",
    "statistic_export",
    "statistic_table",
    "subject_access_document",
    "withheld",
]
