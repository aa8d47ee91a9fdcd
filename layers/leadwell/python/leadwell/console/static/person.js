// How a contact is named and drawn.

import { h } from "./dom.js";
import { t } from "./words.js";

/** The name a person goes by, or the best that is known instead. */
export function nameOf(contact) {
  const { first_name, last_name, firstName, lastName, name, email, phone } = contact.traits;
  const full = [first_name ?? firstName, last_name ?? lastName].filter(Boolean).join(" ");
  return String(full || name || email || phone || t("visitor"));
}

/** Addresses that are not the name already. */
export function reach(contact) {
  const shown = nameOf(contact);
  return [contact.traits.email, contact.traits.phone].filter((one) => one && one !== shown).join(" · ");
}

export function avatar(contact) {
  const name = nameOf(contact);
  const known = contact.standing === "known";
  const words = name.replace(/@.*/, "").split(/[\s._-]+/).filter(Boolean);
  const letters = known ? words.slice(0, 2).map((word) => word[0]).join("").toUpperCase() : "?";
  const hue = [...contact.id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 5;
  return h(`span.avatar.hue-${known ? hue : "none"}`, { "aria-hidden": "true" }, letters);
}
