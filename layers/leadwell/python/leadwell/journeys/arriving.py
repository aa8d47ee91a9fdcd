"""Changed contacts as AWS delivers them: in batches from the stream, or set aside and alone from the queue."""

from collections.abc import Sequence

from leadwell.clock import Moment
from leadwell.errors import Retryable
from leadwell.isolation import apart, each
from leadwell.journeys.running import Runner
from leadwell.store.queues import ENROLLMENTS, Queues
from leadwell.store.records import Work
from leadwell.store.table import Item, Key

Failed = dict[Key | str, Exception]


def react_to_stream(runner: Runner, queues: Queues, images: Sequence[Item], now: Moment) -> Failed:
    """Reacts to a batch. Answers the contacts whose news had to be set aside; raises ``Retryable``."""
    try:
        runner.react_to(images, now)
    except Retryable:
        raise
    except Exception:
        by_news: dict[Key | str, Item] = {f"{image['pk']} rev {image.get('rev')}": image for image in images}
        failed = apart(by_news, lambda image: runner.react_to([image], now))
        queues.set_aside(ENROLLMENTS, (by_news[news] for news in failed))
        return failed
    return {}


def work_off(runner: Runner, work: Work, now: Moment) -> Failed:
    """Wakes due enrollments and tries what was set aside; answers what failed."""
    failed: Failed = {}
    failed.update(runner.wake(work.by_key, now).items() if work.by_key else ())
    failed.update(each(work.images, lambda image: runner.react_to([image], now)).items())
    return failed
