/** What moves above the firms: lateness on its way, the selected firm and its partners, names of regions and rings. */

/** A plane map from places of the layout to pixels, of three points that sigma maps. */
function mapOf(sigma) {
  const [o, x, y] = [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 0, y: 1 }].map((point) => sigma.graphToViewport(point));
  return (px, py) => [o.x + (x.x - o.x) * px + (y.x - o.x) * py, o.y + (x.y - o.y) * px + (y.y - o.y) * py];
}

/** Rounds after which a way has faded. */
const TRAIL = 2.6;

/** Classes of days, which are drawn equally wide in motion. */
const DAYS = [3, 8, 16, 28];

/** Ways in motion at once, at most. */
const MOST_MOVING = 400;

export class Overlay {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import("../model/run.js").Run} run
   * @param {any} theme
   */
  constructor(canvas, run, theme) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.run = run;
    this.theme = theme;
    this.passed = [];
    this.month = -1;
    this.names = [];
  }

  resize(width, height, ratio) {
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    Object.assign(this, { width, height, ratio });
  }

  /** Know the deliveries of a month that were passed on, and when the picture says nothing else, all of them. */
  show(month) {
    this.month = month;
    this.passed = this.run.passedIn(month);
  }

  /**
   * @param {any} sigma
   * @param {{layout: string, fraction: number, isPlaying: boolean, isStill: boolean, firm: number, radius: (firm: number) => number}} view
   *   fraction of the month that has passed; isStill where motion is not wanted
   */
  draw(sigma, view) {
    const { context, ratio, width, height } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const map = mapOf(sigma);
    this.drawNames(map);
    const chosen = view.firm >= 0 ? this.chosen(view.firm) : null;
    if (chosen) this.drawPartners(map, view, chosen);
    this.drawWays(map, view, chosen);
    if (view.firm >= 0) this.drawSelected(map, view);
  }

  place(map, firm, layout) {
    const places = this.run.story.world.places[layout];
    return map(places[firm], places[this.run.story.world.count + firm]);
  }

  drawNames(map) {
    const { context, theme } = this;
    context.textBaseline = "middle";
    context.lineJoin = "round";
    let last = [-99, -99];
    const middle = map(0, 0)[0];
    for (const { text, x, y, align, isFaint, isCorner } of this.names) {
      let [px, py] = map(x, y);
      if (isFaint && Math.hypot(px - last[0], py - last[1]) < 13) continue; // rings too narrow for their names
      if (isFaint) last = [px, py];
      context.font = `${isFaint ? 500 : 650} ${isFaint ? 11 : 12.5}px ${FONT}`;
      context.textAlign = align;
      if (isCorner) {
        // Beside the picture, not on each other where it is small.
        const reach = context.measureText(text).width + 24;
        px = align === "right" ? Math.max(px, Math.min(this.width - 6, middle + reach)) : Math.min(px, Math.max(6, middle - reach));
      }
      context.strokeStyle = theme.halo;
      context.lineWidth = 3.5;
      context.strokeText(text, px, py);
      context.fillStyle = theme.muted;
      context.fillText(text, px, py);
    }
  }

  /** Ways of lateness in this month that touch a firm: it is the root, on the way, or the victim. */
  chosen(firm) {
    if (this.chosenFor === firm && this.chosenIn === this.month) return this.chosenWays;
    const ways = new Set();
    for (const late of this.passed) {
      if (late.root === firm || late.firm === firm || this.run.path(late).includes(firm)) ways.add(late.index);
    }
    Object.assign(this, { chosenFor: firm, chosenIn: this.month, chosenWays: ways });
    return ways;
  }

  drawWays(map, view, chosen) {
    // Very many ways would hide the picture: each then is thinner and fainter.
    const crowd = Math.min(1, Math.sqrt(50 / Math.max(this.passed.length, 1)));
    if (view.isPlaying && !view.isStill) this.drawMoving(map, view, chosen, crowd);
    else this.drawStanding(map, view, chosen, crowd);
    this.context.globalAlpha = 1;
  }

  drawStanding(map, view, chosen, crowd) {
    for (const late of this.passed) {
      const from = this.place(map, late.supplier, view.layout), to = this.place(map, late.firm, view.layout);
      const strength = strengthOf(chosen, !chosen || chosen.has(late.index), crowd), width = widthOf(late.days, crowd);
      this.stroke([[from, to]], 0, 1, width, 0.85 * strength);
      this.drawHead(from, to, width, strength, view.radius(late.firm));
    }
  }

  /** Ways of a round move together, so those of one width are drawn in one stroke. */
  drawMoving(map, view, chosen, crowd) {
    const { theme, run } = this;
    for (const { round, days, isChosen, ways } of this.batches(chosen)) {
      const age = view.fraction * run.story.rounds - round;
      if (age < 0 || age >= TRAIL) continue;
      const strength = strengthOf(chosen, isChosen, crowd), width = widthOf(days, crowd);
      const lines = ways.map((late) => [this.place(map, late.supplier, view.layout), this.place(map, late.firm, view.layout)]);
      if (age < 1) {
        const head = ease(age);
        this.stroke(lines, 0, head, width * 0.7, 0.45 * strength);
        this.stroke(lines, Math.max(0, head - 0.3), head, width * 1.3, 0.95 * strength);
        this.dots(lines.map(([from, to]) => along(from, to, head)), width + 1.6, theme.way, strength);
        this.pulses(lines.map(([from]) => from), ways.map((late) => view.radius(late.supplier)), age, theme.lateOwn, strength);
      } else {
        this.stroke(lines, 0, 1, width, 0.55 * (1 - (age - 1) / (TRAIL - 1)) * strength);
        if (age < 2) this.pulses(lines.map(([, to]) => to), ways.map((late) => view.radius(late.firm)), age - 1, theme.lateInherited, strength);
      }
    }
  }

  /** Ways in motion by round, class of days, and whether they touch the chosen firm. */
  batches(chosen) {
    if (this.batchedFor === chosen && this.batchedIn === this.month) return this.batched;
    const first = this.month * this.run.story.rounds, found = new Map();
    for (const late of mostDays(this.passed, chosen)) {
      const round = late.time - first, days = DAYS.find((most) => late.days <= most) ?? DAYS.at(-1);
      const isChosen = !chosen || chosen.has(late.index), key = `${round} ${days} ${isChosen}`;
      if (!found.has(key)) found.set(key, { round, days, isChosen, ways: [] });
      found.get(key).ways.push(late);
    }
    Object.assign(this, { batchedFor: chosen, batchedIn: this.month, batched: [...found.values()] });
    return this.batched;
  }

  /** Draw a part of ways, from `first` to `last` between 0 and 1. */
  stroke(lines, first, last, width, alpha) {
    if (alpha <= 0.01) return;
    const { context } = this;
    context.lineCap = "round";
    context.globalAlpha = alpha;
    context.strokeStyle = this.theme.way;
    context.lineWidth = width;
    context.beginPath();
    for (const [from, to] of lines) {
      // A part of a quadratic curve is one again.
      const middle = bend(from, to), at = (t, u) => [0, 1].map((axis) =>
        (1 - t) * (1 - u) * from[axis] + (t + u - 2 * t * u) * middle[axis] + t * u * to[axis]);
      context.moveTo(...at(first, first));
      context.quadraticCurveTo(...at(first, last), ...at(last, last));
    }
    context.stroke();
  }

  drawHead(from, to, width, strength, radius) {
    const { context } = this;
    const [mx, my] = bend(from, to);
    const angle = Math.atan2(to[1] - my, to[0] - mx), size = 3.2 + 1.6 * width;
    const x = to[0] - Math.cos(angle) * radius, y = to[1] - Math.sin(angle) * radius;
    context.globalAlpha = strength;
    context.fillStyle = this.theme.way;
    context.beginPath();
    context.moveTo(x, y);
    for (const side of [2.65, -2.65]) context.lineTo(x + size * Math.cos(angle + side), y + size * Math.sin(angle + side));
    context.fill();
  }

  dots(places, radius, color, alpha) {
    const { context } = this;
    context.globalAlpha = alpha;
    context.fillStyle = color;
    context.strokeStyle = this.theme.halo;
    context.lineWidth = 1;
    circles(context, places, () => radius);
    context.fill();
    context.stroke();
  }

  /** Rings that widen and fade. */
  pulses(places, radii, age, color, alpha) {
    const { context } = this;
    context.globalAlpha = alpha * (1 - age) * 0.9;
    context.strokeStyle = color;
    context.lineWidth = 2.2 * (1 - age) + 0.4;
    circles(context, places, (at) => radii[at] + 3 + 11 * age);
    context.stroke();
  }

  /** Links of the selected firm: to its suppliers dashed, to its customers solid. */
  drawPartners(map, view) {
    const { context, run, theme } = this;
    const world = run.story.world, supplier = run.suppliers(this.month), here = this.place(map, view.firm, view.layout);
    context.strokeStyle = theme.ink;
    context.globalAlpha = 0.5;
    context.lineWidth = 1.1;
    const line = (firm) => {
      context.beginPath();
      context.moveTo(...here);
      context.lineTo(...this.place(map, firm, view.layout));
      context.stroke();
    };
    context.setLineDash([4, 3]);
    for (let link = world.start[view.firm]; link < world.start[view.firm + 1]; link++) line(supplier[link]);
    context.setLineDash([]);
    for (const link of this.sold(view.firm)) line(world.buyer[link]);
    context.globalAlpha = 1;
  }

  /** Links over which a firm sells in the month shown. */
  sold(firm) {
    if (this.soldFor === firm && this.soldIn === this.month) return this.soldLinks;
    const supplier = this.run.suppliers(this.month), found = [];
    for (let link = 0; link < supplier.length; link++) if (supplier[link] === firm) found.push(link);
    Object.assign(this, { soldFor: firm, soldIn: this.month, soldLinks: found });
    return found;
  }

  drawSelected(map, view) {
    const { context, theme } = this;
    const [x, y] = this.place(map, view.firm, view.layout), radius = view.radius(view.firm) + 5;
    for (const [color, width] of [[theme.halo, 5], [theme.ink, 2.2]]) {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.stroke();
    }
  }
}

