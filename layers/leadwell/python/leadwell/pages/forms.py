"""Published forms: hosted at ``/p/f/<form>``, put into a website by our script, or sent to by its own HTML.

Whoever sends one gets the same answer, whether we know the address or not.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from leadwell.clock import SECOND
from leadwell.errors import Refused
from leadwell.ids import fingerprint
from leadwell.pages.answering import Answers, asked, consent_field, read_answers
from leadwell.pages.exchange import Response
from leadwell.pages.house import Visit
from leadwell.pages.limits import FORMS_BY_ADDRESS, FORMS_BY_SOURCE, source_of, within
from leadwell.pages.links import FORM_PATH, contact_token, link_to
from leadwell.pages.models import TRAP, FormDefinition, FormField
from leadwell.pages.rendering import draw, words
from leadwell.pages.showing import document, gone_to, present, show
from leadwell.pages.submissions import Submission, record_submission
from leadwell.pages.tokens import Purpose, Token, read, sign
from leadwell.pages.visitor import Visitor, by_device, by_link, has_agreed, is_address_of, newcomer

_log = logging.getLogger(__name__)

TICKET, WHO, DEVICE, PART, REFERRED = "_ticket", "_who", "_aid", "_part", "_ref"
_QUICKEST = 1500
"""Milliseconds that a person needs at least."""
_HIDDEN = (WHO, PART, REFERRED, DEVICE)
_INPUTS = {"number": ("text", "decimal"), "phone": ("tel", "tel"), "email": ("email", ""), "date": ("date", "")}
_AUTOCOMPLETE = {
    "email": "email",
    "phone": "tel",
    "firstName": "given-name",
    "lastName": "family-name",
    "name": "name",
    "company": "organization",
    "title": "organization-title",
    "birthday": "bday",
    "country": "country-name",
    "city": "address-level2",
    "postalCode": "postal-code",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A form in front of a visitor; ``given`` is what came with the request, by the names of hidden fields."""

    form: FormDefinition
    visitor: Visitor | None
    fields: Sequence[FormField]
    given: Mapping[str, str]

    @property
    def is_part(self) -> bool:
        return bool(self.given.get(PART))


def look(visit: Visit, name: str) -> Response:
    """The form, empty. Raises Refused where there is none, or a link that names the visitor is not good."""
    query = visit.request.query
    given = {WHO: query.get("who", ""), PART: "1" if query.get("part") else "", DEVICE: query.get("aid", "")}
    return _shown(visit, _asking(visit, name, given))


def receive(visit: Visit, name: str) -> Response:
    """A form that was sent; durable before it is acknowledged. Raises Refused as ``look`` does."""
    posted = visit.posted
    if posted is None:
        visit.shelf.form(name) or _nothing()
        _log.info("a form was refused: its body is too large, or none that a form has")
        return show(visit, "unreadable", status=400)
    asking = _asking(visit, name, {field: posted.get(field, "") for field in _HIDDEN})
    if posted.get(TRAP):
        _log.info("a form was filled in by a machine: nothing is kept of it")
        return _thanks(visit, asking, agreed=True)
    if not within(visit.table, visit.secret, FORMS_BY_SOURCE, source_of(visit.request.source_ip), visit.now):
        _log.warning("forms come too often from one source")
        return show(visit, "too-many", status=429)
    answers = read_answers(asking.form, asking.fields, posted)
    if answers.wrong:
        return _shown(visit, asking, posted, answers, "has_wrong")
    cause = _cause(visit, asking.form, posted.get(TICKET, ""))
    if cause is None:
        return _shown(visit, asking, posted, answers, "once_more")
    return _accepted(visit, asking, answers, cause)


def ticket(visit: Visit, form: FormDefinition) -> str:
    """Says that this form was handed out now; no two are the same."""
    nonce = fingerprint("ticket", visit.request.id, visit.request.source_ip, str(visit.now))
    about = f"{form.name}/{visit.now // SECOND}"
    return sign(visit.secret, contact_token(Purpose.TICKET, "", nonce, visit.now, about))


