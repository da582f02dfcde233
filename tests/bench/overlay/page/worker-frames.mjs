// The page's end of frame-times.mjs.
const channel = new BroadcastChannel("frame-times");

/** For `assets.worker`: the package's worker, with its frames watched. */
export const startWorker = () => new Worker("/worker/worker.mjs", { type: "module" });

/** The worker's frames since the last call: when each began, in milliseconds of this page, and what it cost. */
export const workerFrames = () =>
  new Promise((resolve) => {
    channel.onmessage = ({ data: { times, costs } }) =>
      resolve({ times: times.map((time) => time - performance.timeOrigin), costs });
    channel.postMessage("tell");
  });
