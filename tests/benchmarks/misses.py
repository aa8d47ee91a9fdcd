"""Where a target is missed: what the time goes to, by profiles of 2026-11-22, and what was tried."""

from collections.abc import Iterable

MISSES: dict[str, str] = {
    "event CPU": (
        "Half of it is botocore: 37 requests of 100 events, each signed and walked along its service model, as the one "
        "put is. A quarter is looking at conditions and scores, a tenth is turning items into Python and back. "
        "Tried and kept: contacts of a batch share transactions, no client-side validation, a fixed user agent, a "
        "score worked out once per moment, no look at enrollments that the news cannot concern, a catalog that "
        "is read as "
        "text, no deep copies. Tried and not kept: handing DynamoDB's JSON past botocore's serializer and parser "
        "(ratio 1.1), because it hangs into what is not botocore's public interface."
    ),
    "requests": "Two more than allowed: a due minute that nobody armed before takes a marker and a StartExecution.",
    "capacity": (
        "1.0 is the event. A visit of five events moves three or four memberships of a hundred segments, and they and "
        "the contact (2 KB) are one transaction, which DynamoDB bills twice: 2.4; the due index 0.4; enrollments 0.3. "
        "Written without a transaction it would be 2.6, and a crash could leave a member list wrong."
    ),
    "conditions": (
        "Half a microsecond a condition: two calls of a closure and one tuple for truth and until. Functions written "
        "by hand answer the truth alone. Kept: constant answers, no min and max. Not tried: generating source code."
    ),
    "cold start": (
        "What has to do with definitions imports pydantic (120 ms) and builds our models (90 ms); send_messages Jinja "
        "(60 ms) besides; manage Powertools' resolver. Kept: botocore without boto3 (50 ms less than the bare side), "
        "every part imported by the function that uses it, YAML and Powertools only where they are needed. Compiling "
        "100 segments and 20 journeys takes 7 ms and is not worth a thought."
    ),
    "render": (
        "The plain side renders 20 KB of almost static HTML. Ours makes a text part of it: 300 µs, of which parsing "
        "200; then a signed link, a guarded copy of the data, subject and preheader. Kept: the text part is made from "
        "a shortened template (four times faster than from the whole mail)."
    ),
    "waits": (
        "An execution wakes a minute, not a contact: for a single step it costs more than one execution per wait, from "
        "some hundred thousand in an hour on a fortieth. All minutes of a month together cost at most 6.48 USD."
    ),
    "broadcast": (
        "Sending at most once takes four requests instead of one: read, claim (a transaction with the person's no), "
        "send, mark. Reading for ten messages at once would let a no or an erasure slip in between. Kept: that an "
        "address is not suppressed is a condition of the claim, not a read; and what was done for the row render."
    ),
}


def explanations(missed: Iterable[str]) -> list[tuple[str, str]]:
    """What there is to say about these rows, each explanation once."""
    rows = list(missed)
    return [(name, text) for name, text in MISSES.items() if any(row.startswith(name) for row in rows)]
