// Planning a change: settings or files in, what they would do out, and exactly that done.

import { get, post, Trouble } from "./api.js";
import { h } from "./dom.js";
import { planView, reasons } from "./planned.js";
import { settingsForm } from "./settings.js";
import { t, titled } from "./words.js";

const MAY_APPLY = ["marketer", "admin"];

/** /console/journeys/<name>/settings */
export async function settingsPage(name) {
  const [journey, me] = await Promise.all([get(`journeys/${name}`), get("me")]);
  const settings = settingsForm(journey.parameters);
  const titles = Object.fromEntries(journey.parameters.map((one) => [one.name, titled(one.title, one.name)]));
  const asked = async () => [{ name: `${name}.yaml`, text: journey.source, parameters: settings.values() }];
  return page({
    me,
    back: h("a.back", { href: `/console/journeys/${name}` }, t("backToJourney")),
    title: t("settingsOf", { title: titled(journey.title, name) }),
    lead: t("settingsLead"),
    source: journey.source ? settings.element : h("p", {}, t("noSource")),
    asked,
    titles,
  });
}

/** /console/plan */
export async function planPage() {
  const me = await get("me");
  const input = h("input", { id: "files", type: "file", multiple: true, accept: ".yaml,.yml", required: true, "aria-describedby": "files-hint" });
  const asked = () => Promise.all([...input.files].map(async (file) => ({ name: file.name, text: await file.text() })));
  return page({
    me,
    back: h("a.back", { href: "/console" }, t("back")),
    title: t("planTitle"),
    lead: t("planLead"),
    source: h("div.setting", {}, h("label", { for: "files" }, t("files")), input, h("p.quiet", { id: "files-hint" }, t("filesHint"))),
    asked,
    titles: {},
    announces: true,
  });
}

function page({ me, back, title, lead, source, asked, titles, announces = false }) {
  const result = h("div.result", { "aria-live": "polite" });
  const policy = h(
    "select",
    { id: "in-flight" },
    ["", "finish", "migrate", "exit"].map((one) => h("option", { value: one }, t(`inFlight_${one || "stated"}`))),
  );
  const announce = h("input", { id: "announce", type: "checkbox" });
  const button = h("button", {}, t("makePlan"));
  const question = async () => ({
    definitions: await asked(),
    in_flight: policy.value || null,
    announce: announce.checked,
  });
  const submit = async (event) => {
    event.preventDefault();
    await busy(button, result, async () => {
      result.replaceChildren(h("p.waiting", { role: "status" }, t("planning")));
      const wanted = await question();
      show(result, me, wanted, await post("plans", wanted), titles);
    });
  };
  const form = h(
    "form.card.plan-form",
    { onsubmit: submit, oninput: () => result.replaceChildren() },
    source,
    h("div.setting", {}, h("label", { for: "in-flight" }, t("inFlight")), policy),
    announces && h("div.setting.check", {}, announce, h("label", { for: "announce" }, t("announce"))),
    h("p.buttons", {}, button),
  );
  return [h("div.page", {}, h("p", {}, back), h("h1", {}, title), h("p.lead", {}, lead), form, result)];
}

/** The plan and, for those who may, the button that does exactly this. */
function show(result, me, asked, plan, titles, notice = null) {
  const heading = h("h2", { tabindex: -1 }, t("planSays"));
  const apply = h("button", { type: "button" }, t("applyPlan"));
  apply.addEventListener("click", () =>
    busy(apply, null, async () => {
      const done = await post("plans/apply", { ...asked, plan: plan.plan });
      if (done.applied) result.replaceChildren(published(done));
      else show(result, me, asked, done.plan, titles, refused(done));
    }, result),
  );
  const may = MAY_APPLY.includes(me.role);
  result.replaceChildren(
    ...[
      notice,
      heading,
      h("div.plan-says", {}, planView(plan, titles)),
      !plan.is_empty && (may ? h("p.buttons", {}, apply, h("span.quiet", {}, t("applyHint"))) : h("p.quiet", {}, t("applyRole"))),
    ].filter(Boolean),
  );
  heading.focus({ preventScroll: Boolean(notice) });
  if (notice) notice.scrollIntoView({ block: "start" });
}

function refused({ moved, plan }) {
  const said = [h("p", {}, t("planMoved")), reasons(moved, plan), h("p", {}, t("planMovedHint"))];
  return h("div.notice.small", { role: "alert" }, said);
}

function published(done) {
  const journeys = done.plan.changes.filter((one) => one.kind === "journey");
  return h(
    "div.notice.small.good",
    { role: "status" },
    h("p", {}, t("planApplied")),
    done.recounts && h("p", {}, t("planRecounts")),
    journeys.map((one) => h("p", {}, h("a", { href: `/console/journeys/${one.name}` }, titled(one.title, one.name)))),
  );
}

/** Runs something slow behind a button; what goes wrong is said where the answer would have been. */
async function busy(button, place, work, beside = place) {
  button.disabled = true;
  try {
    await work();
  } catch (trouble) {
    if (!(trouble instanceof Trouble)) throw trouble;
    const said = h("p.error", { role: "alert" }, trouble.place && `${trouble.place}: `, trouble.sentence);
    if (place) place.replaceChildren(said);
    else beside.append(said);
  }
  button.disabled = false;
}
