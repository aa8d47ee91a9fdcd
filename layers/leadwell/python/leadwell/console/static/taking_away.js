// Pages to keep and print: the record of somebody's consents, and everything that is stored about them.

import { get, Trouble } from "./api.js";
import { h } from "./dom.js";
import { lang, t } from "./words.js";

/** A button that saves a page of the API under a name; what goes wrong is said beside it. */
export function pageButton(path, label, file) {
  const said = h("span.quiet", { role: "status" });
  const button = h("button.small", {
    type: "button",
    onclick: async () => {
      button.disabled = true;
      said.textContent = "";
      try {
        save(await get(path, { locale: lang() }), file);
      } catch (trouble) {
        said.textContent = trouble instanceof Trouble ? trouble.sentence : t("failed5");
      }
      button.disabled = false;
    },
  }, label);
  return h("p.take-away", {}, button, " ", said);
}

function save(html, file) {
  const address = URL.createObjectURL(new Blob([html], { type: "text/html;charset=utf-8" }));
  const link = h("a", { href: address, download: file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
