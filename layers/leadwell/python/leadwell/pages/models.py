"""Forms, downloads, landing pages, pop-ins and the preference center, as they are written down in ``templates/pages/``.

What a visitor is led to stands here, in what was published: no request can name a target of its own.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from leadwell.clock import DAY
from leadwell.conditions.written import Duration, Model
from leadwell.definitions.text import Text

Name = Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=60)]
"""It stands in addresses and tokens."""

_ADDRESS = re.compile(r"https://[^\s\"'<>\\@]+|http://(?:127\.0\.0\.1|localhost)(?::\d+)?(?:/[^\s\"'<>\\@]*)?")
_STORED = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[^\x00-\x1f]+")
_OURS = frozenset(("email", "phone"))
TRAP = "homepage"
"""A field of every form that people do not see; machines fill in everything."""
_CHANNEL_FIELDS = {"email": ("email",), "sms": ("phone",), "*": ("email", "phone")}


def _web_address(given: str) -> str:
    if not _ADDRESS.fullmatch(given):
        raise ValueError("must be a web address that begins with https://")
    return given


def _file_address(given: str) -> str:
    if not _ADDRESS.fullmatch(given) and not _STORED.fullmatch(given):
        raise ValueError("must be a web address that begins with https://, or s3://bucket/key")
    return given


WebAddress = Annotated[str, Field(max_length=1000), AfterValidator(_web_address)]
FileAddress = Annotated[str, Field(max_length=1000), AfterValidator(_file_address)]


class Option(Model):
    value: Annotated[str, Field(min_length=1, max_length=100)]
    label: Text


class FormField(Model):
    """``name`` is the trait that the answer becomes. Addresses and phone numbers stay claims until confirmed."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=40)]
    type: Literal["text", "email", "phone", "number", "date", "choice", "long_text", "checkbox"] = "text"
    label: Text
    help: Text | None = None
    required: bool = False
    options: tuple[Option, ...] = ()
    max_length: Annotated[int, Field(ge=1, le=2000)] = 200

    @model_validator(mode="after")
    def _sound(self) -> "FormField":
        if (self.type in _OURS or self.name in _OURS) and self.type != self.name:
            raise ValueError("an e-mail address is name: email, type: email; a phone number name: phone, type: phone")
        if self.name == TRAP:
            raise ValueError(f"{TRAP} is the field that only machines fill in; use another name")
        if bool(self.options) != (self.type == "choice"):
            raise ValueError("options are what a choice has, and a choice needs them")
        return self


class ConsentBox(Model):
    """A checkbox, never ticked beforehand. ``wording`` is what is agreed to, and ``version`` names it in the proof."""

    purpose: Annotated[str, Field(pattern=r"^[a-z0-9_-]+$", max_length=60)] = "marketing"
    channel: Literal["email", "sms", "*"] = "email"
    wording: Text
    version: Annotated[str, Field(min_length=1, max_length=40)]
    required: bool = False

    @property
    def id(self) -> str:
        return f"{self.purpose}/{self.channel}"


class Words(Model):
    title: Text
    text: Text | None = None


class FormDefinition(Model):
    """``ask_at_most``: so many fields at a time, the next ones when the first are known (progressive profiling).
    ``download`` is a file they get, ``access`` whether at once or after the address was confirmed. ``redirect`` is
    where they go afterwards; ``share`` a landing page that they may recommend."""

    kind: Literal["form"] = "form"
    name: Name
    title: Text
    intro: Text | None = None
    fields: Annotated[tuple[FormField, ...], Field(min_length=1, max_length=40)]
    ask_at_most: Annotated[int, Field(ge=1)] | None = None
    consents: Annotated[tuple[ConsentBox, ...], Field(max_length=8)] = ()
    button: Text
    privacy_url: WebAddress | None = None
    thanks: Words
    redirect: WebAddress | None = None
    download: Name | None = None
    access: Literal["confirmed", "at_once"] = "confirmed"
    share: Name | None = None

    @model_validator(mode="after")
    def _sound(self) -> "FormDefinition":
        names = [field.name for field in self.fields]
        _distinct(names, "field")
        _distinct([box.id for box in self.consents], "consent")
        for box in self.consents:
            if missing := [one for one in _CHANNEL_FIELDS[box.channel] if one not in names]:
                raise ValueError(f"a consent to {box.channel} needs a field {missing[0]}")
        agrees = any(box.required and box.channel != "sms" for box in self.consents)
        if self.download and self.access == "confirmed" and not agrees:
            raise ValueError(
                "who need not agree gets no confirmation mail: require a consent to email, or say access: at_once"
            )
        return self

    @property
    def is_known_by_mail(self) -> bool:
        return any(field.name == "email" for field in self.fields)


class DownloadDefinition(Model):
    """A gated file. ``link`` is how long a link to it holds; ``topic`` is kept with the event, for interests; ``size``,
    in bytes, is told where a mail brings the file as a link."""

    kind: Literal["download"] = "download"
    name: Name
    title: Text
    text: Text | None = None
    url: FileAddress
    link: Duration = 14 * DAY
    topic: Annotated[str, Field(max_length=100)] = ""
    size: Annotated[int, Field(ge=1, le=10**12)] | None = None


