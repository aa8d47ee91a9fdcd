"""``python -m tests.scale``: a definition changes over a hundred thousand contacts while events keep coming."""

import argparse
import time

from tests.scale.changing import Change


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.scale", description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    given = parser.parse_args()
    began = time.monotonic()
    outcome = Change(given.contacts).run()
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


if __name__ == "__main__":
    raise SystemExit(main())
