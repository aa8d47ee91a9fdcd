// "price: {more_than: 100}" as words: what follows the name of what is compared.

import { either, isDate, together } from "./format.js";
import { propertyName } from "./labels.js";
import { DATES } from "./relative_dates.js";
import { shown } from "./values.js";
import { pick, quoted } from "./words.js";

const list = (expected) => (Array.isArray(expected) ? expected : [expected]).map(shown);
const neither = (texts) =>
  texts.length === 1
    ? pick([`not ${texts[0]}`, `nicht ${texts[0]}`])
    : pick([`neither ${texts.join(" nor ")}`, `weder ${texts.join(" noch ")}`]);

/** [of numbers, of dates] */
const ordered = (ofNumbers, ofDates) => (expected) =>
  pick(isDate(expected) ? ofDates : ofNumbers).replace("{}", () => shown(expected));

const simple = (texts) => (expected) => pick(texts).replace("{}", () => shown(expected));

/** word → what is said with what it is compared with. */
const COMPARISONS = {
  equals: (expected) =>
    isDate(expected) ? DATES.on(expected) : pick([`is ${shown(expected)}`, `ist ${shown(expected)}`]),
  differs: simple(["is not {}", "ist nicht {}"]),
  in: (expected) => pick([`is ${either(list(expected))}`, `ist ${either(list(expected))}`]),
  not_in: (expected) => pick(["is ", "ist "]) + neither(list(expected)),
  contains: simple(["contains {}", "enthält {}"]),
  not_contains: simple(["does not contain {}", "enthält {} nicht"]),
  has_any: (expected) => pick(["contains ", "enthält "]) + either(list(expected)),
  has_all: (expected) => pick(["contains ", "enthält "]) + together(list(expected)),
  has_none: (expected) => {
    const texts = list(expected);
    if (texts.length === 1) return COMPARISONS.not_contains(Array.isArray(expected) ? expected[0] : expected);
    return pick(["contains ", "enthält "]) + neither(texts);
  },
  some_contain: simple(["has an entry with {} in it", "hat einen Eintrag, in dem {} vorkommt"]),
  some: (expected) => pick(["has an entry", "hat einen Eintrag"]) + filter(expected),
  starts_with: simple(["begins with {}", "beginnt mit {}"]),
  ends_with: simple(["ends with {}", "endet auf {}"]),
  matches: simple(["fits the pattern {}", "passt auf das Muster {}"]),
  at_least: ordered(["is at least {}", "ist mindestens {}"], ["is on {} or later", "liegt am {} oder später"]),
  at_most: ordered(["is at most {}", "ist höchstens {}"], ["is on {} or earlier", "liegt am {} oder früher"]),
  more_than: ordered(["is over {}", "liegt über {}"], ["is later than {}", "liegt nach dem {}"]),
  less_than: ordered(["is under {}", "liegt unter {}"], ["is earlier than {}", "liegt vor dem {}"]),
  between: ([low, high]) =>
    isDate(low)
      ? pick([`is from ${shown(low)} to ${shown(high)}`, `liegt in der Zeit vom ${shown(low)} bis zum ${shown(high)}`])
      : pick([`is from ${shown(low)} to ${shown(high)}`, `liegt zwischen ${shown(low)} und ${shown(high)}`]),
  length: (expected) =>
    pick(["has a length of ", "hat eine Länge von "]) +
    together(Object.entries(expected).map(([word, limit]) => pick(LENGTHS[word] ?? [word, word]).replace("{}", () => shown(limit)))),
  exists: (expected) => (expected ? pick(["is known", "ist bekannt"]) : pick(["is not known", "ist nicht bekannt"])),
  empty: (expected) => (expected ? pick(["is empty", "ist leer"]) : pick(["is not empty", "ist nicht leer"])),
  same_as: (expected) => sameAs(expected),
  same_as_or_missing: (expected) => sameAs(expected) + pick([" or is missing", " oder fehlt"]),
  ...DATES,
};

const LENGTHS = {
  equals: ["exactly {}", "genau {}"],
  differs: ["anything but {}", "allem außer {}"],
  at_least: ["at least {}", "mindestens {}"],
  at_most: ["at most {}", "höchstens {}"],
  more_than: ["more than {}", "mehr als {}"],
  less_than: ["less than {}", "weniger als {}"],
};

/** A value alone means "equals", a list "in". */
function spelledOut(words) {
  if (Array.isArray(words)) return { in: words };
  return typeof words === "object" ? words : { equals: words };
}

function sameAs(property) {
  const name = quoted(propertyName(property));
  return pick([`is the same as ${name} at the start`, `stimmt mit ${name} am Anfang überein`]);
}

/** "is at least 10 and is under 20": all the words hold side by side; one that is not known here stays as written. */
export function comparison(words) {
  const said = Object.entries(words).map(([word, expected]) =>
    COMPARISONS[word] ? COMPARISONS[word](expected) : `${word} ${shown(expected)}`,
  );
  return said.join(pick([" and ", " und "]));
}

/** "(category is “sofas”, price is over 100)", with a space in front; nothing where nothing is compared. */
export function filter(where = {}) {
  const said = Object.entries(where).map(([path, words]) => `${propertyName(path)} ${comparison(spelledOut(words))}`);
  return said.length ? ` (${said.join(", ")})` : "";
}
