"""Which language of a template a contact gets."""

from collections.abc import Iterable
from functools import lru_cache


def choose_locale(available: Iterable[str], wanted: str | None, default: str = "en") -> str:
    """The best of the available locales: ``de-AT`` → ``de`` → any ``de-…`` → the same for the default → the first.

    Case and ``_`` for ``-`` do not matter. Raises ValueError when nothing is available.
    """
    return _chosen(tuple(sorted(available)), wanted, default)


@lru_cache(maxsize=512)
def _chosen(available: tuple[str, ...], wanted: str | None, default: str) -> str:
    by_key = {_key(locale): locale for locale in available}
    for candidate in (wanted, default):
        parts = _key(candidate).split("-") if candidate else []
        for length in range(len(parts), 0, -1):
            if found := by_key.get("-".join(parts[:length])):
                return found
        if parts:
            for key, locale in by_key.items():
                if key.split("-")[0] == parts[0]:
                    return locale
    for locale in by_key.values():
        return locale
    raise ValueError("a template needs at least one language")


def _key(locale: str) -> str:
    return locale.strip().replace("_", "-").lower()
