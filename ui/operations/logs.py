"""Logs: a line a record, for people or for programs; no key ever stands in one."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal, TextIO

from ui.access.keys import without_keys

LogFormat = Literal["human", "json"]


class HumanLines(logging.Formatter):
    """What a person reads in a terminal."""

    def __init__(self) -> None:
        super().__init__("citewise: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        return without_keys(super().format(record))


class JsonLines(logging.Formatter):
    """One JSON object a record, a traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return without_keys(json.dumps(said))


_FORMATS: dict[LogFormat, type[logging.Formatter]] = {"human": HumanLines, "json": JsonLines}


def configure_logs(log_format: LogFormat, stream: TextIO | None = None) -> None:
    """Write all records to standard error, in one format, whoever logs them.

    For `uvicorn.Config` give `log_config=None`: its own set-up would go around this one.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_FORMATS[log_format]())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
