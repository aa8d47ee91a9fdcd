"""What can go wrong, sorted by who should act.

LeadwellError
├── Refused      the caller's input is wrong: tell them which field and what to do
├── Retryable    the world is busy: the same call may succeed later
│   ├── Conflict     somebody else wrote first: read again
│   ├── Throttled    the store or a provider asks us to slow down
│   └── Outdated     what this process knows is not the newest any more
└── Broken       no retry will help: park the work where a person sees it
"""


class LeadwellError(Exception):
    """Base of all errors that Leadwell raises on purpose."""


class Refused(LeadwellError):
    """The input cannot be accepted.

    ``field`` is a path such as ``batch[3].properties.price``, ``line`` its place (from 1) where the input is a text;
    ``message`` says what is wrong and the remedy.
    """

    def __init__(self, message: str, field: str = "", line: int | None = None) -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field
        self.message = message
        self.line = line


class Retryable(LeadwellError):
    """Nothing is wrong with the work itself; do it again later."""


class Conflict(Retryable):
    """A conditional write lost: the item is not as it was read.

    ``failed`` holds the positions, in the order given to ``Table.write``, of the changes whose condition failed.
    """

    def __init__(self, message: str = "the item changed meanwhile", failed: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.failed = failed


class Throttled(Retryable):
    """Too fast for the service; ``retry_after`` is in seconds."""

    def __init__(self, message: str = "slow down", retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Outdated(Retryable):
    """This process works with definitions that somebody has replaced meanwhile; the next attempt reads them again."""


class Broken(LeadwellError):
    """The work can never succeed as it stands; the reason is meant for a person."""
