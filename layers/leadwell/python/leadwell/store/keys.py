"""How things are named in the table. Nobody else spells a key.

| item | pk | sk |
|---|---|---|
| contact | ``C#<contact>`` | ``C`` |
| event of a contact | ``C#<contact>`` | ``E#<moment>#<event id>`` |
| enrollment | ``C#<contact>`` | ``J#<journey>#<entry key>#<n>`` |
| call of many into a journey | ``B#<journey>`` | ``B#<call id>`` |
| message | ``C#<contact>`` | ``M#<message id>`` |
| withdrawals of a contact | ``C#<contact>`` | ``NO`` |
| marketing sent lately to a contact | ``C#<contact>`` | ``LEDGER`` |
| suppressed address | ``A#<channel>#k<sealed fingerprint>`` | ``NO`` |
| temporary bounces of an address | ``A#<channel>#k<sealed fingerprint>`` | ``SOFT`` |
| identity | ``I#<kind>#<value>`` | ``I`` |
| unproven claim to an address | ``I#<kind>#<value>`` | ``CLAIM#<contact>`` |
| member of a segment, of a list (``list:…``), everyone (``*``) | ``S#<segment>#<shard>`` | ``<contact>`` |
| inside a journey | ``S#journey:<journey>#<shard>`` | ``<contact>#<entry key>#<n>`` |
| counted in a comparison (``trial:…``) | ``S#trial:<journey>/<step>/<arms>/<arm>#<shard>`` | ``<moment>#<unit>`` |
| decision of a split | ``VERDICT#<journey>/<step>/<arms>`` | ``V`` |
| definition version | ``D#<kind>#<name>`` | ``V#000001`` |
| what is live | ``D`` | ``CATALOG`` |
| write key | ``K#<fingerprint>`` | ``K`` |
| event names seen here | ``D`` | ``NAMES`` |
| the last rebuild | ``REBUILD`` | ``LAST`` |
| due minute | ``DUE`` | ``2026-11-22T04:30Z`` |
| guard against doing something twice, or too often | ``G#<what>`` | ``G`` |
| audit entry | ``AUDIT#<month>`` | ``<moment>#<id>`` |
| receipt of an erasure | ``ERASURES`` | ``<contact>`` |
| voucher of a contact | ``C#<contact>`` | ``V#<fingerprint of who asked>`` |
| task about a contact | ``C#<contact>`` | ``T#<task>`` |
| open task | ``TASKS`` | ``<deadline>#<contact>#<task>`` |
| voucher pool | ``VOUCHERS`` | ``<pool>`` |
| mails and what became of them, of a day | ``REP#<day>#<shard>`` | ``R`` |
| whether marketing pauses | ``REPUTATION`` | ``STATE`` |
| product | ``PRODUCT#<id>`` | ``P`` |
| products by rank, all or of a category | ``RANK``, ``RANK#<fingerprint>`` | ``<rank>#<id>`` |
| free code | ``V#<pool>#FREE`` | ``<fingerprint of the code>`` |
| short link of an SMS | ``L#<code>`` | ``L`` |
| used code | ``V#<pool>#USED`` | ``<code>`` |
| who waits for a code | ``V#<pool>#WAITING`` | ``<contact>#<fingerprint of who asked>`` |
"""

import hmac

from leadwell.clock import Moment, to_iso
from leadwell.ids import fingerprint, shard_of
from leadwell.store.table import Key

SEGMENT_SHARDS = 8
"""Member lists are spread from the first day: one partition takes 1,000 writes a second."""

CATALOG = Key("D", "CATALOG")
NAMES = Key("D", "NAMES")
REBUILD = Key("REBUILD", "LAST")
REPUTATION = Key("REPUTATION", "STATE")
DUE = "DUE"


def contact(contact_id: str) -> Key:
    return Key(f"C#{contact_id}", "C")


def contact_of(pk: str) -> str:
    """The contact whose partition this is."""
    return pk.removeprefix("C#")


def event(contact_id: str, at: Moment, event_id: str) -> Key:
    return Key(f"C#{contact_id}", f"E#{to_iso(at)}#{event_id}")


EVENTS = "E#"
ENROLLMENTS = "J#"
MESSAGES = "M#"
VOUCHERS = "V#"
TASKS = "T#"
OPEN_TASKS = "TASKS"
POOLS = "VOUCHERS"


def enrollments(journey: str, entry_key: str = "") -> str:
    """Sort-key prefix of a contact's enrollments in a journey, and under one entry key if given."""
    return f"J#{journey}#{entry_key}#" if entry_key else f"J#{journey}#"


def enrollment(contact_id: str, journey: str, entry_key: str, number: int) -> Key:
    return Key(f"C#{contact_id}", f"J#{journey}#{entry_key}#{number:06d}")


CALLS = "B#"


def call(journey: str, call_id: str) -> Key:
    return Key(f"B#{journey}", f"{CALLS}{call_id}")


