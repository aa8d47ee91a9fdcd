// Conditions and reasons as sentences.

import { h, icon } from "./dom.js";
import { eventName, quoted, topic, traitName } from "./events.js";
import { duration, moment, number, points } from "./format.js";
import { lang, named, pick, STAGES, t } from "./words.js";

/** A condition with its parts: what is asked, whether it holds, and what was found. */
export function reasonTree(reason, now) {
  const until =
    reason.until &&
    !reason.parts.length &&
    pick([`changes by itself ${moment(reason.until, now)}`, `ändert sich von selbst: ${moment(reason.until, now)}`]);
  const found = KINDS[reason.kind].found?.(reason);
  return h(
    `li.reason.${reason.truth ? "true" : "false"}`,
    {},
    icon(reason.truth ? "check" : "cross"),
    h(
      "div",
      {},
      h("span.sr", {}, reason.truth ? pick(["holds: ", "gilt: "]) : pick(["does not hold: ", "gilt nicht: "])),
      KINDS[reason.kind].rule(reason),
      found && h("span.quiet", {}, ` · ${found}`),
      until && h("span.quiet.block", {}, until),
      reason.parts.length > 0 && h("ul.reasons", {}, reason.parts.map((part) => reasonTree(part, now))),
    ),
  );
}

/** A plain condition as a heading; empty for one that is put together of others. */
export const heading = (reason) => (reason.parts.length ? "" : KINDS[reason.kind].rule(reason));

export const reasons = (reason, now) => h("ul.reasons", {}, reasonTree(reason, now));

const KINDS = {
  all: { rule: () => pick(["All of this:", "Alles davon:"]) },
  any: { rule: () => pick(["At least one of this:", "Mindestens eines davon:"]) },
  not: { rule: () => pick(["Not:", "Nicht:"]) },
  trait: {
    rule: ({ rule: { trait, ...words } }) => `${capital(traitName(trait))} ${comparison(words)}`,
    found: ({ found }) =>
      found.value === null ? pick(["unknown", "unbekannt"]) : pick(["is ", "ist "]) + quoted(String(found.value)),
  },
  event: {
    rule: ({ rule }) => {
      const where = Object.entries(rule.where ?? {}).map(([path, words]) => `${path} ${comparison(words)}`);
      return [
        eventName(rule.event) + (where.length ? pick([" with ", " mit "]) + where.join(", ") : ""),
        often(rule),
        rule.within && pick([`within ${duration(rule.within)}`, `innerhalb von ${duration(rule.within, true)}`]),
      ].filter(Boolean).join(", ");
    },
    found: ({ found }) => pick([`happened ${times(found.times)}`, `${times(found.times)} geschehen`]),
  },
  score: {
    rule: ({ rule }) =>
      [
        rule.at_least !== undefined && pick([`Score of ${points(rule.at_least)} or more`, `Score mindestens ${points(rule.at_least)}`]),
        rule.less_than !== undefined && pick([`Score below ${points(rule.less_than)}`, `Score unter ${points(rule.less_than)}`]),
      ].filter(Boolean).join(", "),
    found: ({ found }) => points(found.score),
  },
  stage: {
    rule: ({ rule }) =>
      rule.is
        ? pick([`Stage ${stage(rule.is)}`, `Stufe ${stage(rule.is)}`])
        : pick([`Stage ${stage(rule.at_least)} or higher`, `Stufe ${stage(rule.at_least)} oder höher`]),
    found: ({ found }) => stage(found.stage),
  },
  consent: {
    rule: ({ rule }) => pick(["Has allowed ", "Hat erlaubt: "]) + topic(...rule.consent.split("/")),
    found: ({ found }) => (found.state ? t(found.state) : pick(["never asked", "nie gefragt"])),
  },
  segment: { rule: ({ rule }) => pick(["In the segment ", "Im Segment "]) + quoted(named(rule.segment)) },
};

const stage = (name) => pick(STAGES[name] ?? [name, name]);
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function often({ at_least, at_most }) {
  const parts = [];
  if (at_least === undefined && at_most === undefined) return pick(["at least once", "mindestens einmal"]);
  if (at_least !== undefined) parts.push(pick(["at least ", "mindestens "]) + times(at_least));
  if (at_most === 0) parts.push(t("never"));
  else if (at_most !== undefined) parts.push(pick(["at most ", "höchstens "]) + times(at_most));
  return parts.join(", ");
}

