"""Collects the scenarios of journeys as tests, in the folders that the ini option ``leadwell_journeys`` names, and in
those inside.

    [tool.pytest.ini_options]
    testpaths = ["tests", "templates/journeys"]
    leadwell_journeys = ["templates/journeys"]

Without the option it does nothing, and imports nothing of Leadwell.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from leadwell.rehearsal.repertoire import Repertoire
    from leadwell.rehearsal.script import Script

_FOLDERS = pytest.StashKey[frozenset[Path]]()
_REPERTOIRES = pytest.StashKey[dict[Path, "Repertoire"]]()


class Differs(Exception):
    """A scenario went otherwise than it says; the text says how."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("leadwell_journeys", "folders with journeys whose scenarios are tests", type="paths", default=[])


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_FOLDERS] = frozenset(Path(folder).resolve() for folder in config.getini("leadwell_journeys"))
    config.stash[_REPERTOIRES] = {}


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Journey | None:
    here, folders = file_path.parent.resolve(), parent.config.stash[_FOLDERS]
    if file_path.suffix in (".yaml", ".yml") and (here in folders or here.parent in folders):
        return Journey.from_parent(parent, path=file_path)
    return None


class Journey(pytest.File):
    """A journey's file; its scenarios are read when it is collected, and all else when the first one is played."""

    _script: Script | None = None

    def collect(self) -> Iterator[pytest.Item]:
        from leadwell.definitions.documents import read_yaml

        document = read_yaml(self.path.read_text("utf-8"))
        if document.get("kind") == "policy":
            return  # it holds for the journeys beside it
        scenarios = document.get("scenarios")
        names = [str(one.get("name")) for one in scenarios if isinstance(one, dict)] if scenarios else [""]
        for name in names:
            yield Scenario.from_parent(self, name=name or "scenarios", scenario=name)

    @property
    def script(self) -> Script:
        from leadwell.rehearsal.repertoire import Repertoire
        from leadwell.rehearsal.script import Script

        if self._script is None:
            known, around = self.config.stash[_REPERTOIRES], Repertoire.around(self.path)
            repertoire = known.setdefault(around.folder, around)
            self._script = Script.of(repertoire, self.path)
        return self._script


class Scenario(pytest.Item):
    """``scenario`` is its name, empty where the journey has none: that is a failure of its own."""

    def __init__(self, *, scenario: str, **more: Any) -> None:
        super().__init__(**more)
        self._scenario = scenario

    def runtest(self) -> None:
        from leadwell.rehearsal.telling import NO_SCENARIOS, differences_told

        assert isinstance(self.parent, Journey)
        script = self.parent.script
        found = [one for one in script.scenarios if one.name == self._scenario]
        if not found:
            raise Differs(NO_SCENARIOS)
        result = script.run(found[0])
        if not result.passed:
            raise Differs("\n".join([script.place(found[0]), *differences_told(result)]))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from leadwell.errors import LeadwellError

        if isinstance(excinfo.value, (Differs, LeadwellError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.name
