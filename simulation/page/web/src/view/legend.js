/** What colours, shapes and rings mean, in one row. */

import { ENDS } from "../graph/paint.js";
import { REASONS } from "../model/explain.js";
import { ramp } from "./palette.js";
import { h } from "./dom.js";
import { number, percent, t } from "./texts.js";

const TICKS = {
  use: () => [[0, percent(0)], [1 / 3, percent(0.3)], [2 / 3, percent(0.6)], [1, percent(ENDS.use[1])]],
  defects: () => [300, 1000, 3000, 10_000, 30_000].map((ppm) => {
    const [low, high] = ENDS.defects.map(Math.log1p);
    return [(Math.log1p(ppm) - low) / (high - low), number(ppm)];
  }),
  late: () => [0, 3, 10, 20, 30].map((days) => [Math.sqrt(days / ENDS.late[1]), days === 30 ? `${days}+` : String(days)]),
};

/** @param {string} color @param {any} theme @param {import("../model/story.js").Story} story */
export function legend(color, theme, story) {
  const { is_manufacturing: makes, is_sme: small } = story.world.groups;
  const shapes = h("ul", { class: "shapes" },
    makes.includes(true) && h("li", {}, h("i", { class: "shape circle" }), t("legend.manufacturing")),
    makes.includes(false) && h("li", {}, h("i", { class: "shape square" }), t("legend.services")),
    small.includes(false) && h("li", {}, h("i", { class: "shape circle large" }), t("legend.large")),
    h("li", {}, h("i", { class: "late own" }), t("legend.late_own")),
    h("li", {}, h("i", { class: "late inherited" }), t("legend.late_inherited")),
    h("li", {}, h("i", { class: "way" }), t("legend.way")),
    h("li", { class: "visually-hidden" }, t("legend.rings")));
  return h("div", { class: "legend", role: "group", "aria-label": t("legend") }, scale(color, theme, story), shapes);
}

function scale(color, theme, story) {
  const title = h("p", { class: "scale-title" }, t(`legend.${color}`));
  if (color === "adoption") {
    const entry = (fill, text) => {
      const dot = h("i", { class: "shape circle" });
      dot.style.background = fill;
      return h("li", {}, dot, text);
    };
    return h("div", { class: "scale" }, title, h("ul", { class: "shapes" },
      story.runs.some((run) => run.rule === "hazard")
        ? REASONS.map((reason, at) => entry(theme.reasons[at], t(`reason.${reason}`)))
        : entry(theme.reasons[0], t("reason.adopted")),
      entry(theme.reasons[5], t("reason.start")), entry(theme.without, t("reason.without"))));
  }
  const bar = h("div", { class: "bar" });
  const table = ramp(theme[color]);
  const stops = Array.from({ length: 17 }, (_, at) => {
    const step = 4 * Math.min(255, at * 16);
    return `rgb(${table[step]} ${table[step + 1]} ${table[step + 2]})`;
  });
  bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  const ticks = TICKS[color]().map(([part, text], at, all) => {
    const tick = h("span", {}, text);
    tick.style.left = `${100 * part}%`;
    tick.style.transform = `translateX(${at === 0 ? "0" : at === all.length - 1 ? "-100%" : "-50%"})`;
    return tick;
  });
  return h("div", { class: "scale" }, title, bar, h("div", { class: "ticks" }, ticks));
}