export const times = (count) =>
  count === 0 ? t("never") : count === 1 ? t("once") : t("times", { count: number(count) });

const COMPARISONS = {
  equals: ["is {}", "ist {}"],
  differs: ["is not {}", "ist nicht {}"],
  in: ["is one of {}", "ist eines von {}"],
  contains: ["contains {}", "enthält {}"],
  starts_with: ["begins with {}", "beginnt mit {}"],
  ends_with: ["ends with {}", "endet mit {}"],
  at_least: ["is at least {}", "ist mindestens {}"],
  at_most: ["is at most {}", "ist höchstens {}"],
  more_than: ["is more than {}", "ist mehr als {}"],
  less_than: ["is less than {}", "ist weniger als {}"],
  same_as: ["is the same", "ist gleich"],
  same_as_or_missing: ["is the same, or missing", "ist gleich oder fehlt"],
};

function comparison(words) {
  return Object.entries(words)
    .map(([word, expected]) => {
      if (word === "exists") return expected ? pick(["is known", "ist bekannt"]) : pick(["is not known", "ist nicht bekannt"]);
      const shown = (Array.isArray(expected) ? expected : [expected]).map((one) => quoted(String(one))).join(", ");
      return pick(COMPARISONS[word] ?? [`${word} {}`, `${word} {}`]).replace("{}", shown);
    })
    .join(pick([" and ", " und "]));
}

/** The API's reasons in English → German. */
const GERMAN = [
  [/^no consent to (\S+)\/(\S+)$/, (_, purpose, channel) => `keine Einwilligung in ${topic(purpose, channel)}`],
  [/^consent to (\S+)\/(\S+) was withdrawn$/, (_, purpose, channel) => `Einwilligung in ${topic(purpose, channel)} wurde widerrufen`],
  [/^no e-mail address$/, () => "keine E-Mail-Adresse"],
  [/^no phone number$/, () => "keine Telefonnummer"],
  [/^(\S+) was refused by the contact$/, (_, channel) => `${t(channel)} wurde vom Kontakt abgelehnt`],
  [/^the address is suppressed: bounce$/, () => "Adresse gesperrt: unzustellbar"],
  [/^the address is suppressed: complaint$/, () => "Adresse gesperrt: als Spam gemeldet"],
  [/^the address is suppressed: stop$/, () => "Adresse gesperrt: STOP"],
  [/^the address is suppressed: (.*)$/, (_, why) => `Adresse gesperrt: ${why}`],
  [/^the sender did not say whether it was accepted$/, () => "Der Versand brach ab; ob die Nachricht ankam, ist ungewiss"],
  [/^this address was asked for confirmation today already$/, () => "An diese Adresse ging heute schon eine Bitte um Bestätigung"],
  [/^there is no (\S+) template (\S+); publish it and release the message$/, (_, kind, name) =>
    `Es gibt keine Vorlage „${name}“ (${t(kind)}); veröffentlichen Sie sie und versuchen Sie es erneut`],
  [/^the contact was joined with another$/, () => "Der Kontakt wurde mit einem anderen zusammengeführt"],
  [/^(.+) did not come$/, (_, event) => `${eventName(event)} blieb aus`],
  [/^(.+) came$/, (_, event) => `${eventName(event)} ist geschehen`],
  [/^timed out$/, () => "Zeit abgelaufen"],
  [/^waited$/, () => "gewartet"],
  [/^done$/, () => "erledigt"],
  [/^finished$/, () => "beendet"],
  [/^goal$/, () => "Ziel erreicht"],
];

const ENGLISH = [
  [/^no consent to (\S+)\/(\S+)$/, (_, purpose, channel) => `no consent to ${topic(purpose, channel)}`],
  [/^consent to (\S+)\/(\S+) was withdrawn$/, (_, purpose, channel) => `consent to ${topic(purpose, channel)} was withdrawn`],
  [/^goal$/, () => "goal reached"],
];

export function because(reason) {
  for (const [pattern, say] of lang() === "de" ? GERMAN : ENGLISH) {
    const found = pattern.exec(reason);
    if (found) return say(...found);
  }
  return reason;
}
