/** One chart: lines of all runs, survey points, a veil over what is still to come, and the same in words. */

import uPlot from "uplot";

import { FONT } from "../graph/overlay.js";
import { h } from "../view/dom.js";
import { charted, date, lined, number, t, titled } from "../view/texts.js";
import { valuesOf } from "./specs.js";

const DASHES = [[], [6, 4], [2, 3]];

export class Chart {
  /**
   * @param {import("../model/story.js").Story} story
   * @param {(typeof import("./specs.js").CHARTS)[number]} spec
   * @param {any} theme
   * @param {(month: number) => void} onMonth
   */
  constructor(story, spec, theme, onMonth) {
    Object.assign(this, { story, spec, theme });
    const id = `chart-${spec.id}`;
    this.title = h("h3", { id: `${id}-title` }, charted(spec), " ", h("span", { class: "unit" }, charted(spec, ".unit")));
    this.values = h("p", { class: "values", "aria-hidden": "true" });
    this.plot = h("div", { class: "plot", role: "img", "aria-labelledby": `${id}-title`, "aria-describedby": `${id}-words` });
    this.words = h("p", { id: `${id}-words` });
    this.element = h("figure", { class: "chart", id }, this.title, this.values, this.plot,
      h("details", {}, h("summary", {}, t("chart.words")), this.words));
    this.lines = story.runs.flatMap((run, number) =>
      spec.lines.map((line) => ({ run, number, line, found: valuesOf(run, line, spec.scale) })),
    ).filter((one) => one.found);
    this.points = spec.survey.flatMap(([measure, group]) =>
      story.survey.filter((point) => point.measure === measure && point.called === group && point.month >= 0 && point.month < story.months),
    );
    if (!this.lines.length) {
      this.plot.replaceWith(h("p", { class: "empty" }, t("chart.empty")));
      return;
    }
    this.onMonth = onMonth;
  }

