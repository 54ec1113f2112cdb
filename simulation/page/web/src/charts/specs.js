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

/** Values of a line in a run, scaled; null where the run has no such group. */
export function valuesOf(run, line, scale) {
  for (const group of line.groups) {
    const series = run.series(line.measure, group);
    if (series) return { group, values: Array.from(series, (value) => (Number.isFinite(value) ? value * scale : null)) };
  }
  return null;
}