class Picture(Model):
    url: WebAddress
    alt: Text


class Button(Model):
    label: Text
    url: WebAddress


class Hero(Model):
    title: Text
    text: Text | None = None
    picture: Picture | None = None
    button: Button | None = None


class Prose(Model):
    heading: Text | None = None
    paragraphs: Annotated[tuple[Text, ...], Field(min_length=1, max_length=20)]


class Points(Model):
    heading: Text | None = None
    items: Annotated[tuple[Text, ...], Field(min_length=1, max_length=20)]


class Block(Model):
    """One of them."""

    hero: Hero | None = None
    text: Prose | None = None
    points: Points | None = None
    picture: Picture | None = None
    button: Button | None = None
    form: Name | None = None

    @model_validator(mode="after")
    def _one(self) -> "Block":
        if sum(value is not None for value in vars(self).values()) != 1:
            raise ValueError("a block is one of hero, text, points, picture, button and form")
        return self


class PageDefinition(Model):
    """A landing page. ``track_with`` is a public write key: with it the tracking script runs on the page, and keeps
    nothing on the device unless ``ask_first`` is off."""

    kind: Literal["page"] = "page"
    name: Name
    title: Text
    description: Text | None = None
    blocks: Annotated[tuple[Block, ...], Field(min_length=1, max_length=40)]
    track_with: Annotated[str, Field(pattern=r"^[\w-]+$", max_length=100)] | None = None
    ask_first: bool = True

    @model_validator(mode="after")
    def _sound(self) -> "PageDefinition":
        _distinct([block.form for block in self.blocks if block.form], "form")
        return self


class Showing(Model):
    """The first of these that comes true: so long after the page was opened, so much of it scrolled (in percent), the
    mouse on its way out."""

    after: Duration | None = None
    scroll: Annotated[int, Field(ge=1, le=100)] | None = None
    exit: bool = False

    @model_validator(mode="after")
    def _some(self) -> "Showing":
        if self.after is None and self.scroll is None and not self.exit:
            raise ValueError("say when: after, scroll or exit")
        return self


class PopinDefinition(Model):
    """Something that appears on the website, with a form or a button; a call-to-action with ``inside``, the CSS
    selector of the place where it stands from the beginning. ``pages`` are paths (``/shop/*``). At most ``most`` times
    per device, with ``every`` between; never again after its form was sent or its button pressed."""

    kind: Literal["popin"] = "popin"
    name: Name
    title: Text
    text: Text | None = None
    form: Name | None = None
    button: Button | None = None
    show: Showing | None = None
    inside: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    place: Literal["center", "corner", "bar"] = "center"
    pages: Annotated[tuple[str, ...], Field(max_length=50)] = ("*",)
    not_pages: Annotated[tuple[str, ...], Field(max_length=50)] = ()
    segment: Name | None = None
    not_segment: Name | None = None
    every: Duration = 7 * DAY
    most: Annotated[int, Field(ge=1, le=1000)] = 3

    @model_validator(mode="after")
    def _sound(self) -> "PopinDefinition":
        if bool(self.form) == bool(self.button):
            raise ValueError("give either a form or a button")
        if bool(self.show) == bool(self.inside):
            raise ValueError("give either show (when it appears) or inside (where it stands)")
        return self


class Topic(Model):
    """Something to be switched on and off. ``wording`` is what switching it on agrees to."""

    purpose: Annotated[str, Field(pattern=r"^[a-z0-9_-]+$", max_length=60)] = "marketing"
    channel: Literal["email", "sms"] = "email"
    title: Text
    text: Text | None = None
    wording: Text
    version: Annotated[str, Field(min_length=1, max_length=40)]

    @property
    def id(self) -> str:
        return f"{self.purpose}/{self.channel}"


class PreferencesDefinition(Model):
    kind: Literal["preferences"] = "preferences"
    name: Name
    title: Text
    intro: Text | None = None
    topics: Annotated[tuple[Topic, ...], Field(min_length=1, max_length=30)]

    @model_validator(mode="after")
    def _sound(self) -> "PreferencesDefinition":
        _distinct([topic.id for topic in self.topics], "topic")
        return self


PageKind = FormDefinition | DownloadDefinition | PageDefinition | PopinDefinition | PreferencesDefinition
KINDS: dict[str, type[Model]] = {
    "download": DownloadDefinition,
    "form": FormDefinition,
    "page": PageDefinition,
    "popin": PopinDefinition,
    "preferences": PreferencesDefinition,
}
"""In an order in which each can be published after what it names."""


def names_of_others(definition: Model) -> list[tuple[str, str, str]]:
    """What must be there before it: (kind, name, the field that says so)."""
    found: list[tuple[str, str | None, str]] = []
    match definition:
        case FormDefinition():
            found = [("download", definition.download, "download")]
        case PageDefinition():
            found = [("form", block.form, f"blocks[{n}].form") for n, block in enumerate(definition.blocks)]
        case PopinDefinition():
            found = [
                ("form", definition.form, "form"),
                ("segment", definition.segment, "segment"),
                ("segment", definition.not_segment, "not_segment"),
            ]
    return [(kind, name, field) for kind, name, field in found if name]


def _distinct(names: list[str], what: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"there is more than one {what} {name}")
