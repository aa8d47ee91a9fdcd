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
  return contact.standing === "known" ? letters(nameOf(contact), contact.id) : h("span.avatar.hue-none", { "aria-hidden": "true" }, "?");
}

/** A disc with the first letters of a name, in a color of its own. */
export function letters(name, id) {
  const words = name.replace(/@.*/, "").split(/[\s._-]+/).filter(Boolean);
  const hue = [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 5;
  return h(`span.avatar.hue-${hue}`, { "aria-hidden": "true" }, words.slice(0, 2).map((word) => word[0]).join("").toUpperCase());
}
