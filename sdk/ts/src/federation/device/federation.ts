// The federation module, typed. Failures are SottoErrors; objects are freed by dispose().
import { unwrap } from "../../core/answer.js";
import { type LoadCoreOptions, wasmOf } from "../../core/load.js";
import { startModule } from "../../core/start.js";
import { wellFormed } from "../../core/text.js";
import type { LocalTaskReference, SplitTaskReference } from "../../types.js";
import { federationFile } from "../assets.js";
import { createModule, type DapTerms, type MainModule, type SplitTask as RawSplitTask } from "./module.js";
import { Prio3, type Prio3Parameters } from "./prio3.js";
import { DiscreteGaussian, RandomBits } from "./random.js";

/** The part of a manifest's task under local trust that decides what an update is. */
export type LocalTask = Pick<
  LocalTaskReference,
  "id" | "items" | "maxItems" | "sigmaSquaredNumerator" | "sigmaSquaredDenominator"
>;

type DistributivePick<Task, Key extends PropertyKey> = Task extends unknown
  ? Pick<Task, Extract<keyof Task, Key>>
  : never;

/** The same under split trust. */
export type SplitTask = DistributivePick<
  SplitTaskReference,
  | ("id" | "kind" | "epoch" | "minimum" | "sigmaSquaredNumerator" | "sigmaSquaredDenominator" | "items" | "maxItems")
  | ("minute" | "model" | "dimension" | "clip" | "entryBits" | "step" | "rotationSeed")
>;

/** What DAP's configuration of a task says besides. */
export type DapTaskTerms = Pick<SplitTaskReference, "timePrecision" | "duration" | "batchMode"> & {
  readonly aggregators: { readonly leader: { readonly url: string }; readonly helper: { readonly url: string } };
};

/** A task as DAP sees it (draft-ietf-ppm-dap, "Task Configuration"). */
export interface DapTask {
  /** 32 bytes. */
  readonly id: Uint8Array;
  /** The encoded TaskConfiguration, which is bound into every ciphertext. */
  readonly configuration: Uint8Array;
  /** The context string of the task's reports, for Prio3. */
  readonly context: Uint8Array;
}

/** What a device reports: engaged items by their place in the task, what was said, or how a model's head changed. */
export type Measured =
  | { readonly engaged: readonly number[] }
  | { readonly sentiment: number; readonly intent: number }
  | { readonly change: Float32Array };

/** A report's parts in the draft's encoding. */
export interface Shares {
  /** The report's id, 16 bytes. */
  readonly nonce: Uint8Array;
  readonly publicShare: Uint8Array;
  readonly leaderShare: Uint8Array;
  readonly helperShare: Uint8Array;
}

/** In rho * 1,000,000. */
export interface SpendingLimits {
  readonly perRelease: number;
  readonly perEpoch: number;
  readonly lifetime: number;
}

const localTask = ({ id, items, maxItems, sigmaSquaredNumerator, sigmaSquaredDenominator }: LocalTask) => ({
  ...{ id, items, maxItems, sigmaSquaredNumerator, sigmaSquaredDenominator },
});

/** As the module takes it: every field, whatever the kind has of them. */
function splitTask(task: SplitTask): RawSplitTask {
  const { id, kind, epoch, minimum, sigmaSquaredNumerator, sigmaSquaredDenominator } = task;
  const items = "items" in task ? task : { items: [], maxItems: 0 };
  const mood = "minute" in task ? task : { minute: 0 };
  const { model, dimension, clip, entryBits, step, rotationSeed } =
    "model" in task ? task : { model: "", dimension: 0, clip: 0, entryBits: 0, step: 0, rotationSeed: 0 };
  return {
    ...{ id, kind, epoch, minBatchSize: minimum, sigmaSquaredNumerator, sigmaSquaredDenominator },
    ...{ items: items.items, maxItems: items.maxItems, minute: mood.minute },
    ...{ model, dimension, clip, entryBits, step, rotationSeed },
  };
}

const dapTerms = ({ aggregators, timePrecision, duration, batchMode }: DapTaskTerms): DapTerms => ({
  ...{ leader: aggregators.leader.url, helper: aggregators.helper.url, timePrecision, duration, batchMode },
});

export class Federation {
  readonly #module: MainModule;

  /** @internal */
  constructor(module: MainModule) {
    this.#module = module;
  }

  get buildId(): string {
    return this.#module.buildId();
  }

