import json
import re
from html.parser import HTMLParser

import pytest

from leadwell.messaging.rendering.compile_email import MAX_HTML, _LayoutFront, read_settings
from leadwell.messaging.rendering.models import CompiledEmail, RenderedEmail
from leadwell.messaging.rendering.render_email import render_email
from tests.unit.messaging.rendering.starters import (
    CONFIRMATION,
    EMAILS,
    MARKETING,
    TEMPLATES,
    TRANSACTIONAL,
    email,
    full_context,
    least_context,
)

LOCALES = ["de", "en"]
CONTEXTS = {"full": full_context, "least": least_context}


def rendered(name: str, locale: str, kind: str = "full") -> RenderedEmail:
    return render_email(email(name), locale, CONTEXTS[kind]("emails", name, locale))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    reader = _Tags()
    reader.feed(html)
    return reader.seen


# What each journey of the library needs.
LIBRARY = {
    "welcome": "welcome-hello welcome-guide welcome-offer",
    "welcome track": "welcome-track-interests welcome-track-start welcome-track-advice welcome-track-service "
    "welcome-track-feedback welcome-track-next",
    "double opt-in": "confirm-subscription confirm-reminder",
    "birthday": "birthday birthday-reminder",
    "abandoned cart": "abandoned-cart abandoned-cart-second abandoned-cart-last",
    "browse abandonment": "browse-abandoned browse-advice",
    "post-purchase": "order-thanks order-howto",
    "review request": "review-request review-reminder",
    "cross- and up-selling": "cross-sell cross-sell-products up-sell",
    "win-back": "win-back-hello win-back-news win-back-voucher",
    "re-engagement and sunset": "re-engagement sunset-last-call sunset-goodbye",
    "replenishment": "replenishment replenishment-reminder",
    "contract renewal": "contract-renewal-60 contract-renewal-30 contract-renewal-7",
    "warranty": "warranty-60 warranty-30 warranty-7",
    "event": "event-invitation event-invitation-opened event-invitation-unopened event-registered event-week-before "
    "event-day-before event-attended event-missed",
    "B2B nurturing": "nurture-download nurture-practice nurture-example nurture-talk",
    "trial": "trial-start trial-not-activated trial-activated trial-ends-in-3-days trial-ends-tomorrow trial-ended "
    "trial-win-back",
    "NPS": "nps-question nps-unhappy nps-neutral nps-happy",
    "referral": "referral-invite referral-thanks",
    "not spoken to": "not-spoken-to",
    "hot lead": "hot-lead-alert",
    "monthly picks": "monthly-picks",
    "VIP": "vip-reached",
    "back in stock, price drop": "back-in-stock price-drop",
    "appointment": "appointment-reminder",
    "failed payment": "payment-failed payment-failed-again payment-failed-last",
}


def test_the_library_is_complete():
    assert sorted(EMAILS) == sorted(name for names in LIBRARY.values() for name in names.split())


def test_few_mails_go_without_permission():
    assert set(CONFIRMATION) == {"confirm-subscription", "confirm-reminder"}
    assert set(TRANSACTIONAL) == {
        *("event-registered", "event-week-before", "event-day-before", "appointment-reminder"),
        *("payment-failed", "payment-failed-again", "payment-failed-last"),
    }


@pytest.mark.parametrize("name", EMAILS)
def test_speaks_german_and_english(name):
    assert set(email(name).locales) == {"de", "en"}


@pytest.mark.parametrize("kind", CONTEXTS)
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", EMAILS)
def test_renders_without_gaps(name, locale, kind):
    mail = rendered(name, locale, kind)
    assert mail.missing == ()
    assert mail.locale == locale
    assert mail.subject and mail.preheader
    for part in (mail.subject, mail.preheader, mail.html, mail.text):
        assert "{{" not in part and "{%" not in part and "lwj" not in part
    for part in (mail.subject, mail.preheader, mail.text):
        assert "None" not in part and "&amp;" not in part and "<" not in part
        assert not re.search(r"\S  | [,.;]|\*\*|\]\(", part)
    assert len(mail.html.encode()) < MAX_HTML


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", MARKETING)
def test_can_be_unsubscribed_from(name, locale):
    mail = rendered(name, locale, "least")
    link = least_context("emails", name, locale)["links"]["unsubscribe"]
    assert f'href="{link}"' in mail.html
    assert link in mail.text
    assert least_context("emails", name, locale)["sender"]["imprint"].split(",")[1] in mail.text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", TRANSACTIONAL)