def described(visit: Visit, asking: Asking, **more: Any) -> dict[str, Any]:
    """A form as the templates show it. ``more`` is what stands in it already: ``posted``, ``answers``, ``alert``."""
    form, locale, said = asking.form, visit.locale, words(visit.locale, "form")
    posted, answers = more.get("posted") or {}, more.get("answers") or Answers()
    wrong = {name: said[word] for name, word in answers.wrong.items()}
    base = visit.settings.public_url.rstrip("/") if asking.is_part else ""
    hidden = {name: value for name in _HIDDEN if (value := asking.given.get(name, ""))}
    return {
        "name": form.name,
        "title": form.title.in_locale(locale),
        "intro": form.intro.in_locale(locale) if form.intro else "",
        "action": f"{base}{FORM_PATH}{form.name}?lang={locale}",
        "prefix": f"{form.name}-",
        "failed": bool(wrong),
        "alert": said[more["alert"]] if more.get("alert") else "",
        "fields": [_field(one, posted, wrong, locale, said) for one in asking.fields],
        "boxes": [
            {
                "name": consent_field(box),
                "wording": box.wording.in_locale(locale),
                "required": box.required,
                "ticked": box in answers.agreed,
                "wrong": wrong.get(consent_field(box), ""),
            }
            for box in form.consents
        ],
        "button": form.button.in_locale(locale),
        "privacy_url": form.privacy_url,
        "privacy": said["privacy"],
        "trap": TRAP,
        "trap_label": said["trap"],
        "hidden": {TICKET: ticket(visit, form), **hidden},
    }


def ask(visit: Visit, form: FormDefinition, given: Mapping[str, str]) -> Asking:
    """Raises Refused where a link that names the visitor is not good."""
    who = given.get(WHO, "")
    visitor = by_link(visit, form.name, who) if who else by_device(visit, given.get(DEVICE, ""))
    return Asking(form=form, visitor=visitor, fields=asked(form, visitor.known if visitor else ()), given=given)


def _asking(visit: Visit, name: str, given: Mapping[str, str]) -> Asking:
    return ask(visit, visit.shelf.form(name) or _nothing(), given)


def _accepted(visit: Visit, asking: Asking, answers: Answers, cause: str) -> Response:
    visitor = asking.visitor or newcomer(cause)
    stated = [(kind, str(answers.traits[kind])) for kind in ("email", "phone") if kind in answers.traits]
    if any(not visitor.says(kind, address) for kind, address in stated):
        # Somebody else uses this device: what they say is not about its owner.
        visitor = newcomer(cause)
    for _, address in stated:
        if not within(visit.table, visit.secret, FORMS_BY_ADDRESS, f"{asking.form.name}/{address}", visit.now):
            _log.warning("a form comes too often for one address: it is answered as always, and nothing is kept")
            return _thanks(visit, asking, bool(answers.agreed))
    submission = Submission(
        form=asking.form,
        version=visit.shelf.version_of_form(asking.form.name),
        answers=answers,
        visitor=visitor,
        cause=cause,
        referrer=_referrer(visit, asking.given.get(REFERRED, ""), stated),
    )
    if answers.has_markup:
        _log.info("a form was sent with markup in it: it stays the text that it is")
    if not record_submission(visit, submission):
        _log.info("a form that was sent before came again: nothing more is kept")
    return _thanks(visit, asking, bool(answers.agreed), visitor)


def _cause(visit: Visit, form: FormDefinition, text: str) -> str | None:
    """What tells this submission from others; None when it came sooner than a person could, or much too late. A form of
    the website's own has no ticket: it is told by its request."""
    if not text:
        return visit.request.id
    try:
        token = read(visit.secret, Purpose.TICKET, text, visit.now)
    except Refused:
        _log.info("a form came with a ticket that is not good, or not any more")
        return None
    name, _, second = token.topic.partition("/")
    handed_out = int(second) * SECOND if second.isdecimal() else 0
    return token.message if name == form.name and visit.now - handed_out >= _QUICKEST else None


