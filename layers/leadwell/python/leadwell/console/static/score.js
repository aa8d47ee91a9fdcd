// Scores with their why: what gave how many points.

import { bars, card, h } from "./dom.js";
import { eventLabel } from "./events.js";
import { duration, moment, points } from "./format.js";
import { heading } from "./reasons.js";
import { named, t } from "./words.js";

/** The main score laid open, the others behind their names. */
export function scoreCard({ score, other_scores }, about) {
  return card(
    "score",
    t("score"),
    h("p.total", {}, h("strong", {}, points(score.score)), " ", h("span.quiet", {}, fading(score))),
    account(score, about),
    other_scores.length > 0 && [
      h("h3", {}, t("otherScores")),
      h(
        "ul.plain.scores",
        {},
        other_scores.map((one) =>
          h(
            "li",
            {},
            h(
              "details",
              {},
              h("summary", {}, h("strong", {}, about.title("scoring", one.model)), h("span.number", {}, points(one.score))),
              h("p.quiet", {}, fading(one)),
              account(one, about),
            ),
          ),
        ),
      ),
    ],
  );
}

const fading = (score) => (score.half_life ? t("halfLife", { duration: duration(score.half_life) }) : t("noHalfLife"));

/** Rule by rule, the most weighty first, and the newest points one by one. */
function account(score, about) {
  const events = new Map(score.credits.map((one) => [one.rule, eventLabel(one.name)]));
  const rows = [
    ...score.rules.map((one) => [events.get(one.rule) ?? named(one.rule), t("each", { times: one.times, points: points(one.points / one.times) }), one.value]),
    ...score.conditions.filter((one) => one.value).map((one) => [heading(one.reason, about) || named(one.rule), t("holds"), one.value]),
    ...(Math.abs(score.unexplained) >= 0.05 ? [[t("unexplained"), "", score.unexplained]] : []),
  ].sort((one, other) => Math.abs(other[2]) - Math.abs(one[2]));
  return [
    rows.length ? bars(rows.map(([name, how, value]) => ({ name, how, text: points(value), size: Math.abs(value) }))) : h("p.quiet", {}, t("noPoints")),
    score.credits.length > 0 &&
      h(
        "details.more",
        {},
        h("summary", {}, t("newest")),
        h(
          "ul.ledger",
          {},
          score.credits.slice(0, 20).map((one) =>
            h("li", {}, h("span", {}, eventLabel(one.name)), h("time.quiet", { datetime: one.at }, moment(one.at, about.now)), h("span.number", {}, points(one.value))),
          ),
        ),
      ),
  ];
}
