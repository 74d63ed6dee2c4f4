"""Logs as one JSON object a line, in UTC, without line breaks from the outside."""

import json
import logging
from datetime import UTC, datetime


class JsonFormatter(logging.Formatter):
    """Format a record with its time, level, logger, message and the extra fields given as a mapping `facts`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON; JSON escapes carriage returns and line feeds."""
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str, ensure_ascii=False)
