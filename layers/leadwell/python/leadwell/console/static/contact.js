// One contact: who it is, where it stands and why, and what happened.

import { get } from "./api.js";
import { card, facts, h } from "./dom.js";
import { traitName } from "./events.js";
import { consentLines, journeysCard, messagesCard, permissionChips, scoreCard, segmentsCard, titlesFrom } from "./explained.js";
import { day, moment, points } from "./format.js";
import { avatar, nameOf, reach } from "./person.js";
import { timeline } from "./timeline.js";
import { pick, STAGES, t } from "./words.js";

const MAY_RELEASE = ["marketer", "admin"];
const IN_HEADER = ["email", "phone", "first_name", "last_name", "firstName", "lastName", "name"];

export async function contactPage(id) {
  const [contact, explained, page, segments, journeys, me] = await Promise.all([
    get(`contacts/${id}`),
    get(`contacts/${id}/explain`),
    get(`contacts/${id}/timeline`),
    titlesFrom("segments", "segments"),
    titlesFrom("journeys", "journeys"),
    get("me"),
  ]);
  const now = contact.score_as_of;
  const sections = ["timeline", "score", "segments", "journeys", "messages", "about"];
  return [
    h(
      "div.contact",
      {},
      head(contact),
      !explained.up_to_date && h("p.notice.small", { role: "status" }, t("stale")),
      h("nav.jumps", { "aria-label": nameOf(contact) }, sections.map((one) => h("a", { href: `#${one}` }, t(one)))),
      h(
        "div.columns",
        {},
        h("div.column", {}, timeline(contact, page)),
        h(
          "div.column",
          {},
          scoreCard(explained, now),
          segmentsCard(explained, segments, now),
          journeysCard(explained, journeys, now),
          messagesCard(contact, explained, journeys, MAY_RELEASE.includes(me.role), now),
          about(contact, now),
        ),
      ),
    ),
  ];
}

function head(contact) {
  const claimed = Object.values(contact.claims);
  return h(
    "header.person-head",
    {},
    avatar(contact),
    h(
      "div.who",
      {},
      h("h1", {}, nameOf(contact)),
      h("p", {}, reach(contact)),
      claimed.length > 0 && h("p.claims", {}, `${t("claims")} ${claimed.join(", ")} (${t("claimed")})`),
    ),
    h(
      "dl.standing",
      {},
      h("div", {}, h("dt", {}, t("score")), h("dd.big", {}, points(contact.score))),
      h("div", {}, h("dt", {}, t("stage")), h("dd", {}, stageSteps(contact))),
      h("div", {}, h("dt", {}, t("mayWrite")), h("dd", {}, h("ul.permissions", {}, permissionChips(contact)))),
    ),
  );
}

/** The way from visitor to evangelist, with the present stage named. */
function stageSteps(contact) {
  const names = Object.keys(STAGES);
  const here = names.indexOf(contact.stage);
  const since = contact.stages[contact.stage];
  return [
    h("strong", {}, pick(STAGES[contact.stage] ?? [contact.stage, contact.stage])),
    since && h("span.quiet", {}, ` ${t("stageSince", { date: day(since) })}`),
    h("span.steps", { "aria-hidden": "true" }, names.map((one, place) => h(`span.step.${place <= here ? "reached" : "ahead"}`, { title: pick(STAGES[one]) }))),
  ];
}

function about(contact, now) {
  const traits = Object.entries(contact.traits).filter(([name]) => !IN_HEADER.includes(name));
  return card(
    "about",
    t("about"),
    facts([
      ...traits.map(([name, value]) => [traitName(name), typeof value === "object" ? JSON.stringify(value) : String(value)]),
      [t("firstSeen"), moment(contact.first_seen, now)],
      [t("lastSeen"), moment(contact.last_seen, now)],
      ...contact.identities.filter((one) => one.kind === "user_id").map((one) => ["User-ID", one.value]),
      [t("contactId"), h("code", {}, contact.id)],
    ]),
    contact.consents.length > 0 && [h("h3", {}, t("consent")), h("ul.plain.consents", {}, consentLines(contact, now))],
  );
}
