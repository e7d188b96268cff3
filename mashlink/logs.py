"""The process's own log on standard error: one line an event, as text or as JSON, and never a value out of a request.

The record of who looked at what is the ledger; this log is for whoever keeps the service running. An exception is told by
its kind and the line that raised it: a traceback may repeat a name or a number out of a query.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any, Final, Literal

Format = Literal["text", "json"]
# Loggers whose messages are our own words, or the server's about itself. Others (SQLAlchemy's, say) repeat values.
_OWN: Final = ("mashlink", "uvicorn.error")


class OneLine(logging.Formatter):
    """A line of text: time, level, logger, message, and where an exception came from."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        facts = event_of(record)
        where = f" ({facts['error']} at {facts['place']})" if "error" in facts else ""
        return f"{facts['time']} {record.levelname:<7} {record.name}: {facts['message']}{where}"


class JsonLines(logging.Formatter):
    """The same as one JSON object a line, with the facts that a message brings."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps(event_of(record), ensure_ascii=False, sort_keys=True)


class OwnWords(logging.Filter):
    """Lets pass what this house and its server say, and nothing of any library: their messages may repeat values."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        return record.name.startswith(_OWN)


def event_of(record: logging.LogRecord) -> dict[str, Any]:
    """What is told of a record: never its exception's own words."""
    event: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage().partition("\n")[0],
        **getattr(record, "facts", {}),
    }
    if record.exc_info and record.exc_info[0] is not None:
        frames = traceback.extract_tb(record.exc_info[2])
        event["error"] = record.exc_info[0].__name__
        event["place"] = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    return event


def logging_of(shown: Format) -> dict[str, Any]:
    """The configuration of ``logging`` for a service: JSON tells each request, text only what somebody should look at."""
    formatter = f"{__name__}.{'JsonLines' if shown == 'json' else 'OneLine'}"
    level = "INFO" if shown == "json" else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"own": {"()": f"{__name__}.OwnWords"}},
        "formatters": {"line": {"()": formatter}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "line",
                "filters": ["own"],
            }
        },
        "loggers": {
            name: {"handlers": ["stderr"], "level": level, "propagate": False}
            for name in ("mashlink", "uvicorn", "uvicorn.error")
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
    }
