"""Who is in and who is out: segments about contracts, trials and conversations."""

from tests.unit.starters.people import Sample, did, known, often

_TRIAL = [known("03-01 09:00"), did("03-01 10:00", "Trial Started")]
_TRIED = [did("03-01 11:00", "Invite Sent"), *often(5, "03-01 10:05", "Signed In")]

SAMPLES = {
    "contract-ends-soon": Sample(
        at="05-20 12:00",
        inside=[known("03-01 09:00", contract_end="2026-06-30")],
        outside=[known("03-01 09:00", contract_end="2026-09-30")],
        # Sixty days before it in Berlin, until the last day is over there.
        begins="04-30 22:00",
        ends="06-30 22:00",
    ),
    "decision-makers": Sample(
        at="03-02 12:00",
        inside=[known("03-01 09:00", title="Abteilungsleiterin Einkauf")],
        outside=[known("03-01 09:00", title="Assistentin der Geschäftsführung")],
    ),
    "downloaders": Sample(
        at="03-20 12:00",
        inside=[known("03-01 09:00"), did("03-05 10:00", "Asset Downloaded", asset="white-paper")],
        outside=[
            known("03-01 09:00"),
            did("03-05 10:00", "Asset Downloaded", asset="white-paper"),
            did("03-06 10:00", "Deal Won", amount=9000),
        ],
        ends="04-04 10:00",
    ),
    "inactive-trials": Sample(
        at="03-06 12:00",
        inside=[*_TRIAL, did("03-02 10:00", "Feature Used", feature="import")],
        outside=[*_TRIAL, did("03-05 10:00", "Feature Used", feature="import")],
        begins="03-05 10:00",
        # The trial is over.
        ends="03-15 10:00",
    ),
    "product-qualified": Sample(
        at="03-06 12:00",
        inside=[*_TRIAL, *_TRIED],
        # The same, but it was before this trial.
        outside=[*_TRIAL, *_TRIED, did("03-06 10:00", "Trial Ended"), did("03-06 11:00", "Trial Started")],
        ends="03-15 10:00",
    ),
    "not-spoken-to": Sample(
        at="07-01 12:00",
        inside=[did("03-01 10:00", "Deal Won", amount=9000), did("05-01 10:00", "Email Opened")],
        outside=[did("03-01 10:00", "Deal Won", amount=9000), did("05-01 10:00", "Phone Call")],
        begins="05-30 10:00",
    ),
}
