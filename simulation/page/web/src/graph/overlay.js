/** What moves above the firms: lateness on its way, the selected firm and its partners, names of regions and rings. */

/** A plane map from places of the layout to pixels, of three points that sigma maps. */
function mapOf(sigma) {
  const [o, x, y] = [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 0, y: 1 }].map((point) => sigma.graphToViewport(point));
  return (px, py) => [o.x + (x.x - o.x) * px + (y.x - o.x) * py, o.y + (x.y - o.y) * px + (y.y - o.y) * py];
}

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
    const { context, theme, run } = this;
    const rounds = run.story.rounds, first = this.month * rounds;
    context.lineCap = "round";
    // Very many ways would hide the picture: each then is thinner and fainter.
    const crowd = Math.min(1, Math.sqrt(50 / Math.max(this.passed.length, 1)));
    for (const late of this.passed) {
      const from = this.place(map, late.supplier, view.layout), to = this.place(map, late.firm, view.layout);
      const strength = !chosen ? 0.25 + 0.75 * crowd : chosen.has(late.index) ? 1 : 0.25 * crowd;
      const width = (1.1 + Math.min(2.4, 0.45 * Math.sqrt(late.days))) * (0.45 + 0.55 * crowd);
      const age = view.fraction * rounds - (late.time - first);
      if (!view.isPlaying || view.isStill) {
        this.drawWay(from, to, 0, 1, width, 0.85 * strength);
        this.drawHead(from, to, width, strength, view.radius(late.firm));
        continue;
      }
      if (age < 0) continue;
      if (age < 1) {
        const head = ease(age);
        this.drawWay(from, to, 0, head, width * 0.7, 0.45 * strength);
        this.drawWay(from, to, Math.max(0, head - 0.3), head, width * 1.3, 0.95 * strength);
        const [x, y] = along(from, to, head);
        this.dot(x, y, width + 1.6, theme.way, strength);
        this.pulse(from, view.radius(late.supplier), age, theme.lateOwn, strength);
      } else {
        const rest = Math.max(0, 1 - (age - 1) / 1.6);
        this.drawWay(from, to, 0, 1, width, 0.55 * rest * strength);
        if (age < 2) this.pulse(to, view.radius(late.firm), age - 1, theme.lateInherited, strength);
      }
    }
    context.globalAlpha = 1;
  }

  drawWay(from, to, first, last, width, alpha) {
    if (alpha <= 0.01) return;
    const { context } = this;
    const [mx, my] = bend(from, to);
    context.globalAlpha = alpha;
    context.strokeStyle = this.theme.way;
    context.lineWidth = width;
    context.beginPath();
    const steps = 10;
    for (let step = 0; step <= steps; step++) {
      const t = first + ((last - first) * step) / steps;
      const a = (1 - t) * (1 - t), b = 2 * t * (1 - t), c = t * t;
      const x = a * from[0] + b * mx + c * to[0], y = a * from[1] + b * my + c * to[1];
      if (step) context.lineTo(x, y);
      else context.moveTo(x, y);
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

  dot(x, y, radius, color, alpha) {
    const { context } = this;
    context.globalAlpha = alpha;
    context.fillStyle = color;
    context.strokeStyle = this.theme.halo;
    context.lineWidth = 1;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }

  /** A ring that widens and fades. */
  pulse([x, y], radius, age, color, alpha) {
    const { context } = this;
    context.globalAlpha = alpha * (1 - age) * 0.9;
    context.strokeStyle = color;
    context.lineWidth = 2.2 * (1 - age) + 0.4;
    context.beginPath();
    context.arc(x, y, radius + 3 + 11 * age, 0, 2 * Math.PI);
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

const ease = (t) => t * t * (3 - 2 * t);
