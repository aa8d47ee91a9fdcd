"""How hard the fuzzing tries: ``LEADWELL_FUZZ=20`` sends twenty times as much, with new chance each time."""

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("LEADWELL_FUZZ", "1"))


def examples(number: int) -> settings:
    """The same examples in every run, unless more are wanted than usual."""
    return settings(
        max_examples=number * TIMES,
        derandomize=TIMES == 1,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    )
