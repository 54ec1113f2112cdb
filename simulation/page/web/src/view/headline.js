/** What a reader should know first of a run in a month: the gap, and who bears late days. */

import { number, percent, t, titled } from "./texts.js";

/** @param {import("../model/run.js").Run} run */
export function headline(run, month) {
  const at = (measure, when, ...groups) => {
    for (const group of groups) {
      const series = run.series(measure, group);
      if (series) return series[when];
    }
    return null;
  };
  const mean = (measure, ...groups) => {
    const first = Math.max(0, month - 11);
    let sum = 0;
    for (let when = first; when <= month; when++) sum += at(measure, when, ...groups) ?? NaN;
    return sum / (month - first + 1);
  };
  const yearly = (measure) => [mean(measure, "large", "all large"), mean(measure, "sme", "all smes"), mean(measure, "all")];
  const pair = (measure) => [at(measure, month, "large", "all large"), at(measure, month, "sme", "all smes"), at(measure, month, "all")];
  const [large, sme, all] = pair("user_share");
  const [largeLate, smeLate, allLate] = yearly("late_days");
  const [largeOwn, smeOwn, allOwn] = yearly("own_late_days");
  const part = (late, own) => (late > 0 ? percent(Math.max(0, 1 - own / late)) : percent(0));
  const hasBoth = large !== null && sme !== null;
  const gap = hasBoth
    ? t("headline.gap", { large: percent(large), sme: percent(sme), gap: number(100 * (large - sme), 1) })
    : t("headline.one", { all: percent(all) });
  const late = hasBoth
    ? t("headline.late", {
        count: Math.min(12, month + 1), sme: number(smeLate, 2), large: number(largeLate, 2), smePart: part(smeLate, smeOwn), largePart: part(largeLate, largeOwn),
      })
    : t("headline.late_one", { count: Math.min(12, month + 1), all: number(allLate, 2), part: part(allLate, allOwn) });
  return { gap, late };
}

/** Firms that have adopted in a run and not in the first one, and the other way round; empty where there are none. */
export function compared(run, month) {
  const first = run.story.runs[0];
  if (run === first) return "";
  const from = run.row(month + 1), to = run.row(month + 2);
  let more = 0, fewer = 0;
  for (let at = from; at < to; at++) {
    if (run.adopted[at] > first.adopted[at]) more++;
    else if (run.adopted[at] < first.adopted[at]) fewer++;
  }
  if (!more && !fewer) return "";
  return t("headline.compared", { more: number(more), fewer: number(fewer), first: titled(first) });
}

/** Late deliveries of a month: how many began with the firm itself, how many with a supplier. */
export function lateNow(run, month) {
  const [from, to] = run.lateBetween(month * run.story.rounds, (month + 1) * run.story.rounds);
  let inherited = 0;
  for (let at = from; at < to; at++) if (run.passedOn[at] >= 0) inherited++;
  return t("headline.now", { own: number(to - from - inherited), inherited: number(inherited) });
}
