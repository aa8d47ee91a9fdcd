// The page of a mail: as any contact would get it, in each language, on a phone or a desk, light and dark; and a test.

import { get, post, Trouble } from "./api.js";
import { card, h } from "./dom.js";
import { nameOf } from "./person.js";
import { find } from "./search.js";
import { lang, named, t } from "./words.js";

const PURPOSES = { marketing: "forMarketing", transactional: "forTransactional", confirmation: "forConfirmation", internal: "forInternal" };

export async function mailsPage() {
  const { definitions } = await get("definitions");
  const mails = definitions.filter((one) => one.kind === "email");
  return [
    h(
      "div.page",
      {},
      h("p", {}, h("a.back", { href: "/console" }, t("back"))),
      h("h1", {}, t("mails")),
      h("p.lead", {}, t("mailsLead")),
      mails.length
        ? h("ul.rows", {}, mails.map((one) => h("li", {}, h("a", { href: `/console/emails/${one.name}` }, named(one.name)))))
        : h("p.quiet", {}, t("noMails")),
    ),
  ];
}

export async function mailPage(name) {
  const wanted = { contact: "", locale: lang() };
  const [{ findings }, { document: mail }] = await Promise.all([
    get(`emails/${name}/findings`, { language: lang() }),
    get(`definitions/email/${name}`),
  ]);
  const stage = stageOf();
  const said = h("p.quiet", { role: "status" });
  const draw = async () => {
    said.textContent = t("loading");
    try {
      stage.show(await post(`emails/${name}/preview`, wanted));
      said.textContent = "";
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      said.textContent = error.sentence;
    }
  };
  const page = h(
    "div.page.wide",
    {},
    h("p", {}, h("a.back", { href: "/console/emails" }, t("backToMails"))),
    h("h1", {}, named(name)),
    h("p.lead", {}, t(PURPOSES[mail.purpose] ?? "forMarketing")),
    h(
      "div.mail-tools",
      {},
      person((contact) => ((wanted.contact = contact), draw())),
      switches(t("language"), [["en", "English"], ["de", "Deutsch"]], wanted.locale, (one) => ((wanted.locale = one), draw())),
      switches(t("shownAs"), [["html", t("asHtml")], ["text", t("asText")]], "html", stage.as),
      switches(t("width"), [["wide", t("onDesk")], ["narrow", t("onPhone")]], "wide", stage.width),
      switches(t("colors"), [["light", t("light")], ["dark", t("dark")]], "light", stage.colors),
    ),
    said,
    stage.element,
    trial(name, wanted),
    findings.length > 0 && card("findings", t("findings"), h("ul.findings", {}, findings.map((one) => h(`li.${one.level}`, {}, h("strong", {}, `${one.locale}: `), one.message)))),
  );
  draw();
  return [page];
}

/** Where the mail is shown: {element, show(preview), as(kind), width(kind), colors(kind)}. */
function stageOf() {
  const subject = h("strong");
  const preheader = h("span.quiet.block");
  const missing = h("p.error", { hidden: true });
  const frame = h("iframe", { src: "/console/mail-frame.html", sandbox: "allow-scripts", title: t("mail"), tabindex: 0 });
  const text = h("pre", { hidden: true, tabindex: 0 });
  const element = h("div.mail.wide.light", {}, h("p.subject", {}, subject, preheader), missing, frame, text);
  let html = "";
  const fill = () => html && frame.contentWindow?.postMessage({ mail: html, dark: element.classList.contains("dark") }, "*"); // the frame has no origin to name
  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || !frame.isConnected) return;
    if (event.data?.ready) fill();
    if (event.data?.height) frame.style.setProperty("height", `${Math.min(event.data.height + 4, 4000)}px`);
  });
  const choose = (...kinds) => (kind) => {
    element.classList.remove(...kinds);
    element.classList.add(kind);
    fill();
  };
  return {
    element,
    show(preview) {
      html = preview.html;
      subject.textContent = preview.subject;
      preheader.textContent = preview.preheader;
      text.textContent = preview.text;
      missing.hidden = !preview.missing.length;
      missing.textContent = t("missingFields", { fields: preview.missing.join(", ") });
      fill();
    },
    as(kind) {
      frame.hidden = kind === "text";
      text.hidden = kind !== "text";
      if (kind === "html") fill();
    },
    width: choose("wide", "narrow"),
    colors: choose("light", "dark"),
  };
}

/** Buttons of which one is pressed. */
function switches(label, choices, present, choose) {
  const buttons = choices.map(([value, words]) =>
    h("button.small", { type: "button", "aria-pressed": String(value === present), "data-value": value, onclick: () => {
      for (const one of buttons) one.setAttribute("aria-pressed", String(one.dataset.value === value));
      choose(value);
    } }, words),
  );
  return h("div.switches", { role: "group", "aria-label": label }, buttons);
}

function person(choose) {
  const said = h("span.quiet", { role: "status" }, t("withSample"));
  const input = h("input", { type: "search", name: "contact", placeholder: t("asContact"), "aria-label": t("asContact"), autocomplete: "off", spellcheck: "false" });
  const look = async (event) => {
    event.preventDefault();
    const wanted = input.value.trim();
    const [found] = wanted ? await find(wanted).catch(() => []) : [];
    said.textContent = found ? nameOf(found) : wanted ? t("noneFound", { value: wanted }) : t("withSample");
    if (found || !wanted) choose(found?.id ?? "");
  };
  return h("form.as-contact", { role: "search", onsubmit: look }, h("div.field", {}, input, h("button.small", {}, t("show"))), said);
}

function trial(name, wanted) {
  const said = h("p.quiet", { role: "status" });
  const input = h("input", { type: "email", name: "to", required: true, "aria-label": t("testTo"), placeholder: "team@example.com" });
  const send = async (event) => {
    event.preventDefault();
    if (!wanted.contact) {
      said.textContent = t("testNeedsContact");
      return;
    }
    said.textContent = t("loading");
    try {
      await post(`emails/${name}/test`, { to: input.value.trim(), ...wanted });
      said.textContent = t("testSent");
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      said.textContent = error.status === 400 ? t("testRefused") : error.sentence;
    }
  };
  return card("test", t("test"), h("p.quiet", {}, t("testLead")), h("form.trial", { onsubmit: send }, h("div.field", {}, input, h("button", {}, t("sendTest")))), said);
}
