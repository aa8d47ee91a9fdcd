// Score, segments, journeys and messages, each with its why.

import { get, post, Trouble } from "./api.js";
import { card, chip, h, icon } from "./dom.js";
import { eventLabel, eventName, topic, traitName } from "./events.js";
import { duration, moment, points } from "./format.js";
import { because, heading, reasons, times } from "./reasons.js";
import { named, t, titled } from "./words.js";

export function scoreCard({ score }, now) {
  const about = new Map(score.credits.map((one) => [one.rule, eventLabel(one.name)]));
  const rows = [
    ...score.rules.map((one) => [about.get(one.rule) ?? named(one.rule), t("each", { times: one.times, points: points(one.points / one.times) }), one.value]),
    ...score.conditions.filter((one) => one.value).map((one) => [heading(one.reason) || named(one.rule), t("holds"), one.value]),
    ...(Math.abs(score.unexplained) >= 0.05 ? [[t("unexplained"), "", score.unexplained]] : []),
  ].sort((one, other) => Math.abs(other[2]) - Math.abs(one[2]));
  const largest = Math.max(1, ...rows.map((row) => Math.abs(row[2])));
  return card(
    "score",
    t("score"),
    h("p.total", {}, h("strong", {}, points(score.score)), " ", h("span.quiet", {}, score.half_life ? t("halfLife", { duration: duration(score.half_life) }) : t("noHalfLife"))),
    rows.length
      ? h(
          "ul.bars",
          {},
          rows.map(([name, how, value]) => {
            const bar = h("span.bar", { "aria-hidden": "true" });
            bar.style.setProperty("--share", `${(100 * Math.abs(value)) / largest}%`);
            return h("li", {}, h("span", {}, name), h("span.quiet", {}, how), h("span.number", {}, points(value)), bar);
          }),
        )
      : h("p.quiet", {}, t("noPoints")),
    score.credits.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, t("newest")),
        h(
          "ul.ledger",
          {},
          score.credits.slice(0, 20).map((one) =>
            h("li", {}, h("span", {}, eventLabel(one.name)), h("time.quiet", { datetime: one.at }, moment(one.at, now)), h("span.number", {}, points(one.value))),
          ),
        ),
      ),
  );
}

export function segmentsCard({ segments }, titles, now) {
  const inside = segments.filter((one) => one.member);
  const outside = segments.filter((one) => !one.member);
  const entry = (one) =>
    h(
      "li",
      {},
      h(
        "details",
        {},
        h(
          "summary",
          {},
          h("strong", {}, titles(one.name)),
          one.member &&
            h("span.quiet.block", {}, t("since", { date: moment(one.since, now) }), one.until && ` · ${t("until", { date: moment(one.until, now) })}`),
        ),
        reasons(one.reason, now),
      ),
    );
  return card(
    "segments",
    t("segments"),
    inside.length ? h("ul.plain", {}, inside.map(entry)) : h("p.quiet", {}, t("inNone")),
    outside.length > 0 && h("details.others", {}, h("summary", {}, t("notIn"), ` (${outside.length})`), h("ul.plain", {}, outside.map(entry))),
  );
}

export function journeysCard({ journeys, not_entered }, titles, now) {
  return card(
    "journeys",
    t("journeys"),
    journeys.length ? h("ul.plain", {}, journeys.map((one) => enrollment(one, titles, now))) : h("p.quiet", {}, t("inNoJourney")),
    not_entered.length > 0 &&
      h(
        "details.others",
        {},
        h("summary", {}, t("notEntered"), ` (${not_entered.length})`),
        h("ul.plain", {}, not_entered.map((one) => h("li", {}, h("strong", {}, titles(one.journey)), h("span.quiet.block", {}, whyNot(one))))),
      ),
  );
}