def test_service_mails_say_that_they_are(name, locale):
    mail = rendered(name, locale)
    assert "Unsubscribe" not in mail.text and "Abmelden" not in mail.text
    assert re.search(r"service message|Servicenachricht|Internal notice|Interne Benachrichtigung", mail.text)


@pytest.mark.parametrize("name", EMAILS)
def test_subjects_fit_a_phone_and_differ_from_what_follows(name):
    for locale in LOCALES:
        mail = rendered(name, locale)
        assert len(mail.subject) <= 75, mail.subject
        assert len(mail.preheader) <= 110, mail.preheader
        assert mail.preheader.rstrip(".") not in mail.subject


@pytest.mark.parametrize("name", EMAILS)
def test_german_says_sie(name):
    mail = rendered(name, "de")
    assert not re.search(r"\b([Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*|[Ee]uch|[Ee]uer\w*)\b", mail.text)


@pytest.mark.parametrize("name", EMAILS)
def test_samples_lead_nowhere(name):
    for locale in LOCALES:
        mail = rendered(name, locale)
        hosts = re.findall(r"https?://([^/\s\"'<>]+)", mail.html + mail.text)
        assert all(host.endswith("example.com") or host == "www.w3.org" for host in hosts), hosts


@pytest.mark.parametrize("locale", LOCALES)
def test_the_reader_can_tell_how_likely_with_one_click(locale):
    mail = rendered("nps-question", locale)
    links = [str(a["href"]) for tag, a in tags(mail.html) if tag == "a" and "score=" in str(a["href"])]
    assert links == [f"https://www.example.com/survey?score={score}" for score in range(11)]
    context = full_context("emails", "nps-question")
    context["journey"]["survey_url"] = "https://www.example.com/s?form=nps"
    html = render_email(email("nps-question"), locale, context).html
    assert 'href="https://www.example.com/s?form=nps&amp;score=7"' in html


def test_an_event_says_which_weekday():
    assert "Donnerstag, 15. April 2027, 18:00 Uhr" in rendered("event-invitation", "de").text
    assert "Thursday, 15 April 2027, 18:00" in rendered("event-invitation", "en").text
    context = full_context("emails", "event-invitation")
    context["journey"]["event_date"] = "in spring"
    assert "\nin spring, 18:00" in render_email(email("event-invitation"), "en", context).text


def test_an_offering_is_seen_once_and_without_a_picture_too():
    mail = rendered("cross-sell", "en")
    assert mail.text.count("Velvet Wave") == 1
    assert ("img", "Velvet Wave") in [(tag, a.get("alt")) for tag, a in tags(mail.html)]
    assert "<img" not in rendered("cross-sell", "en", "least").html


def test_choices_without_an_address_are_left_out():
    context = full_context("emails", "welcome-track-interests")
    del context["journey"]["topic_3_url"]
    assert "Beds" not in render_email(email("welcome-track-interests"), "en", context).text


@pytest.mark.parametrize("name", CONFIRMATION)
@pytest.mark.parametrize("locale", LOCALES)
def test_confirmation_asks_and_advertises_nothing(locale, name):
    mail = rendered(name, locale)
    link = full_context("emails", name)["links"]["confirm"]
    addresses = {attributes["href"] for tag, attributes in tags(mail.html) if tag == "a"}
    assert addresses == {link}
    assert link in mail.text
    assert ("Muster & Söhne" if locale == "de" else "Example & Sons") in mail.subject


