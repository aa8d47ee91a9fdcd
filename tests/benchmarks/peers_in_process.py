"""The same twenty segments in ``cel-python``, ``json-logic`` and ``rule-engine``: each answers for one contact."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from leadwell.clock import FOREVER
from tests.benchmarks.conditions import CONSENTS, HAPPENED, NOW, SCORE, STAGE, TRAITS
from tests.benchmarks.definitions import typical_conditions
from tests.benchmarks.rules import Language, written

Answers = Callable[[], list[bool]]

CONTACT: Mapping[str, Any] = {
    # What is absent is said to be null: two of the three languages have no other way to ask for it.
    "traits": {"phone": None, "vip": None, **TRAITS},
    "happened": {name.replace("-", "_"): list(moments) for name, moments in HAPPENED.items()},
    "stage": STAGE,
    "consents": sorted(CONSENTS),
    "score": SCORE,
    "now": NOW,
}


def cel() -> Answers:
    """Raises ImportError where it is not installed."""
    import celpy

    def compares(path: str, word: str, value: Any) -> str:
        trait = f"traits.{path}"
        words = {
            "equals": f"{trait} == {json.dumps(value)}",
            "in": f"{trait} in {json.dumps(value, ensure_ascii=False)}",
            "starts_with": f"{trait}.startsWith({json.dumps(value)})",
            "at_least": f"{trait} >= {value}",
            "exists": f"{trait} != null",
        }
        return words[word]

    def happened(name: str, times: int, within: int | None) -> str:
        moments = f"happened.{name.replace('-', '_')}"
        recent = f" && now < {moments}[{times - 1}] + {within}" if within else ""
        return f"(size({moments}) >= {times}{recent})"

    language = _textual("&&", "||", "!", compares, happened)
    environment = celpy.Environment()
    programs = [environment.program(environment.compile(one)) for one in _all(language)]
    contact = celpy.json_to_cel(dict(CONTACT))
    return lambda: [bool(program.evaluate(contact)) for program in programs]


def rule_engine() -> Answers:
    """Raises ImportError where it is not installed."""
    import rule_engine as engine

    def compares(path: str, word: str, value: Any) -> str:
        trait = "traits" + "".join(f"[{json.dumps(name)}]" for name in path.split("."))
        words = {
            "equals": f"{trait} == {json.dumps(value)}",
            "in": f"{trait} in {json.dumps(value, ensure_ascii=False)}",
            "starts_with": f"{trait}.starts_with({json.dumps(value)})",
            "at_least": f"{trait} >= {value}",
            "exists": f"{trait} != null",
        }
        return words[word]

    def happened(name: str, times: int, within: int | None) -> str:
        moments = f"happened[{json.dumps(name.replace('-', '_'))}]"
        recent = f" and now < {moments}[{times - 1}] + {within}" if within else ""
        return f"({moments}.length >= {times}{recent})"

    rules = [engine.Rule(one) for one in _all(_textual("and", "or", "not ", compares, happened))]
    contact = dict(CONTACT)
    return lambda: [bool(rule.matches(contact)) for rule in rules]


def json_logic() -> Answers:
    """Raises ImportError where it is not installed (``json-logic`` itself is for Python 2: its port is measured)."""
    from json_logic import jsonLogic

    def compares(path: str, word: str, value: Any) -> Any:
        trait = {"var": f"traits.{path}"}
        words = {
            "equals": {"==": [trait, value]},
            "in": {"in": [trait, value]},
            "starts_with": {"==": [{"substr": [trait, 0, len(str(value))]}, value]},
            "at_least": {">=": [trait, value]},
            "exists": {"!=": [trait, None]},
        }
        return words[word]

    def happened(name: str, times: int, within: int | None) -> Any:
        newest = {"var": f"happened.{name.replace('-', '_')}.{times - 1}"}
        return {">": [{"+": [newest, within or FOREVER]}, {"var": "now"}]}

    language = Language(
        both=lambda parts: {"and": list(parts)},
        either=lambda parts: {"or": list(parts)},
        negated=lambda part: {"!": [part]},
        compares=compares,
        happened=happened,
        score=lambda limit, reached: {">=" if reached else "<": [{"var": "score"}, limit]},
        stage=lambda stages: {"in": [{"var": "stage"}, list(stages)]},
        consents=lambda topic: {"in": [topic, {"var": "consents"}]},
    )
    # It fails on what is beyond the end of a list, so every list is made long enough.
    happened_long = {name: [*moments, *[-FOREVER] * 6] for name, moments in CONTACT["happened"].items()}
    rules, contact = _all(language), {**CONTACT, "happened": happened_long}
    return lambda: [bool(jsonLogic(rule, contact)) for rule in rules]


def _textual(
    also: str,
    otherwise: str,
    no: str,
    compares: Callable[[str, str, Any], str],
    happened: Callable[[str, int, int | None], str],
) -> Language:
    def joined(word: str) -> Callable[[Sequence[str]], str]:
        return lambda parts: "(" + f" {word} ".join(parts) + ")"

    return Language(
        both=joined(also),
        either=joined(otherwise),
        negated=lambda part: f"{no}({part})",
        compares=compares,
        happened=happened,
        score=lambda limit, reached: f"score {'>=' if reached else '<'} {float(limit)}",
        stage=lambda stages: f"stage in {json.dumps(list(stages))}",
        consents=lambda topic: f"{json.dumps(topic)} in consents",
    )


def _all(language: Language) -> list[Any]:
    return [written(one, language) for one in typical_conditions().values()]
