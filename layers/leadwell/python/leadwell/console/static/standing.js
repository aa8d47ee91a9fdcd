// Where a contact stands: how well it fits, what it is interested in, and the way through the stages.

import { bars, card, h } from "./dom.js";
import { day, moment, percent, points } from "./format.js";
import { reasons } from "./reasons.js";
import { pick, stageName, STAGES, t } from "./words.js";

const MOST_INTERESTS = 6;

/** Grade, persona and interests; nothing where none of them is defined. */
export function fitCard(contact, { grade, personas }, about) {
  if (!grade && !personas.length && !contact.interests.length) return null;
  return card(
    "fit",
    t("fit"),
    grade && gradePart(grade),
    personas.length > 0 && personaPart(contact, personas, about),
    contact.interests.length > 0 && interestPart(contact.interests),
  );
}

const FIT = {
  A: ["fits very well", "passt sehr gut"],
  B: ["fits well", "passt gut"],
  C: ["fits in part", "passt teilweise"],
  D: ["hardly fits", "passt kaum"],
};
const INTEREST = {
  1: ["very interested", "sehr interessiert"],
  2: ["interested", "interessiert"],
  3: ["a little interested", "etwas interessiert"],
  4: ["hardly interested", "kaum interessiert"],
};

function gradePart(grade) {
  const [fit, interest] = grade;
  return h(
    "div.grade",
    {},
    h("strong", {}, grade),
    h(
      "dl",
      {},
      scale(t("fitAxis"), FIT, fit, t("fitEnds")),
      scale(t("interestAxis"), INTEREST, interest, t("interestEnds")),
    ),
  );
}

/** The marks from the best to the worst, with the present one picked out. */
function scale(name, marks, present, ends) {
  return h(
    "div",
    {},
    h("dt", {}, name),
    h(
      "dd",
      {},
      h("span.marks", { title: ends, "aria-hidden": "true" }, Object.keys(marks).map((one) => h(one === present ? "span.here" : "span", {}, one))),
      h("span", {}, h("span.sr", {}, `${present}: `), pick(marks[present] ?? [present, present])),
    ),
  );
}

function personaPart(contact, personas, about) {
  const best = personas.find((one) => one.name === contact.persona);
  const others = personas.filter((one) => one !== best);
  return [
    h("h3", {}, t("persona")),
    best ? h("ul.plain", {}, persona(best, about)) : h("p.quiet", {}, t("noPersona")),
    others.length > 0 &&
      h("details.others", {}, h("summary", {}, t("otherPersonas"), ` (${others.length})`), h("ul.plain", {}, others.map((one) => persona(one, about)))),
  ];
}

/** A persona with the share of its profile, and what is and is not covered. */
function persona({ name, share, parts }, about) {
  const meter = h(share ? "span.bar" : "span.bar.nothing", { "aria-hidden": "true" });
  meter.style.setProperty("--share", `${100 * share}%`);
  return h(
    "li.persona",
    {},
    h(
      "details",
      {},
      h("summary", {}, h("strong", {}, about.title("persona", name)), h("span.number", {}, percent(Math.round(100 * share))), meter),
      h("p.quiet", {}, t("personaShare")),
      h(
        "ul.shares",
        {},
        [...parts]
          .sort((one, other) => other.share - one.share)
          .map((one) => h("li", {}, reasons(one.reason, about), h("span.number.quiet", {}, percent(Math.round(100 * one.share))))),
      ),
    ),
  );
}

function interestPart(interests) {
  const rows = interests.map((one) => ({ name: one.category, text: points(one.weight), size: one.weight }));
  const largest = interests[0].weight;
  return [
    h("h3", {}, t("interests")),
    bars(rows.slice(0, MOST_INTERESTS), largest),
    rows.length > MOST_INTERESTS &&
      h("details.more", {}, h("summary", {}, t("moreInterests", { count: rows.length - MOST_INTERESTS })), bars(rows.slice(MOST_INTERESTS), largest)),
  ];
}

/** The way from visitor to evangelist, with the present stage named. */
export function stageSteps(contact) {
  const names = Object.keys(STAGES);
  const here = names.indexOf(contact.stage);
  const since = contact.stages[contact.stage];
  return [
    h("strong", {}, stageName(contact.stage)),
    since && h("span.quiet", {}, ` ${t("stageSince", { date: day(since) })}`),
    h("span.steps", { "aria-hidden": "true" }, names.map((one, place) => h(`span.step.${place <= here ? "reached" : "ahead"}`, { title: stageName(one) }))),
  ];
}

/** The present stage and those ahead, each with its rule, and the date of every change. */
export function stageCard(contact, { stages, stage_changes }, about) {
  if (!stages.length && !stage_changes.length) return null;
  const order = Object.keys(STAGES);
  const here = order.indexOf(contact.stage);
  const present = stages.find((one) => one.stage === contact.stage);
  const ahead = stages.filter((one) => order.indexOf(one.stage) > here);
  return card(
    "stage",
    t("stage"),
    present ? h("ul.plain", {}, stageEntry(present, about)) : h("p", {}, h("strong", {}, stageName(contact.stage))),
    ahead.length > 0 &&
      h("details.others", {}, h("summary", {}, t("stagesAhead"), ` (${ahead.length})`), h("ul.plain", {}, ahead.map((one) => stageEntry(one, about)))),
    stage_changes.length > 0 && [
      h("h3", {}, t("stageHistory")),
      h("ol.path", {}, [...stage_changes].reverse().map((one) => change(one, order, about))),
    ],
  );
}

function stageEntry({ stage, reached_at, reason, then }, about) {
  const since = reached_at && t("stageReached", { date: moment(reached_at, about.now) });
  return h(
    "li",
    {},
    h("details", {}, h("summary", {}, h("strong", {}, stageName(stage)), since && h("span.quiet.block", {}, since)),
      then && [h("p.quiet", {}, t("stageKept")), reasons(past(then), about), h("p.quiet", {}, t("stageRuleNow"))],
      reasons(reason, about)),
  );
}

/** A reason of long ago, without until when it was to stay so. */
const past = (reason) => ({ ...reason, until: null, parts: reason.parts.map(past) });

function change({ at, before, after }, order, about) {
  const back = order.indexOf(after) < order.indexOf(before);
  return h(
    "li",
    {},
    t(back ? "stageBack" : "stageUp", { before: stageName(before), after: stageName(after) }),
    " ",
    h("time.quiet", { datetime: at }, moment(at, about.now)),
  );
}
