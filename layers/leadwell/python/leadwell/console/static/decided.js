// Why a message of a journey was sent, comes later, or was not sent: one sentence each.

import { h } from "./dom.js";
import { moment } from "./format.js";
import { because } from "./reasons.js";
import { named, pick, t } from "./words.js";

const colon = (reason) => (reason ? `: ${because(reason)}` : "");

const SENTENCES = {
  sent: (one, at) => pick([`sent on ${at}`, `verschickt am ${at}`]) + (one.reason ? ` (${t(one.reason)})` : ""),
  waiting: (one, at) => {
    const where = one.step && pick([` at “${named(one.step)}”`, ` bei „${named(one.step)}“`]);
    return pick([`waits${where}`, `wartet${where}`]) + (at ? pick([` until ${at}`, ` bis ${at}`]) : "") + colon(one.reason);
  },
  not_sent: (one) => pick(["not sent", "nicht verschickt"]) + colon(one.reason),
  left: (one, at) =>
    pick([`not sent, because the journey ended before it on ${at}`, `nicht verschickt, weil die Journey am ${at} vorher endete`]) + colon(one.reason),
  another_way: () =>
    pick(["not sent, because the way through the journey leads past it", "nicht verschickt, weil der Weg durch die Journey daran vorbeiführt"]),
  kept_out: (one) => pick(["not sent, because the contact was kept out", "nicht verschickt, weil der Kontakt nicht aufgenommen wurde"]) + colon(one.reason),
  not_let_in: (_, at) =>
    pick([
      `not sent: what starts the journey happened, last on ${at}; it was paused, or not meant for this contact`,
      `nicht verschickt: Der Auslöser trat ein, zuletzt am ${at}; die Journey war pausiert oder nicht für diesen Kontakt gedacht`,
    ]),
  not_triggered: () =>
    pick(["not sent, because what starts the journey has not happened", "nicht verschickt, weil der Auslöser nicht eingetreten ist"]),
};

/** @param decisions of one journey, as the API explains them */
export function decisionLines(decisions, about) {
  if (!decisions.length) return null;
  return h(
    "ul.plain.decisions",
    { "aria-label": pick(["Messages of this journey", "Nachrichten dieser Journey"]) },
    decisions.map((one) =>
      h("li", {}, h("span", {}, about.title(one.channel, one.template)), h("span.quiet.block", {}, SENTENCES[one.outcome](one, one.at && moment(one.at, about.now)))),
    ),
  );
}
