"""A story is a list: what people do and what goes wrong, each at its moment. It is made from a seed before it is run,
so that a failing one can be shortened by leaving parts out.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from leadwell.clock import DAY, HOUR, MINUTE, SECOND
from tests.simulation.callers import user_hash
from tests.simulation.console import in_the_console
from tests.simulation.plots import Part, Plot, Story
from tests.simulation.weather import mishaps

_STARTS = (
    "2026-03-02T08:00:00Z",
    "2026-03-27T20:30:00Z",  # the weekend of summer time in Europe
    "2026-02-26T05:00:00Z",
    "2028-02-26T05:00:00Z",  # a leap year
    "2026-11-22T23:40:00Z",
)
_LENGTHS = (5 * HOUR, 5 * HOUR, DAY, DAY, 3 * DAY, 9 * DAY)
_REPORTS = (
    *("Complaint", "Bounce", "Bounce for now", "DeliveryDelay"),
    *("Open", "Click", "Open scanned", "Scan", "Click trap"),
)


def story_of(seed: int) -> Story:
    random = Random(seed)
    length = random.choice(_LENGTHS)
    start = random.choice(_STARTS)
    plot = Plot(random, length, start)
    people = random.choice((1, 1, 2, 3))
    for number in range(people):
        _Person(plot, number).live()
    if random.random() < 0.3:
        _stranger(plot, random.randrange(2))
    plot.parts += [Part(at, kind, arguments) for at, kind, arguments in mishaps(random, length, plot.moments)]
    plot.parts += _at_work(seed, people, length, start)
    plot.parts += _all_at_once(seed, length, start)
    plot.parts += [Part(at, kind, arguments) for at, kind, arguments in in_the_console(seed, length, plot.moments)]
    parts = sorted(plot.parts, key=lambda part: part.at)
    return Story(seed, start, length, random.random() < 0.85, tuple(parts))


class _Person:
    def __init__(self, plot: Plot, number: int) -> None:
        self.plot = plot
        self.random = plot.random
        self.user = f"u{number}"
        self.email = f"u{number}@example.com"
        self.phone = f"+1202555010{number}"
        self.devices = [f"d{number}a", f"d{number}b"]

    def live(self) -> None:
        random = self.random
        arrives = random.uniform(0, self.plot.length * 0.3)
        if random.random() < 0.25:
            self.visit(arrives)
            arrives += self.plot.soon() + MINUTE
        self.arrive(arrives)
        habits: list[Callable[[float], None]] = [
            self.shop, self.shop, self.shop, self.try_out, self.try_out, self.sign_up, self.look_around,
            self.visit, self.have_birthday, self.change, self.refuse, self.refuse, self.agree_again,
            self.subscribe, self.log_in,
        ]  # fmt: skip
        for _ in range(random.choice((2, 3, 4, 5))):
            random.choice(habits)(arrives + self.plot.soon() + random.choice((0, 0, 0.3)) * self.plot.length)
        if random.random() < 0.06:
            erased = random.choice((arrives + self.plot.soon(), random.choice(self.plot.moments) + self.plot.soon()))
            self.plot.add(erased, "erase", user=self.user)

    def known(self, **more: Any) -> dict[str, Any]:
        return {"type": "track", "userId": self.user, **more}

    def arrive(self, at: float) -> None:
        """A shop's server tells who it is and what they agreed to."""
        random = self.random
        traits: dict[str, Any] = {"email": self.email, "firstName": self.user}
        if random.random() < 0.6:
            traits["phone"] = self.phone
        if random.random() < 0.3:
            traits["timezone"] = random.choice(("America/New_York", "Asia/Kolkata", "Mars/Base"))
        if random.random() < 0.3:
            traits["plan"] = "pro"
        identify = {"type": "identify", "userId": self.user, "traits": traits}
        if random.random() < 0.3:
            identify["anonymousId"] = self.devices[0]
        yes = [self.consent(channel) for channel in random.choice((["email"], ["email"], ["email", "sms"], ["*"], []))]
        if random.random() < 0.5:
            self.plot.post(at, identify, *yes)
        else:
            self.plot.post(at, identify)
            for one in yes:
                self.plot.post(at + self.plot.soon(), one)

    def consent(self, channel: str, word: str = "Granted") -> dict[str, Any]:
        return self.known(event=f"Consent {word}", properties={"purpose": "marketing", "channel": channel})

    def shop(self, at: float) -> None:
        random, plot = self.random, self.plot
        cart = random.choice(("c1", "c2"))
        who = self.by_somebody()
        plot.post(at, {**who, "event": "Product Added", "properties": {"cart_id": cart, "name": "Lamp", "price": 59}})
        due = at + 3 * HOUR
        plot.expect(due, due + DAY)
        ordered = random.random()
        if ordered < 0.6:
            order = {
                "order_id": f"o{plot.calls}",
                "total": 20 * (plot.calls % 7),
                **random.choice(({"cart_id": cart}, {"cart_id": cart}, {}, {"cart_id": "c9"})),
            }
            when = random.choice((at + plot.soon(), due - plot.soon() / 20, plot.woken(due), plot.woken(due)))
            plot.post(when, {**self.by_somebody(), "event": "Order Completed", "properties": order})
        if random.random() < 0.4:
            self.refuse(random.choice((plot.woken(due), plot.woken(due), due - plot.soon() / 10)))

    def try_out(self, at: float) -> None:
        random, plot = self.random, self.plot
        trial = random.choice(("t1", "t2"))
        plot.post(at, self.known(event="Trial Started", properties={"trial_id": trial}))
        due = at + 20 * MINUTE
        plot.expect(due)
        if random.random() < 0.7:
            used = random.choice((due - plot.soon() / 10, plot.woken(due), due + plot.soon(), due + 2 * HOUR))
            plot.post(used, self.known(event="Trial Used", properties={"trial_id": trial}))
        if random.random() < 0.2:
            self.refuse(plot.woken(due))

    def sign_up(self, at: float) -> None:
        self.plot.post(at, self.known(event="Signed Up"))

    def look_around(self, at: float) -> None:
        for _ in range(self.random.choice((1, 2, 3, 5))):
            category = self.random.choice(("sofas", "sofas", "lamps"))
            self.plot.post(at, {**self.by_somebody(), "event": "Product Viewed", "properties": {"category": category}})
            at += self.plot.soon() + self.random.choice((0, HOUR, DAY))

    def visit(self, at: float) -> None:
        """Unknown, on one of their devices."""
        device = self.random.choice(self.devices)
        event = self.random.choice(("Product Viewed", "Product Viewed", "Product Added"))
        call = {
            "type": "track",
            "anonymousId": device,
            "event": event,
            "properties": {"category": "sofas", "cart_id": "c1"},
        }
        self.plot.post(at, call, {"type": "page", "anonymousId": device}, key="public")
        if self.random.random() < 0.3:
            self.refuse_here(at + self.plot.soon(), device)
        if self.random.random() < 0.7:
            at += self.plot.soon()
            if self.random.random() < 0.3:
                # What the device reports is resolved before the login, and stored after it.
                slow = {
                    "function": "track_events",
                    "requests": "write",
                    "kind": "hold",
                    "skip": 0,
                    "amount": 5 * SECOND,
                }
                view = {"type": "track", "anonymousId": device, "event": "Product Viewed"}
                self.plot.add(at - 60, "fault", **slow)
                self.plot.post(at - 50, view, key="public")
            self.log_in(at, device)
            if self.random.random() < 0.4:
                self.refuse_here(at + self.plot.soon(), device)
            if self.random.random() < 0.4:
                more = {
                    "type": "track",
                    "anonymousId": device,
                    "event": "Order Completed",
                    "properties": {"cart_id": "c1"},
                }
                self.plot.post(at + self.plot.soon(), more, key="public")

    def log_in(self, at: float, device: str = "") -> None:
        device = device or self.random.choice(self.devices)
        call: dict[str, Any] = {"type": "identify", "userId": self.user, "anonymousId": device}
        if self.random.random() < 0.5:
            call["context"] = {"userHash": user_hash(self.user), "locale": "de-DE"}
            self.plot.post(at, call, key="public")
        else:
            call["traits"] = {"email": self.email}
            self.plot.post(at, call)

    def have_birthday(self, at: float) -> None:
        """In a few days, or today; some on 29 February."""
        name = self.random.choice(("birthday", "renewal"))
        month, day = int(self.plot.start[5:7]), int(self.plot.start[8:10])
        date = self.random.choice(
            (f"1990-{month:02d}-{min(day + 1, 28):02d}", "1992-02-29", f"1985-{month:02d}-{min(day + 3, 28):02d}")
        )
        self.plot.post(at, {"type": "identify", "userId": self.user, "traits": {name: date}})

    def change(self, at: float) -> None:
        traits = self.random.choice(
            ({"plan": "pro"}, {"plan": None}, {"company": "Example"}, {"timezone": "Asia/Tokyo"}, {"phone": self.phone})
        )
        self.plot.post(at, {"type": "identify", "userId": self.user, "traits": traits})

    def refuse(self, at: float) -> None:
        plot, channel = self.plot, self.random.choice(("email", "email", "sms", "*"))
        match self.random.randrange(7):
            case 0 | 1:
                plot.add(at, "link", to=self.email, link="unsubscribe")
            case 2:
                plot.post(at, self.consent(channel, "Withdrawn"))
            case 3:
                self.refuse_here(at, self.random.choice(self.devices))
            case 4:
                plot.add(at, "sms", number=self.phone, text=self.random.choice(("STOP", "stopp bitte")), stops=True)
            case 5:
                kind = self.random.choice(_REPORTS)
                plot.add(at, "report", to=self.email, kind=kind, delay=self.random.choice((0, SECOND, 20 * HOUR)))
            case 6:
                plot.add(at, "link", to=self.email, link="look")

    def refuse_here(self, at: float, device: str) -> None:
        no = {"type": "track", "event": "Consent Withdrawn", "properties": {"channel": "email"}}
        self.plot.post(at, {**no, "anonymousId": device}, key="public")

    def agree_again(self, at: float) -> None:
        self.plot.post(at, self.consent(self.random.choice(("email", "*"))))

    def join_company(self, at: float) -> None:
        """They say where they belong, and something about it; who has no proof changes nothing."""
        random = self.random
        traits = random.choice(
            ({}, {"industry": "retail"}, {"industry": "energy"}, {"size": 40}, {"size": 250}, {"size": None})
        )
        call = {"type": "group", "groupId": random.choice(("acme", "acme", "acme", "globex")), "traits": traits}
        somewhere = {**call, "anonymousId": random.choice(self.devices)}
        dice = random.random()
        if dice < 0.1:
            self.plot.post(at, somewhere, key="public")
        elif dice < 0.3:
            # A server knows where a visitor belongs before it knows who that is.
            view = {**somewhere, "type": "track", "event": "Product Viewed", "properties": {"category": "sofas"}}
            self.plot.post(at, somewhere)
            self.plot.post(at + self.plot.soon(), view, key="public")
            if random.random() < 0.7:
                self.log_in(at + self.plot.soon() + random.choice((0, HOUR)), somewhere["anonymousId"])
        else:
            self.plot.post(at, {**call, "userId": self.user})

    def subscribe(self, at: float) -> None:
        """Double opt-in on a device: a claim, a wish, a click."""
        device = self.random.choice(self.devices)
        claim = {"type": "identify", "anonymousId": device, "traits": {"email": self.email}}
        wish = {"type": "track", "anonymousId": device, "event": "Consent Granted"}
        wish["properties"] = {"purpose": "marketing", "channel": self.random.choice(("email", "*")), "wording": "w1"}
        self.plot.post(at, claim, wish, key="public")
        if self.random.random() < 0.3:
            self.plot.post(
                at + self.plot.soon(), {"type": "track", "anonymousId": device, "event": "Signed Up"}, key="public"
            )
        if self.random.random() < 0.8:
            self.plot.add(at + 5 * SECOND + self.plot.soon(), "link", to=self.email, link="confirm")
        if self.random.random() < 0.3:
            self.plot.add(at + 2 * HOUR, "link", to=self.email, link="confirm")

    def by_somebody(self) -> dict[str, Any]:
        """Known by the server, or a device that may or may not be known."""
        if self.random.random() < 0.85:
            return self.known()
        return {"type": "track", "anonymousId": self.random.choice(self.devices)}


