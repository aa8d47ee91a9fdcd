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
  held: (one, at) =>
    pick([
      `waits at “${named(one.step)}” until the journey is resumed; those inside have been kept where they are since ${at}`,
      `wartet bei „${named(one.step)}“, bis die Journey fortgesetzt wird; wer darin ist, bleibt seit ${at}, wo er ist`,
    ]),
  not_sent: (one) => pick(["not sent", "nicht verschickt"]) + colon(one.reason),
  too_late: (one) => pick(["not sent, because it was too late by then", "nicht verschickt, weil es dafür zu spät war"]) + colon(one.reason),
  left: (one, at) =>
    pick([`not sent, because the journey ended before it on ${at}`, `nicht verschickt, weil die Journey am ${at} vorher endete`]) + colon(one.reason),
  another_way: () =>
    pick(["not sent, because the way through the journey leads past it", "nicht verschickt, weil der Weg durch die Journey daran vorbeiführt"]),
  kept_out: (one) => pick(["not sent, because the contact was kept out", "nicht verschickt, weil der Kontakt nicht aufgenommen wurde"]) + colon(one.reason),
  reported_late: (one, at) =>
    pick([
      `not sent: what starts the journey happened on ${at}, but was ${because(one.reason)}`,
      `nicht verschickt: Der Auslöser trat am ${at} ein, wurde aber ${because(one.reason)}`,
    ]),
  not_let_in: (_, at) =>
    pick([
      `not sent: what starts the journey happened, last on ${at}, but the journey was not published then, or took nobody`,
      `nicht verschickt: Der Auslöser trat ein, zuletzt am ${at}; die Journey war da nicht veröffentlicht oder nahm niemanden auf`,
    ]),
  paused: () => pick(["not sent, because the journey is paused", "nicht verschickt, weil die Journey pausiert ist"]),
  not_meant: () =>
    pick([
      "not sent, because the journey is not meant for this contact as it is now",
      "nicht verschickt, weil die Journey für diesen Kontakt, wie er jetzt ist, nicht gedacht ist",
    ]),
  not_so: () =>
    pick([
      "not sent, because what starts the journey does not hold for this contact now",
      "nicht verschickt, weil die Startbedingung auf diesen Kontakt derzeit nicht zutrifft",
    ]),
  so_already: (_, at) =>
    pick([
      `not sent: what starts the journey holds${at ? ` since ${at}` : ""}, but the contact has not entered by it`,
      `nicht verschickt: Die Startbedingung trifft ${at ? `seit ${at}` : "derzeit"} zu, der Kontakt ist dadurch aber nicht eingetreten`,
    ]),
  on_its_day: () => pick(["not sent: the journey starts when its day comes", "nicht verschickt: Die Journey beginnt, wenn ihr Tag kommt"]),
  not_again: (_, at) =>
    pick([
      `not sent again: what starts the journey came again on ${at}, and the journey does not let anybody in again so soon, or ever`,
      `nicht noch einmal verschickt: Der Auslöser trat am ${at} erneut ein, doch die Journey lässt einen Wiedereintritt nicht oder noch nicht zu`,
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
      h("li", {}, h("span", {}, about.title(one.channel, one.template), one.key && ` (${one.key})`), h("span.quiet.block", {}, SENTENCES[one.outcome](one, one.at && moment(one.at, about.now)))),
    ),
  );
}
