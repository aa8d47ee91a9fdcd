"""Random conditions of every kind, with every comparison word and every option: each has its line in a table here."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from hypothesis import strategies as st

from leadwell.conditions.models import START_WORDS
from tests.unit.conditions.happenings import day, moment
from tests.unit.conditions.naive import AGGREGATES, COMPARED

Drawn = st.SearchStrategy[dict[str, Any]]

LENGTHS = ["PT3H", "PT7H", "PT20H", "P1D", "P2D", "P1DT12H", "P1W"]
_lengths = st.sampled_from(LENGTHS)

EXPECTED: Mapping[str, list[Any]] = {
    "equals": [1, "2", 2.5, "v", "x", True, "a"],
    "differs": [1, "v", "x", True],
    "in": [[1, "v"], ["x", "2"], ["a", True]],
    "not_in": [[1, "v"], ["x", 2]],
    "contains": ["v", "X", 1, "b"],
    "not_contains": ["V", "a", 1],
    "has_any": [["a", 5], ["v", 1], ["x"]],
    "has_all": [["a"], ["a", "Bb"], [1, "x"]],
    "has_none": [["a"], ["v", 1]],
    "some_contain": ["b", "V", "x"],
    "some": [{"k": "x"}, {"k": ["x", 1], "n": {"at_least": 2}}, {"b": {"exists": True}}],
    "starts_with": ["v", "V", "x", "2026-03", "https"],
    "ends_with": ["w", "y", "a"],
    "matches": ["^[vw]$", "x|y", "^V", "[0-9]+"],
    "at_least": [1, 2, "2", 2.5, day(1)],
    "at_most": [0, 2, "2.5", day(0), moment(30)],
    "more_than": [0, 1, day(0)],
    "less_than": [2, 3, moment(40)],
    "between": [[1, 2], [0, "2.5"], [day(0), day(3)]],
    "length": [{"at_least": 1}, {"equals": 2}, {"more_than": 0, "less_than": 2}, {"at_most": 1, "differs": 0}],
    "exists": [True, False],
    "empty": [True, False],
    "same_as": ["key", "n", "nothing"],
    "same_as_or_missing": ["key", "n", "nothing"],
}
"""What values are compared with, by the words of ``matchers.MATCHERS``."""

_FIXED = [day(0), day(2), "2026-03-08", moment(30), moment(47)]
_PRESENT = [
    "now", "now - PT5H", "now + P1D", "today", "yesterday", "tomorrow", "today - P3D", "today + P2D", "tomorrow + P1D",
    "this_week", "last_week", "next_week", "this_month", "last_month", "next_month", "this_quarter", "last_quarter",
    "next_quarter", "this_year", "last_year", "next_year",
]  # fmt: skip
_DAYS = [one for one in (*_FIXED, *_PRESENT) if not one.startswith("now") and "T" not in one]
RELATIVE: Mapping[str, list[Any]] = {
    "before": [*_FIXED, *_PRESENT, *_PRESENT],
    "after": [*_FIXED, *_PRESENT, *_PRESENT],
    "on": _DAYS,
    "within_next": [*LENGTHS, "PT36H"],
    "within_last": [*LENGTHS, "PT36H", "P60D"],
    "anniversary": [
        *({"on": one} for one in _DAYS if not one[0].isdigit()),
        *({word: one} for word in ("within_next", "within_last") for one in (*LENGTHS, "P60D")),
    ],
}
"""The same for ``dates.TIMED``."""

FIXED: Mapping[str, list[Any]] = {"before": _FIXED, "after": _FIXED, "on": [one for one in _FIXED if "T" not in one]}
"""Those of them that may stand in a filter of events."""

IN_WHERE = {word: given for word, given in {**EXPECTED, **FIXED}.items() if word not in START_WORDS}
WORDS = {**EXPECTED, **RELATIVE}
_SUITED = {
    **{word: ["day", "day", "birthday"] for word in RELATIVE},
    **{word: ["tags", "tags", "u"] for word in ("has_any", "has_all", "has_none", "some_contain")},
    **{word: ["t", "t", "a.b", "day"] for word in ("at_least", "at_most", "more_than", "less_than", "between")},
    **{word: ["u", "u", "tags", "a.b"] for word in ("contains", "not_contains", "starts_with", "ends_with", "matches")},
    "anniversary": ["birthday", "birthday", "birthday", "day"],
    "some": ["a", "items"],
}
_TRAITS = ["t", "u", "tags", "a.b", "day", "birthday", "address.city", "nothing", "a"]
_PATHS = ["k", "n", "tags", "day", "k.in", "nothing", "context.page.url"]


def _compared(words: Collection[str], table: Mapping[str, list[Any]]) -> Drawn:
    """One comparison, sometimes two."""
    one = st.sampled_from(sorted(words)).flatmap(
        lambda word: st.sampled_from(table[word]).map(lambda given: {word: given})
    )
    return st.one_of(one, one, one, st.builds(lambda first, second: {**first, **second}, one, one))


def trait_with(word: str) -> Drawn:
    """A trait compared by this word, mostly one whose values suit it."""
    suited = _SUITED.get(word, ["t", "u", "tags", "a.b"])
    return st.builds(
        lambda trait, given: {"trait": trait, word: given},
        st.sampled_from([*suited, *suited, *suited, *_TRAITS[-5:]]),
        st.sampled_from(WORDS[word]),
    )


_traits = st.sampled_from(sorted(WORDS)).flatmap(trait_with)
_wheres = st.dictionaries(st.sampled_from(_PATHS), _compared(IN_WHERE, IN_WHERE), max_size=2)
_bare = st.sampled_from(
    [
        {"k": "x"},
        {"k": "x"},
        {"k": ["x", 1]},
        {"n": {"at_least": 1}},
        {"k": "y"},
        {"context.page.url": {"ends_with": "a"}},
    ]
)
wheres = st.one_of(_bare, _bare, _bare, _wheres)


def where_with(word: str) -> Drawn:
    """A filter with this word."""
    suited = {"t": "n", "u": "k", "tags": "tags", "a.b": "k", "day": "day", "birthday": "day"}
    suited |= {"a": "items", "items": "items"}
    return st.builds(
        lambda path, given: {path: {word: given}},
        st.sampled_from([*(suited[one] for one in _SUITED.get(word, ["t", "u", "tags"])), *_PATHS[-3:]]),
        st.sampled_from(IN_WHERE[word]),
    )


# What somebody did

_names = st.sampled_from(["A", "A", "A", "B", ["A", "B"], "*", ["A", "*"], ["A", "A"], ["Email Sent", "*"]])
_others = st.one_of(
    st.sampled_from(["A", "B", "C", ["A", "C"], "*"]),
    st.builds(lambda name, where: {"event": name, "where": where}, st.sampled_from(["A", "B"]), wheres),
)
_paths = st.sampled_from(["k", "n", "tags", "day", "context.page.url"])
_ends = st.one_of(
    st.builds(lambda words: {"at": words}, _compared(RELATIVE, RELATIVE)),
    st.builds(
        lambda words: {"at": words}, _compared(["at_least", "less_than"], {"at_least": _FIXED, "less_than": _FIXED})
    ),
    st.dictionaries(st.sampled_from(_PATHS), _compared(WORDS.keys() - {"some"}, WORDS), min_size=1, max_size=2),
)
_few = st.integers(0, 3)
_amounts = st.sampled_from([-3, 0, 1, 2, 2.5, 3.5, 4, 7, 10])
_COUNTS: Mapping[str, Drawn | st.SearchStrategy[Any]] = {
    "at_least": st.integers(1, 3),
    "at_most": _few,
    "more_than": _few,
    "less_than": st.integers(1, 3),
    "exactly": _few,
}
_MOMENTS = st.sampled_from([day(0), day(1), day(4), moment(30), moment(47)])
OPTIONS: Mapping[str, st.SearchStrategy[Any]] = {
    "event": _names,
    "where": wheres,
    **_COUNTS,
    "within": _lengths,
    "since": _others,
    "from": _MOMENTS,
    "to": _MOMENTS,
    "by": _paths,
    **dict.fromkeys(AGGREGATES, st.sampled_from(["n", "n", "n", "k"])),
    "distinct": _paths,
    "first": _ends,
    "last": _ends,
}
_KINDS = ["by", "distinct", "first", "last", *AGGREGATES]


@st.composite
def events(draw: st.DrawFn, option: str = "event", timeless: bool = False) -> dict[str, Any]:
    """A condition about events that makes sense and has the option."""
    kinds = [kind for kind in _KINDS if not (timeless and kind in ("first", "last"))]
    kind = option if option in _KINDS else draw(st.sampled_from(["", *([] if option in _UNFIT else kinds)]))
    if option in ("within", "since", *COMPARED) and kind in ("first", "last"):
        kind = ""
    wanted = {"event", option, kind} - {""}
    if kind in ("first", "last"):
        possible = ["where", "from", "to"]
    else:
        possible = ["where", "since", "from", "to", *([] if timeless else ["within"])]
        numbers = [word for word in COMPARED if not (kind == "by" and word == "exactly")]
        wanted |= set(draw(st.sampled_from([[], [], *([one] for one in numbers), numbers[:2], numbers[2:4]])))
        if kind not in ("", "by") and not wanted & set(COMPARED):
            wanted.add(draw(st.sampled_from(numbers)))
    wanted |= set(draw(st.lists(st.sampled_from([*possible, *possible[-1:]]), max_size=2)))
    if kind == "by" and {"since", "within"} <= wanted:
        wanted.remove("since" if option == "within" else "within")
    of_amounts = kind in AGGREGATES
    return {
        name: draw(_amounts if of_amounts and name in COMPARED else OPTIONS[name]) for name in OPTIONS if name in wanted
    }


_UNFIT = ("exactly",)
"""Options that go with few others."""

_steps = st.one_of(
    st.sampled_from(["A", "B", "*", ["A", "B"], "Email Sent"]),
    st.builds(lambda name, where: {"event": name, "where": where}, st.sampled_from(["A", "B", "*"]), wheres),
)


def _with(strategy: Drawn, **optional: st.SearchStrategy[Any]) -> Drawn:
    return st.builds(lambda first, more: {**first, **more}, strategy, st.fixed_dictionaries({}, optional=optional))


def _named(head: str, *values: Any) -> Drawn:
    return st.sampled_from([{head: value} for value in values])


sequences = _with(
    st.lists(_steps, min_size=2, max_size=4).map(lambda steps: {"sequence": steps}),
    within=_lengths,
    completed_within=_lengths,
)
timeless_sequences = _with(
    st.lists(_steps, min_size=2, max_size=3).map(lambda steps: {"sequence": steps}), within=_lengths
)

# What they are worth

_limits = st.one_of(st.integers(-6, 12), st.sampled_from([0.5, 1.3, 2.7]))
_models = st.sampled_from([{}, {}, {"model": "shop"}, {"model": "fit"}])
scores = st.one_of(
    st.builds(
        lambda model, low, more: {"score": {**model, "at_least": low, **more}},
        _models,
        _limits,
        st.one_of(st.just({}), st.integers(8, 15).map(lambda high: {"less_than": high})),
    ),
    st.builds(lambda model, high: {"score": {**model, "less_than": high}}, _models, _limits),
    st.builds(
        lambda model, points, within: {"score": {**model, "gained": points, "within": within}},
        _models,
        st.sampled_from([1, 2, 4.5, 6]),
        _lengths,
    ),
)
_grades = st.sampled_from([letter + digit for letter in "ABCD" for digit in "1234"])
grades = st.one_of(
    _grades.map(lambda worst: {"grade": {"at_least": worst}}),
    st.sampled_from("ABCD").map(lambda letter: {"grade": {"is": [f"{letter}{digit}" for digit in "1234"]}}),
    _grades.map(lambda only: {"grade": {"is": only}}),
)
_stages = st.sampled_from(["visitor", "lead", "lead", "mql", "customer"])
stages = st.one_of(
    _stages.map(lambda stage: {"stage": {"at_least": stage}}),
    st.builds(
        lambda stage, length: {"stage": {"is": stage, **length}},
        _stages,
        st.fixed_dictionaries({}, optional={"for": _lengths}),
    ),
    st.builds(lambda stage, length: {"stage": {"reached": stage, "within": length}}, _stages, _lengths),
)
segments = st.one_of(
    _with(_named("segment", "base"), **{"for": _lengths}),
    st.builds(
        lambda word, length: {"segment": "base", word: length},
        st.sampled_from(["entered_within", "left_within"]),
        _lengths,
    ),
)

_companies = st.one_of(
    _named("company", "industry", "size", "founded", "id").flatmap(
        lambda given: _compared(EXPECTED, EXPECTED).map(lambda words: {**given, **words})
    ),
    st.sampled_from(
        [
            {"company": "industry", "in": ["retail", "it"]},
            {"company": "size", "at_least": 50},
            {"company": "id", "equals": "acme"},
        ]
    ),
    _compared(RELATIVE, RELATIVE).map(lambda words: {"company": "founded", **words}),
)
_UTM = ["name", "campaign", "source", "medium", "term", "content"]
_texts = st.sampled_from(
    ["news", "ads", "email", "spring", {"contains": "S"}, ["ads", "sofa"], {"exists": True}, {"differs": "ads"}]
)
_engaged = st.builds(
    lambda said, about: {"engaged": {**said, **about}},
    st.one_of(
        st.builds(
            lambda did, more: {"did": did, **more},
            st.sampled_from(["sent", "delivered", "opened", "clicked", "replied", "bounced", "complained"]),
            st.sampled_from([{}, {"at_least": 2}]),
        ),
        st.sampled_from(["opened", "clicked", "replied", "delivered"]).map(lambda did: {"did_not": did}),
        st.sampled_from([{"did": "opened"}, {"did": "clicked", "at_least": 2}, {"did_not": "opened"}]).map(
            lambda said: {**said, "machines": True}
        ),
        st.sampled_from(
            [
                {"did": "sent"},
                {"did": "clicked"},
                {"did": "clicked", "machines": True},
                {"did": "answered"},
                {"did_not": "answered"},
                {"did_not": "delivered"},
            ]
        ).map(lambda said: {**said, "channel": "sms"}),
    ),
    st.fixed_dictionaries({}, optional={"message": st.just("hello"), "journey": st.just("j"), "within": _lengths}),
)
_alps = {"latitude": 47.4, "longitude": 10.9}
_near = st.sampled_from(
    [
        {"near": {**_alps, "km": 5}},
        {"near": {**_alps, "km": 80}},
        {"near": {"latitude": 52.5, "longitude": 13.4, "km": 300}, "trait": "place"},
        {"near": {**_alps, "km": 20_000}, "trait": "place"},
    ]
)

EVENTS = st.one_of(events(), *(events(option) for option in OPTIONS))
LEAVES: Mapping[str, Drawn] = {
    "everyone": st.just({"everyone": True}),
    "near": _near,
    "trait": _traits,
    "event": EVENTS,
    "sequence": sequences,
    "active": _lengths.map(lambda length: {"active": length}),
    "score": scores,
    "grade": grades,
    "persona": st.one_of(
        _named("persona", "young", "old", {"name": "young"}),
        st.sampled_from([20, 45, 60, 100]).map(lambda share: {"persona": {"name": "old", "at_least": share}}),
    ),
    "interest": st.one_of(
        _named("interest", "x", "y", "a", {"category": "x"}),
        st.builds(
            lambda category, weight: {"interest": {"category": category, "at_least": weight}},
            st.sampled_from(["x", "x", "a", "Bb"]),
            st.sampled_from([0.3, 1, 1.7, 2, 4]),
        ),
    ),
    "stage": stages,
    "consent": _with(
        _named("consent", "marketing/email", "marketing/email", "marketing/sms", "news/sms"),
        state=st.sampled_from(["granted", "requested", "withdrawn"]),
    ),
    "permitted": _named("permitted", "email", "sms"),
    "reachable": _named("reachable", "email", "sms"),
    "working": _named("working", "email", "sms"),
    "segment": segments,
    "list": _named("list", "fair", "vip"),
    "journey": st.one_of(
        _with(
            _named("journey", "j", "j", "other"),
            state=st.sampled_from(["in", "entered", "finished", "reached_goal", "never"]),
        ),
        st.sampled_from([{"journey": "j", "at_step": "one"}, {"journey": "j", "state": "in", "at_step": "two"}]),
    ),
    "company": _companies,
    "language": _named("language", "de", "en", ["de-AT", "en"], "d"),
    "country": _named("country", "DE", ["DE", "AT"], "AT"),
    "region": _named("region", "Bayern", ["Tirol", "Wien"]),
    "city": _named("city", "Köln", "Wien"),
    "device": _with(
        st.dictionaries(
            st.sampled_from(["type", "manufacturer", "model", "os"]),
            st.sampled_from(["mobile", "Acme", ["M1", "iOS"], {"contains": "i"}, {"exists": False}]),
            min_size=1,
            max_size=2,
        ).map(lambda device: {"device": device}),
        within=_lengths,
    ),
    "utm": _with(
        st.dictionaries(st.sampled_from(_UTM), _texts, min_size=1, max_size=2).map(lambda utm: {"utm": utm}),
    ).flatmap(
        lambda utm: st.one_of(
            st.sampled_from([utm, {**utm, "first": True}, {**utm, "first": False}]),
            _lengths.map(lambda length: {**utm, "within": length}),
        )
    ),
    "referrer": _with(
        st.sampled_from(
            [{"contains": "example.org"}, "https://example.org/y", {"starts_with": "https://example.com"}]
        ).map(lambda words: {"referrer": words}),
        within=_lengths,
    ),
    "engaged": _engaged,
    "downloaded": _with(_named("downloaded", "paper", ["paper", "film"], "*"), within=_lengths),
    "bucket": st.builds(
        lambda salt, bounds: {"bucket": {"salt": salt, **bounds}},
        st.text("abc", min_size=1, max_size=2),
        st.sampled_from([{"from": 0, "to": 50}, {"to": 33.3}, {"from": 50, "to": 100}]),
    ),
}
"""Every kind but those that are put together of others."""


def combined(parts: Drawn) -> Mapping[str, Drawn]:
    some = st.lists(parts, min_size=1, max_size=3)
    return {
        "all": some.map(lambda found: {"all": found}),
        "any": some.map(lambda found: {"any": found}),
        "not": parts.map(lambda found: {"not": found}),
        "of": some.flatmap(
            lambda found: st.integers(1, len(found)).map(lambda least: {"at_least": least, "of": found})
        ),
    }


def nested(*leaves: Drawn) -> Drawn:
    """Conditions of conditions."""
    return st.recursive(st.one_of(*leaves), lambda inner: st.one_of(*combined(inner).values()), max_leaves=4)


Maker = Callable[[str], Drawn]
