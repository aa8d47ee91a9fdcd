import json

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.reporting.cost import Prices, Usage, bill, total
from leadwell.reporting.counts import Counts

HUNDRED_THOUSAND = ("cost", "--contacts", "100000", "--events", "20", "--messages", "8", "--region", "us-east-1")


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No table and no account: an estimate needs neither."""
    monkeypatch.delenv("LEADWELL_TABLE", raising=False)
    wiring.use(None)


def refused(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["cost", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_a_bill_has_a_line_for_everything_and_a_total(capsys: pytest.CaptureFixture[str]) -> None:
    main(HUNDRED_THOUSAND)
    said = capsys.readouterr().out
    lines = [line.split() for line in said.splitlines()]
    assert ["API", "Gateway", "2,000,000", "HTTP", "API", "requests", "2.00", "USD"] in lines
    assert ["SES", "800,000", "recipients", "80.00", "USD"] in lines
    usage = Usage(contacts=100_000, events=20, messages=8)
    expected = total(bill(usage, Prices.read("us-east-1"), Counts.read()))
    assert ["Total", f"{expected:,.2f}", "USD"] in lines
    for service in ("Lambda", "DynamoDB", "Step Functions", "SQS", "SNS", "CloudWatch", "Secrets Manager"):
        assert service in said
    assert max(map(len, said.splitlines())) <= 100


def test_others_stand_beside_it_with_source_and_date(capsys: pytest.CaptureFixture[str]) -> None:
    main(HUNDRED_THOUSAND)
    said = capsys.readouterr().out
    # 95,000 endpoints at $0.0012 and 800,000 mails at $0.0001
    assert f"{'Amazon Pinpoint, as it was until 2026-10-30':69} {'194.00':>11} USD\n" in said
    assert "Amazon Pinpoint pricing page, 2026-08-13" in said
    assert "955.00 USD *" in said, "of Customer.io, partly recalled"
    assert "5,294.40 USD *" in said and "without the 3,000 USD for onboarding" in said.replace("\n   ", "")
    assert f"Requests were counted on {Counts.read().date}" in said.replace("\n", " ")


def test_it_speaks_json(capsys: pytest.CaptureFixture[str]) -> None:
    main([*HUNDRED_THOUSAND, "--plan", "essentials", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert document.keys() == {
        "usage", "region", "currency", "counted", "lines", "total", "others", "left_out",
    }  # fmt: skip
    assert document["usage"] == {"contacts": 100_000, "events": 20, "messages": 8, "plan": "essentials"}
    assert (document["region"], document["currency"]) == ("us-east-1", "USD")
    assert document["total"] == pytest.approx(sum(line["usd"] for line in document["lines"]))
    for line in document["lines"]:
        assert line.keys() == {"service", "name", "quantity", "unit", "free", "usd", "mark", "source", "date"}
    assert [other["name"] for other in document["others"]] == [
        "Amazon Pinpoint",
        "Customer.io",
        "HubSpot Marketing Hub",
    ]
    for other in document["others"]:
        assert other.keys() == {"name", "plan", "usd", "mark", "source", "date", "remark"}
    (mails,) = [line for line in document["lines"] if line["service"] == "SES"]
    assert (mails["quantity"], mails["usd"]) == (800_000, pytest.approx(128))


def test_nobody_costs_next_to_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    main(["cost", "--contacts", "0", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert document["region"] == "eu-central-1"
    assert 0 < document["total"] < 2.6


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "--contacts"),
        (("--contacts", "many"), 2, "--contacts: 'many' is not a whole number: give one such as 100000"),
        (("--contacts", "1.5"), 2, "--contacts: '1.5' is not a whole number"),
        (("--contacts", "1", "--events", "few"), 2, "--events: 'few' is not a number: give one such as 20 or 2.5"),
        (("--contacts", "1", "--plan", "pro"), 2, "--plan"),
        (("--contacts", "-1"), 1, "contacts: must be a number from 0"),
        (("--contacts", "1", "--messages", "nan"), 1, "messages: must be a number from 0"),
        (("--contacts", "1", "--region", "mars"), 1, "region: no prices are known for 'mars': choose eu-central-1 or"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(
    arguments: tuple[str, ...], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(*arguments) == code
    assert said in capsys.readouterr().err


def test_thousands_may_be_separated(capsys: pytest.CaptureFixture[str]) -> None:
    main(["cost", "--contacts", "100,000", "--json"])
    assert json.loads(capsys.readouterr().out)["usage"]["contacts"] == 100_000
