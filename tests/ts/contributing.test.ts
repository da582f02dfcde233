// The contributor's code is loaded when it is first needed, and not before.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ConsentSwitch } from "../../sdk/ts/src/federation/consent.js";
import type { Contributing } from "../../sdk/ts/src/federation/contributing.js";
import type { ContributorParts } from "../../sdk/ts/src/federation/contributor.js";
import { silent } from "./support/session.js";

const path = "../../sdk/ts/src/federation/contributor.js";
let loads: number;
let failure: Error | undefined;
let arrive: () => void;
let made: { begin: number; soon: number; stop: number; end: number };
let problems: unknown[];
let code: object;
/** Whatever is asked of storage and engine. */
let used: ReturnType<typeof vi.fn>;

class FakeContributor {
  begin = () => made.begin++;
  contributeSoon = async () => made.soon++;
  stop = () => made.stop++;
  end = () => made.end++;
  contribute = async () => [{ id: "u1", microRho: 1, expires: 2 }];
  price = async () => ({ rho: 1, epsilon: 2, delta: 3 });
}

beforeEach(() => {
  vi.resetModules();
  loads = 0;
  failure = undefined;
  made = { begin: 0, soon: 0, stop: 0, end: 0 };
  problems = [];
  code = { Contributor: FakeContributor };
  used = vi.fn(async () => []);
  let arrived = Promise.resolve();
  arrive = () => {};
  vi.doMock(path, async () => {
    loads++;
    await arrived;
    if (failure) throw failure;
    return code;
  });
  wait = () => {
    arrived = new Promise((resolve) => {
      arrive = resolve;
    });
  };
});
let wait: () => void;
afterEach(() => vi.doUnmock(path));

async function create(state: "granted" | "denied" | "ask") {
  const module = await import("../../sdk/ts/src/federation/contributing.js");
  const consent = new ConsentSwitch(state, () => {});
  const told = problems; // of this test, also when a later one is on
  const parts = {
    ...{ consent, logger: silent, automatic: true, delay: 0, limitMicroRho: 1 },
    client: { call: used },
    storage: { entries: used },
    manifest: () => ({ stream: "s", tasks: [{ id: "t" }] }),
    engaged: () => new Set(),
    failed: (error: unknown) => told.push(error),
  };
  const contributing: Contributing = new module.Contributing(parts as unknown as ContributorParts);
  return { contributing, consent };
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

it.each(["denied", "ask"] as const)("loads nothing while consent is %s", async (state) => {
  const { contributing } = await create(state);
  contributing.begin();
  contributing.contributeSoon();
  contributing.stop();
  contributing.end();
  await settled();
  expect(loads).toBe(0);
});

it("loads once with consent, and begins", async () => {
  const { contributing } = await create("granted");
  contributing.begin();
  contributing.contributeSoon();
  await expect.poll(() => made).toEqual({ begin: 1, soon: 1, stop: 0, end: 0 });
  expect(loads).toBe(1);
});

/** The contributor itself, so that what counts is what it does. */
async function createReal() {
  const { Contributor } = await vi.importActual<typeof import("../../sdk/ts/src/federation/contributor.js")>(path);
  code = { Contributor };
  const created = await create("granted");
  arrive();
  return created;
}

it("sends nothing if consent was withdrawn while the code was on its way", async () => {
  const { contributing, consent } = await createReal();
  wait();
  contributing.begin();
  contributing.contributeSoon();
  consent.deny();
  contributing.stop();
  arrive();
  await settled();
  expect(loads).toBe(1);
  expect(used).not.toHaveBeenCalled();
});

it("sends nothing if the session ended while the code was on its way", async () => {
  const { contributing } = await createReal();
  wait();
  contributing.begin();
  contributing.contributeSoon();
  contributing.end();
  arrive();
  await settled();
  expect(loads).toBe(1);
  expect(used).not.toHaveBeenCalled();
  contributing.begin();
  await settled();
  expect(used).not.toHaveBeenCalled();
});

it("would have used the storage and the engine otherwise", async () => {
  const { contributing } = await createReal();
  contributing.begin();
  await expect.poll(() => used.mock.calls.length).toBeGreaterThan(0);
  contributing.end();
});

it("tells a failure to load once, and tries again later", async () => {
  const { contributing } = await create("granted");
  failure = new Error("no network");
  contributing.begin();
  await expect.poll(() => problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ name: "SottoError", code: "UNAVAILABLE" });
  failure = undefined;
  contributing.begin();
  await expect.poll(() => made.begin).toBe(1);
  expect(problems).toHaveLength(1);
});

it("loads for whoever asks for a price, and gives entries without what only the device needs", async () => {
  const { contributing } = await create("ask");
  expect(await contributing.price("t")).toEqual({ rho: 1, epsilon: 2, delta: 3 });
  // An entry of before there were other kinds says nothing of its own.
  expect(await contributing.contribute()).toEqual([{ id: "u1", trust: "local", kind: "affinity", epoch: 0 }]);
  expect(loads).toBe(1);
});
