"""A form tells nobody who is known: not by its answer, not by what it asks, and what it is told stays a claim."""

import re

import pytest

from leadwell.clock import DAY
from leadwell.pages.links import contact_token, form_url
from leadwell.pages.tokens import Purpose, sign
from leadwell.tracking.events import Identity
from tests.security.installation import Answer, Installation
from tests.security.posting import SIGN_UP, events_of, fill_in, fresh, handed_out, logged, send
from tests.security.test_pages import SECRET, refused

KNOWN, UNKNOWN = "ann@example.com", "nobody@example.com"


def told(answer: Answer) -> tuple[int, str, dict[str, str]]:
    """What a visitor sees of an answer, tickets and tokens apart."""
    text = re.sub(r'value="[\w-]{60,}"', "", re.sub(r"/p/d/[\w-]+", "", answer.text))
    return answer.status, text, dict(answer.headers)


@pytest.mark.parametrize("form", ["newsletter", "white-paper"])
def test_the_answer_is_the_same_whether_the_address_is_known_or_not(form: str) -> None:
    answers = []
    for email in (KNOWN, UNKNOWN, "gone@example.com", "vera@example.com"):
        answers.append(told(fill_in(fresh(), form, fields={**SIGN_UP, "email": email})))
    assert all(one == answers[0] for one in answers)
    again = fresh()
    given = {**SIGN_UP, "email": KNOWN}
    assert told(fill_in(again, form, fields=given)) == told(fill_in(again, form, fields=given)) == answers[0]


def test_so_is_what_it_costs_to_answer() -> None:
    """The same requests to the table, so that time tells nothing either."""

    def requests(email: str) -> list[str]:
        house = fresh()
        given = handed_out(house, "newsletter")
        house.world.requests.clear()
        send(house, "newsletter", {**given, **SIGN_UP, "email": email})
        return list(house.world.requests)

    assert requests(KNOWN) == requests(UNKNOWN) != []


def test_naming_somebody_changes_nothing_about_them() -> None:
    house = fresh()
    before = {key: item for key, item in house.table.mark().items() if key.pk == f"C#{house.ann}"}
    sent = fill_in(house, fields={**SIGN_UP, "email": KNOWN, "firstName": "Mallory"})
    assert all(key.pk != f"C#{house.ann}" for key in sent.written)
    house.world.run()
    after = {key: item for key, item in house.table.mark().items() if key.pk == f"C#{house.ann}"}
    assert after == before
    assert {one["standing"] for one in events_of(house, sent)} <= {"claimed", "anonymous"}


def test_a_device_that_is_somebody_elses_does_not_lend_its_owner() -> None:
    """Ann lets a guest use her computer: the guest's sign-up is not hers, and the question goes to the guest."""
    house = fresh()
    world = house.world
    world.post(world.identify("ann", email=KNOWN))
    ours = world.event("ann", "Product Viewed", identities=(_device("ann-device-1"),))
    world.post(ours)
    sent = fill_in(house, cookies={"lw_aid": "ann-device-1"}, fields={**SIGN_UP, "email": "guest@example.com"})
    assert sent.status == 200
    assert all(key.pk != f"C#{house.ann}" for key in sent.written)
    world.run()
    assert [mail.to for _, mail in world.outbox.sent][-1:] == ["guest@example.com"]
    hers = fill_in(house, cookies={"lw_aid": "ann-device-1"}, fields={**SIGN_UP, "email": KNOWN})
    assert any(key.pk == f"C#{house.ann}" for key in hers.written)


