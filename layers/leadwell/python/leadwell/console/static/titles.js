// What definitions are called by those who wrote them.

import { get } from "./api.js";
import { tellReasons } from "./reasons.js";
import { titled } from "./words.js";

/** (kind, name) → the title in the reader's language, or the name made readable. */
export async function readTitles() {
  const { definitions } = await get("definitions");
  const known = new Map(definitions.map((one) => [`${one.kind}/${one.name}`, one.title]));
  tellReasons(definitions.flatMap((one) => one.reasons ?? []));
  return (kind, name) => titled(known.get(`${kind}/${name}`), name);
}
