/** Who a firm is, why it adopted, who made it late: in every run, at the month shown. */

import { decision, drawOf } from "../model/explain.js";
import { h, icon, ICONS } from "./dom.js";
import { date, named, number, percent, signed, t, titled } from "./texts.js";

const MOST = 4;

/**
 * @param {import("../model/story.js").Story} story
 * @param {number} firm
 * @param {number} month
 * @param {(firm: number) => void} choose
 */
export function card(story, firm, month, choose) {
  const world = story.world, member = world.member(firm), tier = world.tier[firm];
  const facts = [
    named(member.size), named(member.sector), named(member.region),
    t("firm.workers", { count: number(Math.round(world.workers[firm])) }),
    tier < 0 ? t("firm.tier.none") : tier === 0 ? t("firm.tier.0") : t("firm.tier", { tier }),
  ];
  const title = h("h2", { id: "card-title", tabindex: -1 }, t("firm", { name: world.name(firm) }));
  return h("section", { class: "card", id: "card", "aria-labelledby": "card-title" },
    h("header", {}, title,
      h("button", { type: "button", class: "quiet", id: "close-card", "aria-label": t("close"), title: t("close"), onclick: () => choose(-1) }, icon(ICONS.close))),
    h("ul", { class: "facts" }, facts.map((fact) => h("li", {}, fact))),
    h("div", { class: "card-runs" }, articles(story, firm, month, choose)));
}

/** One article a run; one for all where they tell the same, as before the policies begin. */
function articles(story, firm, month, choose) {
  const made = story.runs.map((run) => ofRun(story, run, firm, month, choose));
  const several = made.length > 1, told = made.map((article) => article.textContent);
  if (several && told.every((text) => text === told[0])) {
    made[0].removeAttribute("data-run");
    made[0].prepend(h("p", { class: "hint same" }, t("firm.same")));
    return made.slice(0, 1);
  }
  if (several) made.forEach((article, at) => article.prepend(h("h3", {}, titled(story.runs[at]))));
  return made;
}

function ofRun(story, run, firm, month, choose) {
  const late = run.lateOf(firm, month);
  const days = late.filter((one) => Math.floor(one.time / story.rounds) === month).reduce((sum, one) => sum + one.days, 0);
  const cell = (label, value) => h("div", {}, h("dt", {}, label), h("dd", {}, value));
  return h("article", { class: "of-run", "data-run": run.number },
    h("p", { class: "status" }, status(story, run, firm, month)),
    h("dl", { class: "numbers" },
      cell(t("firm.use"), percent(run.userShare(firm, month), 1)), cell(t("firm.capacity"), number(run.capacityOf(firm, month), 2)),
      cell(t("firm.defects"), `${number(run.ppm(firm, month))} ppm`), cell(t("firm.late"), number(days, 1))),
    why(story, run, firm, month, choose), lateness(story, run, firm, month, late, choose));
}

function status(story, run, firm, month) {
  const turns = run.turns(firm, month);
  if (!turns.length) return t("firm.not_adopted", { date: date(story, month) });
  return turns.map(({ month: when, hasAdopted }) =>
    when < 0 ? t("firm.adopted_start") : t(hasAdopted ? "firm.adopted" : "firm.quit", { date: date(story, when) })).join(" · ");
}

/** Terms of the decision: of its adoption, or of this month where it has not adopted. */
function why(story, run, firm, month, choose) {
  if (run.rule !== "hazard") return h("p", { class: "hint" }, t("firm.other_rule", { rule: run.rule }));
  const turns = run.turns(firm, month), last = turns.at(-1);
  if (last?.hasAdopted && last.month < 0) return null;
  if (last && !last.hasAdopted && month - last.month < run.quitting.readopt_months) return h("p", { class: "hint" }, t("firm.waiting"));
  const when = last?.hasAdopted ? last.month : month;
  const made = decision(run, firm, when);
  const shown = made.terms.filter((term) => term.key === "level" || Math.abs(term.value) >= 5e-3);
  const most = Math.max(...shown.map((term) => Math.abs(term.value)), 1e-9);
  const draw = last?.hasAdopted ? drawOf(run, firm, when) : null;
  return h("section", { class: "why" },
    h("h4", {}, t(last?.hasAdopted ? "firm.why_adopted" : "firm.why_not", { date: date(story, when) })),
    h("table", { class: "terms" }, h("tbody", {}, shown.map((term) => termRow(term, most)))),
    h("p", { class: "sum" }, t("firm.sum", { index: signed(made.index), chance: percent(made.chance, 2) }),
      draw !== null && ` ${t("firm.draw", { draw: number(draw, 4) })}`),
    partners(run, made.pressedBy, choose));
}

