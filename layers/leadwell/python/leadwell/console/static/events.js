// Events as sentences. An event that is not known here is shown by its name.

import { money, number } from "./format.js";
import { topic, traitName } from "./labels.js";
import { fill, named, pick, quoted, t } from "./words.js";

/** name → [group, icon, English, German]; {…} are properties, prepared by `values`. */
const EVENTS = {
  __proto__: null, // names come from outside: "constructor" is one like any other
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
  "Company Updated": ["profile", "person", "News of the company: {traits}", "Neues vom Unternehmen: {traits}"],
  "Added to List": ["profile", "pencil", "Was put on the list {list}", "Auf die Liste {list} gesetzt"],
  "Removed from List": ["profile", "pencil", "Was taken off the list {list}", "Von der Liste {list} gestrichen"],
  "Journey Entered": ["journeys", "arrow", "Entered the journey {journey}", "Hat die Journey {journey} begonnen"],
  "Journey Step Reached": ["journeys", "arrow", "Came to {step} in the journey {journey}", "Ist in der Journey {journey} bei {step} angekommen"],
  "Journey Ended": ["journeys", "arrow", "Came to the end of the journey {journey}", "Hat die Journey {journey} beendet"],
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
  "SMS Delivered": ["post", "phone", "SMS {template} arrived", "SMS {template} ist angekommen"],
  "SMS Received": ["post", "phone", "Wrote an SMS: {text}", "Hat eine SMS geschrieben: {text}"],
};

export const GROUPS = ["website", "shop", "post", "journeys", "consent", "profile", "other"];

export const groupOf = (event) => EVENTS[event.name]?.[0] ?? "other";
export const iconOf = (event) => EVENTS[event.name]?.[1] ?? "dot";

/** What happened, in a sentence of the reader's language. */
export function sentence(event) {
  const known = EVENTS[event.name];
  if (!known) return event.name;
  return tidy(fill(pick(known.slice(2)), values(event)));
}

const GERMAN_NAMES = {
  __proto__: null,
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
  "Asset Downloaded": "Datei heruntergeladen",
  "Coupon Entered": "Gutschein eingegeben",
  "Phone Call": "Telefonat",
  "Consent Granted": "Einwilligung erteilt",
  "Consent Requested": "Einwilligung angefragt",
  "Consent Withdrawn": "Einwilligung widerrufen",
  Identified: "Angaben gemacht",
  Grouped: "Unternehmen zugeordnet",
  "Company Updated": "Neues vom Unternehmen",
  "Added to List": "Auf eine Liste gesetzt",
  "Removed from List": "Von einer Liste gestrichen",
  "Journey Entered": "Journey begonnen",
  "Journey Step Reached": "Schritt einer Journey erreicht",
  "Journey Ended": "Journey beendet",
  "Email Sent": "Mail gesendet",
  "Email Delivered": "Mail angekommen",
  "Email Opened": "Mail geöffnet",
  "Email Link Clicked": "Link in einer Mail geklickt",
  "Email Bounced": "Mail unzustellbar",
  "Email Marked as Spam": "Mail als Spam gemeldet",
  "SMS Sent": "SMS gesendet",
  "SMS Delivered": "SMS angekommen",
  "SMS Received": "SMS erhalten",
};

/** An event's name, for rules that are about it. */
export const eventLabel = (name) => pick([name, GERMAN_NAMES[name] ?? name]);
export const eventName = (name) => quoted(eventLabel(name));

function values({ properties, traits }) {
  const products = Array.isArray(properties.products) ? properties.products : [];
  const total = properties.total ?? properties.revenue ?? properties.value;
  return {
    page: quoted(properties.title ?? properties.name ?? properties.asset ?? properties.path ?? properties.url),
    product: quoted(properties.name ?? products[0]?.name) || article(properties.category),
    category: quoted(properties.category ?? properties.list_id) || pick(["the products", "den Produkten"]),
    query: quoted(properties.query),
    form: quoted(properties.form_name ?? properties.form ?? properties.name),
    template: quoted(properties.template && named(properties.template)),
    text: quoted(properties.text),
    list: quoted(properties.list && named(properties.list)),
    journey: quoted(properties.journey && named(properties.journey)),
    step: quoted(properties.step && named(properties.step)),
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

const tidy = (text) => text.replace(/\s+([;:,.]|$)/g, "$1").replace(/[:]$/, "").replace(/\s{2,}/g, " ");

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
