/** The colour of every firm in a month: a step from 0 to 255 on the scale that is shown. */

import { FROM_START } from "../model/explain.js";
import { categories, ramp, WITHOUT } from "../view/palette.js";

/** Ends of the scales. Defects are shown by their logarithm, lateness by its square root. */
export const ENDS = { use: [0, 0.9], defects: [300, 30_000], late: [0, 30] };

const QUANTITIES = {
  use(run, month, steps) {
    const row = run.row(month + 1), most = ENDS.use[1] * run.scales.share;
    for (let firm = 0; firm < steps.length; firm++) steps[firm] = Math.min(255, (255 * run.users[row + firm]) / most);
  },
  adoption(run, month, steps) {
    steps.fill(WITHOUT);
    const first = run.adopted.subarray(0, steps.length);
    for (let firm = 0; firm < steps.length; firm++) if (first[firm]) steps[firm] = FROM_START;
    const { month: months, firm: firms, reason } = run.reasons();
    for (let at = 0; at < months.length && months[at] <= month; at++) steps[firms[at]] = reason[at];
    const row = run.row(month + 1);
    for (let firm = 0; firm < steps.length; firm++) if (!run.adopted[row + firm]) steps[firm] = WITHOUT;
  },
  defects(run, month, steps) {
    const row = run.row(month), [low, high] = ENDS.defects.map(Math.log1p);
    for (let firm = 0; firm < steps.length; firm++) {
      const part = (run.defects[row + firm] / run.scales.defects - low) / (high - low);
      steps[firm] = 255 * Math.min(1, Math.max(0, part));
    }
  },
  late(run, month, steps, days) {
    for (let firm = 0; firm < steps.length; firm++) {
      steps[firm] = 255 * Math.sqrt(Math.min(1, days[firm] / ENDS.late[1]));
    }
  },
};

export class Paint {
  /**
   * @param {import("../model/run.js").Run} run
   * @param {any} theme
   */
  constructor(run, theme) {
    const count = run.story.world.count;
    this.run = run;
    this.theme = theme;
    this.width = 256;
    this.height = Math.max(1, Math.ceil(count / this.width));
    /** Of every firm: step now, step before, part in a delay that travelled (1 root, 2 victim), how far it stands back. */
    this.texels = new Uint8Array(this.width * this.height * 4);
    this.steps = new Uint8Array(count);
    this.days = new Float32Array(count);
    this.kind = new Uint8Array(count);
    this.version = 0;
    this.mix = 1;
    this.color = "";
  }

  /** Show a quantity in a month; `isNext` fades from what was shown before. */
  show(color, month, isNext, related) {
    const { steps, days, kind, texels } = this;
    this.run.lateInto(month, days, kind);
    QUANTITIES[color](this.run, month, steps, days);
    for (let firm = 0; firm < steps.length; firm++) {
      const at = 4 * firm;
      texels[at + 1] = isNext ? texels[at] : steps[firm];
      texels[at] = steps[firm];
      texels[at + 2] = kind[firm] === 2 ? 200 : 0;
      texels[at + 3] = related && !related.has(firm) ? 90 : 255;
    }
    for (const { root } of this.run.passedIn(month)) if (texels[4 * root + 2] === 0) texels[4 * root + 2] = 100;
    this.mix = isNext ? 0 : 1;
    this.version++;
    if (this.color !== color) {
      this.color = color;
      this.ramp = color === "adoption" ? categories(this.theme) : ramp(this.theme[color]);
      this.rampVersion = (this.rampVersion ?? 0) + 1;
    }
  }
}
