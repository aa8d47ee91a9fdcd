// What traits, properties of events and topics of consent are called.

import { named, pick, quoted } from "./words.js";

const TRAITS = {
  __proto__: null, // names come from outside: "constructor" is one like any other
  email: ["e-mail address", "E-Mail-Adresse"],
  phone: ["phone number", "Telefonnummer"],
  first_name: ["first name", "Vorname"],
  last_name: ["last name", "Nachname"],
  firstName: ["first name", "Vorname"],
  lastName: ["last name", "Nachname"],
  name: ["name", "Name"],
  birthday: ["birthday", "Geburtstag"],
  age: ["age", "Alter"],
  gender: ["gender", "Geschlecht"],
  locale: ["language", "Sprache"],
  timezone: ["time zone", "Zeitzone"],
  address: ["address", "Adresse"],
  street: ["street", "Straße"],
  postal_code: ["postal code", "Postleitzahl"],
  postalCode: ["postal code", "Postleitzahl"],
  city: ["city", "Ort"],
  state: ["state", "Bundesland"],
  region: ["region", "Region"],
  country: ["country", "Land"],
  latitude: ["latitude", "Breitengrad"],
  longitude: ["longitude", "Längengrad"],
  company: ["company", "Unternehmen"],
  industry: ["industry", "Branche"],
  employees: ["number of employees", "Zahl der Beschäftigten"],
  website: ["website", "Website"],
  title: ["title", "Titel"],
  job_title: ["job title", "Position"],
  occupation: ["occupation", "Beruf"],
  plan: ["plan", "Tarif"],
  contract_end: ["end of contract", "Vertragsende"],
  warranty_end: ["end of the warranty", "Garantieende"],
  newsletter: ["newsletter", "Newsletter"],
  children: ["number of children", "Zahl der Kinder"],
  tags: ["list of tags", "Schlagwortliste"],
  notes: ["note", "Notiz"],
  createdAt: ["creation date", "Anlagedatum"],
  created_at: ["creation date", "Anlagedatum"],
  id: ["ID", "ID"],
};

const PROPERTIES = {
  __proto__: null,
  category: ["category", "Kategorie"],
  along_with: ["agreed to together with", "gemeinsam eingewilligt mit"],
  product: ["product", "Produkt"],
  product_id: ["product", "Produkt"],
  sku: ["item number", "Artikelnummer"],
  brand: ["brand", "Marke"],
  variant: ["variant", "Variante"],
  price: ["price", "Preis"],
  quantity: ["quantity", "Menge"],
  total: ["total", "Gesamtbetrag"],
  revenue: ["revenue", "Umsatz"],
  value: ["value", "Wert"],
  amount: ["amount", "Betrag"],
  discount: ["discount", "Rabatt"],
  currency: ["currency", "Währung"],
  coupon: ["voucher", "Gutschein"],
  invoice: ["invoice", "Rechnung"],
  order_id: ["order number", "Bestellnummer"],
  cart_id: ["cart", "Warenkorb"],
  list_id: ["product list", "Produktliste"],
  query: ["search words", "Suchbegriff"],
  url: ["web address", "Webadresse"],
  path: ["page path", "Seitenpfad"],
  referrer: ["referring page", "Herkunftsseite"],
  form: ["form", "Formular"],
  asset: ["file", "Datei"],
  template: ["template", "Vorlage"],
  journey: ["journey", "Journey"],
  step: ["step", "Schritt"],
  list: ["list", "Liste"],
  group_id: ["company id", "Unternehmens-ID"],
  permanent: ["permanent", "dauerhaft"],
  purpose: ["purpose", "Zweck"],
  channel: ["channel", "Kanal"],
  link: ["link", "Link"],
  reason: ["reason", "Grund"],
  feature: ["feature", "Funktion"],
  event: ["event", "Veranstaltung"],
  appointment_id: ["appointment", "Termin"],
  survey: ["survey", "Umfrage"],
  score: ["score", "Wertung"],
  topic: ["topic", "Thema"],
  at: ["time", "Zeitpunkt"],
  "context.page.url": ["web address", "Webadresse"],
  "context.page.path": ["page path", "Seitenpfad"],
  "context.page.title": ["page title", "Seitentitel"],
  "context.page.referrer": ["referring page", "Herkunftsseite"],
  "context.campaign.name": ["campaign", "Kampagne"],
  "context.campaign.source": ["campaign source", "Kampagnenquelle"],
  "context.campaign.medium": ["campaign medium", "Kampagnenmedium"],
  "context.campaign.term": ["campaign keyword", "Kampagnen-Suchwort"],
  "context.campaign.content": ["campaign content", "Kampagneninhalt"],
  "context.device.type": ["device type", "Geräteart"],
  "context.device.manufacturer": ["device maker", "Gerätehersteller"],
  "context.device.model": ["device model", "Gerätemodell"],
  "context.os.name": ["operating system", "Betriebssystem"],
  "context.userAgent": ["browser", "Browser"],
  "context.locale": ["language", "Sprache"],
  "context.timezone": ["time zone", "Zeitzone"],
};

/** What a trait is called inside a sentence; "address.city" says where it lies. */
export const traitName = (path) => (TRAITS[path] ? pick(TRAITS[path]) : path.split(".").map(part).join(" › "));

/** What a property of an event is called inside a sentence. */
export function propertyName(path) {
  if (PROPERTIES[path]) return pick(PROPERTIES[path]);
  return traitName(path.replace(/^context\./, ""));
}

const part = (name) => pick(TRAITS[name] ?? PROPERTIES[name] ?? [spelled(name), spelled(name)]);
const spelled = (name) => named(name.replace(/([a-z])([A-Z])/g, "$1 $2")).toLowerCase();

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const PURPOSES = {
  __proto__: null,
  marketing: ["advertising", "Werbung"],
  tracking: ["counting of openings and clicks", "Auswertung von Öffnungen und Klicks"],
  transactional: ["service messages", "Service-Nachrichten"],
  internal: ["messages to colleagues", "Nachrichten an Mitarbeitende"],
  "*": ["everything", "alles"],
};

/** "by e-mail" */
export const byChannel = (channel) =>
  ({ email: pick(["by e-mail", "per E-Mail"]), sms: pick(["by SMS", "per SMS"]) })[channel] ?? "";

/** "advertising by e-mail" */
export function topic(purpose = "*", channel = "*") {
  const what = PURPOSES[purpose] ? pick(PURPOSES[purpose]) : quoted(named(purpose));
  return `${what} ${byChannel(channel)}`.trim();
}
