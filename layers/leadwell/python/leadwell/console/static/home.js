// The first page, and how contacts are listed.

import { get, Trouble } from "./api.js";
import { chip, h, icon } from "./dom.js";
import { moment, number, points } from "./format.js";
import { avatar, nameOf, reach } from "./person.js";
import { because } from "./reasons.js";
import { find } from "./search.js";
import { stageName, t, titled } from "./words.js";

export async function homePage() {
  const overview = await get("overview");
  const results = h("div.results", { "aria-live": "polite" });
  const input = h("input", {
    type: "search",
    id: "wanted",
    name: "wanted",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": "wanted-hint",
  });
  const search = async () => {
    const wanted = input.value.trim();
    if (!wanted) return;
    results.replaceChildren(h("p.quiet", { role: "status" }, t("loading")));
    try {
      showFound(results, wanted, await find(wanted));
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      results.replaceChildren(h("p.error", { role: "alert" }, error.sentence));
    }
  };
  const form = h(
    "form.find",
    { role: "search", onsubmit: (event) => (event.preventDefault(), search()) },
    h("h1", {}, h("label", { for: "wanted" }, t("find"))),
    h("div.field", {}, icon("search"), input, h("button", {}, t("searchButton"))),
    h("p.quiet", { id: "wanted-hint" }, t("findHint")),
    results,
  );
  const wanted = sessionStorage.getItem("leadwell.wanted");
  if (wanted) {
    sessionStorage.removeItem("leadwell.wanted");
    input.value = wanted;
    search();
  }
  return [h("div.home", {}, reputation(overview.marketing_pauses), form, segmentList(overview.segments), journeyList(overview.journeys), h("p.elsewhere", {}, h("a", { href: "/console/companies" }, t("companies")), h("a", { href: "/console/emails" }, t("lookAtMails"))))];
}

function reputation(pauses) {
  if (!pauses) return null;
  const said = pauses.by_person ? "pausedByPerson" : "pausedByRates";
  return h("p.error", { role: "alert" }, t(said, { reason: pauses.by_person ? pauses.reason : because(pauses.reason), since: moment(pauses.since) }));
}

function showFound(results, wanted, found) {
  if (found.length === 1) {
    document.dispatchEvent(new CustomEvent("leadwell:go", { detail: `/console/contacts/${found[0].id}` }));
    return;
  }
  results.replaceChildren(
    ...(found.length
      ? [h("p.quiet", {}, t("severalFound", { count: found.length })), people(found)]
      : [h("p", {}, t("noneFound", { value: wanted })), h("p.quiet", {}, t("noneFoundHint"))]),
  );
}

function segmentList(segments) {
  return h(
    "section",
    { "aria-labelledby": "segments" },
    h("h2", { id: "segments" }, t("segments"), " ", h("small", {}, t("segmentsLead"))),
    h(
      "ul.tiles",
      {},
      segments.map((one) =>
        h(
          "li",
          {},
          h(
            "a.tile",
            { href: `/console/segments/${one.name}` },
            h("strong.count", {}, one.exact ? number(one.count) : t("moreThan", { count: number(one.count) })),
            h("span", {}, titled(one.title, one.name)),
          ),
        ),
      ),
    ),
  );
}

function journeyList(journeys) {
  return h(
    "section",
    { "aria-labelledby": "journeys" },
    h("h2", { id: "journeys" }, t("journeys"), " ", h("small", {}, t("journeysLead"))),
    h(
      "ul.rows",
      {},
      journeys.map((one) =>
        h("li", {}, h("a", { href: `/console/journeys/${one.name}` }, titled(one.title, one.name)), chip(one.status, t(one.status))),
      ),
    ),
    h("p.after", {}, h("a", { href: "/console/plan" }, t("planTitle"))),
  );
}

/** Contacts as a list of links; with a segment, since when each is in it. */
export function people(contacts, segment) {
  return h(
    "ul.people",
    {},
    contacts.map((contact) => {
      const membership = contact.segments.find((one) => one.name === segment);
      return h(
        "li",
        {},
        h(
          "a.person",
          { href: `/console/contacts/${contact.id}` },
          avatar(contact),
          h("span.who", {}, h("strong", {}, nameOf(contact)), h("span.quiet", {}, reach(contact))),
          contact.match === "claimed" && chip("parked", t("claimed")),
          membership && h("span.quiet.when", {}, t("since", { date: moment(membership.since, contact.score_as_of) })),
          h("span.quiet.stage", {}, stageName(contact.stage)),
          h("span.number", { title: t("score") }, points(contact.score)),
        ),
      );
    }),
  );
}
