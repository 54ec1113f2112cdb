/** The network of one run: firms by sigma, links below, what moves above. */

import Graph from "graphology";
import Sigma from "sigma";

import { firmProgram } from "./firm_program.js";
import { Overlay } from "./overlay.js";
import { Paint } from "./paint.js";
import { Ties } from "./ties.js";

/** Part of the disc that dots cover. */
const COVERED = 0.2;
const COVERED_BY_FEW = 0.1, FEW = 150;

const LEAST_RADIUS = 1.15;

/** From so many firms on, colours fade in fewer steps. */
const MANY = 3000;

/** More dots per pixel than this are not seen in lines. */
const MOST_RATIO = 2;

export class Network {
  /**
   * @param {HTMLElement} container
   * @param {import("../model/run.js").Run} run
   * @param {any} theme
   * @param {{onFirm: (firm: number) => void, onHover: (firm: number, place: {x: number, y: number} | null) => void, onMove: (network: Network) => void}} listeners
   */
  constructor(container, run, theme, listeners) {
    this.container = container;
    this.run = run;
    this.theme = theme;
    this.layout = "rings";
    this.month = -1;
    this.paint = new Paint(run, theme);
    this.paint.show("use", 0, false, null);
    const world = run.story.world;
    this.graph = new Graph({ type: "directed", multi: true, allowSelfLoops: false });
    // Small firms are drawn over large ones, which would hide them.
    const order = Array.from({ length: world.count }, (_, firm) => firm).sort((a, b) => world.room(b) - world.room(a));
    this.scale = this.scaleFor(Math.min(container.clientWidth, container.clientHeight));
    for (const firm of order) {
      const member = world.member(firm);
      this.graph.addNode(String(firm), {
        x: world.places.rings[firm], y: world.places.rings[world.count + firm], size: this.radius(firm), firm,
        shape: (member.isManufacturing ? 0 : 1) + (member.isSme ? 0 : 2),
      });
    }
    this.sigma = new Sigma(this.graph, container, {
      allowInvalidContainer: true, defaultNodeType: "firm", nodeProgramClasses: { firm: firmProgram(this.paint) },
      nodeHoverProgramClasses: { firm: firmProgram(this.paint) }, defaultDrawNodeHover: () => {},
      renderLabels: false, renderEdgeLabels: false, minCameraRatio: 0.04, maxCameraRatio: 1.6, stagePadding: world.groups.regions.length > 2 ? 40 : 22,
      zoomToSizeRatioFunction: (ratio) => Math.sqrt(ratio),
    });
    // Layers that stay empty here would be put together with the others in every frame, and browsers allow few WebGL
    // contexts (16, or 8 on phones): those without use are given back.
    for (const name of ["edges", "edgeLabels", "labels", "hovers", "hoverNodes"]) {
      const canvas = this.sigma.getCanvases()[name];
      canvas.style.display = "none";
      if (["edges", "hoverNodes"].includes(name)) canvas.getContext("webgl2")?.getExtension("WEBGL_lose_context")?.loseContext();
    }
    this.sigma.setCustomBBox({ x: [-1, 1], y: [-1, 1] });
    this.ties = new Ties(this.sigma.createCanvas("ties", { beforeLayer: "edges" }), run, theme);
    this.overlay = new Overlay(this.sigma.createCanvas("overlay", { beforeLayer: "mouse" }), run, theme);
    this.overlay.canvas.style.pointerEvents = this.ties.canvas.style.pointerEvents = "none";
    this.ties.place("rings", 0);
    this.overlay.show(0);
    this.view = { layout: "rings", fraction: 0, isPlaying: false, isStill: false, firm: -1, radius: (firm) => this.radiusNow(firm) };
    this.sigma.on("resize", () => this.resize());
    this.sigma.on("afterRender", () => this.drawLayers());
    this.sigma.on("clickNode", ({ node }) => listeners.onFirm(Number(node)));
    this.sigma.on("clickStage", () => listeners.onFirm(-1));
    this.sigma.on("enterNode", ({ node }) => {
      container.style.cursor = "pointer";
      listeners.onHover(Number(node), this.pixels(Number(node)));
    });
    this.sigma.on("leaveNode", () => {
      container.style.cursor = "";
      listeners.onHover(-1, null);
    });
    this.sigma.getCamera().on("updated", () => listeners.onMove(this));
    this.resize();
  }

  scaleFor(extent) {
    const world = this.run.story.world;
    let room = 0;
    for (let firm = 0; firm < world.count; firm++) room += world.room(firm);
    return (Math.max(extent, 120) / 2) * Math.sqrt((world.count < FEW ? COVERED_BY_FEW : COVERED) / Math.max(room, 1));
  }

