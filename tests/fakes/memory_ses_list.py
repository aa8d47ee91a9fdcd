"""SES's own suppression list, in memory: spelling matters, and what is not there cannot be removed."""

from collections.abc import Callable

from leadwell.clock import Moment
from leadwell.consent.suppressions import Reason
from leadwell.feedback.reconciling import Listed, ListedPage


class MemorySesList:
    """``on_request`` is told of each operation before it is done, and may raise."""

    def __init__(self) -> None:
        self.listed: dict[str, Listed] = {}
        self.on_request: Callable[[str], None] = lambda operation: None

    def add(self, address: str, reason: Reason = Reason.BOUNCE, at: Moment = 0) -> None:
        self.listed[address] = Listed(address, reason, at)

    def find(self, address: str) -> Listed | None:
        self.on_request("find")
        return self.listed.get(address)

    def remove(self, address: str) -> None:
        self.on_request("remove")
        self.listed.pop(address, None)

    def page(self, cursor: str = "") -> ListedPage:
        return ListedPage(list(self.listed.values()), "")
