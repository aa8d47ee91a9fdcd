"""Events as AWS delivers them: in batches from the stream, or set aside and alone from the queue."""

from collections.abc import Sequence

from leadwell.clock import Moment
from leadwell.contacts.updating import Updater
from leadwell.definitions.catalog import Catalog
from leadwell.errors import Retryable
from leadwell.isolation import apart, each
from leadwell.store.queues import CONTACTS, Queues
from leadwell.store.records import Work
from leadwell.store.table import Item, Key, key_of
from leadwell.tracking.events import Event

Failed = dict[Key | str, Exception]


def apply_stream(updater: Updater, queues: Queues, images: Sequence[Item], catalog: Catalog, now: Moment) -> Failed:
    """Applies a batch. Answers the keys of events that had to be set aside; raises ``Retryable``."""

    def apply(*some: Item) -> None:
        updater.apply([Event.from_item(image) for image in some], catalog, now)

    try:
        apply(*images)
    except Retryable:
        raise
    except Exception:
        by_key: dict[Key | str, Item] = {key_of(image): image for image in images}
        failed = apart(by_key, apply)
        queues.set_aside(CONTACTS, (by_key[key] for key in failed))
        return failed
    return {}


def work_off(updater: Updater, work: Work, catalog: Catalog, now: Moment) -> Failed:
    """Looks at due contacts again and tries what was set aside; answers what failed."""
    failed: Failed = {}
    failed.update(updater.touch(work.by_key, catalog, now).items())
    failed.update(each(work.images, lambda image: updater.apply([Event.from_item(image)], catalog, now)).items())
    return failed
