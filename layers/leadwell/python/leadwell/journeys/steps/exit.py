"""End the journey here: ``exit: no phone number``, or ``exit: {de: keine Telefonnummer, en: no phone number}``."""

from typing import Annotated

from pydantic import Field

from leadwell.definitions.text import Text, in_words
from leadwell.journeys.steps.running import Leave, Next, StepModel, StepRun


class Exit(StepModel):
    exit: Annotated[str, Field(min_length=1, max_length=100)] | Text

    def unfit_for_companies(self) -> str:
        return ""

    def run(self, run: StepRun) -> Next:
        return Leave(in_words(self.exit))
