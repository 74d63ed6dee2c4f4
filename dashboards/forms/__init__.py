"""The forms of the pages: they read what was typed; whether it may stand is decided by the actions."""
