// Finds contacts by whatever somebody types. What they type stays out of addresses.

import { get, post, Trouble } from "./api.js";

/** Contacts under an e-mail address, a phone number, a user id or a contact's own id; empty if there is none. */
export async function find(wanted) {
  for (const ask of asking(wanted)) {
    try {
      const found = await ask();
      if (found.length) return found;
    } catch (error) {
      if (!(error instanceof Trouble) || ![400, 404].includes(error.status)) throw error;
    }
  }
  return [];
}

function asking(wanted) {
  const by = (kind, value) => async () => (await post("contacts/search", { [kind]: value })).contacts;
  if (wanted.includes("@")) return [by("email", wanted), by("user_id", wanted)];
  const asks = [by("user_id", wanted), by("anonymous_id", wanted)];
  if (/^c[0-9a-z]{20}$/.test(wanted)) asks.unshift(async () => [await get(`contacts/${wanted}`)]);
  if (/^[+0][\d\s()/.-]{6,}$/.test(wanted)) asks.unshift(by("phone", wanted.replace(/^00/, "+")));
  return asks;
}
