// Prio3 through WASM, as draft-irtf-cfrg-vdaf-20 has it: the draft's own vectors, byte for byte.
import {
  type Federation,
  loadFederation,
  type Prio3,
  type Prio3Parameters,
  type VerifyState,
} from "@sotto/live/federation";
import { beforeAll, describe, expect, it } from "vitest";
import { variants, wasmOf } from "./support/files.js";
import { hex, unhex, vectorFiles } from "./support/vectors.js";

interface VectorReport {
  measurement: number | boolean | (number | boolean)[] | null;
  nonce: string;
  rand: string;
  public_share: string;
  input_shares: string[];
  verifier_shares: string[][];
  verifier_messages: string[];
  out_shares: string[];
}

interface Vector {
  shares: number;
  ctx: string;
  verify_key: string;
  length?: number;
  max_measurement?: number;
  max_weight?: number;
  chunk_length?: number;
  reports: VectorReport[];
  agg_shares: string[];
  agg_result: number | number[] | null;
  operations: { operation: string; report_index?: number; aggregator_id?: number; success: boolean }[];
}

const files = vectorFiles("vdaf-20").filter(({ name }) => name.startsWith("Prio3"));

describe.each(variants)("the draft's vectors in %s", (variant) => {
  let federation: Federation;
  beforeAll(async () => {
    federation = await loadFederation({ wasm: wasmOf(variant, "federation") });
  });

  function createPrio3(name: string, vector: Vector): Prio3 {
    const of = name.replace(/^Prio3|_.*$/g, "");
    if (of === "HigherDegree") return federation.createHigherDegree();
    const parameters: Prio3Parameters = {
      variant: of as Prio3Parameters["variant"],
      shares: vector.shares,
      ...(vector.length !== undefined && { length: vector.length }),
      ...(vector.max_measurement !== undefined && { maxMeasurement: vector.max_measurement }),
      ...(vector.max_weight !== undefined && { maxWeight: vector.max_weight }),
      ...(vector.chunk_length !== undefined && { chunkLength: vector.chunk_length }),
    };
    if (of !== "SumVecWithMultiproof") return federation.createPrio3(parameters);
    // How many proofs there are the file does not say, but for the length of a share.
    for (let proofs = 2; proofs < 256; proofs++) {
      const prio3 = federation.createPrio3({ ...parameters, proofs });
      if (2 * prio3.inputShareSize(0) === vector.reports[0]?.input_shares[0]?.length) return prio3;
      prio3.dispose();
    }
    throw new Error(`${name}: no number of proofs fits`);
  }

  it.skipIf(files.length === 0).each(files)("$name", ({ name, read }) => {
    const vector = read() as Vector;
    const prio3 = createPrio3(name, vector);
    const ctx = unhex(vector.ctx);
    const states = new Map<string, VerifyState>();
    const messages = new Map<number, Uint8Array>();
    const steps: Record<string, (report: VectorReport, index: number, aggregator: number) => void> = {
      shard(report) {
        const measurement = [report.measurement].flat().map(Number);
        const made = prio3.shard(ctx, measurement, unhex(report.nonce), unhex(report.rand));
        expect(hex(made.publicShare)).toBe(report.public_share);
        expect(made.inputShares.map(hex)).toEqual(report.input_shares);
      },
      verify_init(report, index, aggregator) {
        const { state, verifierShare } = prio3.verifyInit(
          ...[unhex(vector.verify_key), ctx, aggregator, unhex(report.nonce), unhex(report.public_share)],
          unhex(report.input_shares[aggregator] as string),
        );
        states.set(`${index} ${aggregator}`, state);
        expect(hex(verifierShare)).toBe(report.verifier_shares[0]?.[aggregator]);
      },
      verifier_shares_to_message(report, index) {
        const message = prio3.verifierSharesToMessage(ctx, (report.verifier_shares[0] as string[]).map(unhex));
        messages.set(index, message);
        expect(hex(message)).toBe(report.verifier_messages[0]);
      },
      verify_next(report, index, aggregator) {
        const share = prio3.verifyNext(
          states.get(`${index} ${aggregator}`) as VerifyState,
          messages.get(index) as Uint8Array,
        );
        expect(hex(share)).toBe(report.out_shares[aggregator]);
      },
    };
    let refused = 0;
    for (const { operation, report_index: index = 0, aggregator_id: aggregator = 0, success } of vector.operations) {
      const step = steps[operation];
      if (!step) continue;
      const run = () => step(vector.reports[index] as VectorReport, index, aggregator);
      if (success) run();
      else {
        expect(run, operation).toThrowError(expect.objectContaining({ name: "SottoError" }));
        refused++;
      }
    }
    if (vector.agg_result === null) {
      expect(refused).toBeGreaterThan(0);
    } else {
      const shares = Array.from({ length: vector.shares }, (_, aggregator) =>
        prio3.aggregate(vector.reports.map(({ out_shares }) => unhex(out_shares[aggregator] as string))),
      );
      expect(shares.map(hex)).toEqual(vector.agg_shares);
      expect(prio3.unshard(shares)).toEqual([vector.agg_result].flat());
    }
    for (const state of states.values()) state.dispose();
    prio3.dispose();
  });

  it("are refused by name if they are of no VDAF that there is", () => {
    for (const parameters of [
      { variant: "Nothing" },
      { variant: "Histogram", length: 0, chunkLength: 1 },
      { variant: "Histogram", length: 4, chunkLength: 2 ** 40 },
      { variant: "SumVec", length: -1, maxMeasurement: 1, chunkLength: 1 },
      { variant: "Sum", maxMeasurement: Number.NaN },
      { variant: "Count", shares: 256 },
    ]) {
      expect(() => federation.createPrio3(parameters as Prio3Parameters), JSON.stringify(parameters)).toThrowError(
        expect.objectContaining({ code: expect.stringMatching(/INVALID_ARGUMENT|RESOURCE_EXHAUSTED/) }),
      );
    }
  });

  it("are refused when an aggregator reads a share that is cut at any byte", () => {
    const prio3 = federation.createPrio3({ variant: "Histogram", length: 5, chunkLength: 2 });
    const [key, ctx, nonce] = [new Uint8Array(32), new Uint8Array(), new Uint8Array(16)];
    const { publicShare, inputShares } = prio3.shard(ctx, 3, nonce, new Uint8Array(prio3.randSize).fill(9));
    for (const aggregator of [0, 1]) {
      const share = inputShares[aggregator] as Uint8Array;
      for (let size = 0; size < share.length; size++) {
        expect(() => prio3.verifyInit(key, ctx, aggregator, nonce, publicShare, share.subarray(0, size))).toThrowError(
          expect.objectContaining({ code: "TRUNCATED" }),
        );
      }
    }
    expect(() => prio3.shard(ctx, 5, nonce, new Uint8Array(prio3.randSize))).toThrowError(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
    prio3.dispose();
  });
});
