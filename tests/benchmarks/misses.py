"""Where a target is missed: what the time goes to, by profiles of 2026-11-22, and what was tried."""

from collections.abc import Iterable

MISSES: dict[str, str] = {
    "event CPU": (
        "Six tenths are botocore: 34 requests of 100 events, each signed and walked along its service model, as the "
        "one put is; a quarter of everything is its reading of nested attributes. A fifth is JSON, a twentieth turning "
        "attributes into Python and back, an eighth rules, scores and journeys. Kept: contacts of a batch share "
        "transactions, and so do their enrollments and the markers of due minutes; no client-side validation, a fixed "
        "user agent, a score worked out once per moment, no look at enrollments that the news cannot concern, a "
        "catalog that is read as text, no deep copies. Not kept: nested attributes as one text (ratio 1.7, but 5.2 "
        "write units an event) or as one compressed attribute (1.65 and 4.4, but nobody could read the table or its "
        "exports any more); handing DynamoDB's JSON past botocore's serializer and parser (1.1), because it hangs into "
        "what is not botocore's public interface; its switches for endpoints, checksums and compression, which change "
        "nothing."
    ),
    "capacity": (
        "An event is 1.0. The contact, some 3 KB, is 1.75, of which its place in the due index is 0.35: 18 of 25 "
        "writes a batch stand in a transaction with memberships, which DynamoDB bills twice. Memberships are 1.4: a "
        "visit of five events enters two or three of a hundred segments and leaves one. That this is noted in the "
        "contact's history is 1.4 more. Enrollments are 0.27, the lists of those inside 0.18, the events by which "
        "journeys report them 0.18, markers of due minutes 0.08. Written without transactions it would be 3.9, and a "
        "crash could leave a member list wrong. Not tried: all notes of one write as one item (0.5), which everybody "
        "who reads a history would have to take apart."
    ),
    "conditions": (
        "0.26 microseconds a segment: 0.04 are the call itself, the rest a closure or two, and truth and until; "
        "functions written by hand answer the truth alone. Kept: plain pairs instead of named ones (5.5 before, 4 "
        "with them), comparisons that are prepared when compiled (3.6), no min and max, a range of points and its "
        "negation as one function, traits without dots looked up at once. Not kept: generated source, in linecache, "
        "of all that the twenty use: 2.6, that is 1.35 times as fast, and 2.2 where one function judges all twenty, "
        "which no event wants; compiling takes 72 microseconds a segment instead of 10, which a start gets back after "
        "a thousand looks at each."
    ),
    "cold start": (
        "What decides about contacts reads definitions: of 400 ms some 75 import pydantic, 35 make 157 classes of "
        "models, 80 build those that are used (half of it the journey's, with all kinds of steps and conditions), 110 "
        "import botocore and make a client, as the other side does. manage imports Powertools' resolver and 340 "
        "models, and its row calls the API; a page of the console does without (the row of its own). Kept: models are "
        "built when first used, also those whose parts refer to each other; a sender of messages imports no "
        "conditions; clients are made when first asked, botocore without boto3, every part imported by the function "
        "that uses it. Not kept: a validator for each kind of condition instead of the union (errors would lose their "
        "place in the file); templates as bytecode (bound to a version of Python); no garbage collection while "
        "importing (20 ms, 75 of manage, and a switch that everybody who imports the package would have to put back)."
    ),
    "render": (
        "The plain side renders 17 KB of almost static HTML in 45 microseconds, as ours does. Ours takes 160 more: "
        "laying out the text part in lines 60 and its outline 30, a guarded copy of the data 15, two signed links 14, "
        "subject and preheader 9, the link that only machines follow 4; the rest is choosing the language, checks, "
        "headers and tags, none above 3. Kept: the outline is a template made when the mail is "
        "published (1,400 microseconds of parsing HTML before), one derived key for each purpose, sizes looked at for "
        "many pieces at once. Not kept: remembering laid out paragraphs, which would keep personal data in memory."
    ),
    "waits": (
        "An execution wakes a minute, not a contact: for a single step it costs more than one execution per wait, from "
        "some hundred thousand in an hour on a fortieth. All minutes of a month together cost at most 6.48 USD."
    ),
    "broadcast": (
        "Sending at most once takes four requests instead of one: read, claim (a transaction with the person's no), "
        "send, mark; three quarters of the time are botocore, a tenth is rendering. Kept: that an address is not "
        "suppressed is a condition of the claim, and no fifth request; what was done for the row render. Not kept: "
        "reading for ten messages at once (a twelfth; the claim would have to guard the whole contact, four write "
        "units a message, or a merge or an erasure would slip in between); claiming ten at once (a no could come "
        "between claim and call); switches of botocore's own (endpoints, checksums, compression: nothing)."
    ),
}


def explanations(missed: Iterable[str]) -> list[tuple[str, str]]:
    """What there is to say about these rows, each explanation once."""
    rows = list(missed)
    return [(name, text) for name, text in MISSES.items() if any(row.startswith(name) for row in rows)]
