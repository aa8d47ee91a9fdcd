// Every kind of condition as a sentence, by its head word, and what was found of it in a contact.

import { comparison } from "./comparisons.js";
import {
  counted,
  downloadedRule,
  engagedFound,
  engagedRule,
  eventFound,
  eventRule,
  sequenceFound,
  sequenceRule,
} from "./did.js";
import { amount, day, duration, either, isDate, moment, number, percent, points, recently } from "./format.js";
import { byChannel, capital, topic, traitName } from "./labels.js";
import { country, language, readable, shown } from "./values.js";
import { named, pick, quoted, stageName, t } from "./words.js";

const list = (given) => (Array.isArray(given) ? given : [given]);
const anyOf = (given, say = quoted) => either(list(given).map(say));
const isNow = (text) => pick([`is ${text}`, `ist ${text}`]);
const valueFound = (value) => (value === null || isDate(value) ? readable(value) : isNow(shown(value)));

/** What the parts of a condition found that is spelled out for the reader: the first that is known. */
const fromParts = (parts, say = shown) => {
  const known = parts.map((part) => part.found.value).find((value) => value !== null && value !== undefined);
  return known === undefined ? readable(null) : say(known);
};

/** What is at least as good as a grade: "(fit A to B, interest 1 to 2)". */
function marks([fit, interest]) {
  const upTo = (best, worst) => (best === worst ? best : pick([`${best} to ${worst}`, `${best} bis ${worst}`]));
  return pick([`(fit ${upTo("A", fit)}, interest ${upTo("1", interest)})`, `(Passung ${upTo("A", fit)}, Interesse ${upTo("1", interest)})`]);
}

/**
 * head word → {says, found, closed}: the sentence of a rule, the words for what was found, and whether the parts stay
 * hidden because the sentence says it all. `about` has the present moment and the titles of what rules name.
 */
