"""One person for each scoring set, from the first page to a customer and back; what is expected was worked out by hand.

Scores halve every 30 days (14 in the SaaS set): where a line of arithmetic helps, it stands beside the number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from leadwell.tracking.events import Event
from tests.unit.starters.people import agreed, did, known, often, works_at


@dataclass(frozen=True)
class Then:
    """What is expected ``at`` a moment, after these events and all before them."""

    at: str
    events: Sequence[Event]
    score: float
    fit: float
    grade: str
    stage: str
    persona: str = ""


SHOP = [
    Then(
        "03-02 09:00",
        [
            did("03-02 09:00", "Page Viewed", path="/"),
            did("03-02 09:00", "Product Viewed", category="sofas", price=890),
            did("03-02 09:00", "Product Viewed", category="sofas", price=1290),
        ],
        score=7,
        fit=0,
        grade="D4",
        stage="visitor",
    ),
    Then(
        "03-02 09:00",
        [
            known("03-02 09:00", country="DE", locale="de-DE"),
            did("03-02 09:00", "Signed Up"),
            agreed("03-02 09:00"),
        ],
        score=27,  # 7 that fade, 20 that stay
        fit=55,  # delivery area 25, may be written to 20, language 10
        grade="B3",
        stage="lead",
    ),
    Then(
        "04-01 09:00",  # 30 days later
        [did("04-01 09:00", "Product Added", category="sofas"), did("04-01 09:00", "Checkout Started")],
        score=45.5,  # 3.5 + 22, and 20
        fit=55,
        grade="B3",
        stage="lead",
    ),
    Then(
        "04-01 09:00",
        [
            did("04-01 09:00", "Product Viewed", category="lamps", price=149),
            did("04-01 09:00", "Product Viewed", category="rugs", price=320),
        ],
        score=51.5,
        fit=55,
        grade="B2",
        stage="mql",
        persona="nest-builder",  # three categories (2 of 8) and 662 on average (2 of 8)
    ),
    Then(
        "04-01 10:00",
        [did("04-01 10:00", "Lead Accepted"), did("04-01 10:00", "Quote Sent", amount=4000)],
        score=51.47,  # 31.5 × 2^(-1 / 720) + 20
        fit=55,
        grade="B2",
        stage="opportunity",
        persona="nest-builder",
    ),
    Then(
        "04-02 09:00",
        [did("04-02 09:00", "Deal Lost")],
        score=50.78,  # 31.5 × 2^(-1 / 30) + 20
        fit=55,
        grade="B2",
        stage="mql",
        persona="nest-builder",
    ),
    Then(
        "05-01 09:00",
        [did("05-01 09:00", "Order Completed", total=890, order_id="o1")],
        score=60.75,  # 15.75, and 20 + 25
        fit=85,  # bought 15, for more than 500 within a year 15
        grade="A2",
        stage="customer",
        # The first views are 60 days old: only the big order (3 of 8) still speaks for a nest builder.
    ),
    Then(
        "05-31 09:00",
        often(4, "05-28 09:00", "Order Completed", total=40),
        score=152.88,  # 7.875, and 20 + 5 × 25
        fit=85,
        grade="A1",
        stage="evangelist",
    ),
    Then(
        "06-01 09:00",
        [did("06-01 09:00", "Survey Answered", survey="nps", score=3)],
        score=152.70,
        fit=85,
        grade="A1",
        stage="customer",
    ),
    Then(
        "06-10 09:00",
        often(4, "06-05 09:00", "Order Completed", total=40),
        score=251.25,  # four new orders are not five
        fit=85,
        grade="A1",
        stage="customer",
    ),
    Then(
        "06-11 09:00",
        [did("06-11 09:00", "Order Completed", total=40)],
        score=276.11,
        fit=85,
        grade="A1",
        stage="evangelist",
    ),
]

B2B = [
    Then(
        "03-02 09:00",
        [did("03-02 09:00", "Page Viewed", path="/blog", category="routing")],
        score=1,
        fit=0,
        grade="D4",
        stage="visitor",
    ),
    Then(
        "03-02 09:00",
        [
            did("03-02 09:00", "Asset Downloaded", asset="white-paper", topic="routing"),
            known("03-02 09:00", "bob@acme.example", title="Geschäftsführer", country="DE"),
        ],
        score=11,
        fit=35,  # region 10, decides 25
        grade="C4",
        stage="lead",
    ),
    Then(
        "03-03 09:00",
        [works_at("03-03 09:00", name="Acme", employees=300, industry="logistics")],
        score=10.75,
        fit=75,  # size 25, industry 15
        grade="A4",
        stage="lead",
    ),
    Then(
        "04-01 09:00",  # 30 days after the download
        [did("04-01 09:00", "Webinar Attended", topic="routing")],
        score=20.5,  # 5.5 that halve, 15 that stay for 90 days
        fit=75,
        grade="A3",
        stage="lead",
    ),
    Then(
        "04-01 09:00",
        [did("04-01 09:00", "Page Viewed", path="/en/pricing"), did("04-01 09:00", "Demo Requested")],
        score=71.5,  # 1 + 5 for the prices, 45 for the demo
        fit=75,
        grade="A2",
        stage="mql",
        persona="economic-buyer",  # his position (3 of 8) and the prices (2 of 8)
    ),
    Then(
        "04-02 09:00",
        [did("04-02 09:00", "Lead Accepted")],
        score=70.21,  # 56.5 × 2^(-1 / 30) + 15
        fit=75,
        grade="A2",
        stage="sql",
        persona="economic-buyer",
    ),
    Then(
        "05-01 09:00",
        [did("05-01 09:00", "Lead Rejected", reason="no budget this year")],
        score=3.25,  # 28.25 - 40, and 15
        fit=75,
        grade="A4",
        stage="mql",
        persona="economic-buyer",
    ),
    Then(
        "06-30 09:00",
        [did("06-30 09:00", "Event Attended", event="trade-fair")],
        score=17.06,  # -11.75 / 4, and 20; the webinar was 90 days ago
        fit=75,
        grade="A4",
        stage="mql",
    ),
    Then(
        "07-30 09:00",
        [did("07-30 09:00", "Demo Requested"), did("07-30 09:00", "Lead Accepted")],
        score=63.53,  # -1.47 + 45, and 20
        fit=75,
        grade="A2",
        stage="sql",
    ),
    Then(
        "08-29 09:00",
        [did("08-29 09:00", "Deal Created"), did("08-29 09:00", "Deal Lost")],
        score=1.77,  # 21.77 - 40, and 20
        fit=75,
        grade="A4",
        stage="mql",
    ),
    Then(
        "09-28 09:00",
        [did("09-28 09:00", "Lead Accepted"), did("09-28 09:00", "Quote Sent"), did("09-28 09:00", "Deal Won")],
        score=10.88,  # -9.12, and 20
        fit=75,
        grade="A4",
        stage="customer",
    ),
    Then(
        "10-28 09:00",
        [did("10-28 09:00", "Referral Made")],
        score=15.44,
        fit=75,
        grade="A4",
        stage="evangelist",
    ),
    Then(
        "11-27 09:00",
        [did("11-27 09:00", "Survey Answered", survey="nps", score=5)],
        score=17.72,
        fit=75,
        grade="A4",
        stage="customer",
    ),
    Then(
        "12-27 09:00",  # the fair is 180 days ago
        [did("12-27 09:00", "Contract Ended")],
        score=-41.14,  # -1.14 - 40
        fit=75,
        grade="A4",
        stage="lead",
    ),
]

SAAS = [
    Then("03-02 09:00", [did("03-02 09:00", "Page Viewed", path="/")], score=0.5, fit=0, grade="D4", stage="visitor"),
    Then(
        "03-02 09:00",
        [
            known("03-02 09:00", "cleo@acme.example", title="Product lead", locale="en-GB"),
            did("03-02 09:00", "Signed Up"),
            did("03-02 09:00", "Trial Started"),
        ],
        score=20.5,
        fit=50,  # work address 25, job 15, language 10
        grade="B3",
        stage="lead",
    ),
    Then(
        "03-16 09:00",  # 14 days later
        [
            works_at("03-16 09:00", name="Acme", employees=40),
            did("03-16 09:00", "Integration Connected", integration="calendar"),
            did("03-16 09:00", "Invite Sent"),
            *(did("03-16 09:00", "Feature Used", feature=name) for name in ("import", "board", "export")),
        ],
        score=40.25,  # 10.25 + 12 + 3, and 15 that stay
        fit=70,
        grade="A3",
        stage="lead",
        persona="team-champion",
    ),
    Then(
        "03-16 09:00",
        [did("03-16 09:00", "Usage Limit Reached")],
        score=60.25,
        fit=70,
        grade="A2",
        stage="mql",
        persona="team-champion",
    ),
    Then(
        "03-30 09:00",
        [did("03-30 09:00", "Lead Accepted"), did("03-30 09:00", "Lead Rejected", reason="too early")],
        score=7.62,  # 12.625 - 40, and 15 + 20
        fit=70,
        grade="A4",
        stage="mql",
        persona="team-champion",
    ),
    Then(
        "04-15 09:00",  # the limit counts for 30 days
        [],
        score=2.60,  # -27.375 × 2^(-16 / 14) + 15
        fit=70,
        grade="A4",
        stage="mql",
        persona="team-champion",
    ),
    Then(
        "04-27 09:00",
        [did("04-27 09:00", "Subscription Started", plan="team")],
        score=8.16,  # -27.375 / 4, and 15
        fit=70,
        grade="A4",
        stage="customer",
        persona="team-champion",
    ),
    Then(
        "05-11 09:00",
        [did("05-11 09:00", "Referral Made")],
        score=11.58,
        fit=70,
        grade="A4",
        stage="evangelist",
        persona="team-champion",
    ),
    Then(
        "05-25 09:00",
        [
            *(did("05-25 09:00", "Feature Used", feature="board", card=n) for n in range(90)),
            did("05-25 10:00", "Subscription Cancelled"),
        ],
        score=103.29,  # -1.71 + 90, and 15: an hour before the end
        fit=70,
        grade="A1",
        stage="evangelist",
        persona="team-champion",
    ),
    Then(
        "05-25 10:00",
        [],
        score=23.11,  # 88.289 × 2^(-1 / 336) - 80, and 15: hot an hour ago, and no lead for sales now
        fit=70,
        grade="A3",
        stage="lead",
        persona="team-champion",
    ),
    Then(
        "06-08 10:00",
        [did("06-08 10:00", "Subscription Started", plan="team")],
        score=19.05,
        fit=70,
        grade="A4",
        stage="customer",
        persona="team-champion",
    ),
]
