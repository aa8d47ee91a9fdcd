"""How journeys look, and how they do."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from leadwell.console.api.access import Asked, least, routes
from leadwell.console.api.definitions import JOURNEYS, Name
from leadwell.console.api.shapes.definitions import status_of
from leadwell.console.api.shapes.journeys import JourneyResults, results_shape
from leadwell.console.publishing import find_entry, live_program
from leadwell.definitions.titles import published_titles
from leadwell.journeys.drawing import draw
from leadwell.journeys.inside import read_standing
from leadwell.journeys.results import read_results

router = routes()


@router.get(
    "/api/journeys/<name>/results",
    **least("viewer", JOURNEYS, "read_results", "How the arms of a journey do, and what holding contacts out shows"),
)
def results(work: Asked, name: Name) -> JourneyResults:
    program = live_program(work.given, name)
    return results_shape(program, read_results(work.given.table, program, work.now))


@router.get(
    "/api/journeys/<name>/picture",
    **least("viewer", JOURNEYS, "draw_journey", "A picture of a journey (SVG), with how many stand where"),
    responses={200: {"description": "The picture.", "content": {"image/svg+xml": {"schema": {"type": "string"}}}}},
)
def picture(
    work: Asked, name: Name, locale: Annotated[str, Query(description="de for German.", max_length=20)] = "en"
) -> Response[str]:
    program = live_program(work.given, name)
    status = status_of(find_entry(work.given, "journey", name))
    svg = draw(
        program,
        locale,
        standing=read_standing(work.given.table, name),
        status=status,
        titles=published_titles(work.given.library),
    )
    return Response(200, "image/svg+xml; charset=utf-8", svg)
