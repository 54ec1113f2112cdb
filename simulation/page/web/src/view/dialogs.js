/** Keys, and where the numbers come from. */

import { h } from "./dom.js";
import { date, number, t, titled } from "./texts.js";

function dialog(id, title, ...content) {
  const element = h("dialog", { id, "aria-labelledby": `${id}-title`, onclick: (event) => event.target === element && element.close() },
    h("div", { class: "inner" }, h("h2", { id: `${id}-title`, tabindex: -1, autofocus: true }, title), ...content,
      h("form", { method: "dialog" }, h("button", { type: "submit" }, t("close")))));
  return element;
}

export function keysDialog() {
  const rows = [["Space", "space"], ["← →", "arrows"], ["Home End", "ends"], ["1 2 3 4", "numbers"], ["L", "l"], ["− +", "speed"], ["Enter ← ↑ ↓ → Esc", "graph"], ["+ − 0", "zoom"]];
  return dialog("keys", t("keys.title"), h("table", {}, h("tbody", {}, rows.map(([keys, text]) =>
    h("tr", {}, h("th", { scope: "row" }, keys.split(" ").map((key) => h("kbd", {}, key))), h("td", {}, t(`keys.${text}`)))))));
}

/** @param {import("../model/story.js").Story} story @param {string} licences */
export function aboutDialog(story, licences) {
  const { world, runs } = story;
  return dialog("about", t("about.title"), h("p", {}, t("about.what")), h("p", {}, t("about.one")),
    h("p", {}, t("about.seed", { seed: story.seed, firms: number(world.count), links: number(world.links), months: story.months, date: date(story, 0), rounds: story.rounds })),
    h("p", {}, t("about.start_up", { date: date(story, story.surveyMonth) })),
    h("p", {}, t("about.reasons")), h("p", {}, t("about.late", { tolerance: number(runs[0].tolerance, 1) })), h("p", {}, t("about.steps")),
    story.fills.length > 0 && [h("p", {}, t("about.fills")), h("ul", {}, story.fills.map((fill) => h("li", {}, fill)))],
    story.command !== "" && [h("h3", {}, t("about.again")), h("pre", {}, h("code", {}, story.command))],
    runs.map((run) => h("div", {}, h("p", { class: "digest" }, h("b", {}, titled(run)), " ", run.description), h("p", { class: "digest" }, t("about.digest", { name: run.name, digest: run.digest.slice(0, 16) })))),
    h("h3", {}, t("about.sources")), h("ul", {}, story.survey.map((point) => h("li", {}, `${t(`survey.${point.id}`)}: ${point.source}`))),
    h("h3", {}, t("about.licences")), h("pre", { class: "licences", tabindex: 0 }, licences));
}