  /** Radius of a firm's dot in pixels before zooming. */
  radius(firm) {
    return Math.max(LEAST_RADIUS, Math.min(26, this.scale * Math.sqrt(this.run.story.world.room(firm))));
  }

  radiusNow(firm) {
    return this.sigma.scaleSize(this.radius(firm));
  }

  /** Where a firm stands in pixels of the container. */
  pixels(firm) {
    const world = this.run.story.world, places = world.places[this.layout];
    return this.sigma.graphToViewport({ x: places[firm], y: places[world.count + firm] });
  }

  resize() {
    const { width, height } = this.sigma.getDimensions();
    const ratio = Math.min(MOST_RATIO, window.devicePixelRatio || 1);
    for (const { canvas } of [this.ties, this.overlay]) Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    this.ties.resize(width * ratio, height * ratio);
    this.overlay.resize(width, height, ratio);
    const scale = this.scaleFor(Math.min(width, height));
    if (Math.abs(scale / this.scale - 1) > 0.02) {
      this.scale = scale;
      this.graph.updateEachNodeAttributes((_, attributes) => ({ ...attributes, size: this.radius(attributes.firm) }), { attributes: ["size"] });
    }
  }

  /** Names around the picture. @param {{text: string, x: number, y: number, align: CanvasTextAlign, isFaint?: boolean}[]} names */
  setNames(names) {
    this.overlay.names = names;
    this.render();
  }

  setLayout(layout) {
    if (layout === this.layout) return;
    this.layout = this.view.layout = layout;
    const world = this.run.story.world, places = world.places[layout];
    this.graph.updateEachNodeAttributes(
      (_, attributes) => ({ ...attributes, x: places[attributes.firm], y: places[world.count + attributes.firm] }),
      { attributes: ["x", "y"] },
    );
    this.suppliedIn = Math.max(this.month, 0);
    this.ties.place(layout, this.suppliedIn);
  }

  setLinks(isVisible) {
    this.ties.isVisible = isVisible;
    this.render();
  }

  /** Show a month; `isNext` where time passes into it. */
  show(color, month, isNext, firm) {
    this.paint.show(color, month, isNext, firm >= 0 ? this.relatedTo(firm, month) : null);
    if (month !== this.month) {
      // Drawing all links takes long and few of them change: while time runs they follow once a year.
      if (!isNext || month % 12 === 0) this.supply(month);
      this.overlay.show(month);
      this.month = month;
    }
    this.view.firm = firm;
    this.render();
  }

  supply(month) {
    this.ties.supply(month);
    this.suppliedIn = month;
  }

  /** Partners of a firm, and whoever shared its lateness in a month. */
  relatedTo(firm, month) {
    const run = this.run, world = run.story.world, supplier = run.suppliers(month);
    const found = new Set([firm]);
    for (let link = world.start[firm]; link < world.start[firm + 1]; link++) found.add(supplier[link]);
    for (let link = 0; link < supplier.length; link++) if (supplier[link] === firm) found.add(world.buyer[link]);
    for (const late of run.passedIn(month)) {
      const path = run.path(late);
      if (path.includes(firm)) path.forEach((other) => found.add(other));
    }
    return found;
  }

  /** Draw the next frame of a month: firms only while their colours fade, what moves above them always. */
  frame(fraction, isPlaying, isStill) {
    Object.assign(this.view, { fraction, isPlaying, isStill });
    if (!isPlaying && this.suppliedIn !== this.month) {
      this.supply(this.month);
      this.render();
    }
    const steps = this.run.story.world.count > MANY ? 3 : 10;
    const mix = isPlaying && !isStill ? Math.min(1, Math.ceil(fraction * 2.5 * steps) / steps) : 1;
    if (mix !== this.paint.mix) {
      this.paint.mix = mix;
      this.sigma.scheduleRender();
    } else this.overlay.draw(this.sigma, this.view);
  }

  render() {
    this.sigma.scheduleRender();
  }

  drawLayers() {
    this.ties.draw(this.sigma.getRenderParams().matrix, this.view.firm >= 0 ? 0.45 : 1);
    this.overlay.draw(this.sigma, this.view);
  }

  /** The firm nearest to another in a direction: near along the way counts less than away from it. */
  neighbour(firm, dx, dy) {
    const world = this.run.story.world, places = world.places[this.layout];
    let best = firm, least = Infinity;
    for (let other = 0; other < world.count; other++) {
      const x = places[other] - places[firm], y = places[world.count + other] - places[world.count + firm];
      const ahead = x * dx + y * dy, aside = Math.abs(x * dy - y * dx);
      if (ahead <= 1e-6 || other === firm) continue;
      const cost = ahead + 2.5 * aside;
      if (cost < least) [best, least] = [other, cost];
    }
    return best;
  }

  kill() {
    this.ties.kill();
    this.sigma.kill();
  }
}
