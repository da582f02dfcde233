// Tasks under split trust for the demo's room: the page's server adds them to the manifest on its way.

import { generateKeyPairSync } from "node:crypto";
import { loadFederation } from "@sotto/live/federation";

const kMinute = 60_000;

/** Numbers of DAP's mandatory suite, RFC 9180 section 7. */
const kSuite = { kem: 0x20, kdf: 1, aead: 1 };

/** A key of which nobody keeps the private part, for aggregators whose key is not told. */
function keyOfNobody() {
  const { publicKey } = generateKeyPairSync("x25519");
  return { id: 1, ...kSuite, publicKey: publicKey.export({ format: "jwk" }).x };
}

/**
 * `leader` and `helper` are { url, hpke }, `hpke` as in a manifest. Answers with a function that gives the tasks for a
 * manifest at a moment (milliseconds since 1970).
 */
export async function createSplitTasks({ leader, helper }) {
  const federation = await loadFederation();
  const aggregator = (operator, { url, hpke = keyOfNobody() }) => ({ operator, url, hpke });
  const shop = aggregator("Pine & Kettle", leader);
  const trustee = aggregator("Harbour Privacy Trust", helper);
  const shopAgain = aggregator("Pine & Kettle", helper);
  const delta = 1e-5;

  /** With the price that its parameters have. */
  const priced = (task) => {
    const { rho } = federation.splitPrice(task);
    return { ...task, rho, epsilon: federation.epsilonOfZcdp(rho, delta) };
  };

  return ({ products, epoch }, now) => {
    const day = Math.floor(now / (24 * 60 * kMinute));
    const terms = {
      trust: "split",
      epoch: day,
      timePrecision: (24 * 60 * kMinute) / 1000,
      duration: 1,
      batchMode: "time-interval",
      sigmaSquaredDenominator: 1,
      delta,
      minimum: 400,
      expires: new Date((day + 2) * 24 * 60 * kMinute).toISOString(),
    };
    const affinity = {
      ...terms,
      id: "affinity-split-1",
      kind: "affinity",
      items: products.map(({ id }) => id),
      maxItems: 6,
      sigmaSquaredNumerator: 150,
      aggregators: { leader: shop, helper: trustee },
    };
    // Of the minute that is on, and of the one before, which can be reported.
    const minute = Math.floor((now - Date.parse(epoch)) / kMinute);
    const minutes = Number.isNaN(minute) ? [] : [minute - 1, minute].filter((each) => each >= 0);
    const moods = minutes.map((each) => ({
      ...terms,
      id: `mood-${each}`,
      kind: "mood",
      minute: each,
      sigmaSquaredNumerator: 100,
      aggregators: { leader: shop, helper: shopAgain },
    }));
    return [affinity, ...moods].map(priced);
  };
}

/** For Vite's preview server: hands manifests on with those tasks in them. `server` is the room's server. */
export async function splitTasksPlugin(server, aggregators) {
  const tasksOf = await createSplitTasks(aggregators);
  const answer = async (path) => {
    const response = await fetch(new URL(path, server));
    if (!response.ok) return null;
    const manifest = await response.json();
    return JSON.stringify({ ...manifest, tasks: [...manifest.tasks, ...tasksOf(manifest, Date.now())] });
  };
  return {
    name: "split-tasks",
    configurePreviewServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        if (request.method !== "GET" || !/^\/v1\/streams\/[\w-]+\/manifest\.json$/.test(request.url)) return next();
        answer(request.url).then(
          (text) => {
            if (text === null) return next();
            response.setHeader("content-type", "application/json");
            response.setHeader("cache-control", "no-cache");
            response.end(text);
          },
          () => next(), // the server is away: the proxy says so
        );
      });
    },
  };
}
