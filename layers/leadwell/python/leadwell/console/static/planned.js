// What a plan says: which definitions change, what becomes of those inside, what is sent, and what that costs.

import { chip, h } from "./dom.js";
import { duration, money, number, together } from "./format.js";
import { traitName } from "./labels.js";
import { named, quoted, stageName, t, titled } from "./words.js";

const CHANNELS = { email: ["oneMail", "manyMails"], sms: ["oneSms", "manySms"], webhook: ["oneWebhook", "manyWebhooks"] };
const KINDS = ["journey", "segment", "list", "scoring", "lifecycle", "grade", "persona", "interests", "policy", "form", "download",
  "page", "popin", "preferences", "email", "sms"];

/** Sections of a plan; `settings` are the titles of parameters by name. */
export function planView(plan, settings = {}) {
  if (plan.is_empty) return [h("p", {}, t("planEmpty"))];
  const called = titles(plan);
  return [
    h("section.card", {}, h("h3", {}, t("planChanges")), h("ul.plain", {}, plan.changes.map((one) => change(one, settings)))),
    plan.journeys.filter((one) => one.inside).map((one) => affected(one, called("journey", one.journey))),
    plan.audiences.map((one) => audience(one, called)),
    plan.coming.map((one) => coming(one, called)),
    cost(plan),
  ];
}

/** What definitions are called: (kind, name) → text. Those that do not change go by their names. */
function titles(plan) {
  const known = Object.fromEntries(plan.changes.map((one) => [`${one.kind} ${one.name}`, one.title]));
  return (kind, name) => titled(known[`${kind} ${name}`], name);
}

function change(one, settings) {
  const kind = KINDS.includes(one.kind) ? t(`kind_${one.kind}`) : one.kind;
  return h(
    "li.change",
    {},
    h("p", {}, h("strong", {}, titled(one.title, one.name)), " ", h("span.quiet", {}, kind), " ", chip(one.what, t(`plan_${one.what}`))),
    one.lines.length > 0 && h("ul.lines", {}, one.lines.map((line) => h("li", {}, difference(line, settings)))),
  );
}

function difference(line, settings) {
  const title = settings[line.name] ?? named(line.name);
  if (line.what === "policy") return t("linePolicy", { policy: t(`policy_${line.after}`) });
  if (line.what === "topic gone") {
    return [t("lineTopicGone", { topic: quoted(line.name), count: line.before }), line.after && [" ", t("lineTopicNamed"), " ", line.after.split(", ").map(place).join(", ")]];
  }
  if (line.what === "leads") {
    return t("lineLeads", { step: quoted(named(line.name)), after: next(line.after), before: next(line.before) });
  }
  const about = { parameter: title, field: t(`field_${line.name}`).replace(/^field_/, ""), step: t("lineStep", { step: quoted(title) }) }[line.what];
  if (about) return [`${about}: `, value(line.before), " → ", value(line.after)];
  const gone = line.what === "step gone";
  return [t(gone ? "lineGone" : "lineNew", { step: quoted(title) }), ": ", value(gone ? line.before : line.after)];
}

/** `journey invite/invitation` → "Journey invite/invitation" */
function place(text) {
  const [, kind, name] = /^(\w+) (.*)$/.exec(text) ?? [, "", text];
  return `${KINDS.includes(kind) ? t(`kind_${kind}`) : kind} ${quoted(name)}`;
}

const next = (step) => (step ? quoted(named(step)) : t("theEnd"));
const value = (text) => (text ? plainly(text) : h("span.quiet", {}, t("nothing")));

/** `{"wait": "PT3H"}` → "wait 3 hours"; what is more than that stays as it is written. */
function plainly(text) {
  const [, word, of] = /^\{"(wait|email|sms)": "([^"]*)"\}$/.exec(text) ?? [];
  if (word) return `${t(`step_${word}`)} ${word === "wait" ? duration(of) : quoted(named(of))}`;
  const said = duration(text);
  return said === text ? h("code", {}, text) : said;
}

function affected(one, title) {
  const about = one.looked_at < one.inside;
  return h(
    "section.card",
    {},
    h("h3", {}, t("planInside", { journey: quoted(title), count: number(one.inside) })),
    h("p", {}, t(`planPolicy_${one.policy}`)),
    about && h("p.quiet", {}, t("planSample", { count: number(one.looked_at) })),
    h("div.scroll", { tabindex: 0, role: "region", "aria-label": t("planSteps") }, fates(one.steps)),
    messages(one.after, one.before),
    keptBack(one.kept_back),
  );
}

