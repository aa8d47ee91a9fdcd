// Events as sentences. An event that is not known here is shown by its name.

import { money, number } from "./format.js";
import { fill, named, pick, t } from "./words.js";

/** name → [group, icon, English, German]; {…} are properties, prepared by `values`. */
const EVENTS = {
  "Page Viewed": ["website", "page", "Looked at the page {page}", "Hat die Seite {page} angesehen"],
  "Screen Viewed": ["website", "phone", "Opened the screen {page}", "Hat die Ansicht {page} geöffnet"],
  "Product Viewed": ["website", "eye", "Looked at {product}", "Hat sich {product} angesehen"],
  "Product List Viewed": ["website", "eye", "Browsed {category}", "Hat in {category} gestöbert"],
  "Products Searched": ["website", "search", "Searched for {query}", "Hat nach {query} gesucht"],
  "Product Added": ["shop", "cart", "Put {product} into the cart", "Hat {product} in den Warenkorb gelegt"],
  "Product Removed": ["shop", "cart", "Took {product} out of the cart", "Hat {product} aus dem Warenkorb genommen"],
  "Cart Viewed": ["shop", "cart", "Looked into the cart", "Hat in den Warenkorb geschaut"],
  "Checkout Started": ["shop", "bag", "Went to the checkout", "Ist zur Kasse gegangen"],
  "Order Completed": ["shop", "bag", "Placed an order{total}", "Hat bestellt{total}"],
  "Order Refunded": ["shop", "bag", "Got a refund{total}", "Hat eine Erstattung bekommen{total}"],
  "Order Cancelled": ["shop", "bag", "Cancelled an order{total}", "Hat eine Bestellung storniert{total}"],
  "Signed Up": ["profile", "person", "Signed up", "Hat sich registriert"],
  "Signed In": ["profile", "person", "Signed in", "Hat sich angemeldet"],
  "Form Submitted": ["website", "pencil", "Sent the form {form}", "Hat das Formular {form} abgeschickt"],
  "Asset Downloaded": ["website", "download", "Downloaded {page}", "Hat {page} heruntergeladen"],
  "Phone Call": ["other", "phone", "Telephoned", "Hat telefoniert"],
  "Coupon Entered": ["shop", "bag", "Entered a voucher", "Hat einen Gutschein eingegeben"],
  Identified: ["profile", "person", "Gave {traits}", "Angaben: {traits}"],
  Grouped: ["profile", "person", "Belongs to a company", "Gehört zu einem Unternehmen"],
  Aliased: ["profile", "person", "Is known under one more id", "Ist unter einer weiteren ID bekannt"],
  "Consent Granted": ["consent", "check", "Allowed {topic}", "Hat {topic} erlaubt"],
  "Consent Requested": [
    "consent", "hand", "Asked for {topic}; not confirmed yet", "Möchte {topic}; noch nicht bestätigt",
  ],
  "Consent Withdrawn": ["consent", "cross", "Withdrew the consent to {topic}", "Hat die Erlaubnis für {topic} widerrufen"],
  "Email Sent": ["post", "mail", "Mail {template} was sent", "Mail {template} wurde gesendet"],
  "Email Delivered": ["post", "mail", "Mail {template} arrived", "Mail {template} ist angekommen"],
  "Email Opened": ["post", "mail", "Opened the mail {template}", "Hat die Mail {template} geöffnet"],
  "Email Link Clicked": ["post", "arrow", "Followed a link in the mail {template}", "Hat in der Mail {template} auf einen Link geklickt"],
  "Email Bounced": ["post", "cross", "Mail {template} could not be delivered", "Mail {template} war nicht zustellbar"],
  "Email Delayed": ["post", "clock", "Mail {template} is delayed", "Mail {template} verzögert sich"],
  "Email Rejected": ["post", "cross", "Mail {template} was rejected", "Mail {template} wurde abgelehnt"],
  "Email Marked as Spam": ["post", "cross", "Marked the mail {template} as spam", "Hat die Mail {template} als Spam gemeldet"],
  "SMS Sent": ["post", "phone", "SMS {template} was sent", "SMS {template} wurde gesendet"],
  "SMS Received": ["post", "phone", "Wrote an SMS: {text}", "Hat eine SMS geschrieben: {text}"],
};

export const GROUPS = ["website", "shop", "post", "consent", "profile", "other"];

export const groupOf = (event) => EVENTS[event.name]?.[0] ?? "other";
export const iconOf = (event) => EVENTS[event.name]?.[1] ?? "dot";

/** What happened, in a sentence of the reader's language. */
export function sentence(event) {
  const known = EVENTS[event.name];
  if (!known) return event.name;
  return tidy(fill(pick(known.slice(2)), values(event)));
}