def _referrer(visit: Visit, text: str, stated: Sequence[tuple[str, str]]) -> str:
    """Who recommended us to somebody else than themselves."""
    try:
        contact = read(visit.secret, Purpose.REFERRAL, text, visit.now).contact if text else ""
    except Refused:
        _log.info("a link to %s was refused", Purpose.REFERRAL)
        return ""
    if contact and any(is_address_of(visit, contact, kind, address) for kind, address in stated):
        _log.info("somebody used the link that they share themselves: it is not counted")
        return ""
    return contact


def _shown(
    visit: Visit,
    asking: Asking,
    posted: Mapping[str, str] | None = None,
    answers: Answers | None = None,
    alert: str = "",
) -> Response:
    form, locale = asking.form, visit.locale
    values = {"form": described(visit, asking, posted=posted, answers=answers, alert=alert)}
    status = 422 if alert else 200
    if asking.is_part:
        return document(visit, draw("form-part", locale, {}, values), status=status)
    text = {**words(locale, "form"), "title": form.title.in_locale(locale)}
    text["message"] = form.intro.in_locale(locale) if form.intro else ""
    redirects = [form.redirect] if form.redirect else []
    return present(visit, "form", text, values, status=status, forms_to=redirects)


def _thanks(visit: Visit, asking: Asking, agreed: bool, sender: Visitor | None = None) -> Response:
    """The same whatever address was given; only who may fetch a file at once gets a link made for them: ``sender``,
    which is not the owner of the device if somebody else's address was given on it."""
    form, locale = asking.form, visit.locale
    if form.redirect and not asking.is_part:
        return gone_to(form.redirect)
    text = {**words(locale, "form-done"), "title": form.thanks.title.in_locale(locale)}
    text["message"] = form.thanks.text.in_locale(locale) if form.thanks.text else ""
    values = {
        "confirm": agreed and form.is_known_by_mail,
        "download": _file(visit, asking, sender or asking.visitor) if _at_once(visit, asking) else None,
    }
    if asking.is_part:
        return document(visit, draw("form-done-part", locale, text, values))
    return present(visit, "form-done", text, values)


def _at_once(visit: Visit, asking: Asking) -> bool:
    """Whose address is confirmed gets no mail that confirms it, and so the file here. It is the device that is asked
    about, never the address: that would say whom we know."""
    form, visitor = asking.form, asking.visitor
    if form.download is None or form.access == "at_once":
        return form.download is not None
    return visitor is not None and has_agreed(visit, visitor, [box for box in form.consents if box.required])


def _file(visit: Visit, asking: Asking, sender: Visitor | None) -> dict[str, str] | None:
    found = visit.shelf.download(asking.form.download or "")
    if found is None or sender is None:
        return None
    token = Token(
        purpose=Purpose.DOWNLOAD,
        contact=sender.contact,
        message=sender.message,
        issued_at=visit.now - visit.now % (60 * SECOND),
        topic=found.name,
    )
    url = link_to(visit.settings.public_url if asking.is_part else "", visit.secret, token)
    return {"url": url, "title": found.title.in_locale(visit.locale)}


def _field(
    one: FormField, posted: Mapping[str, str], wrong: Mapping[str, str], locale: str, said: Mapping[str, str]
) -> dict[str, Any]:
    kind, mode = _INPUTS.get(one.type, ("text", ""))
    return {
        "name": one.name,
        "type": one.type,
        "input": kind,
        "inputmode": mode,
        "label": one.label.in_locale(locale),
        "help": one.help.in_locale(locale) if one.help else "",
        "required": one.required,
        "optional": said["optional"],
        "choose": said["choose"],
        "value": posted.get(one.name, "")[: one.max_length],
        "wrong": wrong.get(one.name, ""),
        "max": one.max_length,
        "options": [{"value": option.value, "label": option.label.in_locale(locale)} for option in one.options],
        "autocomplete": _AUTOCOMPLETE.get(one.name, ""),
    }


def _nothing() -> NoReturn:
    raise Refused("there is no such form")
