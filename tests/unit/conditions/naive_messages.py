"""What became of messages, and who may be written to, worked out the slow way."""

from typing import TYPE_CHECKING

from tests.unit.conditions.naive_past import Condition

if TYPE_CHECKING:
    from tests.unit.conditions.naive import Naive

_REPORTS = {
    "sent": "Sent",
    "delivered": "Delivered",
    "opened": "Opened",
    "clicked": "Link Clicked",
    "bounced": "Bounced",
    "complained": "Marked as Spam",
    "answered": "Received",
    "replied": "Replied",
}


def reachable(naive: "Naive", condition: Condition, at: int) -> bool:
    channel = condition["reachable"]
    if not naive.truth({"permitted": channel}, at):
        return False
    return working(naive, {"working": channel}, at)


def working(naive: "Naive", condition: Condition, at: int) -> bool:
    """Of the present address, and of none that was not named, was it ever said that it does not work, unless somebody
    lifted it since."""
    ways = {
        "email": (
            "email",
            [{"event": "Email Bounced", "where": {"permanent": True}}, {"event": "Email Marked as Spam"}],
        ),
        "sms": ("phone", [{"event": "SMS Undelivered", "where": {"permanent": True}}]),
    }
    trait, gone = ways[condition["working"]]
    address = naive.traits(at).get(trait)
    said = [event for one in gone for event in naive.happened(one, at)]
    about = {"channel": condition["working"], "address": address}
    lifted = [event.at for event in naive.happened({"event": "Suppression Lifted", "where": about}, at)]
    since = max(lifted, default=0)
    return address is not None and not any(
        event.properties.get("address", address) == address and event.at >= since for event in said
    )


def permitted(naive: "Naive", condition: Condition, at: int) -> bool:
    return any(
        state == "granted" and topic.endswith("/" + condition["permitted"]) and not topic.startswith("tracking/")
        for topic, state in naive.consents(at).items()
    )


def engaged(naive: "Naive", condition: Condition, at: int) -> bool:
    """``did_not``: something was sent within the time, and that did not happen within it."""
    said = condition["engaged"]
    about = {"template": said["message"]} if "message" in said else {}
    about |= {name: said[name] for name in ("journey",) if name in said}
    window = {"within": said["within"]} if "within" in said else {}
    channel = {"email": "Email", "sms": "SMS"}[said.get("channel", "email")]

    def times(what: str) -> int:
        names = [f"{channel} {_REPORTS[what]}"]
        if said.get("machines") and what != "sent":
            names.append(f"{names[0]} by Machine")
        return sum(len(naive.happened({"event": name, "where": about, **window}, at)) for name in names)

    def most(what: str) -> int:
        if what != "opened":
            return times(what)
        return max(times("opened"), times("clicked"), min(times("replied"), 1))

    if "did" in said:
        return most(said["did"]) >= said.get("at_least", 1)
    return times("sent") > 0 and most(said["did_not"]) == 0