const GERMAN_NAMES = {
  "Page Viewed": "Seite angesehen",
  "Screen Viewed": "Ansicht geöffnet",
  "Product Viewed": "Produkt angesehen",
  "Product List Viewed": "Produktliste angesehen",
  "Products Searched": "Produkte gesucht",
  "Product Added": "In den Warenkorb gelegt",
  "Product Removed": "Aus dem Warenkorb genommen",
  "Cart Viewed": "Warenkorb angesehen",
  "Checkout Started": "Zur Kasse gegangen",
  "Order Completed": "Bestellt",
  "Order Refunded": "Erstattet",
  "Order Cancelled": "Bestellung storniert",
  "Signed Up": "Registriert",
  "Signed In": "Angemeldet",
  "Form Submitted": "Formular abgeschickt",
  "Phone Call": "Telefonat",
  "Consent Granted": "Einwilligung erteilt",
  "Consent Requested": "Einwilligung angefragt",
  "Consent Withdrawn": "Einwilligung widerrufen",
  "Email Opened": "Mail geöffnet",
  "Email Link Clicked": "Link in einer Mail geklickt",
  "Email Bounced": "Mail unzustellbar",
};

/** An event's name, for rules that are about it. */
export const eventLabel = (name) => pick([name, GERMAN_NAMES[name] ?? name]);
export const eventName = (name) => quoted(eventLabel(name));

function values({ properties, traits }) {
  const products = Array.isArray(properties.products) ? properties.products : [];
  const total = properties.total ?? properties.revenue ?? properties.value;
  return {
    page: quoted(properties.title ?? properties.name ?? properties.path ?? properties.url),
    product: quoted(properties.name ?? products[0]?.name) || article(properties.category),
    category: quoted(properties.category ?? properties.list_id) || pick(["the products", "den Produkten"]),
    query: quoted(properties.query),
    form: quoted(properties.form_name ?? properties.form ?? properties.name),
    template: quoted(properties.template && named(properties.template)),
    text: quoted(properties.text),
    total: typeof total === "number" ? pick([" for ", " für "]) + money(total, properties.currency ?? "EUR") : "",
    topic: topic(properties.purpose, properties.channel),
    traits: Object.keys(traits).map(traitName).join(", ") || pick(["who they are", "zur Person"]),
  };
}

function article(category) {
  return category
    ? pick(["something from ", "etwas aus "]) + quoted(category)
    : pick(["a product", "ein Produkt"]);
}

export const quoted = (text) => (text || text === 0 ? pick([`“${text}”`, `„${text}“`]) : "");
const tidy = (text) => text.replace(/\s+([;:,.]|$)/g, "$1").replace(/[:]$/, "").replace(/\s{2,}/g, " ");

const TRAITS = {
  email: ["e-mail address", "E-Mail-Adresse"],
  phone: ["phone number", "Telefonnummer"],
  first_name: ["first name", "Vorname"],
  last_name: ["last name", "Nachname"],
  firstName: ["first name", "Vorname"],
  lastName: ["last name", "Nachname"],
  name: ["name", "Name"],
  birthday: ["birthday", "Geburtstag"],
  locale: ["language", "Sprache"],
  timezone: ["time zone", "Zeitzone"],
  country: ["country", "Land"],
  company: ["company", "Unternehmen"],
  city: ["city", "Ort"],
};

export const traitName = (name) => (TRAITS[name] ? pick(TRAITS[name]) : named(name).toLowerCase());

const PURPOSES = {
  marketing: ["advertising", "Werbung"],
  transactional: ["service messages", "Service-Nachrichten"],
  "*": ["everything", "alles"],
};

/** "advertising by e-mail" */
export function topic(purpose = "*", channel = "*") {
  const what = PURPOSES[purpose] ? pick(PURPOSES[purpose]) : purpose;
  const how = { email: pick([" by e-mail", " per E-Mail"]), sms: pick([" by SMS", " per SMS"]) }[channel] ?? "";
  return what + how;
}

/** Properties worth a second look, as [name, text]. */
export function detailsOf(event) {
  const all = { ...event.traits, ...event.properties };
  return Object.entries(all).map(([name, value]) => [name, plain(value)]);
}

function plain(value) {
  if (typeof value === "number") return number(value, Number.isInteger(value) ? 0 : 2);
  if (value !== null && typeof value === "object") return JSON.stringify(value, null, 1);
  return String(value);
}

export const sourceOf = (event) => {
  const ours = { ses: pick(["Amazon SES", "Amazon SES"]), sns: "Amazon SNS", link: pick(["a link in a mail", "Link in einer Mail"]) };
  const [kind, name] = event.source.split(":");
  if (kind === "journey" && name) return t("via", { source: `Journey ${named(name)}` });
  return event.source ? t("via", { source: ours[event.source] ?? event.source }) : "";
};
