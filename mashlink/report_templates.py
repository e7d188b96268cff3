"""What the pages of all reports share: how templates are read, how numbers and days are written, the stylesheet."""

from datetime import date
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mashlink.report_words import share, words


def environment() -> Environment:
    """The templates of ``mashlink/templates``; a value that a template names and nobody gave is an error."""
    made = Environment(
        loader=PackageLoader("mashlink"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    made.filters.update(share=share, words=words, count=_count, day=_day, whole_percent=_whole_percent)
    return made


def stylesheet() -> Markup:
    """The style of every report, to stand inside its page."""
    text = files("mashlink").joinpath("templates", "report.css").read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - our own file, no value in it


def _count(number: int) -> str:
    return f"{number:,}"


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"


def _whole_percent(part: float) -> str:
    # A field that a few records lack is not complete, and one that a few hold is not absent.
    rounded = round(100 * part)
    if rounded == 100 and part < 1:
        return ">99"
    return "<1" if rounded == 0 and part > 0 else str(rounded)