const KINDS = {
  __proto__: null,
  all: { says: () => pick(["All of this", "Alles davon"]) },
  any: { says: () => pick(["At least one of this", "Mindestens eines davon"]) },
  not: { says: () => pick(["Not", "Nicht"]) },
  of: {
    says: ({ rule }) => pick([`At least ${rule.at_least} of this`, `Mindestens ${rule.at_least} davon`]),
    found: ({ found, parts }) => pick([`${found.held} of ${parts.length} ${found.held === 1 ? "holds" : "hold"}`, `${found.held} von ${parts.length} ${found.held === 1 ? "trifft" : "treffen"} zu`]),
  },
  everyone: { says: () => pick(["Every contact", "Alle Kontakte"]) },

  trait: {
    says: ({ rule: { trait, ...words } }) => `${capital(traitName(trait))} ${comparison(words)}`,
    found: ({ found }) => valueFound(found.value),
  },
  company: {
    says: ({ rule: { company, ...words } }) => `${pick(["Company", "Unternehmen"])}: ${traitName(company)} ${comparison(words)}`,
    found: ({ found }) => valueFound(found.value),
  },
  company_segment: {
    says: ({ rule }, about) =>
      pick(["Company is in the segment ", "Unternehmen ist im Segment "]) + quoted(about.title("segment", rule.company_segment)),
  },
  company_stage: {
    says: ({ rule }) => pick(["Company: stage is ", "Unternehmen: Stufe ist "]) + stageReached(rule),
    found: ({ found }) => (found.stage ? stageName(found.stage) : pick(["no company", "kein Unternehmen"])),
  },
  members: {
    says: ({ rule }, about) => {
      const at = rule.stage
        ? pick([" at the stage ", " auf der Stufe "]) + stageReached(rule.stage)
        : rule.score
          ? pick([` with ${amount(rule.score.at_least)} points or more`, ` mit mindestens ${amount(rule.score.at_least)} Punkten`]) +
            (rule.score.model ? ` (${quoted(about.title("scoring", rule.score.model))})` : "")
          : "";
      if (rule.at_most === 0) return pick(["Has no contact", "Hat keinen Kontakt"]) + at;
      const bounds = [
        rule.at_least !== undefined && pick([`at least ${rule.at_least}`, `mindestens ${rule.at_least}`]),
        rule.at_most !== undefined && pick([`at most ${rule.at_most}`, `höchstens ${rule.at_most}`]),
      ].filter(Boolean);
      return `${pick(["Has ", "Hat "])}${bounds.join(pick([" and ", " und "]))} ${contacts(rule.at_most ?? rule.at_least)}${at}`;
    },
    found: ({ found }) => `${number(found.members)} ${contacts(found.members)}`,
  },
  language: {
    says: ({ rule }) => pick(["Language: ", "Sprache: "]) + anyOf(rule.language, (one) => language(one)),
    found: ({ parts }) => fromParts(parts, language),
    closed: true,
  },
  country: {
    says: ({ rule }) => pick(["Country: ", "Land: "]) + anyOf(rule.country, country),
    found: ({ parts }) => fromParts(parts, (value) => country(String(value))),
    closed: true,
  },
  region: {
    says: ({ rule }) => pick(["Region: ", "Region: "]) + anyOf(rule.region),
    found: ({ parts }) => fromParts(parts),
    closed: true,
  },
  city: {
    says: ({ rule }) => pick(["City: ", "Ort: "]) + anyOf(rule.city),
    found: ({ parts }) => fromParts(parts),
    closed: true,
  },
  near: {
    says: ({ rule: { near, trait } }) => {
      const place = `${degrees(near.latitude, ["N", "S"])}, ${degrees(near.longitude, pick([["E", "W"], ["O", "W"]]))}`;
      const by = trait ? ` (${traitName(trait)})` : "";
      return pick([`Within ${amount(near.km)} km of ${place}`, `Im Umkreis von ${amount(near.km)} km um ${place}`]) + by;
    },
    found: ({ found }) =>
      found.km === null
        ? pick(["the place is unknown", "der Ort ist unbekannt"])
        : pick([`${kilometers(found.km)} away`, `${kilometers(found.km)} entfernt`]),
  },

  score: {
    says: ({ rule }, about) => {
      const model = rule.model ? ` ${quoted(about.title("scoring", rule.model))}` : "";
      if (rule.gained !== undefined) {
        const of = rule.model ? pick([` for the score${model}`, ` im Score${model}`]) : "";
        return pick([
          `Gained ${points(rule.gained)} points or more${of} ${recently(rule.within)}`,
          `Hat ${recently(rule.within)} mindestens ${points(rule.gained)} Punkte${of} dazugewonnen`,
        ]);
      }
      const bounds = [
        rule.at_least !== undefined && pick([`at least ${points(rule.at_least)}`, `mindestens ${points(rule.at_least)}`]),
        rule.less_than !== undefined && pick([`under ${points(rule.less_than)}`, `unter ${points(rule.less_than)}`]),
      ].filter(Boolean);
      return `Score${model} ${isNow(bounds.join(pick([" and ", " und "])))}`;
    },
    found: ({ found }) =>
      found.gained === undefined
        ? isNow(points(found.score))
        : pick([`gained ${points(found.gained)}`, `${points(found.gained)} dazugewonnen`]),
  },
  grade: {
    says: ({ rule }) =>
      rule.at_least
        ? pick([`Grade is at least ${rule.at_least} ${marks(rule.at_least)}`, `Einstufung ist mindestens ${rule.at_least} ${marks(rule.at_least)}`])
        : pick(["Grade is ", "Einstufung ist "]) + anyOf(rule.is, String),
    found: ({ found }) => (found.grade ? isNow(found.grade) : pick(["not graded", "nicht eingestuft"])),
  },
  persona: {
    says: ({ rule }, about) => {
      const who = quoted(about.title("persona", rule.name));
      return rule.at_least
        ? pick([`Covers at least ${percent(rule.at_least)} of the persona ${who}`, `Deckt mindestens ${percent(rule.at_least)} der Persona ${who} ab`])
        : pick([`Fits the persona ${who} best`, `Passt am besten zur Persona ${who}`]);
    },
    found: ({ rule, found }, about) => {
      if (rule.at_least || found.best === rule.name) return percent(found.percent);
      return found.best
        ? pick(["rather ", "eher "]) + quoted(about.title("persona", found.best))
        : pick(["none fits well enough", "keine passt gut genug"]);
    },
  },
  interest: {
    says: ({ rule }) =>
      rule.at_least
        ? pick([`Interest in ${quoted(rule.category)} is at least ${amount(rule.at_least)}`, `Interesse an ${quoted(rule.category)} ist mindestens ${amount(rule.at_least)}`])
        : pick([`Is most interested in ${quoted(rule.category)}`, `Interessiert sich am meisten für ${quoted(rule.category)}`]),
    found: ({ rule, found }) => {
      if (rule.at_least) return isNow(points(found.weight));
      if (!found.top) return pick(["no interest known yet", "noch kein Interesse bekannt"]);
      return found.top === rule.category ? "" : pick(["most in ", "am meisten für "]) + quoted(found.top);
    },
  },

  stage: {
    says: ({ rule }) => {
      if (rule.reached) {
        const reached = stageName(rule.reached);
        const when = recently(rule.within);
        return pick([`Came to the stage ${reached} ${when}`, `Hat ${when} die Stufe ${reached} erreicht`]);
      }
      if (!rule.for) return pick(["Stage is ", "Stufe ist "]) + stageReached(rule);
      const stage = stageName(rule.is);
      return pick([
        `Stage has been ${stage} for at least ${duration(rule.for)}`,
        `Steht seit mindestens ${duration(rule.for, true)} auf der Stufe ${stage}`,
      ]);
    },
    found: ({ found }) => stageName(found.stage) + (found.since ? ` ${t("since", { date: day(found.since) })}` : ""),
  },
  consent: {
    says: ({ rule }) => {
      const what = topic(...rule.consent.split("/"));
      return {
        granted: pick([`Allows ${what}`, `Erlaubt ${what}`]),
        requested: pick([`Asked for ${what} and has yet to confirm it`, `Hat ${what} angefragt und noch nicht bestätigt`]),
        withdrawn: pick([`Has withdrawn the consent to ${what}`, `Hat die Einwilligung in ${what} widerrufen`]),
      }[rule.state ?? "granted"];
    },
    found: ({ found }) => (found.state ? t(found.state) : pick(["never asked", "nie gefragt"])),
  },
  permitted: {
    says: ({ rule }) => pick([`Allows something ${byChannel(rule.permitted)}`, `Erlaubt Nachrichten ${byChannel(rule.permitted)}`]),
    found: ({ found }) =>
      found.topics.map((one) => topic(one.split("/")[0])).join(", ") || pick(["nothing", "keine"]),
  },
  working: {
    says: ({ rule }) =>
      rule.working === "sms"
        ? pick(["The phone number works", "Die Telefonnummer funktioniert"])
        : pick(["The e-mail address works", "Die E-Mail-Adresse funktioniert"]),
    found: ({ found }) => valueFound(found.value),
  },
  reachable: {
    says: ({ rule }) => pick([`Can be reached ${byChannel(rule.reachable)}`, `Ist ${byChannel(rule.reachable)} erreichbar`]),
  },
  segment: {
    says: ({ rule }, about) => {
      const segment = quoted(about.title("segment", rule.segment));
      const when = recently(rule.entered_within ?? rule.left_within ?? "P1D");
      if (rule.entered_within)
        return pick([`Came into the segment ${segment} ${when}`, `Ist ${when} in das Segment ${segment} gekommen`]);
      if (rule.left_within) return pick([`Left the segment ${segment} ${when}`, `Hat ${when} das Segment ${segment} verlassen`]);
      if (!rule.for) return pick([`Is in the segment ${segment}`, `Ist im Segment ${segment}`]);
      return pick([
        `Has been in the segment ${segment} for at least ${duration(rule.for)}`,
        `Ist seit mindestens ${duration(rule.for, true)} im Segment ${segment}`,
      ]);
    },
    found: ({ rule, found }) =>
      found.at ? day(found.at) : rule.for && found.since ? t("since", { date: day(found.since) }) : "",
  },
  list: {
    says: ({ rule }, about) => pick(["Is on the list ", "Steht auf der Liste "]) + quoted(about.title("list", rule.list)),
  },
  journey: {
    says: ({ rule }, about) => {
      const journey = quoted(about.title("journey", rule.journey));
      if (rule.at_step) {
        const step = quoted(named(rule.at_step));
        return pick([`Waits at ${step} in the journey ${journey}`, `Wartet in der Journey ${journey} bei ${step}`]);
      }
      return {
        in: pick([`Is in the journey ${journey}`, `Ist gerade in der Journey ${journey}`]),
        entered: pick([`Has entered the journey ${journey}`, `Hat die Journey ${journey} begonnen`]),
        finished: pick([`Has come to the end of the journey ${journey}`, `Hat die Journey ${journey} hinter sich`]),
        reached_goal: pick([`Has reached the goal of the journey ${journey}`, `Hat das Ziel der Journey ${journey} erreicht`]),
        never: pick([`Was never in the journey ${journey}`, `War nie in der Journey ${journey}`]),
      }[rule.state ?? "in"];
    },
    found: ({ found }, about) => journeyFound(found, about.now),
  },

  event: {
    says: ({ rule }) => eventRule(rule),
    found: ({ rule, found }, about) => eventFound(found, rule, about.now),
  },
  sequence: {
    says: ({ rule }) => sequenceRule(rule),
    found: ({ rule, found }, about) => sequenceFound(found, rule, about.now),
  },
  active: {
    says: ({ rule }) => pick([`Was active ${recently(rule.active)}`, `War ${recently(rule.active)} aktiv`]),
    found: ({ found }, about) => (found.times ? counted({ ...found, times: 1 }, about.now) : pick(["was not", "war es nicht"])),
  },
  engaged: {
    says: ({ rule }, about) => engagedRule(rule.engaged, about.title),
    found: (reason, about) => engagedFound(reason, about.now),
    closed: true,
  },
  downloaded: {
    says: ({ rule }) => downloadedRule(rule),
    found: ({ found }, about) => counted(found, about.now),
  },
  device: {
    says: ({ rule }) => cameBy(pick(["Device", "Gerät"]), rule.device, DEVICE, rule.within),
    found: ({ found }, about) => counted(found, about.now),
  },
  utm: {
    says: ({ rule }) =>
      cameBy(rule.first ? pick(["First campaign", "Erste Kampagne"]) : pick(["Campaign", "Kampagne"]), rule.utm, CAMPAIGN, rule.within),
    found: ({ rule, found }, about) =>
      rule.first ? (found.at ? moment(found.at, about.now) : pick(["none so far", "bisher keine"])) : counted(found, about.now),
  },
  referrer: {
    says: ({ rule }) =>
      [`${pick(["Referring page", "Herkunftsseite"])} ${comparison(rule.referrer)}`, rule.within && recently(rule.within)].filter(Boolean).join(", "),
    found: ({ parts }, about) => {
      const newest = parts.flatMap((part) => part.found.newest).sort().at(-1);
      return counted({ times: newest ? 1 : 0, newest: [newest] }, about.now);
    },
    closed: true,
  },
  bucket: {
    says: ({ rule: { bucket } }) => {
      const draw = quoted(named(bucket.salt));
      const [from, to] = [percent(bucket.from ?? 0), percent(bucket.to)];
      return pick([`Drawn by chance ${draw}: from ${from} to under ${to}`, `Zufallsauswahl ${draw}: von ${from} bis unter ${to}`]);
    },
    found: ({ found }) => pick(["at ", "bei "]) + percent(Math.floor(found.percent * 100) / 100),
  },
};