def _at_work(seed: int, people: int, length: int, start: str) -> list[Part]:
    """In three of ten stories people belong to companies, and do something there. It has a random source and mishaps
    of its own."""
    random = Random(f"at work {seed}")
    if random.random() > 0.3:
        return []
    plot = Plot(random, length, start, calls=1000)
    for number in range(max(2, people)):
        person = _Person(plot, number)
        joins = random.uniform(0, length * 0.6)
        person.join_company(joins)
        habits = [person.join_company, person.join_company, person.look_around, person.shop, person.try_out]
        for _ in range(random.choice((1, 2, 3))):
            random.choice(habits)(joins + random.choice((-1, 1, 1)) * plot.soon() + random.choice((0, 0.3)) * length)
    if random.random() < 0.2:
        plot.add(random.choice(plot.moments) + plot.soon(), "publish", path="companies/busy-2.yaml")
    trouble = mishaps(random, length, plot.moments)
    return plot.parts + [Part(at, kind, arguments) for at, kind, arguments in trouble]


def _all_at_once(seed: int, length: int, start: str) -> list[Part]:
    """In one of ten stories somebody earns more mails within seconds than the caps let through in a day, while the
    worker of one of them is slow. It has a random source of its own."""
    random = Random(f"all at once {seed}")
    if random.random() > 0.1:
        return []
    plot = Plot(random, length, start, calls=2000)
    person = _Person(plot, 0)
    begins = int(random.uniform(0.3, 0.85) * length)
    plot.post(begins, person.known(event="Consent Granted", properties={"purpose": "marketing", "channel": "email"}))
    used = begins + 30 * MINUTE
    for trial in ("t5", "t6", "t7", "t8"):
        plot.post(begins + MINUTE, person.known(event="Trial Started", properties={"trial_id": trial}))
        used += random.choice((SECOND, 3 * SECOND, 9 * SECOND))
        plot.post(used, person.known(event="Trial Used", properties={"trial_id": trial}))
    slow = {"function": "send_messages", "requests": "", "kind": "hold", "amount": 20 * SECOND}
    plot.add(begins + 30 * MINUTE, "fault", skip=random.randrange(9), **slow)
    return plot.parts


def _stranger(plot: Plot, victim: int) -> None:
    """Claims to be somebody without proof."""
    at = plot.random.uniform(0, plot.length)
    claim = {"type": "identify", "anonymousId": "evil", "userId": f"u{victim}"}
    claim["traits"] = {"email": f"u{victim}@example.com", "plan": "hacked"}
    wish = {"type": "track", "anonymousId": "evil", "event": "Consent Granted"}
    wish["properties"] = {"purpose": "marketing", "channel": "email"}
    plot.post(at, claim, wish, key="public")
    if plot.random.random() < 0.5:
        no_owner = {"type": "identify", "userId": f"u{victim}", "traits": {"plan": "hacked"}}
        plot.post(at + MINUTE, no_owner, key="public")
