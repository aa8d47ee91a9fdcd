"""The plan: what publishing files would change, and the numbers that go with it. Applying does exactly that, or
refuses.

A plan names the revision of the catalog that it was made from and a fingerprint of what it would write. Numbers of
journeys are exact up to ``SAMPLE`` of those inside; beyond, they are those of a sample, made larger in proportion and
called estimates.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from leadwell.errors import Refused
from leadwell.journeys.turnovers import InFlight
from leadwell.planning.differences import Difference

FORMAT = 4
SAMPLE = 2_000

NEW, CHANGED, SAME, STATED, PRUNED, LEFT = "new", "changed", "unchanged", "stated", "paused", "not in the files"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan is made of. ``files`` are definition files, ``folders`` those laid out like ``templates/``."""

    files: tuple[str, ...]
    folders: tuple[str, ...]
    in_flight: InFlight | None = None
    announce: bool = False
    prune: bool = False
    region: str = "eu-central-1"


@dataclass(frozen=True, slots=True)
class Change:
    """``what`` becomes of a definition. ``lines`` say what changes in it; ``title`` is the new version's;
    ``doubts`` are what is odd about it, though it can be published."""

    kind: str
    name: str
    what: str
    before: int
    after: int
    lines: tuple[Difference, ...] = ()
    title: Mapping[str, str] | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How many stand at a step under the present version, and what becomes of them: ``moves`` to the new version,
    ``stays`` in its own, ``ends``."""

    version: int
    step: str
    contacts: int
    moves: int
    stays: int
    ends: int


@dataclass(frozen=True, slots=True)
class Affected:
    """A journey with people inside. ``looked_at`` of ``inside`` were looked at; the rest is in proportion. ``before``
    and ``after`` are messages by channel that leave within a day, without and with the change."""

    journey: str
    policy: str
    inside: int
    looked_at: int
    steps: tuple[Standing, ...]
    before: Mapping[str, int]
    after: Mapping[str, int]
    kept_back: Mapping[str, int]

    @property
    def is_estimate(self) -> bool:
        return self.looked_at < self.inside


@dataclass(frozen=True, slots=True)
class Audience:
    """Who would come and go because of changed segments, models and stages, of those looked at."""

    about: str
    looked_at: int
    of: int
    segments: Mapping[str, tuple[int, int]]
    stages: Mapping[str, int]

    @property
    def factor(self) -> float:
        """From those looked at to all."""
        return self.of / self.looked_at if self.looked_at else 1.0


@dataclass(frozen=True, slots=True)
class Coming:
    """A live journey that the change starts, because those who enter or leave one of the ``segments`` by it are
    announced, or because it takes those who are late for one of its ``dates`` (names of traits). ``contacts`` come in,
    ``held_out`` are left alone; messages as in ``Affected``. All in proportion to those looked at."""

    journey: str
    segments: tuple[str, ...]
    dates: tuple[str, ...]
    contacts: int
    held_out: int
    after: Mapping[str, int]
    kept_back: Mapping[str, int]
    looked_at: int
    of: int

    @property
    def is_estimate(self) -> bool:
        return self.looked_at < self.of


@dataclass(frozen=True, slots=True)
class Plan:
    asked: Asked
    made_at: str
    revision: int
    fingerprint: str
    changes: tuple[Change, ...]
    journeys: tuple[Affected, ...] = ()
    audiences: tuple[Audience, ...] = ()
    coming: tuple[Coming, ...] = ()
    usd: tuple[float, float] = (0.0, 0.0)
    """For the e-mails within a day, without and with the change."""
    format: int = field(default=FORMAT)

    @property
    def is_empty(self) -> bool:
        return all(one.what in (SAME, LEFT) for one in self.changes)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """Raises ``Refused`` for what is no plan of this format."""
        try:
            given = json.loads(text)
            if given.pop("format") != FORMAT:
                raise Refused("was made by another version; make it again")
            paths = {name: tuple(given["asked"][name]) for name in ("files", "folders")}
            return cls(
                asked=Asked(**{**given["asked"], **paths}),
                made_at=given["made_at"],
                revision=given["revision"],
                fingerprint=given["fingerprint"],
                changes=tuple(
                    Change(
                        **{
                            **one,
                            "lines": tuple(Difference(**line) for line in one["lines"]),
                            "doubts": tuple(one.get("doubts", ())),
                        }
                    )
                    for one in given["changes"]
                ),
                journeys=tuple(
                    Affected(**{**one, "steps": tuple(Standing(**step) for step in one["steps"])})
                    for one in given["journeys"]
                ),
                audiences=tuple(
                    Audience(**{**one, "segments": {name: tuple(pair) for name, pair in one["segments"].items()}})
                    for one in given["audiences"]
                ),
                coming=tuple(
                    Coming(**{**one, **{name: tuple(one[name]) for name in ("segments", "dates")}})
                    for one in given["coming"]
                ),
                usd=tuple(given["usd"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refused("is no plan; make one with `leadwell plan --out FILE`") from error