function termRow(term, most) {
  const bar = h("i", { class: term.value < 0 ? "against" : "for" });
  bar.style.width = `${(50 * Math.abs(term.value)) / most}%`;
  const share = term.share === undefined ? "" : term.key === "trend" ? number(term.share) : term.key === "capacity" ? number(term.share, 2) : percent(term.share);
  return h("tr", { "data-term": term.key }, h("th", { scope: "row" }, t(`term.${term.key}`, { share })),
    h("td", { class: "bars", "aria-hidden": "true" }, bar), h("td", { class: "value" }, signed(term.value, 2)));
}

function partners(run, pressedBy, choose) {
  if (!pressedBy.length) return h("p", { class: "hint" }, t("firm.pressed.none"));
  const { world } = run.story;
  return h("div", {}, h("h5", {}, t("firm.pressed")), h("ul", { class: "partners" }, pressedBy.slice(0, MOST).map((partner) =>
    h("li", {}, firmButton(partner.firm, t(`firm.${partner.role}`, { name: world.name(partner.firm), share: percent(partner.share) }), choose),
      h("b", {}, signed(partner.effect, 3))))));
}

function firmButton(firm, text, choose) {
  return h("button", { type: "button", class: "link", onclick: () => choose(firm) }, text);
}

function lateness(story, run, firm, month, late, choose) {
  const { world } = story, rounds = story.rounds;
  const now = late.filter((one) => Math.floor(one.time / rounds) === month);
  const told = now.map((one) => {
    const values = { round: (one.time % rounds) + 1, days: number(one.days, 1) };
    if (one.links === 0) return h("li", {}, t("firm.delivery.own", values));
    const way = run.path(one).slice(0, -1);
    return h("li", {}, t("firm.delivery.inherited", values), " ",
      way.flatMap((other, at) => [at ? " → " : "", firmButton(other, world.name(other), choose)]));
  });
  const inherited = late.filter((one) => one.links > 0 && one.root !== firm);
  return h("section", { class: "lateness" }, h("h4", {}, t("firm.made_late")),
    now.length ? h("ul", { class: "deliveries" }, told) : h("p", { class: "hint" }, t("firm.on_time", { date: date(story, month) })),
    h("p", {}, t("firm.so_far", { count: number(late.length), days: number(late.reduce((sum, one) => sum + one.days, 0)), inherited: number(inherited.length) })),
    ranked(t("firm.roots"), inherited, (one) => one.root, world, choose),
    victims(run, firm, month, world, choose));
}

function victims(run, firm, month, world, choose) {
  const made = run.lateOf(firm, month, true);
  return made.length ? ranked(t("firm.victims"), made, (one) => one.firm, world, choose) : h("p", { class: "hint" }, t("firm.victims.none"));
}

/** Firms behind deliveries, those with most days first. */
function ranked(title, deliveries, firmOf, world, choose) {
  if (!deliveries.length) return null;
  const sums = new Map();
  for (const one of deliveries) {
    const sum = sums.get(firmOf(one)) ?? { count: 0, days: 0 };
    sum.count++;
    sum.days += one.days;
    sums.set(firmOf(one), sum);
  }
  const first = [...sums].sort(([, one], [, other]) => other.days - one.days).slice(0, MOST);
  return h("div", {}, h("h5", {}, title), h("ul", { class: "partners" }, first.map(([other, { count, days }]) =>
    h("li", {}, firmButton(other, t("firm", { name: world.name(other) }), choose), h("span", {}, t("firm.root", { count, days: number(days, 1) }))))));
}
