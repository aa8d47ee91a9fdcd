"""How journeys do."""

from leadwell.console.api.access import Asked, least, routes
from leadwell.console.api.definitions import JOURNEYS, Name
from leadwell.console.api.shapes.journeys import JourneyResults, results_shape
from leadwell.console.publishing import live_program
from leadwell.journeys.results import read_results

router = routes()


@router.get(
    "/api/journeys/<name>/results",
    **least("viewer", JOURNEYS, "read_results", "How the arms of a journey do, and what holding contacts out shows"),
)
def results(work: Asked, name: Name) -> JourneyResults:
    program = live_program(work.given, name)
    return results_shape(program, read_results(work.given.table, program, work.now))
