// One contact: who it is, where it stands and why, and what happened.

import { get } from "./api.js";
import { card, facts, h } from "./dom.js";
import { consentLines, journeysCard, messagesCard, permissionChips, segmentsCard } from "./explained.js";
import { moment, points } from "./format.js";
import { capital } from "./labels.js";
import { avatar, nameOf, reach } from "./person.js";
import { scoreCard } from "./score.js";
import { fitCard, stageCard, stageSteps } from "./standing.js";
import { pageButton } from "./taking_away.js";
import { timeline } from "./timeline.js";
import { readTitles } from "./titles.js";
import { entries } from "./values.js";
import { t } from "./words.js";

const MAY_RELEASE = ["marketer", "admin"];
const IN_HEADER = ["email", "phone", "first_name", "last_name", "firstName", "lastName", "name"];

export async function contactPage(id) {
  const [contact, explained, page, title, me] = await Promise.all([
    get(`contacts/${id}`),
    get(`contacts/${id}/explain`),
    get(`contacts/${id}/timeline`),
    readTitles(),
    get("me"),
  ]);
  const about = { now: contact.score_as_of, title };
  const cards = [
    scoreCard(explained, about),
    fitCard(contact, explained, about),
    stageCard(contact, explained, about),
    segmentsCard(contact, explained, about),
    journeysCard(explained, about),
    messagesCard(contact, explained, about, MAY_RELEASE.includes(me.role)),
    aboutCard(contact, about.now, me.role === "admin"),
  ].filter(Boolean);
  const events = timeline(contact, page, about);
  return [
    h(
      "div.contact",
      {},
      head(contact, explained.score.score),
      !explained.up_to_date && h("p.notice.small", { role: "status" }, t("stale")),
      h("nav.jumps", { "aria-label": nameOf(contact) }, [events, ...cards].map((one) => h("a", { href: `#${one.id}` }, t(one.id)))),
      h("div.columns", {}, h("div.column", {}, events), h("div.column", {}, cards)),
    ),
  ];
}

function head(contact, score) {
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
      contact.status === "restricted" && h("p.claims", {}, t("restricted")),
      claimed.length > 0 && h("p.claims", {}, `${t("claims")} ${claimed.join(", ")} (${t("claimed")})`),
    ),
    h(
      "dl.standing",
      {},
      h("div", {}, h("dt", {}, t("score")), h("dd.big", {}, points(score))),
      contact.grade && h("div", {}, h("dt", {}, t("grade")), h("dd.big", {}, contact.grade)),
      h("div", {}, h("dt", {}, t("stage")), h("dd", {}, stageSteps(contact))),
      h("div", {}, h("dt", {}, t("mayWrite")), h("dd", {}, h("ul.permissions", {}, permissionChips(contact)))),
    ),
  );
}

function aboutCard(contact, now, mayTakeAll) {
  const traits = Object.fromEntries(Object.entries(contact.traits).filter(([name]) => !IN_HEADER.includes(name)));
  const company = entries(contact.company);
  return card(
    "about",
    t("about"),
    facts([
      ...entries(traits).map(([name, value]) => [capital(name), value]),
      [t("firstSeen"), moment(contact.first_seen, now)],
      [t("lastSeen"), moment(contact.last_seen, now)],
      ...contact.identities.filter((one) => one.kind === "user_id").map((one) => [t("userId"), one.value]),
      [t("contactId"), h("code", {}, contact.id)],
    ]),
    company.length > 0 && [
      h("h3", {}, t("company")),
      facts(company.map(([name, value]) => [capital(name), value])),
      contact.company.id && h("p", {}, h("a", { href: `/console/companies/${encodeURIComponent(contact.company.id)}` }, t("toCompany"))),
    ],
    contact.consents.length > 0 && [
      h("h3", {}, t("consent")),
      h("ul.plain.consents", {}, consentLines(contact, now)),
      pageButton(`contacts/${contact.id}/consents/page`, t("consentRecord"), `consent-${contact.id}.html`),
    ],
    mayTakeAll && pageButton(`contacts/${contact.id}/export/page`, t("everything"), `export-${contact.id}.html`),
  );
}
