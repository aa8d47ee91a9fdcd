// Companies: all of them, those of a segment, and one with its members, its score and why it stands where it stands.

import { get, Trouble } from "./api.js";
import { bars, card, facts, h } from "./dom.js";
import { segmentsCard } from "./explained.js";
import { day, moment, number, points } from "./format.js";
import { people } from "./home.js";
import { capital } from "./labels.js";
import { pages } from "./pages.js";
import { letters } from "./person.js";
import { scoreCard } from "./score.js";
import { stageCard, stageSteps } from "./standing.js";
import { readTitles } from "./titles.js";
import { entries } from "./values.js";
import { stageName, STAGES, t } from "./words.js";

const IN_HEADER = ["name", "website", "domain"];

export async function companiesPage() {
  const page = await get("companies");
  return [
    h(
      "div.page",
      {},
      h("p", {}, h("a.back", { href: "/console" }, t("back"))),
      h("h1", {}, t("companies")),
      h("p.lead", {}, t("companiesLead")),
      page.companies.length ? companyList(page) : h("p.quiet", {}, t("noCompanies")),
    ),
  ];
}

/** Companies as links, and a button that fetches more of them. */
export function companyList(page, query = {}) {
  return pages("ul.people", page, (one) => one.companies.map(line), (cursor) => get("companies", { ...query, cursor }));
}

function line(company) {
  return h(
    "li",
    {},
    h(
      "a.person",
      { href: `/console/companies/${company.id}` },
      badge(company),
      h("span.who", {}, h("strong", {}, nameOf(company)), h("span.quiet", {}, t("memberCount", { count: number(counted(company)) }))),
      h("span.quiet.stage", {}, stageName(company.stage)),
      h("span.number", { title: t("score") }, points(company.score)),
    ),
  );
}

/** `wanted` is the id of a company, or what `group` calls name it. */
export async function companyPage(wanted) {
  const id = await idOf(wanted);
  const path = `companies/${id}`;
  const [company, explained, members, title] = await Promise.all([get(path), get(`${path}/explain`), get("contacts", { company: id }), readTitles()]);
  const about = { now: explained.score.as_of, title };
  const cards = [
    scoreCard(explained, about),
    stageCard(company, explained, about),
    segmentsCard({ lists: {} }, explained, about, "companyInNone"),
    aboutCard(company, about.now),
  ].filter(Boolean);
  const belonging = membersCard(company, members);
  return [
    h(
      "div.contact",
      {},
      h("p", {}, h("a.back", { href: "/console/companies" }, t("backToCompanies"))),
      head(company),
      !explained.up_to_date && h("p.notice.small", { role: "status" }, t("companyStale")),
      !company.members_know && h("p.notice.small", { role: "status" }, t("membersHear")),
      h("nav.jumps", { "aria-label": nameOf(company) }, [belonging, ...cards].map((one) => h("a", { href: `#${one.id}` }, t(one.id)))),
      h("div.columns", {}, h("div.column", {}, belonging), h("div.column", {}, cards)),
    ),
  ];
}

async function idOf(wanted) {
  if (/^company:[0-9a-z]+$/.test(wanted)) return wanted;
  const { companies } = await get("companies", { group_id: wanted });
  if (!companies.length) throw new Trouble(404, "");
  return companies[0].id;
}

function head(company) {
  const { website, domain } = company.attributes;
  return h(
    "header.person-head",
    {},
    badge(company),
    h("div.who", {}, h("h1", {}, nameOf(company)), h("p", {}, [website ?? domain, t("memberCount", { count: number(counted(company)) })].filter(Boolean).join(" · "))),
    h(
      "dl.standing",
      {},
      h("div", {}, h("dt", {}, t("score")), h("dd.big", {}, points(company.score))),
      h("div", {}, h("dt", {}, t("stage")), h("dd", {}, stageSteps(company))),
    ),
  );
}

function membersCard(company, members) {
  const stages = Object.keys(STAGES).filter((one) => company.members[one]);
  const rows = stages.map((one) => ({ name: stageName(one), text: number(company.members[one]), size: company.members[one] }));
  return card(
    "members",
    t("members"),
    rows.length > 0 && bars(rows),
    members.contacts.length
      ? pages("ul.people", members, (one) => [...people(one.contacts).children], (cursor) => get("contacts", { company: company.id, cursor }))
      : h("p.quiet", {}, t("noMembers")),
  );
}

function aboutCard(company, now) {
  const rest = Object.fromEntries(Object.entries(company.attributes).filter(([name]) => !IN_HEADER.includes(name)));
  return card(
    "aboutCompany",
    t("aboutCompany"),
    facts([
      ...entries(rest).map(([name, value]) => [capital(name), value]),
      [t("companyId"), company.group_id],
      [t("firstSeen"), day(company.first_seen)],
      [t("asOf"), moment(company.updated, now)],
    ]),
  );
}

const nameOf = (company) => String(company.attributes.name || company.group_id);
const counted = (company) => Object.values(company.members).reduce((sum, one) => sum + one, 0);
const badge = (company) => letters(nameOf(company), company.id);
