/** One run: its name, what to know first, and its network. */

import { Network } from "../graph/network.js";
import { h } from "./dom.js";
import { compared, headline, lateNow } from "./headline.js";
import { date, named, number, percent, t, titled } from "./texts.js";

/**
 * @param {import("../model/run.js").Run} run
 * @param {any} theme
 * @param {any} actions what a panel may ask for: choose, hover, moved
 */
export function panel(run, theme, actions) {
  const { story } = run;
  const gap = h("p", { class: "gap" }), late = h("p", { class: "late" }), now = h("p", { class: "now" });
  const stage = h("div", {
    class: "stage", id: `stage-${run.number}`, tabindex: 0, role: "application", "aria-roledescription": t("network.application"),
    "aria-label": t("network", { count: number(story.world.count), title: titled(run) }), "aria-describedby": "stage-hint",
  });
  const tip = h("div", { class: "tip", hidden: true, role: "presentation" });
  const reset = h("button", { type: "button", class: "quiet reset", title: t("reset"), "aria-label": t("reset"), onclick: () => network?.sigma.getCamera().animatedReset() }, "⤢");
  const element = h("section", { class: "panel of-run", "data-run": run.number, "aria-labelledby": `title-${run.number}` },
    h("header", {}, h("h2", { id: `title-${run.number}` }, h("i", { class: "swatch" }), titled(run)), gap, late),
    h("div", { class: "frame" }, stage, tip, reset), now);
  /** @type {Network | null} */
  let network = null;

  const hover = (firm, place) => {
    tip.hidden = firm < 0;
    if (firm < 0 || !place) return;
    tip.replaceChildren(...tipOf(run, firm, actions.month()));
    const isLeft = place.x > stage.clientWidth * 0.6;
    tip.style.left = `${place.x + (isLeft ? -14 : 14)}px`;
    tip.style.top = `${Math.max(8, Math.min(place.y - 10, stage.clientHeight - 110))}px`;
    tip.style.transform = isLeft ? "translateX(-100%)" : "";
  };

  return {
    element,
    run,
    get network() {
      return network;
    },
    /** Draw the network, once the panel is in the document. */
    mount() {
      try {
        network = new Network(stage, run, theme, { onFirm: actions.choose, onHover: hover, onMove: actions.moved });
      } catch (error) {
        console.warn(error);
        stage.replaceChildren(h("p", { class: "empty" }, t("error.no_webgl")));
        return;
      }
      stage.addEventListener("keydown", (event) => keys(event, network, actions));
      // Where the page is a column, one finger scrolls it: the picture gets taps, and moves with two.
      for (const kind of ["touchstart", "touchmove"]) {
        stage.addEventListener(kind, (event) => column.matches && event.touches.length === 1 && event.stopPropagation(), { capture: true, passive: true });
      }
    },
    names(layout) {
      network?.setNames(layout === "rings" ? ringNames(story.world) : cellNames(story.world));
    },
    tell(month) {
      const told = headline(run, month);
      gap.textContent = told.gap;
      late.textContent = told.late;
      now.textContent = [lateNow(run, month), compared(run, month)].filter(Boolean).join(" ");
    },
    kill() {
      network?.kill();
    },
  };
}

function tipOf(run, firm, month) {
  const { world } = run.story, member = world.member(firm);
  const turn = run.turns(firm, month).at(-1);
  const adopted = !turn ? t("firm.not_adopted", { date: date(run.story, month) })
    : turn.month < 0 ? t("firm.adopted_start") : t(turn.hasAdopted ? "firm.adopted" : "firm.quit", { date: date(run.story, turn.month) });
  return [
    h("b", {}, t("firm", { name: world.name(firm) })),
    h("span", {}, [member.size, member.sector, member.region].map(named).join(" · ")),
    h("span", {}, t("firm.workers", { count: number(Math.round(world.workers[firm])) })),
    h("span", {}, adopted),
    h("span", {}, `${t("firm.use")} ${percent(run.userShare(firm, month))} · ${number(run.ppm(firm, month))} ppm`),
  ];
}

const column = matchMedia("(max-width: 999px)");

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Keys of the picture; those that it takes do not reach the page. */
function keys(event, network, actions) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const camera = network.sigma.getCamera(), firm = actions.firm();
  const taken = () => {
    event.preventDefault();
    event.stopPropagation();
  };
  if (event.key in ARROWS && firm >= 0) {
    actions.choose(network.neighbour(firm, ...ARROWS[event.key]), true);
    taken();
  } else if (event.key === "Enter" && firm < 0) {
    const { world } = network.run.story;
    actions.choose(world.workers.indexOf(world.workers.reduce((one, other) => Math.max(one, other))), true);
    taken();
  } else if (event.key === "Enter") {
    document.getElementById("card-title")?.focus();
    taken();
  } else if (event.key === "+" || event.key === "=") {
    camera.animatedZoom(1.5);
    taken();
  } else if (event.key === "-") {
    camera.animatedUnzoom(1.5);
    taken();
  } else if (event.key === "0") {
    camera.animatedReset();
    taken();
  }
}

/** Names of the regions around the rings, and of the rings along the border between the first two regions. */
function ringNames(world) {
  const names = world.groups.regions.map((region, at) => {
    const [first, last] = world.wedges[at], angle = (first + last) / 2;
    const x = 1.035 * Math.cos(angle), y = 1.035 * Math.sin(angle);
    return { text: named(region), x, y, align: Math.abs(Math.cos(angle)) < 0.3 ? "center" : Math.cos(angle) > 0 ? "right" : "left" };
  });
  if (world.groups.regions.length <= 2) for (const name of names) Object.assign(name, { x: name.x > 0 ? 1 : -1, y: 0.93, align: name.x > 0 ? "right" : "left", isCorner: true });
  const bands = new Map();
  const { rings } = world.places;
  for (let firm = 0; firm < world.count; firm++) {
    const radius = Math.hypot(rings[firm], rings[world.count + firm]), band = world.band[firm];
    bands.set(band, Math.max(bands.get(band) ?? 0, radius));
  }
  const angle = world.groups.regions.length > 1 ? world.wedges[0][0] + (world.wedges.at(-1)[1] + 2 * Math.PI - world.wedges[0][0]) / 2 : Math.PI / 2;
  const sorted = [...bands].sort(([one], [other]) => one - other);
  sorted.forEach(([band, radius], at) => {
    const inner = at ? sorted[at - 1][1] : 0;
    const middle = (inner + radius) / 2;
    if (band > 1 && (radius - inner > 0.035 || at === sorted.length - 1)) {
      names.push({ text: t(`band.${band}`), x: middle * Math.cos(angle), y: middle * Math.sin(angle), align: "center", isFaint: true });
    }
  });
  return names;
}

/** Names above the cells of regions, and of sectors where they have cells of their own. */
function cellNames(world) {
  const { cells } = world.places, boxes = new Map();
  for (let firm = 0; firm < world.count; firm++) {
    const member = world.member(firm), name = named(member.region) + (world.hasSectorCells ? ` · ${named(member.sector)}` : "");
    const x = cells[firm], y = cells[world.count + firm];
    const box = boxes.get(name) ?? [x, x, y];
    boxes.set(name, [Math.min(box[0], x), Math.max(box[1], x), Math.max(box[2], y)]);
  }
  return [...boxes].map(([text, [left, right, top]]) => ({ text, x: (left + right) / 2, y: Math.min(top + 0.05, 1.03), align: "center" }));
}
