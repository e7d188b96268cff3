"""Agency files into the row tables of a snapshot: validation, quarantine, versions, labels."""

from records.intake.check import check_mapping
from records.intake.intake import take_in
from records.intake.report import Complaint, FeedCount, FileCount, IntakeReport, MappingCheck
from records.intake.sample import MOST_MAPPING_BYTES, MOST_SAMPLE_BYTES, Sample, SampleTried, try_sample

__all__ = [
    "MOST_MAPPING_BYTES",
    "MOST_SAMPLE_BYTES",
    "Complaint",
    "FeedCount",
    "FileCount",
    "IntakeReport",
    "MappingCheck",
    "Sample",
    "SampleTried",
    "check_mapping",
    "take_in",
    "try_sample",
]
