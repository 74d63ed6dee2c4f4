"""Files of any kind brought in: the kinds of renewals, and those that become signals."""

from signals.actions.imports.doors import commit_import, import_file, preview_import, undo_import
from signals.actions.imports.registry import all_kinds, all_writers

__all__ = ["all_kinds", "all_writers", "commit_import", "import_file", "preview_import", "undo_import"]