function fates(steps) {
  const columns = ["planStep", "planThere", "planMoves", "planStays", "planEnds"];
  return h(
    "table.arms",
    {},
    h("thead", {}, h("tr", {}, columns.map((word) => h("th", { scope: "col" }, t(word))))),
    h(
      "tbody",
      {},
      steps.map((one) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, named(one.step), h("span.quiet.block", {}, t("planVersion", { version: one.version }))),
          [one.contacts, one.moves, one.stays, one.ends].map((count) => h("td", {}, number(count))),
        ),
      ),
    ),
  );
}

function messages(after, before) {
  const said = { after: counted(after), before: before && counted(before) };
  return h("p", {}, t(before ? "planMessages" : "planMessagesComing", said));
}

const keptBack = (kept) => Object.keys(kept).length > 0 && h("p.quiet", {}, t("planKept", { messages: counted(kept) }));

/** "12 e-mails and 1 SMS" */
function counted(byChannel) {
  const said = Object.entries(byChannel)
    .filter(([, count]) => count)
    .map(([channel, count]) => t((CHANNELS[channel] ?? CHANNELS.webhook)[count === 1 ? 0 : 1], { count: number(count) }));
  return said.length ? together(said) : t("noMessage");
}

function audience(one, called) {
  const part = one.looked_at < one.of;
  const said = { count: number(one.looked_at), all: number(one.of) };
  const lines = [
    ...one.segments.map((each) =>
      t("planSegment", { segment: quoted(called("segment", each.segment)), entering: number(each.entering), leaving: number(each.leaving) }),
    ),
    ...Object.entries(one.stages).map(([stages, count]) => {
      const [before, after] = stages.split(" → ");
      return t("planStage", { before: stageName(before), after: stageName(after), count: number(count) });
    }),
  ];
  return h(
    "section.card",
    {},
    h("h3", {}, t(one.about === "companies" ? "planCompanies" : "planContacts")),
    h("p.quiet", {}, t(part ? "planLookedAtSome" : "planLookedAt", said)),
    lines.length ? h("ul.lines", {}, lines.map((line) => h("li", {}, line))) : h("p", {}, t("planNobody")),
  );
}

function coming(one, called) {
  const segments = together(one.segments.map((name) => quoted(called("segment", name))));
  const said = { journey: quoted(called("journey", one.journey)), count: number(one.contacts), segments };
  return h(
    "section.card",
    {},
    h("h3", {}, t("planComing", said)),
    one.segments.length > 0 && h("p", {}, t("planComingWhy", said)),
    one.dates.length > 0 && h("p", {}, t("planComingLate", { dates: together(one.dates.map(traitName)) })),
    one.is_estimate && h("p.quiet", {}, t("planEstimate")),
    one.held_out > 0 && h("p.quiet", {}, t("planHeldOut", { count: number(one.held_out) })),
    messages(one.after),
    keptBack(one.kept_back),
  );
}

function cost(plan) {
  if (!plan.journeys.some((one) => one.inside) && !plan.coming.length) return null;
  const said = (usd) => (usd > 0 && usd < 0.01 ? t("underOneCent") : money(usd, "USD"));
  const usd = { after: said(plan.usd.after), before: said(plan.usd.before) };
  return h("section.card", {}, h("h3", {}, t("planCost")), h("p", {}, t("planUsd", usd)), h("p.quiet", {}, t("planCostNote")));
}

/** Why a plan was not applied, one reason a line. */
export function reasons(moved, plan) {
  return h("ul.lines", {}, moved.map((one) => h("li", {}, reason(one, titles(plan)))));
}

function reason(one, called) {
  const stages = one.about.split(" → ").map(stageName).join(" → ");
  const kind = ["enter", "leave"].includes(one.what) ? "segment" : "journey";
  const about = one.what === "change" ? stages : quoted(called(kind, one.about));
  const channel = t((CHANNELS[one.channel] ?? CHANNELS.webhook)[1], { count: "" }).trim();
  return t(`moved_${one.what}`, { about, channel, was: number(one.was), now: number(one.now) });
}
