/** A world and the runs in it, as the views read them. Nothing here draws or listens. */

import { Run } from "./run.js";

/** @typedef {{size: string, sector: string, region: string, isSme: boolean, isManufacturing: boolean}} Member */

export class World {
  constructor(header, arrays) {
    const of = (name) => arrays[`world.${name}`];
    this.count = header.firms;
    this.groups = header.groups;
    this.group = of("group");
    this.workers = of("workers");
    this.tier = of("tier");
    this.band = of("band");
    this.adoptionCost = of("adoption_cost");
    this.finalDemand = of("final_demand");
    this.start = of("start");
    this.firstSupplier = of("supplier");
    this.weight = of("weight");
    this.weightScale = header.scales.weight;
    this.value = of("value");
    this.critical = of("critical");
    this.places = { rings: of("rings"), cells: of("cells") };
    this.wedges = header.wedges;
    this.hasSectorCells = header.has_sector_cells;
    this.names = header.names;
    this.key = of("key");
    this.links = header.links;
    this.buyer = new Uint32Array(this.links);
    for (let firm = 0; firm < this.count; firm++) this.buyer.fill(firm, this.start[firm], this.start[firm + 1]);
    const { sizes, sectors, regions } = this.groups;
    /** @type {Member[]} */
    this.members = sizes.flatMap((size, s) =>
      sectors.flatMap((sector, c) =>
        regions.map((region) => ({
          size, sector, region,
          isSme: this.groups.is_sme[s], isManufacturing: this.groups.is_manufacturing[c],
        })),
      ),
    );
    this.cells = sectors.length * regions.length;
  }

  /** Id of a firm, as the tables of a run have it. @param {number} firm */
  name(firm) {
    if (this.names) return this.names[firm];
    return ((BigInt(this.key[2 * firm + 1]) << 32n) | BigInt(this.key[2 * firm])).toString();
  }

  /** @param {number} firm @returns {Member} */
  member(firm) {
    return this.members[this.group[firm]];
  }

  /** Firm of an id, -1 where there is none. @param {string} name */
  find(name) {
    this.byName ??= new Map(Array.from({ length: this.count }, (_, firm) => [this.name(firm), firm]));
    return this.byName.get(name.trim()) ?? -1;
  }

  /** Room that a firm's dot takes, as `simulation/page/document.py` reckons it. @param {number} firm */
  room(firm) {
    return Math.max(this.workers[firm], 1) ** 0.6 + 4;
  }
}

export class Story {
  constructor(header, arrays) {
    this.seed = header.seed;
    this.version = header.version;
    this.months = header.months;
    this.rounds = header.rounds;
    this.startYear = header.start_year;
    this.surveyMonth = header.survey_month;
    this.survey = header.survey;
    this.fills = header.fills;
    this.command = header.command;
    /** Measures to look at first, and by run curves of a formula that stand beside those of the model. */
    this.watch = header.watch ?? [];
    this.formulas = header.formulas ?? {};
    this.world = new World(header, arrays);
    /** @type {Run[]} */
    this.runs = header.runs.map((told, number) => new Run(this, told, number, arrays, header.scales));
  }

  /** First and last month of any lever of any run; null without levers. */
  policyWindow() {
    const levers = this.runs.flatMap((run) => run.policy);
    if (!levers.length) return null;
    return [Math.min(...levers.map((one) => one.first)), Math.max(...levers.map((one) => one.last))];
  }
}