const DEVICE = {
  type: ["type", "Art"],
  manufacturer: ["maker", "Hersteller"],
  model: ["model", "Modell"],
  os: ["operating system", "Betriebssystem"],
};
const CAMPAIGN = {
  name: ["name", "Name"],
  campaign: ["name", "Name"],
  source: ["source", "Quelle"],
  medium: ["medium", "Medium"],
  term: ["keyword", "Suchwort"],
  content: ["content", "Inhalt"],
};

function cameBy(what, compared, names, within) {
  const said = Object.entries(compared).map(([name, words]) => `${pick(names[name] ?? [name, name])} ${comparison(words)}`);
  return [`${what}: ${said.join(", ")}`, within && recently(within)].filter(Boolean).join(", ");
}

function journeyFound({ inside = {}, entered, finished, reached_goal }, now) {
  const steps = Object.values(inside).filter(Boolean).map((step) => quoted(named(step)));
  const said = [
    steps.length > 0 && pick([`is at ${either(steps)}`, `steht bei ${either(steps)}`]),
    entered && pick([`entered ${moment(entered, now)}`, `begonnen ${moment(entered, now)}`]),
    finished && pick([`ended ${moment(finished, now)}`, `beendet ${moment(finished, now)}`]),
    reached_goal && pick([`goal reached ${moment(reached_goal, now)}`, `Ziel erreicht ${moment(reached_goal, now)}`]),
  ].filter(Boolean);
  return said.join(", ") || pick(["never entered", "nie begonnen"]);
}

