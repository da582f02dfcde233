// Power cuts: the process is killed in the middle of a thousand updates, again and again. Nothing that was acknowledged
// may be missing, nothing may count twice.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { TestServer } from "./support/server.mjs";
import { makeUpdates, Putter, storedRound, sumOf } from "./support/updates.mjs";

const kUpdates = 1_000;
const kConnections = 64;

/** Puts all updates until the server dies; fills `acknowledged` and `refused`. */
async function putUntilDeath(server, updates, acknowledged, refused) {
  const putter = new Putter(server, kConnections);
  await Promise.all(
    updates.map(async (update) => {
      try {
        const status = await putter.put(update);
        if (status === 201 || status === 200) acknowledged.add(update.id);
        else refused.push(status);
      } catch {
        // In doubt: perhaps on disk, perhaps not.
      }
    }),
  );
  putter.close();
}

/** Puts all updates; resolves to their statuses. */
async function putAll(server, updates) {
  const putter = new Putter(server, kConnections);
  const statuses = await Promise.all(updates.map((update) => putter.put(update)));
  putter.close();
  return statuses;
}

const count = (statuses, wanted) => statuses.filter((status) => status === wanted).length;

it("loses no acknowledged update and counts none twice, however often it is killed", { timeout: 240_000 }, async () => {
  // The round closes when every update is there, so that its sum is the sum of all.
  const server = await new TestServer({ minimum: kUpdates }).start();
  const updates = makeUpdates(kUpdates, { seed: 42 });
  const acknowledged = new Set();
  const refused = [];
  let inDoubt = 0;
  let kills = 0;
  for (const share of [0.1, 0.25, 0.4, 0.55, 0.7, 0.85]) {
    const missing = updates.filter((update) => !acknowledged.has(update.id));
    const putting = putUntilDeath(server, missing, acknowledged, refused);
    while (acknowledged.size < share * kUpdates) await sleep(1);
    await server.stop("SIGKILL");
    await putting;
    kills++;
    await server.start();
    // Everything acknowledged is there: it is sent again, and known.
    const known = await putAll(
      server,
      updates.filter((update) => acknowledged.has(update.id)),
    );
    expect(count(known, 200)).toBe(known.length);
    const stored = await server.metric('sotto_round_updates{task="affinity-1"}');
    expect(stored).toBeGreaterThanOrEqual(acknowledged.size);
    inDoubt += stored - acknowledged.size;
  }
  expect(refused).toEqual([]);
  expect(storedRound(server)).toBeNull();

  // The rest, twice each and all at once, together with everything that is there already.
  const statuses = await putAll(server, [...updates, ...updates]);
  expect(count(statuses, 201) + count(statuses, 200)).toBe(2 * kUpdates);

  const round = storedRound(server);
  expect(round.count).toBe(kUpdates);
  expect(round.sums).toEqual(sumOf(updates));
  const manifest = await server.manifest();
  expect(manifest.models.at(-1)).toMatchObject({ id: "affinity", version: "1" });
  expect(manifest.tasks).toEqual([]);

  // A closed round stays as it is, through one more kill.
  await server.stop("SIGKILL");
  await server.start();
  expect(count(await putAll(server, updates), 200)).toBe(kUpdates);
  expect(count(await putAll(server, makeUpdates(3, { seed: 43 })), 410)).toBe(3);
  expect(storedRound(server)).toEqual(round);
  console.log(`${kills} kills, ${inDoubt} updates in doubt that were on disk, ${kUpdates} in the round, each once`);
  await server.dispose();
});

it("closes a round once when it is killed while it closes", { timeout: 240_000 }, async () => {
  const minimum = 200;
  const updates = makeUpdates(minimum + 100, { seed: 7 });
  for (let attempt = 0; attempt < 4; attempt++) {
    const server = await new TestServer({ minimum }).start();
    const acknowledged = new Set();
    const putting = putUntilDeath(server, updates, acknowledged, []);
    while (acknowledged.size < minimum - 60 + 20 * attempt) await sleep(1);
    await server.stop("SIGKILL");
    await putting;
    await server.start();
    const statuses = await putAll(server, updates);
    expect(count(statuses, 200) + count(statuses, 201)).toBe(minimum);
    expect(count(statuses, 410)).toBe(updates.length - minimum);
    const accepted = updates.filter((_, i) => statuses[i] !== 410);
    for (const id of acknowledged) expect(accepted.map((update) => update.id)).toContain(id);
    const round = storedRound(server);
    expect(round).toMatchObject({ count: minimum, model: "affinity", version: 1 });
    expect(round.sums).toEqual(sumOf(accepted));
    await server.dispose();
  }
});