  /** The operating system's randomness. */
  osRandom(): RandomBits {
    return new RandomBits(this.#module.Random.os());
  }

  /** The same bits for the same seed (two 32-bit halves). For tests and simulations, never for privacy. */
  seededRandom(low: number, high = 0): RandomBits {
    return new RandomBits(this.#module.Random.seeded(low, high));
  }

  discreteGaussian(numerator: number, denominator: number): DiscreteGaussian {
    return new DiscreteGaussian(unwrap(this.#module.DiscreteGaussian.create(numerator, denominator)));
  }

  epsilonOfZcdp(rho: number, delta: number): number {
    return unwrap(this.#module.epsilonOfZcdp(rho, delta));
  }

  /** rho * 1,000,000, rounded up. */
  toMicroRho(rho: number): number {
    return unwrap(this.#module.toMicroRho(rho));
  }

  /** Milliseconds since 1970. */
  parseRfc3339(text: string): number {
    return unwrap(this.#module.parseRfc3339(wellFormed(text)));
  }

  /**
   * All that is spent after `cost` of `what` in `epoch`, in micro-rho. `epochs` says what was spent in each before, and
   * `lifetime` in all. Throws BUDGET_EXCEEDED, with the limit that forbids it.
   */
  spend(
    limits: SpendingLimits,
    before: { epochs: ReadonlyMap<number, number>; lifetime: number },
    { epoch, cost, what }: { epoch: number; cost: number; what: string },
  ): number {
    const epochs = Float64Array.from(before.epochs.keys());
    const spent = Float64Array.from(before.epochs.values());
    return unwrap(this.#module.spend(limits, epochs, spent, before.lifetime, epoch, cost, what));
  }

  // ------------------------------------------------------------------------------------------------- trust: local

  /** rho of one contribution. */
  taskRho(task: LocalTask): number {
    return unwrap(this.#module.taskRho(localTask(task)));
  }

  /** rho of one contribution in micro-rho, exact and rounded up: what a budget spends. */
  taskMicroRho(task: LocalTask): number {
    return unwrap(this.#module.taskMicroRho(localTask(task)));
  }

  /** The most that an entry of an update may be off zero. */
  entryBound(task: LocalTask): number {
    return unwrap(this.#module.entryBound(localTask(task)));
  }

  /** An update as it is sent, noise included. `engaged` are indices into task.items, each once. */
  makeLocalUpdate(task: LocalTask, engaged: readonly number[], random: RandomBits): Uint8Array {
    return unwrap(this.#module.makeLocalUpdate(localTask(task), Uint32Array.from(engaged), random.raw));
  }

  /** The noisy entries of an update: the upper triangle of the items' pairs, row by row, diagonal first. */
  decodeUpdate(task: LocalTask, update: Uint8Array): Int16Array {
    return unwrap(this.#module.decodeUpdate(localTask(task), update));
  }

  // ------------------------------------------------------------------------------------------------- trust: split

  /** What one report costs. Throws INVALID_ARGUMENT for parameters out of range. */
  splitPrice(task: SplitTask): { rho: number; microRho: number } {
    return unwrap(this.#module.splitPrice(splitTask(task)));
  }

  /** Throws INVALID_ARGUMENT for terms out of range. */
  dapTask(task: SplitTask & DapTaskTerms): DapTask {
    return unwrap(this.#module.dapTask(splitTask(task), dapTerms(task)));
  }

  /**
   * A report, not yet sealed; `context` is the task's. Throws INVALID_ARGUMENT if the task is of another kind than what was
   * measured.
   */
  makeShares(task: SplitTask, context: Uint8Array, measured: Measured, random: RandomBits): Shares {
    const raw = splitTask(task);
    if ("engaged" in measured) {
      return unwrap(this.#module.shardItems(raw, context, Uint32Array.from(measured.engaged), random.raw));
    }
    if ("change" in measured) return unwrap(this.#module.shardDelta(raw, context, measured.change, random.raw));
    return unwrap(this.#module.shardMood(raw, context, measured.sentiment, measured.intent, random.raw));
  }

  /** The task's canonical encoding, whose SHA-256 names it. */
  encodeSplitTask(task: SplitTask): Uint8Array {
    return unwrap(this.#module.encodeSplitTask(splitTask(task)));
  }

  /** The VDAF that the task's reports are of. */
  splitParameters(task: SplitTask): Prio3Parameters {
    return unwrap(this.#module.splitParameters(splitTask(task))) as Prio3Parameters;
  }

  createPrio3(parameters: Prio3Parameters): Prio3 {
    return new Prio3(unwrap(this.#module.Prio3.create(parameters)));
  }

  /** The draft's circuit of degree three, which only its test vectors have. */
  createHigherDegree(): Prio3 {
    return new Prio3(this.#module.Prio3.higherDegree());
  }
}

/** From federation.wasm's bytes. Errors: ASSET_INVALID, ASSET_MISMATCH. */
export const startFederation = async (wasm: BufferSource): Promise<Federation> =>
  new Federation(await startModule(createModule, wasm, federationFile.name));

/** The federation module on this thread, in a browser or in node: for auditors, scripts and servers. */
export const loadFederation = async (options: LoadCoreOptions = {}): Promise<Federation> =>
  startFederation(await wasmOf(federationFile, options));
