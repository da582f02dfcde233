// Prio3 of draft-irtf-cfrg-vdaf-20, section 7, in the draft's encoding. What each call checks and refuses is said in
// sdk/cpp/sotto/vdaf/prio3.h; what a proof does not hold for is refused with MISMATCH.
import { unwrap } from "../../core/answer.js";
import { Handle } from "../../core/handle.js";
import type { Prio3 as Raw, VerifyState as RawState } from "./module.js";

export interface Prio3Parameters {
  variant: "Count" | "Sum" | "SumVec" | "Histogram" | "MultihotCountVec" | "SumVecWithMultiproof";
  length?: number;
  maxMeasurement?: number;
  maxWeight?: number;
  chunkLength?: number;
  /** Default 1. */
  proofs?: number;
  /** How many aggregators. Default 2. */
  shares?: number;
}

/** What an aggregator keeps between verifyInit and verifyNext. Secret. */
export class VerifyState extends Handle<RawState> {}

export class Prio3 extends Handle<Raw> {
  /** Bytes of `rand`. */
  get randSize(): number {
    return this.raw.randSize;
  }

  get publicShareSize(): number {
    return this.raw.publicShareSize;
  }

  /** Bytes of an element of the field, little-endian. */
  get elementSize(): number {
    return this.raw.elementSize;
  }

  /** Aggregator 0 is the leader. */
  inputShareSize(aggregator: number): number {
    return this.raw.inputShareSize(aggregator);
  }

  /** Measurement: one number, or those of a vector. `nonce` has 16 bytes. */
  shard(
    ctx: Uint8Array,
    measurement: number | readonly number[],
    nonce: Uint8Array,
    rand: Uint8Array,
  ): { publicShare: Uint8Array; inputShares: Uint8Array[] } {
    return unwrap(this.raw.shard(ctx, Float64Array.from([measurement].flat()), nonce, rand));
  }

  verifyInit(
    verifyKey: Uint8Array,
    ctx: Uint8Array,
    aggregator: number,
    nonce: Uint8Array,
    publicShare: Uint8Array,
    inputShare: Uint8Array,
  ): { state: VerifyState; verifierShare: Uint8Array } {
    const { state, verifierShare } = unwrap(
      this.raw.verifyInit(verifyKey, ctx, aggregator, nonce, publicShare, inputShare),
    );
    return { state: new VerifyState(state), verifierShare };
  }

  verifierSharesToMessage(ctx: Uint8Array, verifierShares: readonly Uint8Array[]): Uint8Array {
    return unwrap(this.raw.verifierSharesToMessage(ctx, verifierShares));
  }

  /** The output share. */
  verifyNext(state: VerifyState, message: Uint8Array): Uint8Array {
    return unwrap(this.raw.verifyNext(state.raw, message));
  }

  /** The aggregate share of output shares. */
  aggregate(outShares: readonly Uint8Array[]): Uint8Array {
    return unwrap(this.raw.aggregate(outShares));
  }

  /** Throws RESOURCE_EXHAUSTED for a sum of 2^53 or more. */
  unshard(aggregateShares: readonly Uint8Array[]): number[] {
    return Array.from(unwrap(this.raw.unshard(aggregateShares)));
  }
}
