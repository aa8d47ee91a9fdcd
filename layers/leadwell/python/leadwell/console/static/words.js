// Every word that people read, in English and German.

import { PLAN_WORDS } from "./plan_words.js";

const WORDS = {
  ...PLAN_WORDS,
  find: ["Find a contact", "Kontakt finden"],
  findHint: [
    "E-mail address, phone number, user id or contact id",
    "E-Mail-Adresse, Telefonnummer, Nutzer-ID oder Kontakt-ID",
  ],
  searchButton: ["Find", "Finden"],
  noneFound: ["Nobody was found under “{value}”.", "Unter „{value}“ wurde niemand gefunden."],
  noneFoundHint: [
    "Addresses and numbers have to be complete; a number begins with its country code, such as +49.",
    "Adressen und Nummern müssen vollständig sein; eine Nummer beginnt mit der Landesvorwahl, etwa +49.",
  ],
  severalFound: ["{count} contacts", "{count} Kontakte"],
  segments: ["Segments", "Segmente"],
  segmentsLead: ["Who belongs together right now", "Wer gerade zusammengehört"],
  journeys: ["Journeys", "Journeys"],
  journeysLead: ["What runs by itself", "Was von selbst läuft"],
  moreThan: ["over {count}", "über {count}"],
  picture: ["The journey, step by step", "Die Journey, Schritt für Schritt"],
  split: ["Split {step}", "Aufteilung {step}"],
  splitRunning: [
    "Not decided yet: every arm needs {each} contacts, and their time has to be over.",
    "Noch nicht entschieden: Jeder Arm braucht {each} Kontakte, und deren Zeit muss um sein.",
  ],
  splitDecided: ["“{winner}” has won; all take it since {date}.", "„{winner}“ hat gewonnen; seit {date} gehen alle dort entlang."],
  splitUndecided: [
    "Undecided: no arm is better for certain. The split goes on.",
    "Unentschieden: Kein Arm ist mit Sicherheit besser. Die Aufteilung geht weiter.",
  ],
  holdout: ["Does the journey do any good?", "Bringt die Journey etwas?"],
  entered: ["Entered", "Aufgenommen"],
  heldOut: ["Left alone", "In Ruhe gelassen"],
  lift: [
    "Difference {difference} percentage points; with 95% certainty between {low} and {high}.",
    "Unterschied {difference} Prozentpunkte; mit 95 % Sicherheit zwischen {low} und {high}.",
  ],
  asksFor: ["Compared by: {event}.", "Verglichen nach: {event}."],
  sample: ["From a sample.", "Aus einer Stichprobe."],
  arm: ["Arm", "Arm"],
  reached: ["Reached it", "Haben es erreicht"],
  rate: ["Share", "Anteil"],
  certainly: ["With 95% certainty", "Mit 95 % Sicherheit"],
  ofThem: ["{count} of {all}", "{count} von {all}"],
  between: ["{low} to {high}", "{low} bis {high}"],
  live: ["live", "läuft"],
  paused: ["paused", "angehalten"],
  pausedByRates: [
    "Marketing by mail pauses since {since}: too many mails bounced or were called spam ({reason}). Other mails go out.",
    "Werbung per E-Mail ruht seit {since}: Zu viele Mails kamen zurück oder galten als Spam ({reason}). Andere gehen hinaus.",
  ],
  pausedByPerson: [
    "Marketing by mail was paused on {since}: {reason}. Other mails go out.",
    "Werbung per E-Mail wurde am {since} angehalten: {reason}. Andere Mails gehen hinaus.",
  ],
  mails: ["E-mails", "E-Mails"],
  mailsLead: ["As any of your contacts would get them.", "So, wie jeder Ihrer Kontakte sie bekäme."],
  lookAtMails: ["Look at the e-mails", "E-Mails ansehen"],
  noMails: ["Nothing has been published yet.", "Es ist noch nichts veröffentlicht."],
  backToMails: ["Back to the e-mails", "Zurück zu den E-Mails"],
  mail: ["The e-mail", "Die E-Mail"],
  forMarketing: ["Advertising: only to those who agreed to it.", "Werbung: nur an Menschen, die zugestimmt haben."],
  forTransactional: ["About an order or request of the recipient’s own.", "Zu einer eigenen Bestellung oder Anfrage."],
  forConfirmation: ["Asks for consent, and advertises nothing.", "Fragt nach der Einwilligung und wirbt für nichts."],
  forInternal: ["To your colleagues.", "An Ihre Mitarbeitenden."],
  asContact: ["E-mail address, phone or ID of a contact", "E-Mail-Adresse, Telefon oder ID eines Kontakts"],
  withSample: ["With the mail’s own sample data", "Mit den Beispieldaten der Vorlage"],
  show: ["Show", "Anzeigen"],
  shownAs: ["Shown as", "Darstellung"],
  asHtml: ["Designed", "Gestaltet"],
  asText: ["Text only", "Nur Text"],
  width: ["Width", "Breite"],
  onDesk: ["Desk", "Schreibtisch"],
  onPhone: ["Phone", "Telefon"],
  colors: ["Colors", "Farben"],
  light: ["Light", "Hell"],
  dark: ["Dark", "Dunkel"],
  missingFields: ["No value for: {fields}", "Ohne Wert: {fields}"],
  findings: ["What is noticed", "Was auffällt"],
  test: ["Send a test", "Test senden"],
  testLead: [
    "It is marked as a test, its links lead nowhere, and nothing of it counts. It goes only to the test addresses of your policy.",
    "Sie ist als Test gekennzeichnet, ihre Links führen nirgendwohin, und nichts davon zählt. Sie geht nur an die Testadressen Ihrer Regeln.",
  ],
  testTo: ["Test address", "Testadresse"],
  sendTest: ["Send test", "Test senden"],
  testNeedsContact: ["Choose a contact first, whose data it shows.", "Wählen Sie zuerst einen Kontakt, dessen Daten sie zeigt."],
  testSent: ["On its way.", "Ist unterwegs."],
  testRefused: [
    "This address is not among the test addresses of your policy. Add it there.",
    "Diese Adresse gehört nicht zu den Testadressen Ihrer Regeln. Tragen Sie sie dort ein.",
  ],
  home: ["Overview", "Übersicht"],
  back: ["Back to the overview", "Zurück zur Übersicht"],
  loadMore: ["Show more", "Mehr anzeigen"],
  loadOlder: ["Show earlier events", "Frühere Ereignisse anzeigen"],
  loading: ["Loading …", "Wird geladen …"],
  skip: ["Skip to content", "Zum Inhalt springen"],
  language: ["Language", "Sprache"],
  signOut: ["Sign out", "Abmelden"],
  signIn: ["Sign in", "Anmelden"],
  emptySegment: ["Nobody is in this segment at the moment.", "In diesem Segment ist zurzeit niemand."],
  visitor: ["Unknown visitor", "Unbekannte Person"],
  claimed: ["claimed, not proven", "behauptet, nicht belegt"],
  claims: ["Says to be", "Gibt an"],
  score: ["Score", "Score"],
  otherScores: ["Other scores", "Weitere Scores"],
  grade: ["Grade", "Einstufung"],
  fit: ["Fit and interest", "Passung und Interesse"],
  fitAxis: ["Fit", "Passung"],
  fitEnds: ["A fits best, D least", "A passt am besten, D am wenigsten"],
  interestAxis: ["Interest", "Interesse"],
  interestEnds: ["1 is most interested, 4 least", "1 ist am stärksten interessiert, 4 am wenigsten"],
  persona: ["Persona", "Persona"],
  personaShare: ["How much of the profile each point makes up:", "Wie viel jeder Punkt vom Profil ausmacht:"],
  noPersona: ["No persona fits well enough yet.", "Bisher passt keine Persona gut genug."],
  otherPersonas: ["Other personas", "Weitere Personas"],
  interests: ["Interests", "Interessen"],
  moreInterests: ["{count} more", "{count} weitere"],
  stage: ["Stage", "Stufe"],
  stageReached: ["reached {date}", "erreicht {date}"],
  stageKept: [
    "The rule held when the stage was reached, and a stage that was reached is kept:",
    "Die Regel war erfüllt, als die Stufe erreicht wurde, und eine erreichte Stufe bleibt bestehen:",
  ],
  stageRuleNow: ["The rule today:", "Die Regel heute:"],
  stagesAhead: ["Still ahead", "Noch nicht erreicht"],
  stageHistory: ["All changes", "Alle Wechsel"],
  stageUp: ["From {before} to {after}", "Von {before} zu {after}"],
  stageBack: ["Back from {before} to {after}", "Zurück von {before} zu {after}"],
  stageSince: ["since {date}", "seit {date}"],
  mayWrite: ["May be written to", "Darf angeschrieben werden"],
  email: ["E-mail", "E-Mail"],
  sms: ["SMS", "SMS"],
  allowed: ["allowed", "erlaubt"],
  notAllowed: ["not allowed", "nicht erlaubt"],
  timeline: ["Timeline", "Verlauf"],
  about: ["About", "Über die Person"],
  firstSeen: ["First seen", "Zuerst gesehen"],
  lastSeen: ["Last seen", "Zuletzt gesehen"],
  contactId: ["Contact id", "Kontakt-ID"],
  userId: ["User id", "Nutzer-ID"],
  company: ["Company", "Unternehmen"],
  companies: ["Companies", "Unternehmen"],
  companiesLead: ["Which companies your contacts belong to, and how far each has come.", "Zu welchen Unternehmen Ihre Kontakte gehören, und wie weit jedes ist."],
  noCompanies: [
    "There are no companies yet. They come from your website’s group calls, or from a file.",
    "Es gibt noch keine Unternehmen. Sie kommen aus den Group-Aufrufen Ihrer Website oder aus einer Datei.",
  ],
  backToCompanies: ["All companies", "Alle Unternehmen"],
  toCompany: ["Show the company", "Unternehmen ansehen"],
  aboutCompany: ["About", "Über das Unternehmen"],
  companyId: ["Company id", "Unternehmens-ID"],
  asOf: ["As of", "Stand"],
  members: ["Members", "Angehörige"],
  memberCount: ["Members: {count}", "Angehörige: {count}"],
  noMembers: ["Nobody belongs to it any more.", "Niemand gehört mehr dazu."],
  companyInNone: ["In no segment at the moment.", "Derzeit in keinem Segment."],
  emptyCompanySegment: ["No company is in this segment at the moment.", "Derzeit ist kein Unternehmen in diesem Segment."],
  companyStale: [
    "Definitions have changed; this company is about to be worked out again.",
    "Definitionen haben sich geändert; dieses Unternehmen wird gleich neu berechnet.",
  ],
  membersHear: [
    "What became of it last is still being told to its members.",
    "Was sich zuletzt geändert hat, erfahren die Angehörigen gerade noch.",
  ],
  lists: ["Lists", "Listen"],
  messages: ["Messages", "Nachrichten"],
  filter: ["Show", "Anzeigen"],
  all: ["Everything", "Alles"],
  website: ["Website", "Website"],
  shop: ["Purchases", "Einkäufe"],
  post: ["Messages", "Nachrichten"],
  consent: ["Consent", "Einwilligung"],
  consentRecord: ["Save the record of consent", "Nachweis der Einwilligung speichern"],
  everything: ["Save everything stored about this person", "Alles Gespeicherte über diese Person sichern"],
  restricted: ["Kept, and nothing is done with it (Article 18 GDPR)", "Gespeichert, aber gesperrt (Art. 18 DSGVO)"],
  profile: ["Profile", "Profil"],
  other: ["Other", "Anderes"],
  noEvents: ["Nothing has happened yet.", "Noch ist nichts geschehen."],
  noneOfKind: ["Nothing of this kind among what is shown.", "Nichts davon unter dem, was angezeigt wird."],
  details: ["Details", "Einzelheiten"],
  today: ["Today", "Heute"],
  yesterday: ["Yesterday", "Gestern"],
  via: ["via {source}", "über {source}"],
  unproven: ["not proven", "nicht belegt"],
  times: ["{count} times", "{count}-mal"],
  timesOrMore: ["{count} times or more", "{count}-mal oder öfter"],
  once: ["once", "einmal"],
  never: ["never", "nie"],
  points: ["{points} points", "{points} Punkte"],
  each: ["{times} × {points}", "{times} × {points}"],
  halfLife: ["Points halve every {duration}.", "Punkte halbieren sich alle {duration}."],
  noHalfLife: ["Points do not fade.", "Punkte verfallen nicht."],
  noPoints: ["Nothing has earned points yet.", "Noch hat nichts Punkte gebracht."],
  newest: ["One by one", "Im Einzelnen"],
  older: ["earlier events", "frühere Ereignisse"],
  holds: ["while it holds", "solange es gilt"],
  unexplained: ["not yet recounted", "noch nicht nachgerechnet"],
  stale: [
    "The rules have changed; this contact is being recounted. Reload in a moment.",
    "Die Regeln haben sich geändert; dieser Kontakt wird gerade neu berechnet. Laden Sie gleich neu.",
  ],
  since: ["since {date}", "seit {date}"],
  until: ["at least until {date}, if nothing happens", "mindestens bis {date}, wenn nichts geschieht"],
  notIn: ["Not in", "Nicht in"],
  inNone: ["In no segment at the moment.", "Zurzeit in keinem Segment."],
  why: ["Why?", "Warum?"],
  inNoJourney: ["Has never been in a journey.", "War noch in keiner Journey."],
  notEntered: ["Never entered", "Nie begonnen"],
  triggerNever: ["“{event}” has not happened", "„{event}“ ist nicht geschehen"],
  triggerSeen: [
    "“{event}” happened {times}, but too late or before the journey was live",
    "„{event}“ geschah {times}, aber zu spät gemeldet oder bevor die Journey lief",
  ],
  triggerSegment: ["starts with the segment “{segment}”", "beginnt mit dem Segment „{segment}“"],
  triggerLeft: ["starts when somebody leaves the segment “{segment}”", "beginnt, wenn jemand das Segment „{segment}“ verlässt"],
  triggerCompany: ["starts when the company enters the segment “{segment}”", "beginnt, wenn das Unternehmen in das Segment „{segment}“ kommt"],
  triggerStage: ["starts at the stage “{stage}”", "beginnt mit der Phase „{stage}“"],
  triggerBecomes: ["starts when its condition comes true", "beginnt, wenn die Bedingung eintritt"],
  triggerManual: ["is started by hand", "wird von Hand begonnen"],
  triggerDate: ["starts on the day of “{date}”", "beginnt am Tag von „{date}“"],
  atStep: ["Waits at “{step}”", "Wartet bei „{step}“"],
  goesOn: ["goes on {date}", "geht weiter {date}"],
  path: ["The way so far", "Der Weg bisher"],
  active: ["under way", "unterwegs"],
  finished: ["finished", "beendet"],
  exited: ["left", "verlassen"],
  parked: ["parked", "angehalten"],
  "held out": ["held out", "ausgenommen"],
  "kept out": ["kept out", "zurückgehalten"],
  goal: ["goal reached", "Ziel erreicht"],
  noMessages: ["Nothing was sent yet.", "Noch wurde nichts gesendet."],
  release: ["Try again", "Erneut versuchen"],
  released: ["It is tried again.", "Es wird erneut versucht."],
  opened: ["opened {date}", "geöffnet {date}"],
  clicked: ["clicked {date}", "geklickt {date}"],
  requested: ["requested", "angefordert"],
  claimedStatus: ["being sent", "wird gesendet"],
  skipped: ["not sent", "nicht gesendet"],
  unknown: ["uncertain", "ungewiss"],
  sent: ["sent", "gesendet"],
  failed: ["failed", "fehlgeschlagen"],
  rejected: ["rejected", "abgelehnt"],
  undelivered: ["not delivered", "nicht zugestellt"],
  delivered: ["delivered", "zugestellt"],
  bounced: ["bounced", "unzustellbar"],
  complained: ["marked as spam", "als Spam gemeldet"],
  granted: ["granted", "erteilt"],
  withdrawn: ["withdrawn", "widerrufen"],
  failedTitle: ["That did not work", "Das hat nicht geklappt"],
  failedOffline: [
    "Leadwell cannot be reached. Check your connection and try again.",
    "Leadwell ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.",
  ],
  failed403: [
    "Your role does not allow this. Ask an administrator.",
    "Ihre Rolle erlaubt das nicht. Wenden Sie sich an eine Administratorin oder einen Administrator.",
  ],
  failed404: [
    "It does not exist, or it was erased.",
    "Das gibt es nicht, oder es wurde gelöscht.",
  ],
  failed5: [
    "Leadwell is busy. Try again in a moment.",
    "Leadwell ist gerade ausgelastet. Versuchen Sie es gleich noch einmal.",
  ],
  retry: ["Try again", "Erneut versuchen"],
  noSignIn: [
    "This installation does not say how to sign in. Deploy it again, or ask whoever runs it.",
    "Diese Installation sagt nicht, wie man sich anmeldet. Stellen Sie sie erneut bereit, oder fragen Sie, wer sie betreibt.",
  ],
};