def test_whose_address_is_confirmed_gets_the_file_at_once_whatever_address_is_given() -> None:
    """They get no second mail to confirm, so the file is theirs on their device; whose address it is is not told."""
    house = fresh()
    world = house.world
    world.post(world.event("ann", "Product Viewed", identities=(_device("ann-device-1"),)))
    device = {"cookies": {"lw_aid": "ann-device-1"}}
    answers = [
        fill_in(house, "white-paper", fields={**SIGN_UP, "email": email}, number=email, **device)
        for email in (KNOWN, "guest@example.com")
    ]
    assert told(answers[0]) == told(answers[1]), "the answer is about the device"
    for answer, address in zip(answers, (KNOWN, "guest@example.com"), strict=True):
        fetched = house.page("POST", re.findall(r"/p/d/[\w-]+", answer.text)[0])
        assert fetched.headers["location"] == "https://www.example.com/white-paper.pdf"
        (downloaded,) = events_of(house, fetched)
        assert (downloaded["pk"] == f"C#{house.ann}") == (address == KNOWN), "a guest's download is the guest's"
    stranger = fill_in(house, "white-paper", fields={**SIGN_UP, "email": KNOWN}, number="elsewhere")
    assert "/p/d/" not in stranger.text
    world.post(world.event("ann", "Consent Withdrawn", {"purpose": "marketing", "channel": "email"}))
    after = fill_in(house, "white-paper", fields={**SIGN_UP, "email": KNOWN}, number="after", **device)
    assert after.status == 200 and "/p/d/" not in after.text, "after a no they are asked again"


def test_what_is_known_is_not_asked_again_and_never_shown() -> None:
    house = fresh()
    world = house.world
    world.post(world.identify("ann", email=KNOWN, interest="lamps", city="Vevstad"))
    world.post(world.event("ann", "Product Viewed", identities=(_device("ann-device-2"),)))
    asked = house.page("GET", "/p/f/newsletter", cookies={"lw_aid": "ann-device-2"})
    assert 'name="email"' in asked.text and 'name="birthday"' in asked.text
    assert 'name="firstName"' not in asked.text and 'name="interest"' not in asked.text
    for secret in (KNOWN, "Ann", "Vevstad", "lamps"):
        assert secret not in re.sub(r"<style>.*?</style>", "", asked.text, flags=re.DOTALL), secret


def test_a_link_of_our_own_makes_answers_count_and_shows_nothing_either() -> None:
    house = fresh()
    message = house.messages[0]
    url = form_url(
        "",
        "newsletter",
        sign(SECRET, contact_token(Purpose.FORM, house.ann, message.id, house.world.clock.now(), "newsletter")),
    )
    who = url.partition("?who=")[2]
    hidden = handed_out(house, "newsletter", query={"who": who})
    asked = house.page("GET", "/p/f/newsletter", query={"who": who})
    assert 'name="email"' not in asked.text and KNOWN not in asked.text
    sent = send(house, "newsletter", {**hidden, "interest": "lamps", "consent/marketing/email": "on"})
    assert sent.status == 200
    house.world.run()
    assert house.world.contact("ann").traits["interest"] == "lamps"


@pytest.mark.parametrize("broken", ["expired", "of another form", "of another purpose", "forged", "of somebody erased"])
def test_a_link_that_is_not_good_is_refused_with_one_answer(broken: str) -> None:
    house = fresh()
    now = house.world.clock.now()
    token = contact_token(Purpose.FORM, house.ann, "", now, "newsletter")
    who = {
        "expired": lambda: sign(SECRET, contact_token(Purpose.FORM, house.ann, "", now - 31 * DAY, "newsletter")),
        "of another form": lambda: sign(SECRET, contact_token(Purpose.FORM, house.ann, "", now, "contact")),
        "of another purpose": lambda: sign(SECRET, contact_token(Purpose.TICKET, house.ann, "", now, "newsletter")),
        "forged": lambda: sign(b"another secret of thirty-two signs", token),
        "of somebody erased": lambda: sign(SECRET, contact_token(Purpose.FORM, house.gone, "", now, "newsletter")),
    }[broken]()
    with logged() as said:
        looked = house.page("GET", "/p/f/newsletter", query={"who": who})
        sent = send(house, "newsletter", {**SIGN_UP, "_who": who})
    refused(looked)
    refused(sent)
    assert looked.text == house.page("GET", "/p/nothing").text
    assert any("refused" in line for line in said)
    assert not any("@" in line or house.ann in line or who in line for line in said)


def _device(name: str) -> Identity:
    return Identity("anonymous_id", name)


def test_a_segment_decides_what_is_shown_and_is_not_told() -> None:
    house = fresh()
    shown = house.page("GET", "/p/w", query={"path": "/", "aid": "nobody-at-all"})
    assert "newsletter" in shown.text and "segment" not in shown.text
    assert_no_contact(house, shown)


def assert_no_contact(house: Installation, answer: Answer) -> None:
    assert house.ann not in answer.text and house.visitor not in answer.text
