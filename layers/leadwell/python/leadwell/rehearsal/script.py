"""A journey with its scenarios, ready to be rehearsed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadwell.definitions.documents import read_yaml
from leadwell.definitions.files import is_templates, with_folders_inside
from leadwell.definitions.places import line_of
from leadwell.definitions.publishing import Publisher
from leadwell.definitions.reading import Written, completed, located
from leadwell.errors import Refused
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.program import Program, compile_journey
from leadwell.journeys.scenarios import Scenario
from leadwell.rehearsal.comparing import Difference, differences
from leadwell.rehearsal.playing import Played, play
from leadwell.rehearsal.repertoire import JOURNEYS, Repertoire, Shelf, is_policy

Overrides = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Result:
    scenario: Scenario
    played: Played
    differences: list[Difference]

    @property
    def passed(self) -> bool:
        return not self.differences


_Wanted = tuple[Overrides, tuple[str, ...], tuple[tuple[str, str], ...], str]
"""Parameters, other journeys, arms, policy: what makes a shelf another one."""


class Script:
    """Raises ``Refused`` where the journey is not sound, or is none; ``document`` is as it is written."""

    def __init__(self, repertoire: Repertoire, document: Mapping[str, Any], path: Path | None = None) -> None:
        self._repertoire = repertoire
        self._path = path
        self._document = document
        self._shelves: dict[_Wanted, tuple[Shelf, Written]] = {}
        written = completed(document, {})
        if not isinstance(written.definition, JourneyDefinition):
            raise Refused(f"is a {written.document['kind']}; only journeys have scenarios", "kind")
        self.name, self.scenarios = written.document["name"], written.scenarios
        Publisher(repertoire.with_journeys([]), 0, "").check_complete(written)

    @classmethod
    def of(cls, repertoire: Repertoire, path: Path) -> "Script":
        """Raises ``Refused`` naming file and line."""
        text = path.read_text("utf-8")
        try:
            return cls(repertoire, read_yaml(text), path)
        except Refused as refused:
            found = located(refused, text)
            place = f"{path}:{found.line}" if found.line else str(path)
            raise Refused(found.message, f"{place}: {found.field}".removesuffix(": ")) from refused

    def run(self, scenario: Scenario) -> Result:
        shelf, written = self._prepared(scenario)
        # With other parameters, what the scenario quotes of them is different as well.
        scenario = next(one for one in written.scenarios if one.name == scenario.name)
        played = play(shelf, self.name, scenario)
        return Result(scenario, played, differences(scenario, played))

    def place(self, scenario: Scenario) -> str:
        """File and line where it begins, as editors take it; empty where it was read from no file."""
        if self._path is None:
            return ""
        number = [one.name for one in self.scenarios].index(scenario.name)
        return f"{self._path}:{line_of(self._path.read_text('utf-8'), f'scenarios[{number}]')}"

    def run_all(self) -> Iterator[Result]:
        return (self.run(scenario) for scenario in self.scenarios)

    def _prepared(self, scenario: Scenario) -> tuple[Shelf, Written]:
        parameters, arms = tuple(sorted(scenario.parameters.items())), tuple(sorted(scenario.arms.items()))
        policy = scenario.policy.model_dump_json() if scenario.policy else ""
        wanted = (parameters, scenario.others, arms, policy)
        if wanted not in self._shelves:
            written = completed(self._document, scenario.parameters)
            programs = [program_of(written).with_arms(scenario.arms), *self._beside(scenario)]
            self._shelves[wanted] = (self._repertoire.with_journeys(programs, scenario.policy), written)
        return self._shelves[wanted]

    def _beside(self, scenario: Scenario) -> list[Program]:
        known = self._repertoire.journeys if scenario.others else {}
        missing = [name for name in scenario.others if name not in known]
        if missing:
            field = "beside" if missing[0] in scenario.beside else "together"
            raise Refused(f"there is no journey {missing[0]}", f"scenario {scenario.name!r}: {field}")
        return [program_of(completed(read_yaml(known[name].text), {})) for name in scenario.others]


def program_of(written: Written) -> Program:
    assert isinstance(written.definition, JourneyDefinition)
    return compile_journey(written.definition, 1, written.values)


def journey_files(path: Path) -> list[Path]:
    """The file itself, or the journeys of a folder (of ``templates/``, those in its ``journeys/``) and of the folders
    inside, without the policy that may lie beside them. Raises ``Refused`` where there is none."""
    if path.is_file():
        return [path]
    within = with_folders_inside(path / JOURNEYS if is_templates(path) else path)
    found = [one for one in within if not is_policy(one)]
    if not found:
        raise Refused("there are no journeys here", str(path))
    return found
