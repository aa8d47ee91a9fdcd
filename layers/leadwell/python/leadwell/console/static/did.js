// What somebody did, as sentences: conditions about events, and what was found of them.

import { comparison, filter } from "./comparisons.js";
import { eventName } from "./events.js";
import { amount, dayOrMoment, duration, either, moment, number, recently } from "./format.js";
import { capital, propertyName } from "./labels.js";
import { shown } from "./values.js";
import { pick, quoted, t } from "./words.js";

export const times = (count) =>
  count === 0 ? t("never") : count === 1 ? t("once") : t("times", { count: number(count) });

const lastTime = (at, now) => pick([`last ${moment(at, now)}`, `zuletzt ${moment(at, now)}`]);
const sentence = (...parts) => parts.filter(Boolean).join(" ");
const label = (path) => quoted(propertyName(path));

/** "“Product Viewed” (category is “sofas”)" */
export function those({ event, where }) {
  const names = Array.isArray(event) ? event : [event];
  const what = names.includes("*") ? pick(["Any activity", "Irgendeine Aktivität"]) : either(names.map(eventName));
  return what + filter(where);
}

const BOUNDS = {
  exactly: ["exactly {}", "genau {}"],
  at_least: ["at least {}", "mindestens {}"],
  more_than: ["more than {}", "mehr als {}"],
  at_most: ["at most {}", "höchstens {}"],
  less_than: ["fewer than {}", "weniger als {}"],
};

const bounds = (rule) => Object.keys(BOUNDS).filter((word) => rule[word] !== undefined);
const never = (rule) => rule.at_most === 0 || rule.exactly === 0 || rule.less_than === 1;

/** "at least 3 times and at most 5 times" */
function often(rule) {
  if (never(rule)) return t("never");
  const said = bounds(rule).map((word) => pick(BOUNDS[word]).replace("{}", times(rule[word])));
  return said.join(pick([" and ", " und "])) || pick(["at least once", "mindestens einmal"]);
}

/** "in the last 7 days and since the last “Order Completed”" */
function span({ within, since, from, to }) {
  const [start, end] = [from, to].map((moment) => moment !== undefined && dayOrMoment(moment));
  const said = [
    within && recently(within),
    since && pick(["since the last ", "seit dem letzten Ereignis "]) + those(since),
    start && end && pick([`from ${start} until just before ${end}`, `vom ${start} bis unmittelbar vor dem ${end}`]),
    start && !end && pick([`from ${start} on`, `ab dem ${start}`]),
    end && !start && pick([`before ${end}`, `vor dem ${end}`]),
  ];
  return said.filter(Boolean).join(pick([" and ", " und "]));
}

const AMOUNTS = {
  sum: ["the sum of {}", "Summe von {}"],
  average: ["the average of {}", "Durchschnitt von {}"],
  minimum: ["the smallest {}", "kleinster Wert von {}"],
  maximum: ["the largest {}", "größter Wert von {}"],
};
const amountOf = (rule) => Object.keys(AMOUNTS).find((name) => rule[name] !== undefined);

function amountRule(rule, name) {
  const words = Object.fromEntries(bounds(rule).map((word) => [word === "exactly" ? "equals" : word, rule[word]]));
  return `${sentence(those(rule), span(rule))}: ${pick(AMOUNTS[name]).replace("{}", () => label(rule[name]))} ${comparison(words)}`;
}

function differentRule(rule) {
  const said = bounds(rule).map((word) => pick(BOUNDS[word]).replace("{}", number(rule[word])));
  const how = never(rule) ? pick(["no", "keinem"]) : said.join(pick([" and ", " und "]));
  const one = never(rule) || bounds(rule).every((word) => rule[word] === 1);
  const values = one
    ? pick([`value of ${label(rule.distinct)}`, `Wert für ${label(rule.distinct)}`])
    : pick([`different values of ${label(rule.distinct)}`, `verschiedenen Werten für ${label(rule.distinct)}`]);
  return sentence(those(rule), pick(["with", "mit"]), how, values, span(rule));
}

