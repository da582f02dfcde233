// The package as it is installed: its session, its worker, its WASM.
import { LiveSession } from "/sdk/dist/index.js";
import { startWorker, workerFrames } from "../page/worker-frames.mjs";
import { crossingSeconds, fontFamily, fontPixels } from "../stream.mjs";

const manifest = { version: 1, stream: "bench", title: { en: "Benchmark" }, products: [] };
const options = { fontSize: fontPixels, fontFamily, crossing: crossingSeconds, area: 1, patience: 0, mode: "scroll" };
/** Everything that comes is shown, as the peers do: nothing merged, nothing left out when frames are late. */
const everything = { density: "all", overlap: "always", merge: 0, frameBudget: false, backend: "canvas2d" };

/** A task under split trust of the largest kind that the targets name: the pairs of 128 products. */
const task = {
  ...{ id: "affinity-128", kind: "affinity", trust: "split", epoch: 0, maxItems: 32, minimum: 100, delta: 1e-5 },
  ...{ sigmaSquaredNumerator: 100_000, sigmaSquaredDenominator: 1, rho: 528 / 200_000, epsilon: 1 },
  items: Array.from({ length: 128 }, (_, index) => `p${index}`),
  expires: "2999-01-01T00:00:00Z",
  aggregators: {
    leader: { operator: "A", url: "https://a.example", hpke: hpke(1) },
    helper: { operator: "B", url: "https://b.example", hpke: hpke(2) },
  },
};

function hpke(id) {
  return { id, kem: 32, kdf: 1, aead: 1, publicKey: "N_2-e9vW6OZoiOPDyNfpfR0SU7bU6m3EUPdBsb9EMf0" };
}

export async function create({ box, player }) {
  const session = await LiveSession.create({
    video: player,
    manifest: { ...manifest, tasks: [task] },
    overlay: box,
    overlayOptions: { ...options, ...everything },
    storage: "memory",
    assets: { worker: startWorker },
  });
  const { overlay } = session;
  const note = knowsOverlap(overlay)
    ? undefined
    : "this build of Sotto has no overlap and drops what its lanes do not take";
  let longest = Number.NaN;
  session.addEventListener("stats", ({ detail }) => {
    if (detail.longestFrame !== undefined) longest = Math.max(detail.longestFrame, longest || 0);
  });
  return {
    note,
    push(comments) {
      for (const comment of comments) overlay.push(comment);
    },
    visible: () => overlay.stats().visible,
    stats: () => overlay.stats(),
    /** The longest frame that the package itself has told of since the last call; NaN if it tells of none. */
    longestFrame() {
      const told = longest;
      longest = Number.NaN;
      return told;
    },
    /** Makes a whole report, as a contribution does; answers with its size. */
    contribute: async () => (await session.ledger.preview(task.id)).bytes.length,
    frameTimes: async () => (await workerFrames()).times,
  };
}

/** Without it fewer comments than wanted are on screen. */
function knowsOverlap(overlay) {
  try {
    overlay.configure({ overlap: "not a value" }); // an option that is known refuses this
  } catch {
    return true;
  }
  overlay.configure({ overlap: everything.overlap });
  return false;
}
