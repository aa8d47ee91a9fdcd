"""Published mails: as a contact would get them, and what is noticed about them."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import Field

from leadwell.console.api.access import LONGEST_ID, Asked, least, routes
from leadwell.console.api.shapes.basics import Given, JsonObject, Shape
from leadwell.console.problems import NotThere
from leadwell.messaging.rendering.checks import check_email
from leadwell.messaging.rendering.models import CompiledEmail
from leadwell.messaging.rendering.previewing import preview
from leadwell.messaging.trial_sends import check_test, request_test
from leadwell.tracking.values import checked, mended

router = routes()

TAG = "E-mails"

Name = Annotated[str, Path(pattern=r"^[a-z0-9-]+$", max_length=60, examples=["welcome-hello"])]


class PreviewWanted(Given):
    """Without a contact the mail's own sample is shown; `event` and `journey` are the sample's unless given."""

    contact: Annotated[str, Field(max_length=LONGEST_ID, description="The id of any contact.")] = ""
    locale: Annotated[str, Field(max_length=20)] = ""
    event: JsonObject | None = None
    journey: JsonObject | None = None


class TestWanted(Given):
    """`to` must stand under `test_addresses` of the policy; the mail shows the data of `contact`."""

    to: Annotated[str, Field(min_length=3, max_length=254)]
    contact: Annotated[str, Field(min_length=1, max_length=LONGEST_ID, description="The id of any contact.")]
    locale: Annotated[str, Field(max_length=20)] = ""
    event: JsonObject | None = None
    journey: JsonObject | None = None


class TestSent(Shape):
    message: str


class MailPreview(Shape):
    """`show` tells which parts of dynamic content are in it, `missing` which merge fields had no value."""

    locale: str
    subject: str
    preheader: str
    html: str
    text: str
    show: dict[str, bool]
    missing: list[str]


class FindingShape(Shape):
    level: Literal["error", "warning"]
    locale: str
    message: str


class FindingList(Shape):
    findings: list[FindingShape]


@router.post("/api/emails/<name>/preview", **least("viewer", TAG, "preview_email", "A mail as a contact would get it"))
def show(work: Asked, name: Name, wanted: PreviewWanted) -> MailPreview:
    given = work.given
    _published(work, name)
    settings = given.settings
    seen = preview(
        given.library,
        name,
        work.contact(wanted.contact) if wanted.contact else None,
        work.now,
        sender={"name": settings.from_name, "imprint": settings.imprint},
        zone=settings.default_timezone,
        default_locale=settings.default_locale,
        locale=wanted.locale,
        event=wanted.event,
        journey=wanted.journey,
    )
    mail = seen.mail
    return MailPreview(
        locale=mail.locale,
        subject=mail.subject,
        preheader=mail.preheader,
        html=mail.html,
        text=mail.text,
        show=dict(seen.show),
        missing=list(mail.missing),
    )


@router.post(
    "/api/emails/<name>/test",
    **least("marketer", TAG, "test_email", "Send it to an address that the policy names", status=202),
)
def send_test(work: Asked, name: Name, wanted: TestWanted) -> TestSent:
    given = work.given
    _published(work, name)
    contact = work.contact(wanted.contact)
    check_test(given.library, name, wanted.to)
    event, journey = _fit(wanted.event, "event"), _fit(wanted.journey, "journey")
    work.note("email.tested", name, contact=contact.id)
    message = request_test(
        given.table,
        given.armory,
        given.queues,
        given.library,
        name=name,
        to=mended(wanted.to),
        contact=contact,
        request=work.request,
        now=work.now,
        locale=mended(wanted.locale),
        default_locale=given.settings.default_locale,
        event=event,
        journey=journey,
    )
    return TestSent(message=message.id)


@router.get("/api/emails/<name>/findings", **least("viewer", TAG, "check_email", "What is noticed about a mail"))
def findings(
    work: Asked, name: Name, language: Annotated[Literal["en", "de"], Query(description="Of the findings.")] = "en"
) -> FindingList:
    found = check_email(_published(work, name))
    return FindingList(
        findings=[
            FindingShape(level=one.level, locale=one.locale, message=one.de if language == "de" else one.en)
            for one in found
        ]
    )


def _fit(given: JsonObject | None, field: str) -> JsonObject | None:
    """It is stored with the message. Raises ``Refused`` for what the table cannot hold."""
    return None if given is None else checked(given, field)


def _published(work: Asked, name: str) -> CompiledEmail:
    work.given.library.look()
    published = work.given.library.live("email", name)
    if published is None:
        raise NotThere(f"there is no e-mail {name}; publish it first")
    return CompiledEmail.from_document(published.document)
