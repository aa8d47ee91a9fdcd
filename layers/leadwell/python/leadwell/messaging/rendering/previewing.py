"""A published mail as one contact would get it, without sending it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from leadwell.clock import Moment
from leadwell.contacts.contact import Contact
from leadwell.contacts.folding import facts_of
from leadwell.definitions.library import Library
from leadwell.errors import Refused
from leadwell.messaging.rendering.files import sample_files
from leadwell.messaging.rendering.locales import choose_locale
from leadwell.messaging.rendering.models import CompiledEmail, RenderedEmail
from leadwell.messaging.rendering.render_email import render_email
from leadwell.messaging.rendering.samples import sample
from leadwell.messaging.rendering.showing import shown


@dataclass(frozen=True, slots=True)
class Preview:
    """``show`` says which parts of dynamic content the contact gets."""

    mail: RenderedEmail
    show: Mapping[str, bool]


def preview(
    library: Library,
    name: str,
    contact: Contact | None,
    now: Moment,
    *,
    sender: Mapping[str, str],
    zone: str,
    default_locale: str,
    locale: str = "",
    event: Mapping[str, Any] | None = None,
    journey: Mapping[str, Any] | None = None,
) -> Preview:
    """Without a contact the mail's own sample is shown. What came with the event and the journey's parameters are the
    sample's unless given; links lead nowhere. Raises Refused when there is no such mail, Broken when it fails."""
    published = library.live("email", name)
    if published is None:
        raise Refused("there is no e-mail of this name; publish it first", "name")
    email = CompiledEmail.from_document(published.document)
    wanted = locale or (contact.locale if contact is not None else "") or None
    known = sample(email.sample, choose_locale(email.locales, wanted, default_locale))
    context: dict[str, Any] = {
        **known,
        "sender": {**known["sender"], **{key: one for key, one in sender.items() if one}},
    }
    context["event"] = event if event is not None else known["event"]
    context["journey"] = journey if journey is not None else known["journey"]
    show: Mapping[str, bool] = dict.fromkeys(email.show, False)
    if contact is not None:
        context["contact"] = {**contact.traits, "id": contact.id, "email": contact.address("email")}
        if email.show:
            facts = facts_of(contact, library.catalog().for_(contact.id), zone)
            show = shown(email.show, replace(facts, trigger=context["event"]), now)
    context["files"] = sample_files(email.files)
    mail = render_email(email, wanted, {**context, "show": show}, default_locale=default_locale)
    return Preview(mail, show)
