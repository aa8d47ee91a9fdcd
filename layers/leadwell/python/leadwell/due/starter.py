"""The port to what waits: state machines that call back when a minute has come."""

from typing import Protocol


class DelayStarter(Protocol):
    def start_delay(self, minute: str, name: str) -> None:
        """Has ``wake_due`` called when the minute (``2026-11-22T04:30Z``) has come.

        ``name`` makes it happen once: an execution of that name counts as started.
        """

    def start_rebuild(self, name: str, reason: str) -> None:
        """Has every contact looked at again."""