  /** Draw into its place, which must be in the document. */
  mount() {
    if (!this.lines.length) return;
    const { story, theme, spec } = this;
    const months = Array.from({ length: story.months }, (_, month) => month);
    const top = this.top();
    const axis = { stroke: theme.muted, font: `11px ${FONT}`, grid: { stroke: theme.grid, width: 1 }, ticks: { show: false } };
    this.u = new uPlot({
      width: Math.max(this.plot.clientWidth, 120), height: Math.max(this.plot.clientHeight, 90), legend: { show: false },
      padding: [6, 8, 0, 0],
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [0, Math.max(story.months - 1, 1)] },
        y: { range: (_, low, high) => this.range(low, high, top) },
      },
      axes: [
        { ...axis, size: 20, gap: 3, align: 1, splits: () => yearSplits(story), values: (_, splits) => splits.map((month) => yearLabel(story, month)) },
        { ...axis, size: 42, gap: 4, space: 26, values: (_, splits) => splits.map((value) => trimmed(value)) },
      ],
      series: [{}, ...this.lines.map(({ number, line }) => ({
        // Runs are alike until their policies begin: the first is drawn wide and pale, so that the others show on it.
        stroke: theme.runs[number % theme.runs.length] + (number < story.runs.length - 1 ? "99" : ""),
        width: (line.dash === 2 ? 1.2 : 1.7) + widened(number, story.runs.length), dash: DASHES[line.dash],
        points: { show: false }, spanGaps: false,
      }))],
      hooks: { drawAxes: [(u) => this.drawUnder(u)], draw: [(u) => this.drawPoints(u)] },
    }, [months, ...this.lines.map((one) => one.found.values)], this.plot);
    this.veil = h("div", { class: "veil" });
    this.needle = h("div", { class: "needle" });
    this.u.over.append(this.veil, this.needle);
    this.u.over.addEventListener("pointerdown", (event) => this.seek(event));
    this.u.over.addEventListener("pointermove", (event) => event.buttons && this.seek(event));
  }

  seek(event) {
    const left = event.clientX - this.u.over.getBoundingClientRect().left;
    this.onMonth(Math.round(Math.min(this.story.months - 1, Math.max(0, this.u.posToVal(left, "x")))));
  }

  /** Largest value of a survey that must be seen. */
  top() {
    const ends = this.points.map((point) => this.spec.scale * Math.max(point.value ?? 0, point.high ?? 0, (point.value ?? 0) + 1.96 * (point.standard_error ?? 0)));
    return Math.max(-Infinity, ...ends);
  }

  range(low, high, top) {
    const least = Math.min(low ?? 0, this.spec.least ?? low ?? 0), most = Math.max(high ?? 1, top);
    const room = (most - least || 1) * 0.06;
    return [this.spec.least !== undefined && least >= 0 ? 0 : least - room, most + room];
  }

  /** Shade the start-up, mark the first month of the policies. */
  drawUnder(u) {
    const { ctx } = u, { left, top, height } = u.bbox;
    ctx.save();
    const survey = u.valToPos(Math.min(this.story.surveyMonth, this.story.months - 1), "x", true);
    ctx.globalAlpha = 0.55;
    ctx.fillStyle = this.theme.grid;
    ctx.fillRect(left, top, survey - left, height);
    ctx.globalAlpha = 1;
    const window = this.story.policyWindow();
    if (window && window[0] > 0 && window[0] < this.story.months) {
      const x = u.valToPos(window[0], "x", true);
      ctx.strokeStyle = this.theme.muted;
      ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(x, top);
      ctx.lineTo(x, top + height);
      ctx.stroke();
    }
    ctx.restore();
  }

  /** Draw survey points with their sampling interval, assumed ranges as bars, goals as diamonds. */
  drawPoints(u) {
    const { ctx } = u, unit = devicePixelRatio;
    ctx.save();
    ctx.setLineDash([]);
    for (const point of this.points) {
      const x = u.valToPos(point.month, "x", true), scale = this.spec.scale;
      const y = (value) => u.valToPos(scale * value, "y", true);
      ctx.strokeStyle = this.theme.text;
      ctx.fillStyle = this.theme.background;
      ctx.lineWidth = 1.4 * unit;
      ctx.beginPath();
      if (point.status === "assumed") {
        ctx.globalAlpha = 0.45;
        ctx.lineWidth = 4 * unit;
        ctx.moveTo(x, y(point.low));
        ctx.lineTo(x, y(point.high));
        ctx.stroke();
        ctx.globalAlpha = 1;
        continue;
      }
      if (point.standard_error) {
        ctx.moveTo(x, y(point.value - 1.96 * point.standard_error));
        ctx.lineTo(x, y(point.value + 1.96 * point.standard_error));
        ctx.stroke();
        ctx.beginPath();
      }
      const r = 3.4 * unit, at = y(point.value);
      if (point.status === "goal") {
        ctx.moveTo(x - r, at);
        for (const [dx, dy] of [[0, -1], [1, 0], [0, 1]]) ctx.lineTo(x + 1.3 * r * dx, at + 1.3 * r * dy);
        ctx.closePath();
      } else ctx.arc(x, at, r, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    }
    ctx.restore();
  }

  /** Follow the picture: a needle at a moment and a veil over what comes later. */
  follow(position) {
    if (!this.u) return;
    const x = Math.round(2 * this.u.valToPos(Math.min(position, this.story.months - 1), "x")) / 2;
    if (x === this.needleAt) return;
    this.needleAt = x;
    this.needle.style.transform = this.veil.style.transform = `translateX(${x}px)`;
  }

  /** Write the values of a month. */
  show(month) {
    if (!this.lines.length) return;
    const { spec } = this, several = this.story.runs.length > 1;
    this.values.replaceChildren(...this.story.runs.flatMap((run, at) => {
      const mine = this.lines.filter((one) => one.run === run);
      const told = mine.map(({ line, found }) =>
        h("span", { class: `dash${line.dash}` }, spec.lines.length > 1 ? `${lined(line.label)} ` : "", h("b", {}, number(found.values[month], spec.digits))));
      return [h("span", { class: "of-run", "data-run": at }, several ? h("i", { class: "swatch" }) : null, ...told)];
    }));
  }

  /** Write the summary in words; only when the picture rests, so that nobody is talked at. */
  tell(month) {
    const { spec, story } = this;
    const unit = charted(spec, ".unit");
    const value = (one, at) => (one.found.values[at] === null ? "–" : `${number(one.found.values[at], spec.digits)} ${unit}`);
    const lines = this.lines.map((one) => t("summary.line", {
      run: titled(one.run), line: lined(one.line.label), now: value(one, month), first: value(one, 0), last: value(one, story.months - 1),
    }));
    const points = this.points.map((point) => t("summary.point", {
      what: t(`survey.${point.id}`), date: date(story, point.month),
      value: point.status === "assumed"
        ? `${number(100 * point.low, 1)}–${number(100 * point.high, 1)} ${unit} (${t("point.assumed")})`
        : `${number(spec.scale * point.value, 1)} ${unit} (${t(`point.${point.status}`)})`,
      source: point.source,
    }));
    this.words.textContent = [`${date(story, month)}.`, ...lines, ...points].join(" ");
  }

  resize() {
    const width = this.plot.clientWidth, height = this.plot.clientHeight;
    if (this.u && width > 0 && (width !== this.u.width || height !== this.u.height)) this.u.setSize({ width, height });
  }

  kill() {
    this.u?.destroy();
  }
}

/** How much wider the line of an earlier run is, in pixels. */
function widened(number, runs) {
  return runs > 1 ? ((runs === 2 ? 2.2 : 4) * (runs - 1 - number)) / (runs - 1) : 0;
}

function yearSplits(story) {
  const step = story.months > 150 ? 60 : story.months > 60 ? 24 : story.months > 24 ? 12 : 6;
  return Array.from({ length: Math.ceil(story.months / step) }, (_, at) => at * step);
}

function yearLabel(story, month) {
  const year = story.startYear + Math.floor(month / 12);
  return month % 12 ? `${year}.${(month % 12) + 1}` : String(year);
}

function trimmed(value) {
  return Math.abs(value) >= 10_000 ? `${number(value / 1000)}k` : number(value, Number.isInteger(value) ? 0 : Math.abs(value) < 1 ? 2 : 1);
}
