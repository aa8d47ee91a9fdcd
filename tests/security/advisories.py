"""Known vulnerabilities of the locked packages, by pip-audit and the advisory data that PyPI has for each release.

Nothing is installed for it: the lock files say everything. Where the data cannot be reached the check says so and lets
pass, on every machine: a check that fails with somebody else's service gets switched off.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tests.security.accepted import Exemption

ROOT = Path(__file__).parents[2]
_LOCKS = ("infra/requirements.txt", "layers/dependencies/requirements.txt", "tests/benchmarks/requirements.txt")

PATIENCE = 60
"""Seconds for all packages; some 130 small requests, kept in pip's cache."""
_REQUEST_PATIENCE = 10

_UNREACHABLE = re.compile(
    r"(Connection|Service|HTTP|SSL|Proxy|JSONDecode)Error|Timeout|Could not connect|not redirecting"
)


class AuditBroken(Exception):
    """pip-audit could not do its work, for a reason of ours."""


@dataclass(frozen=True)
class Advisory:
    """``places`` are the lock files that have the package. ``names`` are all its ids, the one to quote first."""

    package: str
    version: str
    names: tuple[str, ...]
    fixed_in: tuple[str, ...]
    words: str
    places: tuple[str, ...] = ()

    def __str__(self) -> str:
        also = f" ({', '.join(self.names[1:])})" if self.names[1:] else ""
        remedy = (
            f"fixed in {', '.join(self.fixed_in)}: make lock ARGS='--upgrade-package {self.package}'"
            if self.fixed_in
            else "no fixed version yet"
        )
        return (
            f"{', '.join(self.places) or 'locked'}: {self.package} {self.version} has the known vulnerability "
            f"{self.names[0]}{also}; {remedy}\n    {self.words[:300]}"
        )


@dataclass(frozen=True)
class Audit:
    """``asked`` packages were looked up, about ``unknown`` ones there is no data. ``unreachable`` says why nothing
    could be looked up at all; empty when it could."""

    found: tuple[Advisory, ...] = ()
    asked: int = 0
    unknown: tuple[str, ...] = ()
    unreachable: str = ""


@dataclass
class Report:
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def audit(files: Sequence[Path], *service: str) -> Audit:
    """Looks the packages of lock files up. ``service``: pip-audit's options for another source than PyPI.

    Raises ``AuditBroken`` when it cannot be done for another reason than the network.
    """
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format=json"]
    command += ["--progress-spinner=off", f"--timeout={_REQUEST_PATIENCE}", *service]
    for file in files:
        command += ["--requirement", str(file)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return Audit(unreachable=f"no answer within {PATIENCE} s")
    try:
        document = json.loads(done.stdout)
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        if _UNREACHABLE.search(done.stderr):
            return Audit(unreachable=last[:160])
        raise AuditBroken(f"pip-audit failed: {done.stderr[-2000:] or last}") from None
    return read(document, {_shown(file): file.read_text(encoding="utf-8") for file in files})


def read(document: Mapping[str, Any], texts: Mapping[str, str]) -> Audit:
    """``texts``: name of a lock file → its text."""
    found: list[Advisory] = []
    asked, unknown = 0, []
    for package in document["dependencies"]:
        name = package["name"]
        if "skip_reason" in package:
            unknown.append(name)
            continue
        asked += 1
        places = tuple(
            place for place, text in texts.items() if re.search(rf"^{re.escape(name)}==", text, re.MULTILINE)
        )
        for one in package["vulns"]:
            names = (one["id"], *one.get("aliases", ()))
            found.append(
                Advisory(name, package["version"], names, tuple(one["fix_versions"]), one["description"], places)
            )
    if unknown and not asked:
        return Audit(unknown=tuple(unknown), unreachable=f"none of the {len(unknown)} packages is known there")
    return Audit(tuple(found), asked, tuple(unknown))


def _shown(file: Path) -> str:
    return str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else file.name


def report(result: Audit, exemptions: Mapping[str, Exemption], today: date) -> Report:
    """What is to be done, and what is good to know."""
    made = Report()
    if result.unreachable:
        made.remarks.append(
            f"WARNING: known vulnerabilities were not looked up, PyPI's advisory data cannot be reached from here: "
            f"{result.unreachable}"
        )
        return made
    if result.unknown:
        made.remarks.append(f"No advisory data about {', '.join(result.unknown)}.")
    needed = set()
    for advisory in result.found:
        exempt = next((name for name in advisory.names if name in exemptions), None)
        if exempt is None or exemptions[exempt].package != advisory.package:
            made.problems.append(str(advisory))
            continue
        needed.add(exempt)
        if exemptions[exempt].until <= today:
            made.problems.append(f"{advisory}\n    It was accepted until {exemptions[exempt].until}: look again.")
    made.problems += [
        f"accepted.toml: {name} concerns nothing that is locked any more; delete the entry"
        for name in sorted(set(exemptions) - needed)
    ]
    return made


def locks() -> list[Path]:
    return [ROOT / name for name in _LOCKS]
