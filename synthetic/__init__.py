"""A made-up region with known truth: raw agency files and what is true of them. Imports nothing of the house."""

from synthetic.options import RegionOptions, RegionReport
from synthetic.region import make_region

__all__ = ["RegionOptions", "RegionReport", "make_region"]