/** The first or the last time: when it was, and what it brought. */
function oneRule(rule) {
  const { at, ...brought } = rule.last ?? rule.first;
  const which = rule.last ? pick(["last", "letzte"]) : pick(["first", "erste"]);
  const others = Object.entries(brought).map(([path, words]) => `${propertyName(path)} ${comparison(words)}`);
  const what = sentence(those(rule), span(rule));
  if (!at) return `${what}, ${pick([`the ${which} time`, `beim ${which}n Mal`])}: ${others.join(", ")}`;
  const when = `${what}: ${pick([`the ${which} time`, `das ${which} Mal`])} ${comparison(at)}`;
  return others.length ? `${when}; ${pick([`its ${others.join(", its ")}`, `dabei: ${others.join(", ")}`])}` : when;
}

export function eventRule(rule) {
  if (rule.last || rule.first) return oneRule(rule);
  if (amountOf(rule)) return amountRule(rule, amountOf(rule));
  if (rule.distinct) return differentRule(rule);
  const same = rule.by && pick([`with one and the same ${label(rule.by)}`, `mit demselben Wert für ${label(rule.by)}`]);
  return `${those(rule)}, ${sentence(often(rule), same, span(rule))}`;
}

/** So often an event has to be remembered for the rule; of what happened more often, no more is known. */
function remembered(rule) {
  const lowest = Math.max(rule.at_least ?? 0, rule.exactly ?? 0, (rule.more_than ?? -1) + 1);
  const highest = Math.min(rule.at_most ?? Infinity, rule.exactly ?? Infinity, (rule.less_than ?? Infinity) - 1);
  return Math.max(lowest, Number.isFinite(highest) ? highest + 1 : 0, 1);
}

const timesKnown = (count, rule) =>
  count > 1 && count >= remembered(rule) ? t("timesOrMore", { count: number(count) }) : times(count);

/** "3 times or more, last Mon 9 Nov, 09:13" */
export function counted({ times: count, newest }, now, rule = {}) {
  if (!count) return pick(["did not happen", "nicht geschehen"]);
  const many = remembered(rule) > 1 && timesKnown(count, rule);
  return [many, newest?.length && lastTime(newest[0], now)].filter(Boolean).join(", ");
}

function valuesFound({ values, different }, rule) {
  const known = Object.entries(values);
  if (!known.length) return pick(["none so far", "bisher keine"]);
  const said = known.map(([value, count]) => (rule.by ? `${quoted(value)} ${timesKnown(count, rule)}` : quoted(value)));
  const more = different - known.length;
  const rest = more > 0 ? pick([` and ${number(more)} more`, ` und ${number(more)} weitere`]) : "";
  const or = different >= remembered(rule) ? pick([" or more", " oder mehr"]) : "";
  return (rule.by ? "" : `${number(different)}${or}: `) + said.join(", ") + rest;
}

function oneFound({ at, ...brought }, rule, now) {
  if (!at) return pick(["did not happen", "nicht geschehen"]);
  const asked = Object.keys(rule.last ?? rule.first ?? {}).filter((path) => path in brought);
  return [moment(at, now), ...asked.map((path) => `${propertyName(path)} ${shown(brought[path])}`)].join(", ");
}

export function eventFound(found, rule, now) {
  if (rule.last || rule.first) return oneFound(found, rule, now);
  const name = amountOf(rule);
  if (name) return found[name] === null ? pick(["no number so far", "bisher keine Zahl"]) : pick(["is ", "ist "]) + amount(found[name]);
  return rule.by || rule.distinct ? valuesFound(found, rule) : counted(found, now, rule);
}

export function sequenceRule({ sequence, within, completed_within }) {
  const steps = sequence.map(those).join(" → ");
  const how = sentence(
    within && pick([`within ${duration(within)}`, `innerhalb von ${duration(within, true)}`]),
    completed_within && within && pick(["and", "und"]),
    completed_within && pick(["completed ", "abgeschlossen "]) + recently(completed_within),
  );
  return pick(["One after the other: ", "Nacheinander: "]) + [steps, how].filter(Boolean).join(", ");
}

export function sequenceFound({ steps, completed }, { sequence }, now) {
  if (completed) return pick([`completed ${moment(completed, now)}`, `abgeschlossen ${moment(completed, now)}`]);
  if (!steps) return pick(["not begun", "nicht begonnen"]);
  return pick([`got to step ${steps} of ${sequence.length}`, `bis Schritt ${steps} von ${sequence.length} gekommen`]);
}

