// Reasons as sentences: conditions with what was found, and why something was done or left.

import { h, icon } from "./dom.js";
import { foundOf, partsOf, sentenceOf } from "./conditions.js";
import { eventName } from "./events.js";
import { duration, moment } from "./format.js";
import { topic, traitName } from "./labels.js";
import { lang, pick, t } from "./words.js";

/** A condition with its parts: what is asked, whether it holds, and what was found. */
function reasonTree(reason, about) {
  const parts = partsOf(reason);
  const found = foundOf(reason, about);
  const until = reason.until && !parts.length && moment(reason.until, about.now);
  return h(
    `li.reason.${reason.truth ? "true" : "false"}`,
    {},
    icon(reason.truth ? "check" : "cross"),
    h(
      "div",
      {},
      h("span.sr", {}, reason.truth ? pick(["holds: ", "gilt: "]) : pick(["does not hold: ", "gilt nicht: "])),
      sentenceOf(reason, about),
      found && h("span.quiet", {}, ` ·\u00a0${found}`),
      parts.length > 0 && ":",
      until && h("span.quiet.block", {}, pick([`stays so at least until ${until}`, `bleibt mindestens so bis ${until}`])),
      parts.length > 0 && h("ul.reasons", {}, parts.map((part) => reasonTree(part, about))),
    ),
  );
}

/** A plain condition as a heading; empty for one that is put together of others. */
export const heading = (reason, about) => (partsOf(reason).length ? "" : sentenceOf(reason, about));

/** `about` has the present moment and the titles of what conditions name: {now, title(kind, name)}. */
export const reasons = (reason, about) => h("ul.reasons", {}, reasonTree(reason, about));

const RULES = {
  viewed_not_bought: "angesehen, nicht gekauft",
  bought_together: "passt zum Kauf",
  best_sellers: "meistverkauft",
};

const german = (figure) => figure.replace(/[.,]/g, (sign) => (sign === "." ? "," : "."));

