// Values as people read them: what contacts have, and what conditions compare it with.

import { amount, date, isDate, together } from "./format.js";
import { traitName } from "./labels.js";
import { lang, pick, quoted } from "./words.js";

/** Without quotation marks: for a value that stands alone. */
export function readable(value) {
  if (value === null || value === undefined) return pick(["unknown", "unbekannt"]);
  if (typeof value === "boolean") return value ? pick(["yes", "ja"]) : pick(["no", "nein"]);
  if (typeof value === "number") return amount(value);
  if (isDate(value)) return date(value);
  if (Array.isArray(value)) return value.map(readable).join(", ");
  return typeof value === "object" ? entries(value).map(([name, one]) => `${name}: ${one}`).join(", ") : String(value);
}

/** Inside a sentence: words in quotation marks, numbers and dates plainly. */
export function shown(value) {
  if (Array.isArray(value)) return value.length ? together(value.map(shown)) : pick(["empty", "leer"]);
  const plain = readable(value);
  return typeof value === "number" || isDate(value) || value === null ? plain : quoted(plain) || pick(["empty", "leer"]);
}

/** The name of a language or country by its code; what is no code is what somebody wrote out. */
function byCode(type, code) {
  try {
    return new Intl.DisplayNames(lang(), { type }).of(code);
  } catch {
    return code;
  }
}

export const language = (value) => (/^[a-z]{2,3}([-_]\w+)*$/i.test(value) ? byCode("language", value.replaceAll("_", "-")) : quoted(value));
export const country = (value) => (/^[a-z]{2}$/i.test(value) ? byCode("region", value.toUpperCase()) : quoted(value));

const CODED = { __proto__: null, locale: language, country };

/** Traits as [[what it is called, value], …]; what lies inside others is named with its place. */
export function entries(traits, call = traitName, inside = "") {
  return Object.entries(traits).flatMap(([name, value]) => {
    const path = inside + name;
    if (value !== null && typeof value === "object" && !Array.isArray(value)) return entries(value, call, `${path}.`);
    const coded = typeof value === "string" && /^[a-z]{2}([-_]\w+)?$/i.test(value) && CODED[name];
    return [[call(path), coded ? coded(value) : readable(value)]];
  });
}
