// The console: reads the path, shows the page, and keeps the frame around it.

import { Trouble } from "./api.js";
import { companiesPage, companyPage } from "./companies.js";
import { contactPage } from "./contact.js";
import { h, icon } from "./dom.js";
import { homePage } from "./home.js";
import { journeyPage } from "./journey.js";
import { mailPage, mailsPage } from "./mail.js";
import { planPage, settingsPage } from "./plan.js";
import { find } from "./search.js";
import { segmentPage } from "./segment.js";
import { canSignOut, prepare, signIn, signOut } from "./sign_in.js";
import { choose, lang, t } from "./words.js";

const PAGES = [
  [/^\/console\/?$/, homePage],
  [/^\/console\/contacts\/([^/]+)$/, contactPage],
  [/^\/console\/companies\/?$/, companiesPage],
  [/^\/console\/companies\/([^/]+)$/, companyPage],
  [/^\/console\/segments\/([^/]+)$/, segmentPage],
  [/^\/console\/journeys\/([^/]+)$/, journeyPage],
  [/^\/console\/journeys\/([^/]+)\/settings$/, settingsPage],
  [/^\/console\/plan$/, planPage],
  [/^\/console\/emails\/?$/, mailsPage],
  [/^\/console\/emails\/([^/]+)$/, mailPage],
];

let turn = 0;
let shown = "";

async function show() {
  const mine = ++turn;
  shown = location.pathname;
  const main = document.querySelector("main");
  document.documentElement.lang = lang();
  document.querySelector(".skip").textContent = t("skip");
  document.querySelector("header.top").replaceChildren(...frame());
  main.replaceChildren(h("p.waiting", { role: "status" }, t("loading")));
  const content = await page(location.pathname);
  if (mine !== turn) return; // the reader has gone on
  main.replaceChildren(...content);
  document.title = `${main.querySelector("h1")?.textContent ?? ""} · Leadwell`;
}

async function page(path) {
  for (const [pattern, make] of PAGES) {
    const found = pattern.exec(path);
    if (found) return make(...found.slice(1).map(decodeURIComponent)).catch(apology);
  }
  return apology(new Trouble(404, ""));
}

/** What is shown where a page cannot be: what is wrong and what to do. */
function apology(error) {
  if (!(error instanceof Trouble)) throw error;
  return [
    h(
      "div.notice",
      { role: "alert" },
      h("h1", {}, t("failedTitle")),
      h("p", {}, error.sentence),
      h("p.buttons", {}, h("button", { onclick: show }, t("retry")), h("a", { href: "/console" }, t("back"))),
    ),
  ];
}

function frame() {
  const onHome = /^\/console\/?$/.test(location.pathname);
  return [
    h("a.brand", { href: "/console", "aria-label": `Leadwell · ${t("home")}` }, "Leadwell"),
    onHome ? h("span.gap") : quickSearch(),
    h(
      "div.languages",
      { role: "group", "aria-label": t("language") },
      ["en", "de"].map((one) =>
        h(
          "button.plain",
          { lang: one, "aria-pressed": String(lang() === one), onclick: () => (choose(one), show()) },
          one.toUpperCase(),
        ),
      ),
    ),
    canSignOut() && h("button.plain", { onclick: signOut }, t("signOut")),
  ].filter(Boolean);
}

function quickSearch() {
  const input = h("input", {
    type: "search",
    name: "wanted",
    placeholder: t("find"),
    "aria-label": t("find"),
    autocomplete: "off",
    spellcheck: "false",
  });
  const submit = async (event) => {
    event.preventDefault();
    const wanted = input.value.trim();
    if (!wanted) return;
    const found = await find(wanted).catch(() => []);
    if (found.length === 1) go(`/console/contacts/${found[0].id}`);
    else {
      sessionStorage.setItem("leadwell.wanted", wanted);
      go("/console");
    }
  };
  return h("form.quick", { role: "search", onsubmit: submit }, icon("search"), input);
}

export function go(path) {
  history.pushState(null, "", path);
  scrollTo(0, 0);
  show().then(() => document.querySelector("main").focus({ preventScroll: true }));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/console']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});
document.addEventListener("leadwell:go", (event) => go(event.detail));
addEventListener("popstate", () => location.pathname !== shown && show());

if (await prepare()) await show();
else {
  document.querySelector("main").replaceChildren(
    h("div.notice", { role: "alert" }, h("p", {}, t("noSignIn")), h("button", { onclick: signIn }, t("signIn"))),
  );
}
