import pytest

from leadwell.errors import Broken
from leadwell.feedback.from_sms import STOP_WORDS, asks_for_silence, translate
from tests.functions.queue_records import payload

NOW = 1_795_338_000_000


def test_an_answer_is_read() -> None:
    sms = translate(payload("sms/answer"), NOW)
    assert (sms.sender, sms.recipient, sms.text) == ("+12025550143", "+12025550100", "Do you have it in blue?")
    assert (sms.at, sms.stops) == (NOW, False)


def test_stop_is_understood() -> None:
    assert translate(payload("sms/stop"), NOW).stops


@pytest.mark.parametrize(
    "text",
    [
        *sorted(STOP_WORDS),
        *(word.lower() for word in sorted(STOP_WORDS)),
        " Stop. ",
        "S T O P",
        "opt out",
        "Opt-Out!",
        "Arrêt",
        "Stop writing to me",
        "abmelden bitte",
        "Please stop",
        "Bitte abmelden!",
        "Hi, please opt out",
        "STOP\n",
        "“stop”",
    ],
)
def test_ways_to_say_no(text: str) -> None:
    assert asks_for_silence(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?!",
        "START",
        "UNSTOP",
        "Yes",
        "At the end of the month",
        "End of May?",
        "Do not stop",
        "Cancel Tuesday",
        "Please",
        "Bitte",
    ],
)
def test_other_texts_are_just_texts(text: str) -> None:
    assert not asks_for_silence(text)


def test_another_shape_is_not_swallowed() -> None:
    for missing in ("messageBody", "originationNumber", "inboundMessageId"):
        torn = payload("sms/stop")
        del torn[missing]
        with pytest.raises(Broken):
            translate(torn, NOW)
