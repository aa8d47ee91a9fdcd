// Segments, lists, journeys and messages, each with its why.

import { post, Trouble } from "./api.js";
import { times } from "./did.js";
import { card, chip, h, icon } from "./dom.js";
import { eventLabel } from "./events.js";
import { moment } from "./format.js";
import { capital, topic, traitName } from "./labels.js";
import { decisionLines } from "./decided.js";
import { because, reasons } from "./reasons.js";
import { named, pick, t } from "./words.js";

export function segmentsCard(contact, { segments }, about, nowhere = "inNone") {
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
          h("strong", {}, about.title("segment", one.name)),
          one.member &&
            h("span.quiet.block", {}, t("since", { date: moment(one.since, about.now) }), one.until && ` · ${t("until", { date: moment(one.until, about.now) })}`),
        ),
        reasons(one.reason, about),
      ),
    );
  return card(
    "segments",
    t("segments"),
    inside.length ? h("ul.plain", {}, inside.map(entry)) : h("p.quiet", {}, t(nowhere)),
    outside.length > 0 && h("details.others", {}, h("summary", {}, t("notIn"), ` (${outside.length})`), h("ul.plain", {}, outside.map(entry))),
    lists(contact, about),
  );
}

/** Lists that people keep by hand. */
function lists(contact, about) {
  const on = Object.entries(contact.lists);
  if (!on.length) return null;
  return [
    h("h3", {}, t("lists")),
    h("ul.plain", {}, on.map(([name, since]) => h("li", {}, h("strong", {}, about.title("list", name)), h("span.quiet.block", {}, t("since", { date: moment(since, about.now) }))))),
  ];
}

export function journeysCard({ journeys, not_entered, decisions }, about) {
  const decided = (name) => decisionLines(decisions.filter((one) => one.journey === name), about);
  return card(
    "journeys",
    t("journeys"),
    journeys.length ? h("ul.plain", {}, journeys.map((one, place) => enrollment(one, about, journeys.findIndex((other) => other.journey === one.journey) === place && decided(one.journey)))) : h("p.quiet", {}, t("inNoJourney")),
    not_entered.length > 0 &&
      h(
        "details.others",
        {},
        h("summary", {}, t("notEntered"), ` (${not_entered.length})`),
        h("ul.plain", {}, not_entered.map((one) => h("li", {}, h("strong", {}, about.title("journey", one.journey)), h("span.quiet.block", {}, whyNot(one, about)), decided(one.journey)))),
      ),
  );
}

function enrollment(one, about, decided) {
  const where =
    one.status === "active"
      ? [t("atStep", { step: named(one.step) }), one.wake_at && t("goesOn", { date: moment(one.wake_at, about.now) })]
      : [one.reason && because(one.reason), one.ended_at && moment(one.ended_at, about.now)];
  return h(
    "li",
    {},
    h(
      "details",
      {},
      h(
        "summary",
        {},
        h("strong", {}, about.title("journey", one.journey)),
        " ",
        chip(one.status, t(one.status)),
        h("span.quiet.block", {}, where.filter(Boolean).join(" · ")),
      ),
      h(
        "ol.path",
        { "aria-label": t("path") },
        h("li", {}, one.said ? capital(pick([one.said.en, one.said.de])) : eventLabel(one.cause), " ", h("time.quiet", { datetime: one.entered_at }, moment(one.entered_at, about.now))),
        one.path.map((entry) =>
          h("li", {}, `${named(entry.step)}: ${because(entry.what)}`, " ", h("time.quiet", { datetime: entry.at }, moment(entry.at, about.now))),
        ),
      ),
      decided,
    ),
  );
}

function whyNot({ trigger, times: seen }, about) {
  if (trigger.segment) return t("triggerSegment", { segment: about.title("segment", trigger.segment) });
  if (trigger.left_segment) return t("triggerLeft", { segment: about.title("segment", trigger.left_segment) });
  if (trigger.company_segment) return t("triggerCompany", { segment: about.title("segment", trigger.company_segment) });
  if (trigger.stage ?? trigger.company_stage) return t("triggerStage", { stage: t(trigger.stage ?? trigger.company_stage) });
  if (trigger.becomes) return t("triggerBecomes");
  if (trigger.manual) return t("triggerManual");
  if (trigger.date) return t("triggerDate", { date: traitName(trigger.date) });
  return seen ? t("triggerSeen", { event: eventLabel(trigger.event), times: times(seen) }) : t("triggerNever", { event: eventLabel(trigger.event) });
}

export function messagesCard(contact, { messages }, about, mayRelease) {
  return card(
    "messages",
    t("messages"),
    messages.length ? h("ul.plain", {}, messages.map((one) => message(contact, one, about, mayRelease))) : h("p.quiet", {}, t("noMessages")),
  );
}

function message(contact, one, about, mayRelease) {
  const status = one.status === "claimed" ? t("claimedStatus") : t(one.status);
  const seen = [
    one.first_opened_at && t("opened", { date: moment(one.first_opened_at, about.now) }),
    one.first_clicked_at && t("clicked", { date: moment(one.first_clicked_at, about.now) }),
  ].filter(Boolean);
  return h(
    "li.message",
    {},
    icon(one.channel === "email" ? "mail" : "phone"),
    h(
      "div",
      {},
      h("strong", {}, about.title(one.channel, one.template)),
      " ",
      chip(one.status, status),
      h("span.quiet.block", {}, [one.journey && about.title("journey", one.journey), moment(one.sent_at ?? one.finished_at ?? one.requested_at, about.now), ...seen].filter(Boolean).join(" · ")),
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
      h("span", {}, capital(topic(one.purpose, one.channel))),
      " ",
      chip(one.state, t(one.state)),
      h("span.quiet.block", {}, [moment(one.at, now), one.source].filter(Boolean).join(" · ")),
      one.wording && h("q.quiet.block", {}, one.wording),
    ),
  );
}
