"""What a subcommand raises when it cannot do its work."""

from __future__ import annotations


class CannotRun(Exception):
    """The command could not run; the message is one line which tells the user why."""
