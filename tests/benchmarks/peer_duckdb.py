"""The same twenty segments rebuilt for everybody in DuckDB, as tools do that know no "until": the cost of a run is
shared by the contacts that it changes."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.benchmarks.conditions import CONSENTS, HAPPENED, NOW, SCORE, STAGE, TRAITS
from tests.benchmarks.definitions import typical_conditions
from tests.benchmarks.rules import Language, written


def rebuild(contacts: int) -> Callable[[], list[int]]:
    """A full rebuild; answers how many contacts each segment has. Raises ImportError where it is not installed."""
    import duckdb

    base = duckdb.connect()
    base.execute("SET threads = 1")
    columns = ["plan", "country", "locale", "company", "phone"]
    base.execute(
        f"CREATE TABLE contacts (id INTEGER, {', '.join(f'{one} VARCHAR' for one in columns)}, employees INTEGER, "
        "city VARCHAR, vip BOOLEAN, stage VARCHAR, score DOUBLE, consents VARCHAR[])"
    )
    values: list[Any] = [*(TRAITS.get(one) for one in columns), TRAITS["employees"], TRAITS["address"]["city"]]
    values += [None, STAGE, SCORE, sorted(CONSENTS)]
    marks = ", ".join("?" * len(values))
    base.execute(f"INSERT INTO contacts SELECT range, {marks} FROM range({contacts})", values)
    base.execute("CREATE TABLE events (contact INTEGER, name VARCHAR, moment BIGINT)")
    for name, moments in HAPPENED.items():
        for at in moments:
            base.execute(f"INSERT INTO events SELECT range, ?, ? FROM range({contacts})", [name, at])
    counted = ", ".join(f"count(*) FILTER ({one})" for one in _conditions())
    newest = ", ".join(
        f"array_agg(moment ORDER BY moment DESC) FILTER (name = '{name}') AS {_column(name)}" for name in HAPPENED
    )
    query = (
        f"SELECT {counted} FROM contacts LEFT JOIN (SELECT contact, {newest} FROM events GROUP BY contact) AS happened "
        "ON happened.contact = contacts.id"
    )
    return lambda: list(base.execute(query).fetchone() or ())


def _conditions() -> list[str]:
    language = Language(
        both=_joined("AND"),
        either=_joined("OR"),
        negated=lambda part: f"NOT coalesce({part}, false)",
        compares=_compares,
        happened=_happened,
        score=lambda limit, reached: f"score {'>=' if reached else '<'} {limit}",
        stage=lambda stages: f"stage IN ({', '.join(map(_text, stages))})",
        consents=lambda topic: f"list_contains(consents, {_text(topic)})",
    )
    return [written(one, language) for one in typical_conditions().values()]


def _compares(path: str, word: str, value: Any) -> str:
    column = path.rpartition(".")[2]
    if word == "in":
        return f"{column} IN ({', '.join(map(_text, value))})"
    if word == "starts_with":
        return f"starts_with({column}, {_text(value)})"
    if word == "exists":
        return f"{column} IS NOT NULL"
    return f"{column} {'=' if word == 'equals' else '>='} {_text(value)}"


def _happened(name: str, times: int, within: int | None) -> str:
    column = _column(name)
    recent = f" AND {column}[{times}] + {within} > {NOW}" if within else ""
    return f"(coalesce(len({column}), 0) >= {times}{recent})"


def _joined(word: str) -> Callable[[Sequence[str]], str]:
    return lambda parts: "(" + f" {word} ".join(parts) + ")"


def _column(name: str) -> str:
    return f"m_{name.replace('-', '_')}"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool | int | float) else "'" + value.replace("'", "''") + "'"
