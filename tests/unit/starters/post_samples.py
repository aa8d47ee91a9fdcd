"""Who is in and who is out: segments about permission, mails and satisfaction."""

from tests.unit.starters.people import Sample, agreed, did, known, often

_READER = [known("03-01 09:00"), agreed("03-01 10:00")]
_COUNTED = [*_READER, did("03-01 10:00", "Consent Granted", purpose="tracking", channel="email")]

SAMPLES = {
    "newsletter": Sample(
        at="03-02 12:00",
        inside=_READER,
        outside=[*_READER, did("03-02 08:00", "Consent Withdrawn", purpose="marketing", channel="email")],
    ),
    "unconfirmed-sign-ups": Sample(
        at="03-02 12:00",
        inside=[known("03-01 09:00"), did("03-01 10:00", "Consent Requested", purpose="marketing", channel="email")],
        outside=[
            known("03-01 09:00"),
            did("03-01 10:00", "Consent Requested", purpose="marketing", channel="email"),
            agreed("03-01 10:05"),
        ],
    ),
    "reachable-by-sms": Sample(
        at="03-02 12:00",
        inside=[known("03-01 09:00", phone="+493023125001"), agreed("03-01 10:00", "sms")],
        # A number is no permission.
        outside=[known("03-01 09:00", phone="+493023125001"), agreed("03-01 10:00", "email")],
    ),
    "newsletter-never-bought": Sample(
        at="03-20 12:00",
        inside=[*_READER, did("03-05 07:00", "Email Opened", template="welcome-hello")],
        outside=[
            *_READER,
            did("03-05 07:00", "Email Opened", template="welcome-hello"),
            did("03-05 07:30", "Order Completed", total=20),
        ],
        ends="06-03 07:00",
    ),
    "mail-lovers": Sample(
        at="03-20 12:00",
        inside=[*_READER, *often(3, "03-05 07:00", "Email Link Clicked")],
        # Opening is not clicking.
        outside=[*_READER, *often(2, "03-05 07:00", "Email Link Clicked"), *often(9, "03-07 07:00", "Email Opened")],
        ends="05-04 07:00",
    ),
    "mail-sleepers": Sample(
        at="03-20 12:00",
        inside=[*_COUNTED, *often(5, "03-05 07:00", "Email Sent")],
        outside=[*_COUNTED, *often(5, "03-05 07:00", "Email Sent"), did("03-07 19:00", "Email Opened")],
        ends="06-03 07:00",
    ),
    "unhappy": Sample(
        at="03-20 12:00",
        inside=[
            did("02-05 10:00", "Survey Answered", survey="nps", score=9),
            did("03-05 10:00", "Survey Answered", survey="nps", score=4),
        ],
        # Won back: the latest answer counts.
        outside=[
            did("02-05 10:00", "Survey Answered", survey="nps", score=4),
            did("03-05 10:00", "Survey Answered", survey="nps", score=9),
        ],
        # What is `within_last` counts to the end of its own millisecond.
        ends="06-03 10:00:00.001",
    ),
    "promoters": Sample(
        at="03-20 12:00",
        inside=[did("03-05 10:00", "Survey Answered", survey="nps", score=9)],
        outside=[
            did("03-05 10:00", "Survey Answered", survey="nps", score=9),
            did("03-12 10:00", "Complaint Received"),
        ],
        ends="2027-03-05 10:00:00.001",
    ),
}
