"""The real waking."""

from leadwell.due.waking import Progress, drain, sweep
from leadwell.wiring import services


def handler(event, _context):
    own = services()
    if event.get("sweep"):
        sweep(own.table, own.queues, own.starter, own.clock.now())
        return {}
    return drain(own.table, own.queues, Progress.from_json(event), own.clock.now()).to_json()