@pytest.mark.parametrize("name", CONFIRMATION)
@pytest.mark.parametrize("locale", LOCALES)
def test_confirmation_shows_nothing_that_a_stranger_typed(locale, name):
    context = full_context("emails", name)
    context["contact"] = {**context["contact"], "firstName": "Visit evil.example", "lastName": "now"}
    context["event"] = {"wording": "Visit evil.example"}
    mail = render_email(email(name), locale, context)
    assert "evil.example" not in mail.html + mail.text + mail.subject


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", EMAILS)
def test_is_accessible(name, locale):
    seen = tags(rendered(name, locale).html)
    assert dict(seen)["html"]["lang"] == locale
    assert [tag for tag, _ in seen].count("h1") == 1
    assert all(attributes.get("alt") for tag, attributes in seen if tag == "img")
    assert all(attributes.get("role") in ("presentation", "none") for tag, attributes in seen if tag == "table")
    assert ("meta", {"name": "color-scheme", "content": "light dark"}) in seen


@pytest.mark.parametrize("name", EMAILS)
def test_dark_mode_and_phone_styles_survive_compilation(name):
    html = rendered(name, "en").html
    assert "@media (prefers-color-scheme: dark)" in html
    assert "@media (max-width: 479px)" in html


def _luminance(color: str) -> float:
    channels = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_has_the_contrast_that_wcag_asks_for():
    front = (TEMPLATES / "emails" / "layout.mjml").read_text("utf-8").split("---\n")[1]
    colors = read_settings(_LayoutFront, front, "layout.mjml").colors
    pairs = [
        *(("ink", "card"), ("ink", "panel"), ("ink", "page"), ("quiet", "card"), ("quiet", "panel"), ("quiet", "page")),
        *(("on_brand", "brand"), ("glow", "brand"), ("accent", "card"), ("on_accent", "accent")),
        *(("dark_ink", "dark_card"), ("dark_quiet", "dark_card"), ("dark_quiet", "dark_page")),
        *(("dark_ink", "dark_panel"), ("accent", "panel")),
        *(("dark_quiet", "dark_panel"), ("dark_link", "dark_card"), ("on_brand", "dark_brand"), ("glow", "dark_brand")),
    ]
    for text, ground in pairs:
        light, dark = sorted((_luminance(colors[text]), _luminance(colors[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)


def test_greets_by_name_or_naturally():
    named, nameless = rendered("abandoned-cart", "de"), rendered("abandoned-cart", "de", "least")
    assert "Guten Tag Robin,\n" in named.text
    assert "Guten Tag,\n" in nameless.text
    assert rendered("welcome-hello", "en", "least").subject == "Welcome: good to have you with us"


@pytest.mark.parametrize("first_name", ["", "   ", None])
def test_blank_name_counts_as_none(first_name):
    context = full_context("emails", "birthday")
    context["contact"]["firstName"] = first_name
    assert render_email(email("birthday"), "en", context).subject == "Happy birthday! A present from us"


def test_cart_shows_products_with_local_prices():
    german, english = rendered("abandoned-cart", "de"), rendered("abandoned-cart", "en")
    assert "1.299,00 €" in german.text and "Menge: 2" in german.text
    assert "€1,299.00" in english.text and "Quantity: 2" in english.text


def test_cart_shows_the_single_product_of_an_added_event():
    context = least_context("emails", "abandoned-cart")
    context["event"] = {"name": "Lamp Ode", "price": "49.5", "cart_id": "c1", "currency": "USD"}
    mail = render_email(email("abandoned-cart"), "en", context)
    assert "Lamp Ode\n$49.50" in mail.text
    assert "<img" not in mail.html


def test_long_cart_is_cut():
    context = least_context("emails", "abandoned-cart")
    context["event"] = {"products": [{"name": f"Thing {n}"} for n in range(500)]}
    mail = render_email(email("abandoned-cart"), "en", context)
    assert re.findall(r"Thing \d+", mail.text) == ["Thing 0", "Thing 1", "Thing 2", "Thing 3"]
    assert "And more in your basket" in mail.text


def test_offer_without_a_code_makes_sense():
    mail = rendered("welcome-offer", "de", "least")
    assert "Gutschein" not in mail.text + mail.subject + mail.preheader


def test_is_stored_as_json():
    stored = json.dumps(email("birthday").to_document())
    assert CompiledEmail.from_document(json.loads(stored)) == email("birthday")
    assert len(stored) < 60_000
