// What the page asks of the federation module, which has a worker of its own: it draws nothing and may take its time.
import type { LocalTaskReference, SplitTaskReference, TaskReference } from "../types.js";
import type { WireError } from "../worker/protocol.js";
import type { Measured } from "./device/federation.js";

export type { Measured };

/** A report and everything that it is made of. */
export interface MadeReport {
  /** DAP's id of the task. */
  readonly taskId: Uint8Array;
  readonly nonce: Uint8Array;
  readonly publicShare: Uint8Array;
  readonly leader: MadeShare;
  readonly helper: MadeShare;
  /** What would be sent. */
  readonly bytes: Uint8Array;
}

/** What is left to seal of a report that was made before. */
export interface UnsealedReport {
  readonly publicShare: Uint8Array;
  readonly leader: Pick<MadeShare, "plaintext">;
  readonly helper: Pick<MadeShare, "plaintext">;
  /** As it was sealed to other keys. */
  readonly bytes: Uint8Array;
}

export interface MadeShare {
  /** Never leaves the device. */
  readonly plaintext: Uint8Array;
  readonly configId: number;
  readonly enc: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export interface Price {
  readonly rho: number;
  /** rho * 1,000,000, rounded up from the exact quotient. */
  readonly microRho: number;
  readonly epsilon: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** What may be spent, in rho; `lifetimeMicroRho` is exact. Undefined: as much as the lifetime's. */
export interface SpendingPolicy {
  readonly perContribution: number | undefined;
  readonly perEpoch: number | undefined;
  readonly lifetimeMicroRho: number;
}

export interface FederationCalls {
  /** Starts the module from federation.wasm's bytes. First of all calls. */
  start(request: { wasm: Uint8Array<ArrayBuffer> }): { buildId: string };
  /** What one contribution costs, computed from the task's parameters alone. */
  price(request: { task: TaskReference }): Price;
  /** Micro-rho spent afterwards; BUDGET_EXCEEDED otherwise. `epochs`: what was spent in each. */
  spend(request: {
    policy: SpendingPolicy;
    epochs: ReadonlyMap<number, number>;
    spent: number;
    epoch: number;
    cost: number;
    what: string;
  }): { spent: number };
  makeUpdate(request: { task: LocalTaskReference; engaged: readonly number[] }): { bytes: Uint8Array };
  makeReport(request: { task: SplitTaskReference; measured: Measured }): MadeReport;
  /** The same report, id and shares included, sealed to the task's keys. */
  resealReport(request: { task: SplitTaskReference; report: UnsealedReport }): MadeReport;
}

export type FederationCall = keyof FederationCalls;
export type FederationRequest<Name extends FederationCall> = Parameters<FederationCalls[Name]>[0];
export type FederationReply<Name extends FederationCall> = ReturnType<FederationCalls[Name]>;

export interface ToFederation {
  id: number;
  name: FederationCall;
  request: unknown;
}

export type FromFederation = { id: number; reply: unknown } | { id: number; error: WireError };
