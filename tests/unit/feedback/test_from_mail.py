"""What is read of a mail that anybody may have written."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.errors import Broken
from leadwell.feedback.from_mail import Written, arrived, written
from leadwell.feedback.mail_text import asks_by_mail, first_line, own_words, text_of_html
from tests.functions.arriving_mail import mail, told_of
from tests.functions.queue_records import payload
from tests.security.strange import spoiled_everywhere


def read(content: bytes, **verdicts: str) -> Written:
    return written(content, arrived(told_of("r@reply.example.com", content, **verdicts)))


def test_a_person_s_answer() -> None:
    found = read(mail("person"))
    assert found.id == "<61967230-7A45-4A9D-BEC9-87CBCF2211C9@example.com>"
    assert (found.sender, found.name) == ("robin@example.com", "Robin Beispiel-Müller")
    assert found.subject == "Re: Ihr Warenkorb wärmt"
    assert found.text == "Guten Tag,\n\nist das grüne Sofa auch in 2,20 m lieferbar?\n\nViele Grüße\nRobin"
    assert not found.automatic and not found.ours


def test_html_alone_is_read_without_styles_and_quotations() -> None:
    assert read(mail("no")).text == "Bitte abmelden"


@pytest.mark.parametrize("name", ["absence", "bounce"])
def test_what_programs_write(name: str) -> None:
    assert read(mail(name)).automatic


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-generated",
        "Auto-Submitted: Auto-Replied; owner-email=a@example.com",
        "X-Autoreply: yes",
        "X-Autorespond: away",
        "Precedence: bulk",
        "Precedence: AUTO_REPLY",
        "Return-Path: <>",
        "List-Id: <news.example.com>",
        "From: MAILER-DAEMON@example.com",
        "Content-Type: multipart/report; boundary=x",
    ],
)
def test_signs_of_a_program(header: str) -> None:
    name = header.partition(":")[0]
    rest = [line for line in mail("no").split(b"\r\n") if not line.startswith(f"{name}:".encode())]
    assert read(b"\r\n".join([header.encode(), *rest])).automatic


@pytest.mark.parametrize("header", ["Auto-Submitted: no", "Precedence: first-class", "X-Mailer: Example"])
def test_signs_of_nothing(header: str) -> None:
    assert not read(header.encode() + b"\r\n" + mail("person")).automatic


def test_an_empty_envelope_sender_is_a_program_s() -> None:
    said = told_of("r@reply.example.com", mail("person"))
    said["mail"]["source"] = ""
    assert written(mail("person"), arrived(said)).automatic


@pytest.mark.parametrize(
    ("below", "text"),
    [
        ("On Mon, Nov 23, 2026 at 9:00 AM Example Shop <hello@example.com> wrote:\n> Hello", "Yes, please."),
        ("On Mon, Nov 23, 2026 at 9:00 AM Example Shop\n<hello@example.com> wrote:\n> Hello", "Yes, please."),
        ("-----Original Message-----\nFrom: Example Shop", "Yes, please."),
        ("-----Ursprüngliche Nachricht-----\nVon: Example Shop", "Yes, please."),
        ("Von: Example Shop <hello@example.com>\nGesendet: Montag", "Yes, please."),
        ("________________________________\nFrom: Example Shop", "Yes, please."),
        ("-- \nRobin Example", "Yes, please."),
        ("> Hello", "Yes, please."),
        ("On Monday I am there.", "Yes, please.\n\nOn Monday I am there."),
    ],
)
def test_what_it_answers_to_is_left_out(below: str, text: str) -> None:
    assert own_words(f"Yes, please.\r\n\n\n\n{below}") == text


def test_what_stands_below_the_quotation_is_not_lost_where_nothing_stands_above() -> None:
    assert own_words("> Will you come?\nYes.") == "Yes."


@pytest.mark.parametrize(
    "line",
    [
        *(
            "STOP",
            "stop",
            "Stop.",
            "STOPP!",
            "Abmelden",
            "abmelden bitte",
            "Bitte abmelden",
            "Unsubscribe me",
            "opt out",
        ),
        *(
            "please unsubscribe me",
            "Stop sending me emails",
            "STOP writing to me!",
            "Abbestellen",
            "Stop all",
            "Remove me",
        ),
        *("Opt-Out", "Revoke", "Stop mit den Mails", "Bitte austragen", "STOP please"),
    ],
)
def test_words_for_no(line: str) -> None:
    assert asks_by_mail(line)


@pytest.mark.parametrize(
    "line",
    [
        *("", "Stop by our office tomorrow", "Thank you", "Hello,", "I want to cancel my order", "Kündigen", "Cancel"),
        *("Please call me", "The end", "END", "Bitte", "How do I unsubscribe?", "Nonstop", "bitte bitte"),
    ],
)
def test_words_for_something_else(line: str) -> None:
    assert not asks_by_mail(line)


@given(st.binary(max_size=400), st.sampled_from(["person", "no", "bounce"]), st.integers(0, 900), st.integers(0, 60))
def test_whatever_arrives_is_read(noise: bytes, name: str, place: int, gone: int) -> None:
    whole = mail(name)
    found = read(whole[:place] + noise + whole[place + gone :])
    assert found.id and len(found.text) <= 4_000
    assert "\n" not in found.subject + found.name + found.sender
    assert read(noise).sender in ("", found.sender) or "@" in read(noise).sender


@given(st.text(max_size=300))
def test_any_text_is_text(text: str) -> None:
    assert isinstance(asks_by_mail(first_line(own_words(text_of_html(text)))), bool)


def test_parts_inside_of_parts_do_no_harm() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(3_000))
    assert read(b"Subject: STOP\r\n" + deep).subject == "STOP"


def test_an_unknown_alphabet_is_read_as_well_as_possible() -> None:
    strange = mail("person").replace(b'charset="utf-8"', b'charset="klingon"')
    assert "Sofa" in read(strange).text
    assert read(b"Subject: =?klingon?q?STOP?=\r\n\r\n").subject


def test_attached_texts_are_not_what_was_written() -> None:
    message = EmailMessage()
    message["From"] = "robin@example.com"
    message.set_content("Attached.")
    message.add_attachment("STOP", filename="note.txt")
    assert read(message.as_bytes()).text == "Attached."


def test_without_a_message_id_it_is_known_by_that_of_ses() -> None:
    assert read(b"Subject: Hello\r\n\r\nHi").id == "d6iitobk75ur44p8kdnnp7g2n800"


def test_verdicts_of_the_scan() -> None:
    told = arrived(told_of("r@reply.example.com", b"", spamVerdict="FAIL", virusVerdict="GRAY"))
    assert (told.spam, told.virus) == (True, False)


@pytest.mark.parametrize("spoil", [("receipt",), ("mail",), ("receipt", "action"), ("receipt", "recipients")])
def test_a_notification_of_another_shape_is_broken(spoil: tuple[str, ...]) -> None:
    said = payload("mail/received")
    within = said
    for part in spoil[:-1]:
        within = within[part]
    within[spoil[-1]] = 7
    with pytest.raises(Broken, match="a shape we do not know"):
        arrived(said)


def test_a_rule_without_a_bucket_is_broken() -> None:
    said = payload("mail/received")
    said["receipt"]["action"]["type"] = "SNS"
    with pytest.raises(Broken):
        arrived(said)


def test_anything_at_any_place_of_a_notification_is_read_or_broken() -> None:
    for _, strange in spoiled_everywhere(payload("mail/received")):
        try:
            told = arrived(strange)  # type: ignore[arg-type]
        except Broken:
            continue
        assert told.key and all(isinstance(one, str) for one in told.recipients)
