"""What a person does in the console: holds journeys, lets them go on, publishes with a policy for those inside."""

from random import Random

from leadwell.clock import DAY, HOUR, MINUTE, SECOND
from leadwell.journeys.turnovers import POLICIES
from tests.simulation.weather import Mishap

_HELD = ("trial", "trial", "abandoned-cart", "abandoned-cart", "welcome", "keen", "receipt", "renewal")


def in_the_console(seed: int, length: int, moments: list[int]) -> list[Mishap]:
    """In three of ten stories somebody holds journeys for a while, or publishes one with a policy for those inside. It
    has a random source of its own."""
    random = Random(f"in the console {seed}")
    if random.random() > 0.3:
        return []
    found: list[Mishap] = []
    for _ in range(random.choice((1, 1, 2, 3))):
        at = min(length, random.choice(moments) + random.choice((0, 200, 5 * SECOND, 10 * MINUTE, HOUR)))
        if random.random() < 0.5:
            held = {"journey": random.choice(_HELD), "lasts": random.choice((MINUTE, HOUR, 5 * HOUR, DAY, 3 * DAY))}
            found.append((at, "hold", held))
        else:
            path = random.choice(("journeys/trial-2.yaml", "journeys/trial-2.yaml", "journeys/trial.yaml"))
            found.append((at, "publish", {"path": path, "in_flight": random.choice(POLICIES)}))
    return found
