/**
 * Why a firm adopted: the terms of the adoption index, from what was recorded.
 *
 * b = a0 + a_t t + a_k (k - 1/2) + a_u u + w_C C + w_S S + w_P P + pressure - cost (1 - borne), in log-odds; monthly
 * hazard h_max / (1 + exp(-b)), chance 1 - exp(-hazard). Everything as it was at the beginning of the month.
 */

/** What can weigh most in an adoption; the numbers are those of the colours. */
export const REASONS = ["own", "customers", "suppliers", "peers", "programme"];

/** A firm that had adopted when the run began, and nobody knows why. */
export const FROM_START = 5;

/**
 * Shares of adopters around every firm at the beginning of a month.
 * @param {import("./run.js").Run} run
 * @param {number} month
 */
export function influences(run, month) {
  const world = run.story.world;
  const supplier = run.suppliers(month);
  const adopted = run.adopted.subarray(run.row(month), run.row(month + 1));
  const sales = Float64Array.from(world.finalDemand);
  const customers = new Float64Array(world.count);
  const suppliers = new Float64Array(world.count);
  for (let link = 0; link < world.links; link++) {
    const seller = supplier[link], buyer = world.buyer[link];
    sales[seller] += world.value[link];
    if (adopted[buyer]) customers[seller] += world.value[link];
    if (adopted[seller]) suppliers[buyer] += world.weight[link] / world.weightScale;
  }
  for (let firm = 0; firm < world.count; firm++) if (sales[firm] > 0) customers[firm] /= sales[firm];
  const firms = new Float64Array(world.cells), adopters = new Float64Array(world.cells);
  for (let firm = 0; firm < world.count; firm++) {
    const cell = world.group[firm] % world.cells;
    firms[cell]++;
    adopters[cell] += adopted[firm];
  }
  return { month, customers, suppliers, sales, firms, adopters, adopted };
}

/** Adopter share among a firm's peers: its sector without itself, here and (less) in the other regions. */
function peersOf(run, around, firm) {
  const { firms, adopters, adopted } = around;
  const world = run.story.world;
  const regions = world.groups.regions.length;
  const own = world.group[firm] % world.cells;
  let sum = 0, count = 0;
  for (let cell = own - (own % regions); cell < own - (own % regions) + regions; cell++) {
    if (cell !== own && firms[cell] > 0) {
      sum += adopters[cell] / firms[cell];
      count++;
    }
  }
  const here = firms[own] > 1 ? (adopters[own] - adopted[firm]) / (firms[own] - 1) : 0;
  const { spillover } = run.influence;
  return (here + spillover * (count ? sum / count : 0)) / (1 + spillover);
}

/** What a policy added for a firm in a month. */
function supportOf(run, firm, month) {
  const firms = run.of("supported_firm");
  for (let at = run.supportStart[month]; at < run.supportStart[month + 1]; at++) {
    if (firms[at] === firm) {
      return {
        borne: run.of("supported_borne")[at] / run.scales.share, pressure: run.of("supported_pressure")[at],
      };
    }
  }
  return { borne: 0, pressure: 0 };
}

/**
 * The decision of a firm in a month under the hazard rule.
 * @param {import("./run.js").Run} run
 * @param {number} firm
 * @param {number} month
 */
export function decision(run, firm, month) {
  const around = run.influences(month);
  const { hazard, influence } = run;
  const { borne, pressure } = supportOf(run, firm, month);
  const cost = run.story.world.adoptionCost[firm];
  const capacity = run.capacityOf(firm, month - 1), use = run.userShare(firm, month - 1);
  const customers = around.customers[firm], suppliers = around.suppliers[firm], peers = peersOf(run, around, firm);
  const terms = [
    { key: "level", value: hazard.level },
    { key: "trend", value: hazard.trend * month, share: month },
    { key: "capacity", value: hazard.capacity * (capacity - 0.5), share: capacity },
    { key: "use", value: hazard.use * use, share: use },
    { key: "customers", value: influence.customers * customers, share: customers },
    { key: "suppliers", value: influence.suppliers * suppliers, share: suppliers },
    { key: "peers", value: influence.peers * peers, share: peers },
    { key: "pressure", value: pressure },
    { key: "cost", value: -cost },
    { key: "borne", value: cost * borne, share: borne },
  ];
  const index = terms.reduce((sum, term) => sum + term.value, 0);
  const rate = hazard.maximum / (1 + Math.exp(-index));
  return { month, terms, index, hazard: rate, chance: -Math.expm1(-rate), pressedBy: pressedBy(run, around, firm) };
}

/** Partners that had adopted, strongest first. */
function pressedBy(run, around, firm) {
  const world = run.story.world;
  const supplier = run.suppliers(around.month);
  const found = [];
  for (let link = 0; link < world.links; link++) {
    const buyer = world.buyer[link];
    if (supplier[link] === firm && around.adopted[buyer] && around.sales[firm] > 0) {
      const share = world.value[link] / around.sales[firm];
      found.push({ role: "customer", firm: buyer, share, effect: run.influence.customers * share });
    }
  }
  for (let link = world.start[firm]; link < world.start[firm + 1]; link++) {
    if (around.adopted[supplier[link]]) {
      const share = world.weight[link] / world.weightScale;
      found.push({ role: "supplier", firm: supplier[link], share, effect: run.influence.suppliers * share });
    }
  }
  return found.sort((one, other) => other.effect - one.effect);
}

/** Draw of a firm that adopted in a month, null where it did not. */
export function drawOf(run, firm, month) {
  const months = run.of("decided_month"), firms = run.of("decided_firm");
  for (let at = 0; at < months.length; at++) {
    if (months[at] === month && firms[at] === firm) return run.of("decided_draw")[at] / run.scales.draw;
  }
  return null;
}

/**
 * For every adoption what weighed most: the largest of the terms that partners, peers or a programme add, or "own"
 * where none of them adds 0.1 log-odds (a tenth more chance). Growth, capacity and use move everybody and count as own.
 * @returns {{month: Uint16Array, firm: Uint32Array, reason: Uint8Array}} in order of months
 */
export function reasons(run) {
  const month = run.of("decided_month"), firm = run.of("decided_firm");
  const reason = new Uint8Array(month.length);
  if (run.rule === "hazard") {
    for (let at = 0; at < month.length; at++) reason[at] = reasonOf(run, firm[at], month[at]);
  }
  return { month, firm, reason };
}

function reasonOf(run, firm, month) {
  const around = run.influences(month);
  const { borne, pressure } = supportOf(run, firm, month);
  const added = [
    0.1,
    run.influence.customers * around.customers[firm],
    run.influence.suppliers * around.suppliers[firm],
    run.influence.peers * peersOf(run, around, firm),
    pressure + run.story.world.adoptionCost[firm] * borne,
  ];
  return added.indexOf(Math.max(...added));
}
