"""What every kind of condition brings along: how it is compiled, and what it looks at."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from leadwell.clock import Moment
from leadwell.conditions.answer import Evaluate
from leadwell.conditions.facts import Facts
from leadwell.conditions.needs import Needs
from leadwell.conditions.written import Model


class ConditionModel(Model):
    """One kind of condition, as it is written down."""

    def compiled(self, needs: Needs) -> Evaluate:
        """The condition as a function; adds what it depends on to ``needs``."""
        raise NotImplementedError

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        """What the contact has of that which the condition looks at; moments are milliseconds."""
        return {}

    def parts(self) -> "Sequence[ConditionModel]":
        """The conditions inside."""
        return ()

    def rule(self) -> dict[str, Any]:
        """As it is written, without the conditions inside."""
        inside = {name for name, value in self if isinstance(value, ConditionModel | tuple)} if self.parts() else set()
        return as_written(self, but=inside)


class Shorthand(ConditionModel):
    """A kind that says something shorter than others could."""

    def meaning(self) -> ConditionModel:
        """The same, spelled out."""
        raise NotImplementedError

    def compiled(self, needs: Needs) -> Evaluate:
        return self.meaning().compiled(needs)

    def found(self, facts: Facts, now: Moment) -> Mapping[str, Any]:
        return self.meaning().found(facts, now)

    def parts(self) -> Sequence[ConditionModel]:
        return self.meaning().parts()

    def rule(self) -> dict[str, Any]:
        return as_written(self)


def as_written(model: Model, but: Collection[str] = ()) -> dict[str, Any]:
    """A model as somebody would have written it, as plain JSON."""
    written: dict[str, Any] = _plain(model.model_dump(by_alias=True, exclude_defaults=True, exclude=set(but)))
    return written


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        # What may be one or several is written alone where it is one.
        return _plain(value[0]) if isinstance(value, tuple) and len(value) == 1 else [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
