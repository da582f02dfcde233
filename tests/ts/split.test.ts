// Reports under split trust: what they are made of, who can read what, and that each share alone says nothing.

import type { SplitTaskReference } from "@sotto/live";
import { type Federation, loadFederation, type Measured, makeReport, type Prio3 } from "@sotto/live/federation";
import { beforeAll, describe, expect, it } from "vitest";
import { loadCore } from "../../sdk/ts/src/core/load.js";
import { inputShareInfo } from "../../sdk/ts/src/federation/device/dap.js";
import { intents, sentiments } from "../../sdk/ts/src/federation/measure.js";
import { wasmOf } from "./support/files.js";
import { aadOf, together, uint64 } from "./support/report.js";
import { affinity, head, helper, leader, mood, open, popularity } from "./support/split.js";
import { hex } from "./support/vectors.js";

let federation: Federation;
beforeAll(async () => {
  federation = await loadFederation({ wasm: wasmOf("simd", "federation") });
});

const key = new Uint8Array(32).fill(5);

describe("a report", () => {
  it.each([
    ["the pairs of the engaged products", affinity, { engaged: [3, 0] }, [0, 3, 24 + 23 + 22], 300],
    ["no pair where nothing is engaged", affinity, { engaged: [] }, [], 300],
    ["the engaged products", popularity, { engaged: [23, 5] }, [5, 23], 24],
    ["a bucket of sentiment and intent", mood, { sentiment: 2, intent: 8 }, [2 * 12 + 8], 36],
  ] as [string, SplitTaskReference, Measured, number[], number][])(
    "carries %s, which both aggregators find together",
    async (_, task, measured, ones, length) => {
      const { nonce, publicShare, leader, helper } = await makeReport(federation, task, measured);
      const sum = together(federation, task, nonce, publicShare, [leader.plaintext, helper.plaintext]);
      expect(sum).toHaveLength(length);
      expect(sum.flatMap((count, place) => (count === 1 ? [place] : []))).toEqual(ones);
      expect(sum.reduce((a, b) => a + b, 0)).toBe(ones.length);
    },
  );

  it("carries a change of a model's head", async () => {
    const change = Float32Array.from({ length: 20 }, (_, i) => (i % 3) / 20);
    const { nonce, publicShare, leader, helper } = await makeReport(federation, head, { change });
    const sum = together(federation, head, nonce, publicShare, [leader.plaintext, helper.plaintext]);
    expect(sum).toHaveLength(32);
    expect(new Set(sum).size).toBeGreaterThan(1);
    for (const entry of sum) expect(entry).toBeLessThan(256);
    const nan = Float32Array.from(change).fill(Number.NaN, 3, 4);
    await expect(makeReport(federation, head, { change: nan })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("of more engaged products than the task takes encodes that many", async () => {
    const { nonce, publicShare, leader, helper } = await makeReport(federation, affinity, {
      engaged: [1, 2, 3, 5, 8, 13, 21],
    });
    const sum = together(federation, affinity, nonce, publicShare, [leader.plaintext, helper.plaintext]);
    expect(sum.reduce((a, b) => a + b, 0)).toBe((4 * 5) / 2);
  });

  it("of another kind of task is refused", async () => {
    await expect(makeReport(federation, mood, { engaged: [1] })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(makeReport(federation, affinity, { sentiment: 1, intent: 1 })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
    await expect(makeReport(federation, mood, { sentiment: 3, intent: 0 })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });

  it("has the size of every other report of its task, whatever was measured", async () => {
    const sizes = new Set<string>();
    for (const engaged of [[], [1], [1, 2, 3, 4], [1, 2, 3, 4, 5, 6, 7, 8]]) {
      const { bytes, leader, helper, publicShare } = await makeReport(federation, affinity, { engaged });
      sizes.add([bytes, leader.plaintext, helper.plaintext, publicShare].map(({ length }) => length).join());
    }
    expect(sizes.size).toBe(1);
  });

  it("is opened by each aggregator for its own share and by nobody for the other's", async () => {
    const report = await makeReport(federation, affinity, { engaged: [1, 2] });
    const aad = aadWith(affinity, report.nonce, report.publicShare);
    const plain = (share: Uint8Array) => `0000${share.length.toString(16).padStart(8, "0")}${hex(share)}`;
    for (const [of, role, other] of [
      [leader, "leader", "helper"],
      [helper, "helper", "leader"],
    ] as const) {
      const { enc, ciphertext, plaintext, configId } = report[role];
      expect(configId).toBe(of.reference.hpke.id);
      expect(hex(await open(of, enc, ciphertext, inputShareInfo(role), aad))).toBe(plain(plaintext));
      await expect(open(of, report[other].enc, report[other].ciphertext, inputShareInfo(other), aad)).rejects.toThrow();
      await expect(open(of, enc, ciphertext, inputShareInfo(other), aad)).rejects.toThrow();
      const elsewhere = aadWith({ ...affinity, id: "affinity-3" }, report.nonce, report.publicShare);
      await expect(open(of, enc, ciphertext, inputShareInfo(role), elsewhere)).rejects.toThrow();
      const another = aadWith(affinity, new Uint8Array(16), report.publicShare);
      await expect(open(of, enc, ciphertext, inputShareInfo(role), another)).rejects.toThrow();
    }
  });

  it("is what would be sent, in DAP's encoding and nothing besides", async () => {
    const { nonce, publicShare, leader, helper, bytes } = await makeReport(federation, affinity, { engaged: [1] });
    const sized = (bytes: Uint8Array, digits: number) =>
      `${bytes.length.toString(16).padStart(digits, "0")}${hex(bytes)}`;
    const sealed = ({ configId, enc, ciphertext }: typeof leader) =>
      `${configId.toString(16).padStart(2, "0")}${sized(enc, 4)}${sized(ciphertext, 8)}`;
    const metadata = `${hex(nonce)}${(12).toString(16).padStart(16, "0")}0000`;
    expect(hex(bytes)).toBe(`${metadata}${sized(publicShare, 8)}${sealed(leader)}${sealed(helper)}`);
  });
});

/** Of a report with this id. */
const aadWith = (task: SplitTaskReference, nonce: Uint8Array, publicShare: Uint8Array) =>
  aadOf(federation, task, { metadata: Buffer.concat([nonce, uint64(task.epoch), Buffer.alloc(2)]), publicShare });

describe("a task as DAP sees it", () => {
  it("has the configuration that the draft's encoding gives, by which it is named", () => {
    const { id, configuration, context } = federation.dapTask({ ...mood, batchMode: "leader-selected", duration: 3 });
    const url = (text: string) => [Buffer.from([0, text.length]), Buffer.from(text)];
    const info = configuration.subarray(1, 1 + 37); // "sotto" and a digest of the canonical encoding
    expect(Buffer.from(info.subarray(0, 5)).toString()).toBe("sotto");
    const expected = Buffer.concat([
      ...[Buffer.from([37]), info, ...url("https://leader.example"), ...url("https://helper.example")],
      ...[uint64(86_400), uint64(100), Buffer.from([2, 0, 0])],
      ...[uint64(4).subarray(4), Buffer.from([0, 8]), uint64(36).subarray(4), uint64(chunkOf(mood)).subarray(4)],
      ...[Buffer.from([0, 20, 0, 1, 0, 16]), uint64(12), uint64(3)],
    ]);
    expect(hex(configuration)).toBe(expected.toString("hex"));
    expect(id).toHaveLength(32);
    expect(hex(context)).toBe(Buffer.concat([Buffer.from("dap-18"), id]).toString("hex"));
  });

  it("is another one for other terms, and the same for the same", () => {
    const ids = [
      mood,
      { ...mood, epoch: 13 },
      { ...mood, timePrecision: 3600 },
      { ...mood, duration: 2 },
      { ...mood, batchMode: "leader-selected" as const },
      { ...mood, aggregators: { ...mood.aggregators, helper: leader.reference } },
    ].map((task) => hex(federation.dapTask(task).id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(hex(federation.dapTask(structuredClone(mood)).id)).toBe(ids[0]);
  });

  it("of terms out of range is refused", () => {
    for (const terms of [{ timePrecision: 0 }, { duration: 0 }, { duration: 0.5 }, { batchMode: "later" }]) {
      expect(() => federation.dapTask({ ...mood, ...terms } as never)).toThrowError(/terms\./);
    }
  });
});

const chunkOf = (task: SplitTaskReference) => federation.splitParameters(task).chunkLength as number;

describe("a report of a task of several epochs", () => {
  const timeOf = async (task: SplitTaskReference) => {
    const { bytes } = await makeReport(federation, task, { sentiment: 0, intent: 0 });
    return Number(Buffer.from(bytes).readBigUInt64BE(16));
  };
  it("says in which of them it was made, and no more", async () => {
    const hour = Math.floor(Date.now() / 3_600_000);
    expect(await timeOf({ ...mood, timePrecision: 3600, epoch: hour - 5, duration: 24 })).toBeOneOf([hour, hour + 1]);
  });
  it("says the nearest one by a clock that is elsewhere", async () => {
    expect(await timeOf({ ...mood, epoch: 12, duration: 3 })).toBe(14);
    expect(await timeOf({ ...mood, epoch: 4_000_000_000, duration: 3 })).toBe(4_000_000_000);
  });
});

it("encodes moods in the order of the comment model's heads", async () => {
  const { commentHeads } = await loadCore({ wasm: wasmOf("simd") });
  const labels = (name: string) => commentHeads.find((head) => head.name === name)?.labels;
  expect(labels("sentiment")).toEqual(sentiments);
  expect(labels("intent")).toEqual(intents);
});

describe("each share alone", () => {
  const reports = 400;
  const buckets = 64;

  /**
   * Pearson's chi-squared of elements of a field against the uniform distribution, over equal slices of the field by the
   * elements' highest bits. Both fields' moduli are within 2^-32 of a power of two, so slices are equal for what a test
   * of this size can tell.
   */
  function chiSquared(elements: readonly Uint8Array[]): number {
    const counts = new Array<number>(buckets).fill(0);
    for (const element of elements) counts[Math.floor((element[element.length - 1] as number) / (256 / buckets))]++;
    const expected = elements.length / buckets;
    return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  }

  /** Beyond which a uniform source is once in a million times: Wilson and Hilferty's approximation, z = 4.75. */
  const limit = (() => {
    const degrees = buckets - 1;
    return degrees * (1 - 2 / (9 * degrees) + 4.75 * Math.sqrt(2 / (9 * degrees))) ** 3;
  })();

  const cut = (bytes: Uint8Array, size: number) =>
    Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

  /** The elements of many reports, from a fixed seed: those of the leader's share, and what the helper's expands to. */
  function elementsOf(task: SplitTaskReference, measured: (report: number) => Measured, seed: number) {
    const random = federation.seededRandom(seed);
    const prio3 = federation.createPrio3(federation.splitParameters(task));
    const ctx = federation.dapTask(task).context;
    const shares = { leader: [] as Uint8Array[], helper: [] as Uint8Array[], helperOut: [] as Uint8Array[] };
    for (let report = 0; report < reports; report++) {
      const { nonce, publicShare, leaderShare, helperShare } = federation.makeShares(
        task,
        ctx,
        measured(report),
        random,
      );
      // Behind the elements stands a seed of 32 bytes.
      shares.leader.push(...cut(leaderShare.subarray(0, leaderShare.length - 32), prio3.elementSize));
      shares.helper.push(...cut(helperShare, 1));
      shares.helperOut.push(
        ...cut(outShare(prio3, ctx, nonce, publicShare, [leaderShare, helperShare]), prio3.elementSize),
      );
    }
    prio3.dispose();
    random.dispose();
    return shares;
  }

  /** The helper's share of the measurement, which it expands from its seed. */
  function outShare(prio3: Prio3, ctx: Uint8Array, nonce: Uint8Array, publicShare: Uint8Array, shares: Uint8Array[]) {
    const [one, two] = shares.map((share, i) => prio3.verifyInit(key, ctx, i, nonce, publicShare, share));
    if (!one || !two) throw new Error("two shares are needed");
    const message = prio3.verifierSharesToMessage(ctx, [one.verifierShare, two.verifierShare]);
    const out = prio3.verifyNext(two.state, message);
    one.state.dispose();
    two.state.dispose();
    return out;
  }

  it.each([
    ["affinity, the same four products each time", affinity, () => ({ engaged: [0, 1, 2, 3] }), 1],
    ["affinity, never a product", affinity, () => ({ engaged: [] }), 2],
    ["affinity, other products each time", affinity, (i: number) => ({ engaged: [i % 24, (i + 7) % 24] }), 3],
    ["mood, always the same", mood, () => ({ sentiment: 0, intent: 7 }), 4],
    ["mood, another each time", mood, (i: number) => ({ sentiment: i % 3, intent: i % 12 }), 5],
    ["popularity", popularity, () => ({ engaged: [4, 5] }), 6],
  ] as [string, SplitTaskReference, (report: number) => Measured, number][])(
    "is uniform random elements: %s",
    (_, task, measured, seed) => {
      const { leader, helper, helperOut } = elementsOf(task, measured, seed);
      expect(leader.length).toBeGreaterThan(20 * buckets);
      for (const elements of [leader, helper, helperOut]) expect(chiSquared(elements)).toBeLessThan(limit);
    },
  );

  it("would fail that test with a bias of one element in twenty", () => {
    const { leader } = elementsOf(affinity, () => ({ engaged: [0] }), 7);
    const biased = leader.map((element, i) => (i % 20 === 0 ? new Uint8Array(element.length) : element));
    expect(chiSquared(leader)).toBeLessThan(limit);
    expect(chiSquared(biased)).toBeGreaterThan(limit);
  });

  it("would fail it where the measurement itself is in a share", () => {
    const random = federation.seededRandom(8);
    const prio3 = federation.createPrio3(federation.splitParameters(mood));
    const ctx = federation.dapTask(mood).context;
    const plain = Array.from({ length: reports }, () => {
      const { leaderShare } = federation.makeShares(mood, ctx, { sentiment: 1, intent: 1 }, random);
      const elements = cut(leaderShare.subarray(0, leaderShare.length - 32), prio3.elementSize);
      return elements.map((element, place) =>
        place < 36 ? Uint8Array.from(element).fill(Number(place === 13)) : element,
      );
    }).flat();
    expect(chiSquared(plain)).toBeGreaterThan(limit);
    prio3.dispose();
    random.dispose();
  });
});
