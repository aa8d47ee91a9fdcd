// Numbers, moments and durations as people write them.

import { lang, pick, t } from "./words.js";

const locale = () => (lang() === "de" ? "de-DE" : "en-GB");

export function number(value, digits = 0) {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value);
}

/** As many digits as there are, three at most; years keep their four digits together. */
export function amount(value) {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: 3, useGrouping: "min2" }).format(value);
}

export const percent = (value) => pick([`${amount(value)}%`, `${amount(value)}\u00a0%`]);

/** Points: whole numbers plainly, others with one digit. */
export function points(value) {
  return number(value, Number.isInteger(Math.round(value * 10) / 10) ? 0 : 1);
}

export function money(value, currency) {
  try {
    return new Intl.NumberFormat(locale(), { style: "currency", currency }).format(value);
  } catch {
    return number(value, 2);
  }
}

export function clock(iso) {
  return new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
}

/** "Thu, 5 March, 09:00"; the year is added where it is not the present one. */
export function moment(iso, now = Date.now()) {
  const when = new Date(iso);
  const sameYear = when.getFullYear() === new Date(now).getFullYear();
  const options = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  return unbroken(new Intl.DateTimeFormat(locale(), sameYear ? options : { ...options, year: "numeric" }).format(when));
}

export function day(iso) {
  return unbroken(new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", year: "numeric" }).format(new Date(iso)));
}

/** A date is read in one go, so no line ends inside. */
const unbroken = (text) => text.replaceAll(" ", "\u00a0");

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

export const isDate = (value) => typeof value === "string" && (DATE.test(value) || DATE_TIME.test(value));

/** "2026-03-01" → "1 Mar 2026", the same day wherever it is read; a date-time as the reader's clock shows it. */
export function date(iso) {
  if (Number.isNaN(Date.parse(iso))) return iso;
  return DATE.test(iso) ? utcDay(iso) : `${day(iso)}, ${clock(iso)}`;
}

/** A moment that was written as a day is shown as one. */
export function dayOrMoment(when) {
  const iso = new Date(when).toISOString();
  return iso.endsWith("T00:00:00.000Z") ? utcDay(iso) : `${day(iso)}, ${clock(iso)}`;
}

function utcDay(iso) {
  const options = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
  return unbroken(new Intl.DateTimeFormat(locale(), options).format(new Date(iso)));
}

/** "a, b or c" */
export const either = (texts) => new Intl.ListFormat(locale(), { type: "disjunction" }).format(texts);

/** "a, b and c" */
export const together = (texts) => new Intl.ListFormat(locale(), { type: "conjunction" }).format(texts);

/** A heading for a day, seen from now. */
export function dayHeading(iso, now) {
  const when = new Date(iso);
  const days = Math.round((midnight(new Date(now)) - midnight(when)) / 86400000);
  const date = new Intl.DateTimeFormat(locale(), {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: when.getFullYear() === new Date(now).getFullYear() ? undefined : "numeric",
  }).format(when);
  if (days === 0) return `${t("today")} · ${date}`;
  return days === 1 ? `${t("yesterday")} · ${date}` : date;
}

export function dayKey(iso) {
  return midnight(new Date(iso)).getTime();
}

const UNITS = [
  [["week", "weeks"], ["Woche", "Wochen"]],
  [["day", "days"], ["Tag", "Tage"]],
  [["hour", "hours"], ["Stunde", "Stunden"]],
  [["minute", "minutes"], ["Minute", "Minuten"]],
  [["second", "seconds"], ["Sekunde", "Sekunden"]],
];
const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** [[amount, unit], …] of an ISO 8601 duration; empty where it is none. */
function measured(iso) {
  const found = DURATION.exec(iso) ?? [];
  return found.slice(1).flatMap((amount, unit) => (amount ? [[Number(amount), UNITS[unit]]] : []));
}

/** "P7D" → "7 days"; in German in the form that follows "alle", or as a dative: "innerhalb von 7 Tagen". */
export function duration(iso, dative = false) {
  const words = measured(iso).map(([amount, unit]) => {
    const [one, many] = pick(unit);
    const word = amount === 1 ? one : many;
    return `${amount} ${dative && lang() === "de" && word.endsWith("e") && amount !== 1 ? `${word}n` : word}`;
  });
  return words.length ? together(words) : iso;
}

/** Whether a duration can be spoken of as "the last 7 days". */
export function isPlural(iso) {
  const found = measured(iso);
  return found.length === 1 && found[0][0] > 1;
}

const LAST_ONE = {
  PT1H: ["in the last hour", "in der letzten Stunde"],
  PT1M: ["in the last minute", "in der letzten Minute"],
  PT1S: ["in the last second", "in der letzten Sekunde"],
};

/** "P7D" → "in the last 7 days": up to now, to the second. */
export function recently(iso) {
  if (LAST_ONE[iso]) return pick(LAST_ONE[iso]);
  const length = iso === "P1D" ? "PT24H" : iso;
  return pick([`in the last ${duration(length)}`, `in den letzten ${duration(length, true)}`]);
}

function midnight(when) {
  return new Date(when.getFullYear(), when.getMonth(), when.getDate());
}