function enrollment(one, titles, now) {
  const where =
    one.status === "active"
      ? [t("atStep", { step: named(one.step) }), one.wake_at && t("goesOn", { date: moment(one.wake_at, now) })]
      : [one.reason && because(one.reason), one.ended_at && moment(one.ended_at, now)];
  return h(
    "li",
    {},
    h(
      "details",
      {},
      h(
        "summary",
        {},
        h("strong", {}, titles(one.journey)),
        " ",
        chip(one.status, t(one.status)),
        h("span.quiet.block", {}, where.filter(Boolean).join(" · ")),
      ),
      h(
        "ol.path",
        { "aria-label": t("path") },
        h("li", {}, eventLabel(one.cause), " ", h("time.quiet", { datetime: one.entered_at }, moment(one.entered_at, now))),
        one.path.map((entry) =>
          h("li", {}, `${named(entry.step)}: ${because(entry.what)}`, " ", h("time.quiet", { datetime: entry.at }, moment(entry.at, now))),
        ),
      ),
    ),
  );
}

function whyNot({ trigger, times: seen }) {
  if (trigger.segment) return t("triggerSegment", { segment: named(trigger.segment) });
  if (trigger.date) return t("triggerDate", { date: traitName(trigger.date) });
  return seen ? t("triggerSeen", { event: eventLabel(trigger.event), times: times(seen) }) : t("triggerNever", { event: eventLabel(trigger.event) });
}

export function messagesCard(contact, { messages }, titles, mayRelease, now) {
  return card(
    "messages",
    t("messages"),
    messages.length ? h("ul.plain", {}, messages.map((one) => message(contact, one, titles, mayRelease, now))) : h("p.quiet", {}, t("noMessages")),
  );
}

function message(contact, one, titles, mayRelease, now) {
  const status = one.status === "claimed" ? t("claimedStatus") : t(one.status);
  const seen = [
    one.first_opened_at && t("opened", { date: moment(one.first_opened_at, now) }),
    one.first_clicked_at && t("clicked", { date: moment(one.first_clicked_at, now) }),
  ].filter(Boolean);
  return h(
    "li.message",
    {},
    icon(one.channel === "email" ? "mail" : "phone"),
    h(
      "div",
      {},
      h("strong", {}, named(one.template)),
      " ",
      chip(one.status, status),
      h("span.quiet.block", {}, [one.journey && titles(one.journey), moment(one.sent_at ?? one.finished_at ?? one.requested_at, now), ...seen].filter(Boolean).join(" · ")),
      one.reason && h("span.block", {}, because(one.reason)),
      one.status === "parked" && mayRelease && releaseButton(contact, one),
    ),
  );
}

function releaseButton(contact, one) {
  const said = h("span", { role: "status" });
  const button = h("button.small", {
    async onclick() {
      button.disabled = true;
      try {
        await post(`contacts/${contact.id}/messages/${one.id}/release`);
        button.remove();
        said.textContent = t("released");
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
        said.textContent = error.sentence;
        button.disabled = false;
      }
    },
  }, t("release"));
  return h("span.block", {}, button, said);
}

/** "Advertising by e-mail: allowed", with the reason where it is not. */
export function permissionChips(contact) {
  return contact.permissions.map((one) =>
    h(
      `li.permission.${one.allowed ? "true" : "false"}`,
      { title: one.allowed ? undefined : because(one.reason) },
      icon(one.allowed ? "check" : "cross"),
      h("span", {}, t(one.channel), h("span.sr", {}, `: ${t(one.allowed ? "allowed" : "notAllowed")}`)),
      !one.allowed && h("span.quiet", {}, because(one.reason)),
    ),
  );
}

export function consentLines(contact, now) {
  return contact.consents.map((one) =>
    h(
      "li",
      {},
      h("span", {}, topic(one.purpose, one.channel)),
      " ",
      chip(one.state, t(one.state)),
      h("span.quiet.block", {}, [moment(one.at, now), one.source].filter(Boolean).join(" · ")),
      one.wording && h("q.quiet.block", {}, one.wording),
    ),
  );
}

/** Titles of segments or journeys by name, in the reader's language. */
export async function titlesFrom(path, list) {
  const found = await get(path);
  const known = new Map(found[list].map((one) => [one.name, one.title]));
  return (name) => titled(known.get(name), name);
}
