// How a date compares with another one, or with today: "is more than 90 days ago", "liegt im nächsten Monat".

import { date, duration, isPlural } from "./format.js";
import { pick } from "./words.js";

const LIMIT = /^([a-z_]+)(?:\s*([+-])\s*(P\w+))?$/;
const DAYS = { yesterday: -1, today: 0, tomorrow: 1 };

/** Periods of the calendar, in German as a dative. */
const PERIODS = {
  last_week: ["last week", "der letzten Woche"],
  this_week: ["this week", "dieser Woche"],
  next_week: ["next week", "der nächsten Woche"],
  last_month: ["last month", "dem letzten Monat"],
  this_month: ["this month", "diesem Monat"],
  next_month: ["next month", "dem nächsten Monat"],
  last_quarter: ["last quarter", "dem letzten Quartal"],
  this_quarter: ["this quarter", "diesem Quartal"],
  next_quarter: ["next quarter", "dem nächsten Quartal"],
  last_year: ["last year", "dem letzten Jahr"],
  this_year: ["this year", "diesem Jahr"],
  next_year: ["next year", "dem nächsten Jahr"],
};
const NEAR = {
  "-1": [["yesterday", "gestern"], ["yesterday", "dem gestrigen Tag"]],
  0: [["today", "heute"], ["today", "dem heutigen Tag"]],
  1: [["tomorrow", "morgen"], ["tomorrow", "dem morgigen Tag"]],
};

/** "today - P90D" → {days: -90}, "now + PT3H" → {way: 1, length: "PT3H"}, "next_month" → {period}, else {fixed}. */
function limit(written) {
  const text = String(written).trim();
  const [, word, sign, length] = LIMIT.exec(text) ?? [];
  if (PERIODS[word]) return { period: word };
  if (word === "now") return length ? { way: sign === "-" ? -1 : 1, length } : { way: 0 };
  if (!(word in DAYS)) return { fixed: text };
  const days = DAYS[word] + (length ? inDays(length) * (sign === "-" ? -1 : 1) : 0);
  return Math.abs(days) < 2 ? { near: days } : { way: Math.sign(days), length: `P${Math.abs(days)}D` };
}

function inDays(length) {
  const [, weeks = 0, days = 0] = /^P(?:(\d+)W)?(?:(\d+)D)?/.exec(length) ?? [];
  return Number(weeks) * 7 + Number(days);
}

/** What follows "vor" and "nach". */
function named({ period, near, fixed }) {
  if (period) return PERIODS[period];
  return near === undefined ? [date(fixed), `dem ${date(fixed)}`] : NEAR[near][1];
}

function before(written) {
  const { way, length, ...other } = limit(written);
  if (way === 0) return pick(["is in the past", "liegt in der Vergangenheit"]);
  if (way < 0) return pick([`is more than ${duration(length)} ago`, `liegt mehr als ${duration(length)} zurück`]);
  if (way > 0)
    return pick([
      `is less than ${duration(length)} away or in the past`,
      `liegt weniger als ${duration(length)} voraus oder in der Vergangenheit`,
    ]);
  const [english, german] = named(other);
  return pick([`is before ${english}`, `liegt vor ${german}`]);
}

function after(written) {
  const { way, length, ...other } = limit(written);
  if (way === 0) return pick(["is in the future", "liegt in der Zukunft"]);
  if (way > 0) return pick([`is more than ${duration(length)} away`, `liegt mehr als ${duration(length)} voraus`]);
  if (way < 0)
    return pick([
      `is less than ${duration(length)} ago or in the future`,
      `liegt weniger als ${duration(length)} zurück oder in der Zukunft`,
    ]);
  const [english, german] = named(other);
  return pick([`is after ${english}`, `liegt nach ${german}`]);
}

/** {text: "in 3 days", past} of a day, or of a period. */
function when(written) {
  const { way, length, period, near, fixed } = limit(written);
  if (period) return { past: period.startsWith("last"), text: pick([PERIODS[period][0], inside(PERIODS[period][1])]), period };
  if (fixed) return { past: false, text: pick([`on ${date(fixed)}`, `am ${date(fixed)}`]) };
  if (near !== undefined) return { past: near < 0, text: pick(NEAR[near][0]) };
  if (way > 0) return { past: false, text: pick([`in ${duration(length)}`, `in ${duration(length, true)}`]) };
  return { past: true, text: pick([`${duration(length)} ago`, `vor ${duration(length, true)}`]) };
}

const inside = (dative) => (dative.startsWith("dem ") ? `im ${dative.slice(4)}` : `in ${dative}`);

function on(written) {
  const { past, text, period } = when(written);
  return pick([past ? "was " : "is ", period ? (past ? "lag " : "liegt ") : past ? "war " : "ist "]) + text;
}

const NEXT = {
  many: (length) => [`in the next ${duration(length)}`, `in den nächsten ${duration(length, true)}`],
  one: (length) => [`at most ${duration(length)} away`, `höchstens ${duration(length)} voraus`],
};
const LAST = {
  many: (length) => [`in the last ${duration(length)}`, `in den letzten ${duration(length, true)}`],
  one: (length) => [`at most ${duration(length)} ago`, `höchstens ${duration(length)} zurück`],
};

function within(side) {
  return (length) => {
    const [english, german] = (isPlural(length) ? side.many : side.one)(length);
    return pick([`is ${english}`, `liegt ${german}`]);
  };
}

/** A day of every year. */
function anniversary(given) {
  const [[word, expected] = []] = Object.entries(given ?? {});
  if (word === "on") {
    const { past, text } = when(expected);
    return pick([past ? "came round " : "comes round ", past ? "jährte sich " : "jährt sich "]) + text;
  }
  const past = word === "within_last";
  const length = duration(expected ?? "");
  const text = isPlural(expected)
    ? pick((past ? LAST : NEXT).many(expected))
    : pick(past ? [`at most ${length} ago`, `vor höchstens ${length}`] : [`at most ${length} from now`, `spätestens in ${length}`]);
  return pick([past ? "came round " : "comes round ", past ? "jährte sich " : "jährt sich "]) + text;
}

/** word → what is said of a date. */
export const DATES = { before, after, on, within_next: within(NEXT), within_last: within(LAST), anniversary };
