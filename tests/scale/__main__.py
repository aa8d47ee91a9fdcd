"""``python -m tests.scale``: a definition changes over a hundred thousand contacts while events keep coming;
``--outage``: nothing runs for six hours while ten thousand are due."""

import argparse
import time

from tests.scale.changing import Change
from tests.scale.outage import play


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.scale", description=__doc__)
    parser.add_argument("--contacts", type=int)
    parser.add_argument("--outage", action="store_true")
    given = parser.parse_args()
    if given.outage:
        return _outage(given.contacts or 10_000)
    began = time.monotonic()
    outcome = Change(given.contacts or 100_000).run()
    print(
        f"{outcome.contacts:,} contacts, {outcome.events:,} events, {outcome.arrived_meanwhile:,} of them while "
        f"{outcome.recounted:,} contacts were recounted; {outcome.members:,} memberships; "
        f"{time.monotonic() - began:,.0f} s"
    )
    if outcome.wrong:
        print(f"{outcome.wrong:,} differences, the first: {outcome.first}")
        return 1
    print("every score, counter, stage and membership equals its recount from raw events")
    return 0


def _outage(contacts: int) -> int:
    began = time.monotonic()
    outcome = play(contacts)
    print(f"{outcome.contacts:,} contacts, {outcome.messages:,} messages; {time.monotonic() - began:,.0f} s")
    if outcome.wrong:
        print(f"{len(outcome.wrong):,} differences, the first: {outcome.wrong[0]}")
        return 1
    print("every message obeyed its catch-up policy, nobody got one twice, and nights were quiet")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
