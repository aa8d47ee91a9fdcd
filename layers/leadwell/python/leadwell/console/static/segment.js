// Who is in a segment: people, or companies.

import { get } from "./api.js";
import { companyList } from "./companies.js";
import { h } from "./dom.js";
import { people } from "./home.js";
import { pages } from "./pages.js";
import { t, titled } from "./words.js";

export async function segmentPage(name) {
  const segment = await get(`segments/${name}`);
  const ofCompanies = segment.about === "companies";
  const query = { segment: name };
  const page = await get(ofCompanies ? "companies" : "contacts", query);
  const empty = !(page.companies ?? page.contacts).length;
  return [
    h(
      "div.page",
      {},
      h("p", {}, h("a.back", { href: "/console" }, t("back"))),
      h("h1", {}, titled(segment.title, segment.name)),
      segment.description && h("p.lead", {}, titled(segment.description, "")),
      empty && h("p.quiet", {}, t(ofCompanies ? "emptyCompanySegment" : "emptySegment")),
      !empty && (ofCompanies ? companyList(page, query) : listed(page, name)),
    ),
  ];
}

function listed(page, name) {
  return pages("ul.people", page, (one) => [...people(one.contacts, name).children], (cursor) => get("contacts", { segment: name, cursor }));
}
