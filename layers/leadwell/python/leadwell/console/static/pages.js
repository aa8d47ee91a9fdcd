// Long lists: page by page, as far as somebody asks for them.

import { h } from "./dom.js";
import { t } from "./words.js";

/** A list with the entries of `page`, and a button below it while there is a cursor; `fetch` gets what stands there. */
export function pages(kind, page, made, fetch) {
  const list = h(kind, {}, made(page));
  const more = h("button.more", {}, t("loadMore"));
  let cursor = page.cursor;
  const settle = () => more.toggleAttribute("hidden", !cursor);
  more.addEventListener("click", async () => {
    more.disabled = true;
    const next = await fetch(cursor);
    list.append(...made(next));
    cursor = next.cursor;
    more.disabled = false;
    settle();
  });
  settle();
  return [list, more];
}