def message(contact_id: str, message_id: str) -> Key:
    return Key(f"C#{contact_id}", f"M#{message_id}")


def withdrawals(contact_id: str) -> Key:
    return Key(f"C#{contact_id}", "NO")


def ledger(contact_id: str) -> Key:
    return Key(f"C#{contact_id}", "LEDGER")


def suppression(channel: str, address: str, pepper: bytes) -> Key:
    """Keeps only a fingerprint of the address, so it may outlive an erasure; ``pepper`` is the installation's own, so
    that who reads the table cannot try whether an address is there."""
    return Key(f"A#{channel}#k{sealed(pepper, 'address', channel, address)}", "NO")


def unsalted_suppression(channel: str, address: str) -> Key:
    """Where it was kept before there was a pepper."""
    return Key(f"A#{channel}#{fingerprint('address', channel, address)}", "NO")


UNSALTED = Key("A", "UNSALTED")
"""Says that there are none of these."""


def soft_bounces(channel: str, address: str, pepper: bytes) -> Key:
    return Key(f"A#{channel}#k{sealed(pepper, 'address', channel, address)}", "SOFT")


def sealed(pepper: bytes, *parts: str) -> str:
    """A fingerprint that nobody can make who does not know the pepper."""
    return fingerprint(hmac.digest(pepper, fingerprint(*parts, length=40).encode(), "sha256").hex())


def identity(kind: str, value: str) -> Key:
    return Key(f"I#{kind}#{value}", "I")


def claim(kind: str, value: str, contact_id: str) -> Key:
    return Key(f"I#{kind}#{value}", f"CLAIM#{contact_id}")


def member(segment: str, contact_id: str) -> Key:
    return Key(f"S#{segment}#{shard_of(contact_id, SEGMENT_SHARDS)}", contact_id)


def members(segment: str, shard: int) -> str:
    return f"S#{segment}#{shard}"


def counted(comparison: str, since: Moment, unit: str) -> Key:
    return Key(members(comparison, shard_of(unit, SEGMENT_SHARDS)), f"{to_iso(since)}#{unit}")


def verdict(comparison: str) -> Key:
    return Key(f"VERDICT#{comparison}", "V")


def definition(kind: str, name: str, version: int) -> Key:
    return Key(f"D#{kind}#{name}", f"V#{version:06d}")


def write_key(secret: str) -> Key:
    """Only a fingerprint is kept: who reads the table cannot send with the key."""
    return Key(f"K#{fingerprint('write key', secret, length=32)}", "K")


def due_minute(minute: str) -> Key:
    return Key(DUE, minute)


def guard(what: str) -> Key:
    return Key(f"G#{what}", "G")


def short_link(code: str) -> Key:
    return Key(f"L#{code}", "L")


def audit(at: Moment, entry_id: str) -> Key:
    moment = to_iso(at)
    return Key(f"AUDIT#{moment[:7]}", f"{moment}#{entry_id}")


ERASURES = "ERASURES"


def erasure(contact_id: str) -> Key:
    return Key(ERASURES, contact_id)


def voucher(contact_id: str, claim: str) -> Key:
    """``claim`` is the fingerprint of who asked: an enrollment at a step, on a visit."""
    return Key(f"C#{contact_id}", f"V#{claim}")


def reputation(day: str, shard: int) -> Key:
    return Key(f"REP#{day}#{shard}", "R")


def product(product_id: str) -> Key:
    return Key(f"PRODUCT#{product_id}", "P")


def ranked_products(category: str = "") -> str:
    return f"RANK#{fingerprint('category', category)}" if category else "RANK"


def ranked_product(category: str, rank: int, product_id: str) -> Key:
    """``rank`` from 0, the best first; at most ten digits."""
    return Key(ranked_products(category), f"{rank:010d}#{product_id}")


def pool(name: str) -> Key:
    return Key(POOLS, name)


def free_codes(pool: str) -> str:
    return f"V#{pool}#FREE"


def free_code(pool: str, code: str) -> Key:
    """In no order but chance: those who ask at the same moment do not all reach for the same one."""
    return Key(free_codes(pool), fingerprint("code", code))


def used_codes(pool: str) -> str:
    return f"V#{pool}#USED"


def used_code(pool: str, code: str) -> Key:
    return Key(used_codes(pool), code)


def waiting_for_codes(pool: str) -> str:
    return f"V#{pool}#WAITING"


def waiting_for_code(pool: str, contact_id: str, claim: str) -> Key:
    return Key(waiting_for_codes(pool), f"{contact_id}#{claim}")


def task(contact_id: str, task_id: str) -> Key:
    return Key(f"C#{contact_id}", f"T#{task_id}")


def open_task(deadline: Moment, contact_id: str, task_id: str) -> Key:
    return Key(OPEN_TASKS, f"{to_iso(deadline)}#{contact_id}#{task_id}")
