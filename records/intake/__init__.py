"""Agency files into the row tables of a snapshot: validation, quarantine, versions, labels."""

from records.intake.check import check_mapping
from records.intake.intake import take_in
from records.intake.report import Complaint, FeedCount, FileCount, IntakeReport, MappingCheck

__all__ = ["Complaint", "FeedCount", "FileCount", "IntakeReport", "MappingCheck", "check_mapping", "take_in"]
