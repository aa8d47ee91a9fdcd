"""``leadwell tasks``: what people have to do, the most urgent first."""

import json
from argparse import Namespace
from typing import Any

from leadwell.clock import to_iso
from leadwell.console.api.tasks import task_shape
from leadwell.sales.task import Task
from leadwell.sales.tasks import open_tasks
from leadwell.wiring import Services

_PAGE = 100


def add_to(kinds: Any) -> None:
    """Adds the command to the parser."""
    listed = kinds.add_parser("tasks", help="open tasks, the most urgent first")
    listed.add_argument("--owner", default="", metavar="EMAIL", help="only of this person")
    listed.add_argument("--json", action="store_true", help="for machines")
    listed.set_defaults(run=list_open)


def list_open(given: Namespace, services: Services) -> None:
    now, found, after = services.clock.now(), list[Task](), ""
    while True:
        page = open_tasks(services.table, _PAGE, after)
        found += [one for one in page.tasks if given.owner in ("", one.owner)]
        after = page.after
        if not after:
            break
    if given.json:
        shown = [task_shape(one, now).model_dump() for one in found]
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for one in found:
        overdue = "  OVERDUE" if one.is_overdue(now) else ""
        print(f"{to_iso(one.deadline)[:16]}  {one.owner or 'nobody'}: {one.title['en']}  ({one.handle}){overdue}")
    if not found:
        print("Nothing is to be done.")
