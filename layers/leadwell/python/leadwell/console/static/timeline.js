// What happened to a contact, by day, the newest first.

import { get } from "./api.js";
import { card, h, icon } from "./dom.js";
import { detailsOf, groupOf, GROUPS, iconOf, sentence, sourceOf } from "./events.js";
import { clock, dayHeading, dayKey } from "./format.js";
import { t } from "./words.js";

/** `page` is the first page of events; older ones are fetched when they are asked for. */
export function timeline(contact, page, about) {
  const events = [...page.events];
  let cursor = page.cursor;
  let chosen = "all";
  const days = h("div.days");
  const filters = h("div.filters", { role: "group", "aria-label": t("filter") });
  const more = h("button.more", { onclick: fetchOlder }, t("loadOlder"));

  function draw() {
    const groups = new Set(events.map(groupOf));
    filters.replaceChildren(
      ...["all", ...GROUPS.filter((one) => groups.has(one))].map((one) =>
        h("button.filter", { "aria-pressed": String(one === chosen), onclick: () => select(one) }, t(one)),
      ),
    );
    const shown = events.filter((event) => chosen === "all" || groupOf(event) === chosen);
    days.replaceChildren(...byDay(shown, about));
    if (!shown.length) days.append(h("p.quiet", {}, t(events.length ? "noneOfKind" : "noEvents")));
    more.toggleAttribute("hidden", !cursor);
  }

  function select(group) {
    chosen = group;
    draw();
    filters.querySelector("[aria-pressed='true']").focus();
  }

  async function fetchOlder() {
    more.disabled = true;
    const older = await get(`contacts/${contact.id}/timeline`, { cursor });
    events.push(...older.events);
    cursor = older.cursor;
    more.disabled = false;
    draw();
  }

  draw();
  return card("timeline", t("timeline"), filters, days, more);
}

function byDay(events, about) {
  const days = new Map();
  for (const event of events) {
    const key = dayKey(event.at);
    days.set(key, [...(days.get(key) ?? []), event]);
  }
  return [...days.values()].map((ofDay) => [
    h("h3.day", {}, dayHeading(ofDay[0].at, about.now)),
    h("ol.events", {}, ofDay.map((event) => entry(event, about.title))),
  ]).flat();
}

function entry(event, title) {
  const details = detailsOf(event);
  const aside = [sourceOf(event, title), event.standing === "proven" ? "" : t("unproven")].filter(Boolean).join(" · ");
  return h(
    `li.event.${groupOf(event)}`,
    {},
    h("span.mark", {}, icon(iconOf(event))),
    h(
      "div.what",
      {},
      h("p", {}, sentence(event, title)),
      details.length
        ? h(
            "details",
            {},
            h("summary", {}, aside || t("details")),
            h("dl.facts", {}, details.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
          )
        : aside && h("p.aside", {}, aside),
    ),
    h("time", { datetime: event.at }, clock(event.at)),
  );
}
