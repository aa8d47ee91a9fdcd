// Events as sentences. An event that is not known here is shown by its name.

import { money } from "./format.js";
import { KNOWN } from "./known_events.js";
import { capital, propertyName, topic, traitName } from "./labels.js";
import { because } from "./reasons.js";
import { entries } from "./values.js";
import { fill, named, pick, quoted, stageName, t } from "./words.js";

export const GROUPS = ["website", "shop", "post", "journeys", "consent", "profile", "other"];

export const groupOf = (event) => KNOWN[event.name]?.[0] ?? "other";
export const iconOf = (event) => KNOWN[event.name]?.[1] ?? "dot";

/** What happened, in a sentence of the reader's language; `title(kind, name)` knows what definitions are called. */
export function sentence(event, title) {
  const known = KNOWN[`${event.name}: ${event.properties.outcome}`] ?? KNOWN[event.name];
  if (!known) return event.name;
  return tidy(fill(pick(known.slice(2, 4)), values(event, title)));
}

/** An event's name, for rules that are about it. */
export const eventLabel = (name) => pick([name, KNOWN[name]?.[4] ?? name]);
export const eventName = (name) => quoted(eventLabel(name));

function values({ name, properties, traits }, title) {
  const titled = (kind, what) => quoted(typeof what === "string" && what && title(kind, what));
  const products = Array.isArray(properties.products) ? properties.products : [];
  const total = properties.total ?? properties.revenue ?? properties.value;
  return {
    page: quoted(
      properties.title ?? properties.name ?? properties.asset ?? properties.event ?? properties.path ?? properties.url,
    ),
    product: quoted(properties.name ?? products[0]?.name) || article(properties.category),
    category: quoted(properties.category ?? properties.list_id) || pick(["the products", "den Produkten"]),
    query: quoted(properties.query),
    form: quoted(properties.form_name ?? properties.form ?? properties.name),
    template: titled(name.startsWith("SMS") ? "sms" : "email", properties.template),
    text: quoted(properties.text),
    list: titled("list", properties.list),
    segment: titled("segment", properties.segment),
    before: quoted(properties.from && stageName(properties.from)),
    after: quoted(properties.to && stageName(properties.to)),
    journey: titled("journey", properties.journey),
    step: quoted(properties.step && named(properties.step)),
    total: typeof total === "number" ? pick([" for ", " für "]) + money(total, properties.currency ?? "EUR") : "",
    topic: topic(properties.purpose, properties.channel),
    refused: typeof properties.reason === "string" ? because(properties.reason) : "",
    feature: quoted(properties.feature),
    survey: quoted(properties.survey),
    task: quoted(properties.title && (pick([properties.title.en, properties.title.de]) ?? properties.title)),
    traits: Object.keys(traits).map(traitName).join(", ") || pick(["who they are", "zur Person"]),
  };
}

function article(category) {
  return category
    ? pick(["something from ", "etwas aus "]) + quoted(category)
    : pick(["a product", "ein Produkt"]);
}

const tidy = (text) => text.replace(/\s+([;:,.]|$)/g, "$1").replace(/[:]$/, "").replace(/\s{2,}/g, " ");

/** What an event brought, as [name, text]. */
export const detailsOf = (event) => [...entries(event.traits), ...entries(event.properties, propertyName)].map(([name, value]) => [capital(name), value]);

export const sourceOf = (event, title) => {
  const ours = { ses: pick(["Amazon SES", "Amazon SES"]), sns: "Amazon SNS", link: pick(["a link in a mail", "Link in einer Mail"]) };
  const [kind, name] = event.source.split(":");
  if (kind === "journey" && name) return t("via", { source: `Journey ${title("journey", name)}` });
  if (event.source === "contact:itself") return "";
  return event.source ? t("via", { source: ours[event.source] ?? event.source }) : "";
};