const stageReached = ({ is, at_least }) =>
  is ? stageName(is) : pick([`${stageName(at_least)} or higher`, `${stageName(at_least)} oder höher`]);
const contacts = (count) => (count === 1 ? pick(["contact", "Kontakt"]) : pick(["contacts", "Kontakte"]));
const degrees = (value, [positive, negative]) => `${amount(Math.abs(value))}° ${value < 0 ? negative : positive}`;
const kilometers = (km) => `${amount(km < 10 ? Math.round(km * 10) / 10 : Math.round(km))} km`;

/** The rule as it is written, for kinds that are not known here. */
function written({ kind, rule }) {
  const words = JSON.stringify(rule).slice(1, -1).replace(/"(\w+)":/g, "$1: ").replace(/,(?=\w+: )/g, ", ");
  return Object.hasOwn(rule, kind) ? words : [`${kind}:`, words].filter(Boolean).join(" ");
}

/** The condition as a sentence. */
export const sentenceOf = (reason, about) => KINDS[reason.kind]?.says(reason, about) ?? written(reason);

/** What the contact has of it; empty where there is nothing to say. */
export const foundOf = (reason, about) => KINDS[reason.kind]?.found?.(reason, about) ?? "";

/** The conditions inside, as far as they are worth a look. */
export const partsOf = (reason) => (KINDS[reason.kind]?.closed ? [] : reason.parts);