export const STAGES = {
  visitor: ["Visitor", "Besucher"],
  lead: ["Lead", "Lead"],
  mql: ["MQL", "MQL"],
  sql: ["SQL", "SQL"],
  opportunity: ["Opportunity", "Chance"],
  customer: ["Customer", "Kunde"],
  evangelist: ["Evangelist", "Fürsprecher"],
};

const CHOSEN = "leadwell.language";
let language = localStorage.getItem(CHOSEN) ?? (navigator.language.toLowerCase().startsWith("de") ? "de" : "en");

export function lang() {
  return language;
}

export function choose(chosen) {
  language = chosen;
  localStorage.setItem(CHOSEN, chosen);
}

/** One of [English, German]. */
export function pick(pair) {
  return pair[language === "de" ? 1 : 0];
}

/** The words of a key, with {names} filled in. */
export function t(key, values = {}) {
  return fill(pick(WORDS[key] ?? [key, key]), values);
}

export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** {en, de} as definitions carry it; the name where there is none. */
export function titled(title, name) {
  return title ? title[language] : named(name);
}

/** A lifecycle stage by its name. */
export const stageName = (name) => pick(STAGES[name] ?? [name, name]);

/** In the quotation marks of the language; nothing stays nothing. */
export const quoted = (text) => (text || text === 0 ? pick([`“${text}”`, `„${text}“`]) : "");

/** "product-viewed" → "Product viewed": for names that nobody gave a title. */
export function named(name) {
  const words = String(name).replace(/[-_]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
