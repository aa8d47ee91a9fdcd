"""What the other shapes are made of."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from leadwell.clock import FOREVER, Moment, to_iso


class Shape(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True)


class Given(BaseModel):
    """A request's body. Words it does not know are refused, so that a typing error is not taken for a success."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


Instant = Annotated[str, Field(description="A moment, ISO 8601 in UTC.", examples=["2026-11-22T03:10:00.123Z"])]
JsonObject = dict[str, Any]


def instant(moment: Moment | None) -> str | None:
    """None stays None, and for ever is None as well: there is no such moment."""
    return None if moment is None or moment >= FOREVER else to_iso(moment)


class Text(Shape):
    """Words in both languages."""

    en: str
    de: str
