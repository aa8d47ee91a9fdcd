"""A segment as it is written down."""

from typing import Annotated, Literal

from pydantic import Field

from leadwell.conditions.models import Condition, Model
from leadwell.definitions.text import Text


class SegmentDefinition(Model):
    kind: Literal["segment"] = "segment"
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    title: Text
    description: Text | None = None
    when: Condition