/** The API's reasons in English → German. */
const GERMAN = [
  [/^the journey ended: (.*)$/, (_, why) => `Die Journey endete, bevor die Nachricht an der Reihe war: ${because(why)}`],
  [/^no consent to (\S+)\/(\S+)$/, (_, purpose, channel) => `keine Einwilligung in ${topic(purpose, channel)}`],
  [/^consent to (\S+)\/(\S+) was withdrawn$/, (_, purpose, channel) => `Einwilligung in ${topic(purpose, channel)} wurde widerrufen`],
  [/^marketing pauses: (.*)$/, (_, why) => `Werbung per E-Mail ruht: ${because(why)}`],
  [/^([\d.]+)% of ([\d,]+) mails (bounced|were called spam); SES reviews from ([\d.]+)% on$/, (_, rate, mails, what, limit) =>
    `${german(rate)} % von ${german(mails)} E-Mails ${what === "bounced" ? "kamen zurück" : "wurden als Spam gemeldet"}; SES prüft ab ${german(limit)} %`],
  [/^the contact asked for a pause until (\d+)-(\d+)-(\d+)$/, (_, year, month, day) =>
    `Der Kontakt hat um eine Pause bis zum ${day}.${month}.${year} gebeten`],
  [/^processing is restricted/, () => "die Verarbeitung ist eingeschränkt (Art. 18 DSGVO)"],
  [/^the request has lapsed/, () => "die Anfrage ist verfallen: Niemand hat sie rechtzeitig bestätigt"],
  [/^the policy asks nobody to confirm/, () => "nach Ihren Regeln wird niemand um Bestätigung gebeten; der Server der Website sagt, wer zugestimmt hat"],
  [/^the policy wants consent to (\S+)\/(\S+) confirmed/, (_, purpose, channel) => `nach Ihren Regeln muss die Einwilligung in ${topic(purpose, channel)} durch einen Klick in unserer Mail bestätigt sein`],
  [/^no e-mail address$/, () => "keine E-Mail-Adresse"],
  [/^no phone number$/, () => "keine Telefonnummer"],
  [/^(\S+) was refused by the contact$/, (_, channel) => `${t(channel)} wurde vom Kontakt abgelehnt`],
  [/^the address is suppressed: bounce$/, () => "Adresse gesperrt: unzustellbar"],
  [/^the address is suppressed: complaint$/, () => "Adresse gesperrt: als Spam gemeldet"],
  [/^the address is suppressed: stop$/, () => "Adresse gesperrt: STOP"],
  [/^the address is suppressed: (.*)$/, (_, why) => `Adresse gesperrt: ${why}`],
  [/^the sender did not say whether it was accepted$/, () => "Der Versand brach ab; ob die Nachricht ankam, ist ungewiss"],
  [/^this address was asked for confirmation today already$/, () => "An diese Adresse ging heute schon eine Bitte um Bestätigung"],
  [/^there is no (\S+) template (\S+); publish it and release the message$/, (_, kind, name) =>
    `Es gibt keine Vorlage „${name}“ (${t(kind)}); veröffentlichen Sie sie und versuchen Sie es erneut`],
  [/^the contact was joined with another$/, () => "Der Kontakt wurde mit einem anderen zusammengeführt"],
  [/^there is no such contact$/, () => "Den Kontakt gibt es nicht mehr"],
  [/^the contact is merged$/, () => "Der Kontakt wurde mit einem anderen zusammengeführt"],
  [/^the contact is erased$/, () => "Der Kontakt wurde gelöscht"],
  [/^the journey has no step (\S+)$/, (_, step) => `Die Journey hat den Schritt „${step}“ nicht mehr`],
  [/^more than (\d+) steps without a wait$/, (_, count) => `Mehr als ${count} Schritte ohne Pause`],
  [/^the voucher pool (\S+) is empty: upload codes$/, (_, pool) => `Der Gutscheinvorrat „${pool}“ ist leer: Codes hochladen`],
  [/^(skipped: )?the voucher pool (\S+) is empty$/, (_, skipped, pool) =>
    `${skipped ? "übersprungen: " : ""}der Gutscheinvorrat „${pool}“ ist leer`],
  [/^a voucher was taken$/, () => "Gutschein vergeben"],
  [/^entered (\d+) times within a day, as in a circle$/, (_, times) => `kam innerhalb eines Tages ${times} Mal hinein, wie im Kreis`],
  [/^the code is none that was handed out$/, () => "den Code haben wir nicht vergeben"],
  [/^the code was used before$/, () => "der Code wurde schon eingelöst"],
  [/^the code was given to another contact$/, () => "der Code gehört einem anderen Kontakt"],
  [/^goes on$/, () => "geht weiter"],
  [/^no product to recommend$/, () => "kein passendes Produkt"],
  [/^(\d+) products: (\S+)$/, (_, count, rule) => `${count} Produkte (${RULES[rule] ?? rule})`],
  [/^nobody is in charge(:.*)?$/, () => "Niemand ist zuständig: Der Kontakt hat keine Betreuung, und der Schritt nennt niemanden"],
  [/^the recipient's address is suppressed: (.*)$/, (_, why) => `Adresse der Empfängerin oder des Empfängers gesperrt: ${why}`],
  [/^(\d+) rounds$/, (_, count) => `${count} Runden`],
  [/^round (\d+)$/, (_, count) => `Runde ${count}`],
  [/^was true already$/, () => "galt schon"],
  [/^became true$/, () => "trat ein"],
  [/^did not become true$/, () => "trat nicht ein"],
  [/^(\S+) was not replied to$/, (_, step) => `auf „${step}“ kam keine Antwort`],
  [/^(\S+) was replied to$/, (_, step) => `auf „${step}“ kam eine Antwort`],
  [/^(\S+) was not (opened|clicked|bounced)$/, (_, step, what) => `„${step}“ wurde nicht ${DONE_TO[what]}`],
  [/^(\S+) was (opened|clicked|bounced)$/, (_, step, what) => `„${step}“ wurde ${DONE_TO[what]}`],
  [/^skipped: (\S+) late(?:, (.*))?$/, (_, late, why) => `ausgelassen: ${duration(late)} zu spät${why ? ` (${because(why)})` : ""}`],
  [/^reported too late: (\S+) after it happened$/, (_, late) => `zu spät gemeldet: ${duration(late)} danach`],
  [/^shifted to (\S+)$/, (_, time) => `verschoben auf ${time} Uhr`],
  [/^kept away by (\S+)$/, (_, name) => `zurückgehalten, solange die Journey „${name}“ läuft`],
  [/^quiet hours until (\S+)$/, (_, time) => `Ruhezeit bis ${time} Uhr`],
  [/^closed today$/, () => "an diesem Tag wird nichts verschickt"],
  [/^capped: (\d+) by (\S+) within (\S+)$/, (_, most, channel, within) =>
    `Obergrenze erreicht: ${most} ${channel === "any" ? "Nachrichten" : `× ${t(channel)}`} in ${duration(within)}`],
  [/^held out: (\S+) % are$/, (_, share) => `zum Vergleich ausgenommen (${share} % aller Kontakte)`],
  [/^held out of all campaigns$/, () => "zum Vergleich von allen Kampagnen ausgenommen"],
  [/^waits for its turn$/, () => "wartet, bis Platz ist"],
  [/^stopped by (\S+)$/, (_, name) => `von der Journey „${name}“ beendet`],
  [/^has reached the goal already$/, () => "hat das Ziel schon erreicht"],
  [/^stopped$/, () => "von Hand beendet"],
  [/^an exit condition holds$/, () => "eine Bedingung zum Ausstieg gilt"],
  [/^no (\S+)$/, (_, trait) => `ohne ${traitName(trait)}`],
  [/^(\S+) is over$/, (_, trait) => `${traitName(trait)} ist vorbei`],
  [/^(.+) did not come$/, (_, event) => `${eventName(event)} blieb aus`],
  [/^(.+) came$/, (_, event) => `${eventName(event)} ist geschehen`],
  [/^timed out$/, () => "Zeit abgelaufen"],
  [/^waited$/, () => "gewartet"],
  [/^goes on waiting: the moment has moved$/, () => "wartet weiter: Der Zeitpunkt hat sich verschoben"],
  [/^done$/, () => "erledigt"],
  [/^finished$/, () => "beendet"],
  [/^goal$/, () => "Ziel erreicht"],
];

const DONE_TO = { opened: "geöffnet", clicked: "geklickt", bounced: "zurückgewiesen" };

const ENGLISH = [
  [/^the journey ended: (.*)$/, (_, why) => `the journey ended before the message had its turn: ${because(why)}`],
  [/^skipped: (\S+) late(?:, (.*))?$/, (_, late, why) => `skipped: ${duration(late)} late${why ? ` (${because(why)})` : ""}`],
  [/^reported too late: (\S+) after it happened$/, (_, late) => `reported too late: ${duration(late)} after it happened`],
  [/^capped: (\d+) by (\S+) within (\S+)$/, (_, most, channel, within) =>
    `capped: ${most} ${channel === "any" ? "messages" : `× ${t(channel)}`} within ${duration(within)}`],
  [/^kept away by (\S+)$/, (_, name) => `kept away while the journey “${name}” is under way`],
  [/^no consent to (\S+)\/(\S+)$/, (_, purpose, channel) => `no consent to ${topic(purpose, channel)}`],
  [/^consent to (\S+)\/(\S+) was withdrawn$/, (_, purpose, channel) => `consent to ${topic(purpose, channel)} was withdrawn`],
  [/^goal$/, () => "goal reached"],
];

const WRITTEN = new Map(); // reasons that journeys give in both languages, by their English words

export function tellReasons(reasons) {
  for (const one of reasons) WRITTEN.set(one.en, one);
}

export function because(reason) {
  const written = WRITTEN.get(reason);
  if (written) return pick([written.en, written.de]);
  for (const [pattern, say] of lang() === "de" ? GERMAN : ENGLISH) {
    const found = pattern.exec(reason);
    if (found) return say(...found);
  }
  return reason;
}