/** {} is "the mail “Welcome”", {dative} and {Subject} are its other forms; {how} is how often and when. */
const REPORTS = {
  sent: ["Was sent {}{how}", "Hat{how} {} zugeschickt bekommen"],
  delivered: ["Received {}{how}", "Hat{how} {} erhalten"],
  opened: ["Opened {}{how}", "Hat{how} {} geöffnet"],
  clicked: ["Followed a link in {}{how}", "Hat{how} in {dative} auf einen Link geklickt"],
  replied: ["Replied to {}{how}", "Hat{how} auf {} geantwortet"],
  bounced: ["{Subject} could not be delivered{how}", "{Subject} war{how} nicht zustellbar"],
  complained: ["Marked {} as spam{how}", "Hat{how} {} als Spam gemeldet"],
  answered: ["Answered {}{how}", "Hat{how} auf {} geantwortet"],
};
const NOT = {
  delivered: ["Was sent {}{how}, but it did not arrive", "{Subject} wurde{how} gesendet, kam aber nicht an"],
  opened: ["Was sent {}{how}, but did not open it", "Hat{how} {} bekommen, aber nicht geöffnet"],
  clicked: ["Was sent {}{how}, but did not follow a link", "Hat{how} {} bekommen, aber auf keinen Link geklickt"],
  replied: ["Was sent {}{how}, but did not reply", "Hat{how} {} bekommen, aber nicht geantwortet"],
  answered: ["Was sent {}{how}, but did not answer", "Hat{how} {} bekommen, aber nicht geantwortet"],
};
const DID = {
  delivered: ["arrived", "angekommen"],
  opened: ["opened", "geöffnet"],
  clicked: ["clicked", "geklickt"],
  replied: ["replied", "geantwortet"],
  answered: ["answered", "geantwortet"],
};

export function engagedRule({ channel = "email", message, journey, did, did_not, at_least, within, machines }, title) {
  const kind = { email: pick(["mail", "Mail"]), sms: "SMS" }[channel];
  const name = message ? ` ${quoted(title(channel, message))}` : "";
  const of = journey ? pick([" of the journey ", " der Journey "]) + quoted(title("journey", journey)) : "";
  const [the, a] = pick([["the", channel === "sms" ? "an" : "a"], ["die", "eine"]]);
  const [ofThe, ofA] = pick([[the, a], ["der", "einer"]]);
  const form = (article) => `${article} ${kind}${name}${of}`;
  const often = at_least > 1 && pick(["at least ", "mindestens "]) + times(at_least);
  const span = within && recently(within);
  const how = sentence(...pick([[often, span], [span, often]]));
  const also = machines ? pick([" (machines count, too)", " (auch Maschinen zählen)"]) : "";
  const said = pick(did ? REPORTS[did] : NOT[did_not])
    .replace("{how}", how && ` ${how}`)
    .replace("{}", () => form(message ? the : a))
    .replace("{dative}", () => form(message ? ofThe : ofA))
    .replace("{Subject}", () => capital(form(message ? the : a)));
  return said + also;
}

export function engagedFound({ found, rule: { engaged }, parts }, now) {
  if (engaged.did) return counted(found, now, engaged);
  const [sent, done] = parts.map((part) => part.found);
  if (!sent.times) return pick(["nothing was sent", "nichts wurde gesendet"]);
  const also = done.times && `${pick(DID[engaged.did_not])} ${moment(done.newest[0], now)}`;
  return [pick([`sent ${moment(sent.newest[0], now)}`, `gesendet ${moment(sent.newest[0], now)}`]), also].filter(Boolean).join(", ");
}

export function downloadedRule({ downloaded, within }) {
  const files = Array.isArray(downloaded) ? downloaded : [downloaded];
  const what = files.includes("*") ? pick(["any file", "irgendeine Datei"]) : either(files.map(quoted));
  const span = within && recently(within);
  return pick([sentence("Downloaded", what, span), sentence("Hat", span, what, "heruntergeladen")]);
}
