"""Statistics over a reader's scope: what is counted, in which hours, and the rows behind each count."""

from access.statistics.questions import QUESTIONS
from access.statistics.views import StatisticsViews

__all__ = ["QUESTIONS", "StatisticsViews"]
