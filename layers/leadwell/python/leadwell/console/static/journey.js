// The page of a journey: its picture, and what its splits and its holdout show.

import { get } from "./api.js";
import { chip, h } from "./dom.js";
import { moment, number, percent } from "./format.js";
import { lang, t, titled } from "./words.js";

export async function journeyPage(name) {
  const [journey, svg, results] = await Promise.all([
    get(`journeys/${name}`),
    get(`journeys/${name}/picture`, { locale: lang() }),
    get(`journeys/${name}/results`),
  ]);
  return [
    h(
      "div.page.wide",
      {},
      h("p", {}, h("a.back", { href: "/console" }, t("back"))),
      h("h1", {}, titled(journey.title, journey.name), " ", chip(journey.status, t(journey.status))),
      journey.description && h("p.lead", {}, titled(journey.description, "")),
      journey.parameters.length > 0 && h("p", {}, h("a", { href: `/console/journeys/${journey.name}/settings` }, t("changeSettings"))),
      results.splits.map(splitCard),
      results.holdout && holdoutCard(results.holdout),
      picture(svg),
    ),
  ];
}

/** As an image: what is drawn in it can neither run nor load anything, and has styles of its own. */
function picture(svg) {
  const [, described = ""] = /<desc[^>]*>([^<]*)/.exec(svg) ?? [];
  return h(
    "div.picture",
    { tabindex: 0, role: "region", "aria-label": t("picture") },
    h("img", {
      src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`,
      alt: new DOMParser().parseFromString(described, "text/html").body.textContent,
    }),
  );
}

function splitCard(split) {
  const state = { running: "splitRunning", decided: "splitDecided", undecided: "splitUndecided" }[split.state];
  const said = { winner: split.winner, date: split.decided_at && moment(split.decided_at), each: number(split.each) };
  return h(
    "section.card",
    {},
    h("h2", {}, t("split", { step: split.step })),
    h("p.quiet", {}, t(state, said)),
    armTable(split, split.arms),
  );
}

function holdoutCard(holdout) {
  const named = [
    { ...holdout.entered, name: t("entered") },
    { ...holdout.held_out, name: t("heldOut") },
  ];
  const [difference, low, high] = [holdout.difference, holdout.low, holdout.high].map(signed);
  return h(
    "section.card",
    {},
    h("h2", {}, t("holdout")),
    h("p.quiet", {}, t("lift", { difference, low, high })),
    armTable(holdout, named),
  );
}

function armTable(compared, arms) {
  return h(
    "table.arms",
    {},
    h("caption.quiet", {}, t("asksFor", { event: compared.asks }), compared.part < 1 && ` ${t("sample")}`),
    h("thead", {}, h("tr", {}, [t("arm"), t("reached"), t("rate"), t("certainly")].map((word) => h("th", { scope: "col" }, word)))),
    h("tbody", {}, arms.map(armRow)),
  );
}

function armRow(arm) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, arm.name),
    h("td", {}, t("ofThem", { count: number(arm.succeeded), all: number(arm.judged) })),
    h("td", {}, share(arm.rate)),
    h("td", {}, t("between", { low: share(arm.low), high: share(arm.high) })),
  );
}

const share = (value) => percent(Math.round(value * 1000) / 10);
const signed = (value) => (value > 0 ? "+" : "") + number(value * 100, 1);
