"""Segments, and lists kept by hand, as they are written down."""

from typing import Annotated, Literal

from pydantic import Field

from leadwell.conditions.models import Model, StandingCondition
from leadwell.definitions.about import CONTACTS, About
from leadwell.definitions.text import Text


class SegmentDefinition(Model):
    kind: Literal["segment"] = "segment"
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    about: About = CONTACTS
    title: Text
    description: Text | None = None
    when: StandingCondition


class ListDefinition(Model):
    """A list: who is on it is decided by people, by imports, or by a segment at one moment (a snapshot)."""

    kind: Literal["list"] = "list"
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    title: Text
    description: Text | None = None
