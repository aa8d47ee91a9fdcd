"""What conditions are written with: durations, comparisons, filters of events."""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Union

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, PlainSerializer, Tag, WithJsonSchema

from leadwell.clock import DAY
from leadwell.conditions.dates import TIMED
from leadwell.conditions.matchers import MATCHERS, comparison_schema, comparison_words, unfit
from leadwell.durations import PATTERN, duration_text, parse_duration

LONGEST = 100 * 365 * DAY
"""No duration is longer: what it ends must have a date that the due index can write down."""

Duration = Annotated[
    int,
    BeforeValidator(parse_duration),
    Field(gt=0, le=LONGEST),
    PlainSerializer(duration_text),
    WithJsonSchema({"type": "string", "pattern": f"^{PATTERN.pattern.replace('?P<', '?<')}$", "examples": ["P7D"]}),
]
"""Milliseconds; written as ISO 8601."""

Matcher = dict[str, Any]
"""Comparison words (``matchers.MATCHERS``, ``dates.TIMED``) and what to compare with; all of them must hold."""


START_WORDS = ("same_as", "same_as_or_missing")
"""They compare with the event that started a journey."""


def as_matcher(given: Any, *, timed: bool, started: bool = True) -> Any:
    """``timed``: whether words may be used whose truth depends on the present moment; ``started``: those that compare
    with what started a journey."""
    if isinstance(given, str | int | float | bool):
        return {"equals": given}
    if isinstance(given, list):
        given = {"in": given}
    if isinstance(given, dict):
        known = [*MATCHERS, *TIMED]
        unknown = [word for word in given if word not in known]
        if unknown:
            raise ValueError(f"unknown comparison {unknown[0]!r}; known are {', '.join(known)}")
        if not given:
            raise ValueError("an empty comparison; give a value or for example {exists: true}")
        if not started and (word := next((word for word in START_WORDS if word in given), None)):
            raise ValueError(f"{word} {NO_START}")
        for word, expected in given.items():
            if word in TIMED:
                TIMED[word](expected, absolute=not timed)
            elif problem := unfit(word, expected):
                raise ValueError(problem)
    return given


NO_START = (
    "compares with the event that started a journey, and here none did; it may stand in a journey's goal, exits, "
    "winner and wait_for"
)


def _alone(given: Any) -> Any:
    return (given,) if isinstance(given, str) else given


OneOrMore = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(_alone),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": {"type": "string"}}]}),
]
"""A text or a list of texts."""

_SCHEMA = WithJsonSchema(comparison_schema(TIMED))

Comparison = Annotated[Matcher, BeforeValidator(lambda given: as_matcher(given, timed=True)), _SCHEMA]
"""Compares what a contact has; may speak of today."""

FixedComparison = Annotated[
    Matcher,
    BeforeValidator(lambda given: as_matcher(given, timed=False, started=False)),
    WithJsonSchema(comparison_schema(TIMED, without=START_WORDS)),
]
"""Compares what an event brought, when it happens."""

StartedComparison = Annotated[Matcher, BeforeValidator(lambda given: as_matcher(given, timed=False)), _SCHEMA]
"""The same in a journey that an event has started."""

Where = dict[str, FixedComparison]
"""Compares what an event brought: its properties by path, and with ``context.`` in front where it came from."""

StartedWhere = dict[str, StartedComparison]
"""The same where it may be compared with what the journey was started by: ``{cart_id: {same_as: cart_id}}``."""


def beside(name: str) -> Callable[[dict[str, Any]], None]:
    """The JSON Schema of a condition whose comparison words stand beside the name of what is compared."""

    def change(schema: dict[str, Any]) -> None:
        schema["properties"] = {name: schema["properties"][name], **comparison_words(TIMED)}
        schema["required"] = [name]

    return change


def one_of(kinds: Mapping[str, type[BaseModel]], what: str) -> Any:
    """The type of a field that is one of these models, which the first head word that it has tells apart. ``what`` is
    what an error calls it."""
    heads = {model: head for head, model in kinds.items()}

    def head_of(given: Any) -> str | None:
        if isinstance(given, dict):
            return next((head for head in kinds if head in given), None)
        return heads.get(type(given))

    models = tuple(Annotated[model, Tag(head)] for head, model in kinds.items())
    return Annotated[
        Union[models],  # noqa: UP007 (made from the table)
        Discriminator(
            head_of,
            custom_error_type=f"unknown_{what}",
            custom_error_message=f"a {what} needs one of the words {', '.join(kinds)}",
        ),
    ]


class Model(BaseModel):
    """Definitions are frozen and refuse words they do not know, so that a typing error never passes for a rule."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    def mentions(self) -> "Iterable[tuple[str, str]]":
        """(kind, name) of what it speaks of that may yet come: the name of an ``event``, of a definition, or
        (``step``) a journey and its step as ``welcome/first-mail``. Events in a field of that name need not be told."""
        return ()
