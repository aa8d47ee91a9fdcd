// Numbers, moments and durations as people write them.

import { lang, pick, t } from "./words.js";

const locale = () => (lang() === "de" ? "de-DE" : "en-GB");

export function number(value, digits = 0) {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value);
}

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
  return new Intl.DateTimeFormat(locale(), sameYear ? options : { ...options, year: "numeric" }).format(when);
}

export function day(iso) {
  return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", year: "numeric" }).format(new Date(iso));
}

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

const UNITS = {
  D: [["day", "days"], ["Tag", "Tage"]],
  H: [["hour", "hours"], ["Stunde", "Stunden"]],
  M: [["minute", "minutes"], ["Minute", "Minuten"]],
  S: [["second", "seconds"], ["Sekunde", "Sekunden"]],
};

/** "P7D" → "7 days"; in German in the form that follows "alle" and "innerhalb von … n". */
export function duration(iso, dative = false) {
  const found = /^PT?(\d+)([DHMS])$/.exec(iso);
  if (!found) return iso;
  const [, amount, unit] = found;
  const [one, many] = pick(UNITS[unit]);
  const word = amount === "1" ? one : many;
  return `${amount} ${dative && lang() === "de" && word.endsWith("e") ? `${word}n` : word}`;
}

function midnight(when) {
  return new Date(when.getFullYear(), when.getMonth(), when.getDate());
}