export const FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", NanumGothic, sans-serif';

/** Middle of the curve between two points: a little to the left of the way. */
function bend(from, to) {
  const dx = to[0] - from[0], dy = to[1] - from[1];
  return [(from[0] + to[0]) / 2 + 0.14 * dy, (from[1] + to[1]) / 2 - 0.14 * dx];
}

function along(from, to, t) {
  const [mx, my] = bend(from, to);
  const a = (1 - t) * (1 - t), b = 2 * t * (1 - t), c = t * t;
  return [a * from[0] + b * mx + c * to[0], a * from[1] + b * my + c * to[1]];
}

function circles(context, places, radius) {
  context.beginPath();
  places.forEach(([x, y], at) => {
    context.moveTo(x + radius(at), y);
    context.arc(x, y, radius(at), 0, 2 * Math.PI);
  });
}

/** Ways that are drawn in motion: of very many those with most days, and all that touch the chosen firm. */
function mostDays(passed, chosen) {
  if (passed.length <= MOST_MOVING) return passed;
  const least = passed.map((late) => late.days).sort((one, other) => other - one)[MOST_MOVING];
  return passed.filter((late) => late.days > least || chosen?.has(late.index));
}

const strengthOf = (chosen, isChosen, crowd) => (!chosen ? 0.25 + 0.75 * crowd : isChosen ? 1 : 0.25 * crowd);
const widthOf = (days, crowd) => (1.1 + Math.min(2.4, 0.45 * Math.sqrt(days))) * (0.45 + 0.55 * crowd);
const ease = (t) => t * t * (3 - 2 * t);
