"""MARAC: the pack of a case and of a meeting, and the risk checklist as it is read."""

from products.marac.pack import case_pack, meeting_pack
from products.marac.risk_checklist import RiskReading, risk_reading

__all__ = ["RiskReading", "case_pack", "meeting_pack", "risk_reading"]
