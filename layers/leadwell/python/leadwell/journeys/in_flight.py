"""What becomes of those inside when a version of their journey is published.

An enrollment runs the version it entered with until a stated policy moves it:

``finish``  It goes on in its version to the end.
``migrate`` It goes on in the new version at the step where it stands, if that has the step. Else it goes on in its own
            until it stands at one that the new version has, too, so that nobody is lost.
``exit``    It ends.

The policy of a publication is about everybody inside, whatever version they are in. It is kept in the catalog, written
with the version itself; no enrollment is written then. Whoever reads an enrollment sees it as the policies have it by
now, and it is stored like that when it next moves. A wait that has begun ends when it was going to: a new duration is
for those who come to the step later.
"""

from collections.abc import Mapping
from dataclasses import replace

from leadwell.journeys.engine import ended
from leadwell.journeys.enrollment import EXITED, Enrollment
from leadwell.journeys.program import Program
from leadwell.journeys.turnovers import EXIT, Turnover, Turnovers

REPLACED = "a new version was published"

Programs = Mapping[tuple[str, int], Program]


def as_of_today(enrollment: Enrollment, programs: Programs, turnovers: Turnovers) -> Enrollment:
    """The enrollment as the policies of later versions have it; it need not be stored so yet."""
    if not enrollment.is_active:
        return enrollment
    for turnover in turnovers.get(enrollment.journey, ()):
        if turnover.version <= enrollment.version:
            continue
        if turnover.policy == EXIT:
            return ended(enrollment, EXITED, REPLACED, max(turnover.at, enrollment.since))
        enrollment = _migrated(enrollment, turnover, programs)
    return enrollment


def has_step(old: Program, new: Program, step: str) -> bool:
    """Whether a step of the old version is in the new one.

    By its name, and then it must be of the same kind. A step without a name is called after its place, which says
    something only where nothing has changed up to there.
    """
    before, after = old.nodes.get(step), new.nodes.get(step)
    if before is None or after is None or type(before.step) is not type(after.step):
        return False
    if before.step.id:
        return before.step.id == after.step.id
    return _up_to(old, step) == _up_to(new, step)


def _migrated(enrollment: Enrollment, turnover: Turnover, programs: Programs) -> Enrollment:
    old = programs.get((enrollment.journey, enrollment.version))
    new = programs.get((enrollment.journey, turnover.version))
    if old is None or new is None:
        return enrollment
    step = enrollment.step
    if enrollment.ready and step == old.first and enrollment.since == enrollment.entered_at:
        step = new.first  # whoever waits for its turn has not begun
    elif not has_step(old, new, step):
        return enrollment
    return replace(
        enrollment,
        step=step,
        version=new.version,
        came_from=enrollment.came_from or enrollment.version,
        path=enrollment.noted(max(turnover.at, enrollment.since), f"moved to version {new.version}"),
    )


def _up_to(program: Program, step: str) -> list[object]:
    """The steps as they are written, up to this one."""
    names = list(program.nodes)
    return [(name, program.nodes[name].step) for name in names[: names.index(step) + 1]]
