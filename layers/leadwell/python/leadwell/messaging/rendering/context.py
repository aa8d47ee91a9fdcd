"""What a template may refer to.

    contact   the contact's traits by their Segment names (``contact.firstName``, ``contact.lastName``,
              ``contact.email``, ``contact.phone``, ``contact.birthday`` …) and ``contact.id``
    event     the properties of the event that started the journey; of a cart: ``event.products``, a list of
              {name, price, url, image_url, quantity}, or the fields of one product directly; ``event.currency``
    journey   the parameters of the journey by name (``journey.voucher_code``)
    voucher   after a step ``voucher``: ``voucher.code``, ``voucher.pool`` (of one from a pool) and, with ``valid_for``,
              ``voucher.valid_until`` (the last day)
    products  after a step ``recommend``: shaped like an event with products
    recipient   only of an internal mail, which goes to a colleague: ``recipient.email``; ``contact`` is whom it is
              about, with ``contact.score``, ``contact.stage`` and ``contact.grade``
    files     what the mail brings as links, each with ``name``, ``title``, ``size`` and ``url`` (``files``)
    topic     of a message of a topic: ``topic.title``, as the policy calls it in this language
    show      which parts of dynamic content the contact gets, by name (``showing``)
    links     ``links.unsubscribe`` (in every marketing mail), ``links.preferences`` (perhaps),
              ``links.confirm`` (only in the mail that asks for confirmation)
    sender    ``sender.name`` and ``sender.imprint`` (the postal address)
    locale    the language that was chosen for this message; set by the renderer
    purpose   what the message is for, such as ``marketing``; set by the renderer
    subject, preheader   as rendered; only in the HTML of a mail

Values are JSON values; DynamoDB's Decimal and dates are accepted. A value that is null or only white space counts as
absent, so ``default`` and ``if`` mean what their author expects.
"""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

_SAMPLE: dict[str, Any] = {
    "contact": {
        "id": "c-sample",
        "email": "robin@example.com",
        "phone": "+12025550143",
        "firstName": "Robin",
        "lastName": "Example",
        "birthday": "1990-06-15",
    },
    "event": {},
    "journey": {},
    "links": {
        "unsubscribe": "https://news.example.com/p/unsubscribe/sample-token",
        "preferences": "https://news.example.com/p/preferences/sample-token",
    },
    "sender": {"name": "Example & Sons", "imprint": "Example & Sons, 1 Sample Street, 12345 Sampletown"},
}

_ALWAYS = (
    "contact.id",
    "links.unsubscribe",
    "sender.name",
    "sender.imprint",
)


class Fields(dict[str, Any]):
    """A mapping that knows where it stands, so that a missing entry can be named."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

    def path_to(self, key: object) -> str:
        return f"{self.path}.{key}" if self.path else str(key)


def plain(value: object, path: str = "") -> Any:
    """A copy made of nothing but Fields, lists, text, numbers and booleans, so that a template meets no objects.

    Absent values (null, white space) are left out of mappings. Raises TypeError for anything that is not data.
    """
    if type(value) is str:
        return "" if value.isspace() else value
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        # A plain str, whatever was given: a subclass could declare itself safe HTML.
        return "" if value.isspace() else str.__str__(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        fields = Fields(path)
        for key, entry in value.items():
            copied = plain(entry, "" if type(entry) is str else fields.path_to(key))
            if copied is not None and copied != "":
                fields[str(key)] = copied
        return fields
    if isinstance(value, (list, tuple)):
        inside = f"{path}[]"
        return [plain(entry, inside) for entry in value]
    raise TypeError(f"{path or 'context'}: a template can show JSON values only, not {type(value).__name__}")


def sample(over: Mapping[str, object] | None = None) -> dict[str, Any]:
    """The house sample, with another laid over it: mappings are merged, other values replaced, null removes."""
    return _laid_over(deepcopy(_SAMPLE), over or {})


def least(full: Mapping[str, Any], requires: tuple[str, ...]) -> dict[str, Any]:
    """Of a full context only what is there in every case: the house's own fields and the required ones.

    Raises KeyError with the path of a required field that the full context lacks.
    """
    kept: dict[str, Any] = {section: {} for section in ("contact", "event", "journey", "links", "sender")}
    for path in (*_ALWAYS, *requires):
        section, _, name = path.partition(".")
        value = full.get(section, {}).get(name)
        if value is not None:
            kept.setdefault(section, {})[name] = value
        elif path in requires:
            raise KeyError(path)
    return kept


def _laid_over(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        if isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = _laid_over(merged[key], value)
        else:
            merged[key] = value
    return merged
