"""Merge fields without a value: they render as nothing, and are remembered."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Undefined


@dataclass(slots=True)
class Rendering:
    """What one rendering has used up and missed."""

    missing: dict[str, None] = field(default_factory=dict)
    iterations: int = 0


_current: ContextVar[Rendering | None] = ContextVar("leadwell_rendering", default=None)


@contextmanager
def rendering() -> Iterator[Rendering]:
    """Everything rendered inside is accounted for in the object given; renderings do not see each other."""
    state = Rendering()
    token = _current.set(state)
    try:
        yield state
    finally:
        _current.reset(token)


def current_rendering() -> Rendering:
    """The rendering under way; outside of one (Jinja folds constants while it compiles) a throw-away."""
    return _current.get() or Rendering()


class Missing(Undefined):
    """A value that is not there: false, empty, and printed as nothing.

    Only printing counts as missing: a test or a fallback shows that the author thought of it.
    """

    __slots__ = ()

    @property
    def path(self) -> str:
        return self._undefined_name or "?"

    def __str__(self) -> str:
        current_rendering().missing[self.path] = None
        return ""

    def __html__(self) -> str:
        return str(self)

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __contains__(self, item: object) -> bool:
        return False

    def __hash__(self) -> int:
        return hash(Missing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Undefined) or other is None

    def _never(self, *args: Any, **kwargs: Any) -> Any:
        return False

    def _itself(self, *args: Any, **kwargs: Any) -> Any:
        return self

    __lt__ = __le__ = __gt__ = __ge__ = _never
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _itself
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _itself
    __neg__ = __pos__ = _itself
