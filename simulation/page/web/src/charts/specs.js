/** What the charts show: measures, groups, scale and which survey points belong to them. */

/**
 * @typedef {object} Line
 * @property {string} measure
 * @property {string[]} groups the first that the run has is drawn
 * @property {string} label key of the catalogue after "line."
 * @property {number} dash 0 solid, 1 dashed, 2 dotted
 */

const LARGE = (measure, dash = 0) => ({ measure, groups: ["large", "all large"], label: "large", dash });
const SME = (measure, dash = 1) => ({ measure, groups: ["sme", "all smes"], label: "sme", dash });
const ALL = (measure, dash = 0) => ({ measure, groups: ["all"], label: "all", dash });
const sized = (measure) => [LARGE(measure), SME(measure)];
const makers = (pool, dash) => ({
  measure: "adopter_share", groups: [`${pool} manufacturing`, `all ${pool === "sme" ? "smes" : "large"} manufacturing`],
  label: `${pool} manufacturing`, dash,
});

/** @type {{id: string, lines: Line[], scale: number, digits: number, survey: [string, string][], least?: number}[]} */
export const CHARTS = [
  { id: "user_share", lines: sized("user_share"), scale: 100, digits: 1, survey: [["user_share", "large"], ["user_share", "sme"]], least: 0 },
  { id: "adopter_share", lines: [makers("large", 0), makers("sme", 1)], scale: 100, digits: 1,
    survey: [["adopter_share", "large manufacturing"], ["adopter_share", "sme manufacturing"]], least: 0 },
  { id: "user_gap", scale: 100, digits: 1, survey: [["user_gap", "manufacturing"], ["user_gap", "services"]], least: 0,
    lines: [ALL("user_gap"), { measure: "user_gap", groups: ["manufacturing"], label: "manufacturing", dash: 1 },
      { measure: "user_gap", groups: ["services"], label: "services", dash: 2 }] },
  { id: "user_gap_log_odds", lines: [ALL("user_gap_log_odds")], scale: 1, digits: 2, survey: [], least: 0 },
  { id: "adopter_gap", lines: [ALL("adopter_gap")], scale: 100, digits: 1, survey: [], least: 0 },
  { id: "adopter_gap_log_odds", lines: [ALL("adopter_gap_log_odds")], scale: 1, digits: 2, survey: [], least: 0 },
  { id: "defect_ppm", lines: sized("defect_ppm"), scale: 1, digits: 0, survey: [], least: 0 },
  { id: "on_time_share", lines: sized("on_time_share"), scale: 100, digits: 1, survey: [] },
  { id: "late_days", lines: sized("late_days"), scale: 1, digits: 2, survey: [], least: 0 },
  { id: "reproduction", scale: 1, digits: 2, survey: [], least: 0,
    lines: [{ measure: "structural_late", groups: ["all"], label: "structural", dash: 0 },
      { measure: "reproduction_late", groups: ["all"], label: "realised", dash: 2 }] },
];

/** Units of watched measures: scale, digits, and the key of the catalogue after "unit.". */
const UNITS = {
  "share of workers": [100, 1, "percent"], "share of firms": [100, 1, "percent"], share: [100, 1, "percent"], "0 to 1": [1, 3, "none"],
  "million won": [1e-3, 1, "billion"], firms: [1, 0, "firms"], days: [1, 2, "days"], nats: [1, 3, "nats"], ppm: [1, 0, "ppm"], "log-odds": [1, 2, "log_odds"],
};

/** The charts of a story: what a lesson looks at comes first. @param {import("../model/story.js").Story} story */
export function chartsOf(story) {
  const hasFormula = Object.keys(story.formulas).length > 0;
  const first = story.watch.map((watched) => {
    const groups = (spec) => spec.lines.flatMap((line) => (line.measure === watched.measure ? line.groups : []));
    const known = CHARTS.find((spec) => watched.groups.every((group) => groups(spec).includes(group)));
    if (known && !(hasFormula && watched.measure === "adopter_share")) return known;
    const [scale, digits, unit] = UNITS[watched.unit] ?? [1, 2, "none"];
    const lines = watched.groups.map((group, at) => ({ measure: watched.measure, groups: [group], label: group, dash: Math.min(at, 2) }));
    if (hasFormula && watched.measure === "adopter_share") {
      lines[0].label = "model";
      lines.push({ formula: 0, groups: [], label: "formula_steps", dash: 1 }, { formula: 1, groups: [], label: "formula_continuous", dash: 2 });
    }
    return { id: `watch-${watched.measure}`, lines, scale, digits, unit, survey: [], least: 0, watched };
  });
  return [...first, ...CHARTS.filter((spec) => !first.includes(spec))];
}

/** Values of a line in a run, scaled; null where the run has no such group. */
export function valuesOf(run, line, scale) {
  if (line.formula !== undefined) {
    const curve = run.story.formulas[run.name]?.[line.formula];
    return curve ? { group: "formula", values: curve.values.map((value) => value * scale) } : null;
  }
  for (const group of line.groups) {
    const series = run.series(line.measure, group);
    if (series) return { group, values: Array.from(series, (value) => (Number.isFinite(value) ? value * scale : null)) };
  }
  return null;
}
