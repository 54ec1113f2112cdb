/** One run: what its firms were like in every month, who supplied whom, which deliveries were late. */

import { influences, reasons } from "./explain.js";

/**
 * @typedef {object} Late
 * @property {number} index of the delivery
 * @property {number} time month x rounds + round
 * @property {number} firm that delivered late
 * @property {number} days
 * @property {number} links travelled
 * @property {number} supplier that it waited for; the firm itself where links is 0
 * @property {number} root
 */

export class Run {
  constructor(story, told, number, arrays, scales) {
    this.story = story;
    this.number = number;
    Object.assign(this, {
      name: told.name, title: told.title, description: told.description, digest: told.digest, rule: told.rule,
      hazard: told.hazard, quitting: told.quitting, influence: told.influence, ceiling: told.ceiling,
      tolerance: told.tolerance, policy: told.policy,
    });
    this.scales = scales;
    this.of = (name) => arrays[`run${number}.${name}`];
    this.months = story.months;
    this.users = this.of("users");
    this.capacity = this.of("capacity");
    this.adopted = this.of("adopted");
    this.defects = this.of("defects");
    this.seriesAt = new Map(told.series.map(([measure, group], at) => [`${measure}/${group}`, at]));
    this.readEvents();
    this.supplied = { month: 0, supplier: Uint32Array.from(story.world.firstSupplier), next: 0 };
    this.influence_ = { month: -1 };
  }

  readEvents() {
    const times = this.months * this.story.rounds;
    this.lateStart = startsOf(this.of("late_time"), times);
    const links = this.of("late_links");
    this.passedOn = new Int32Array(links.length).fill(-1);
    let next = 0;
    for (let at = 0; at < links.length; at++) if (links[at] > 0) this.passedOn[at] = next++;
    this.supportStart = startsOf(this.of("supported_month"), this.months);
  }

  /** First entry of a month (0: before the first) in arrays of firms. */
  row(moment) {
    return moment * this.story.world.count;
  }

  /** User share of a firm at the end of a month. */
  userShare(firm, month) {
    return this.users[this.row(month + 1) + firm] / this.scales.share;
  }

  capacityOf(firm, month) {
    return this.capacity[this.row(month + 1) + firm] / this.scales.share;
  }

  hasAdopted(firm, month) {
    return this.adopted[this.row(month + 1) + firm] === 1;
  }

  /** Delivered defects in the last round of a month, per million. */
  ppm(firm, month) {
    return Math.expm1(this.defects[this.row(month) + firm] / this.scales.defects);
  }

  /** Months in which a firm adopted and quit up to a month, in order; -1 for an adopter at the start. */
  turns(firm, month) {
    const found = [];
    let had = 0;
    for (let moment = 0; moment <= month + 1; moment++) {
      const has = this.adopted[this.row(moment) + firm];
      if (has !== had) found.push({ month: moment - 1, hasAdopted: has === 1 });
      had = has;
    }
    return found;
  }

  /** Values of a measure by month, null where the run has none. @returns {Float32Array | null} */
  series(measure, group) {
    const at = this.seriesAt.get(`${measure}/${group}`);
    return at === undefined ? null : this.of("series").subarray(at * this.months, (at + 1) * this.months);
  }

  /** Supplier of every link in a month. Cheap from month to month, and when jumping back at most one pass. */
  suppliers(month) {
    const now = this.supplied;
    const [months, slots, others] = ["month", "slot", "supplier"].map((name) => this.of(`replaced_${name}`));
    if (month < now.month) {
      now.supplier.set(this.story.world.firstSupplier);
      now.next = 0;
    }
    while (now.next < months.length && months[now.next] <= month) {
      now.supplier[slots[now.next]] = others[now.next];
      now.next++;
    }
    now.month = month;
    return now.supplier;
  }

  /** Late delivery of a number. @returns {Late} */
  late(index) {
    const firm = this.of("late_firm")[index];
    const passed = this.passedOn[index];
    return {
      index, firm,
      time: this.of("late_time")[index],
      days: this.of("late_days")[index] / this.scales.days,
      links: this.of("late_links")[index],
      supplier: passed < 0 ? firm : this.of("late_supplier")[passed],
      root: passed < 0 ? firm : this.of("late_root")[passed],
    };
  }

  /** Numbers of the late deliveries from one time up to, without, another. */
  lateBetween(first, last) {
    return [this.lateStart[first], this.lateStart[Math.min(last, this.lateStart.length - 1)]];
  }

  /** Late deliveries of a month that were passed on by a supplier. @returns {Late[]} */
  passedIn(month) {
    const [from, to] = this.lateBetween(month * this.story.rounds, (month + 1) * this.story.rounds);
    const found = [];
    for (let at = from; at < to; at++) if (this.passedOn[at] >= 0) found.push(this.late(at));
    return found;
  }

  /** Fill by firm the late days of a month and whether any came from another firm (2) or only its own (1). */
  lateInto(month, days, kind) {
    days.fill(0);
    kind.fill(0);
    const [from, to] = this.lateBetween(month * this.story.rounds, (month + 1) * this.story.rounds);
    const firm = this.of("late_firm"), late = this.of("late_days");
    for (let at = from; at < to; at++) {
      days[firm[at]] += late[at] / this.scales.days;
      kind[firm[at]] = Math.max(kind[firm[at]], this.passedOn[at] >= 0 ? 2 : 1);
    }
  }

  /** Late deliveries of a firm up to the end of a month; with `made` those of others that began with it. */
  lateOf(firm, month, made = false) {
    const [from, to] = this.lateBetween(0, (month + 1) * this.story.rounds);
    const firms = this.of("late_firm"), roots = this.of("late_root");
    const found = [];
    for (let at = from; at < to; at++) {
      const passed = this.passedOn[at];
      if (made ? passed >= 0 && roots[passed] === firm && firms[at] !== firm : firms[at] === firm) {
        found.push(this.late(at));
      }
    }
    return found;
  }

  /** Firms that a late delivery came through, the root first; what began before month 0 is the root alone. */
  path(late) {
    const way = [late.firm];
    let now = late;
    while (now && now.links > 0 && way.length <= 256) {
      way.unshift(now.supplier);
      now = now.time > 0 ? this.lateAt(now.supplier, now.time - 1) : null;
    }
    return way[0] === late.root ? way : [late.root, ...way.slice(1)];
  }

  /** Late delivery of a firm at a time, null where it was on time. Firms stand in order within a time. */
  lateAt(firm, time) {
    let [low, high] = this.lateBetween(time, time + 1);
    const firms = this.of("late_firm");
    const last = high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (firms[middle] < firm) low = middle + 1;
      else high = middle;
    }
    return low < last && firms[low] === firm ? this.late(low) : null;
  }

  /** Who presses whom at the beginning of a month, kept for the month asked for last. */
  influences(month) {
    if (this.influence_.month !== month) this.influence_ = influences(this, month);
    return this.influence_;
  }

  /** By firm and adoption what weighed most, see `explain.js`. */
  reasons() {
    this.reasons_ ??= reasons(this);
    return this.reasons_;
  }
}

/** First entry of each number from 0 to `count` in a sorted array. */
function startsOf(sorted, count) {
  const starts = new Uint32Array(count + 1);
  let at = 0;
  for (let number = 0; number <= count; number++) {
    while (at < sorted.length && sorted[at] < number) at++;
    starts[number] = at;
  }
  return starts;
}
