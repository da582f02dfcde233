// Runs in the overlay's worker before the package's own script: notes when each animation frame began there and how long
// its JavaScript took, and tells on request. The package is not changed by it.
const request = globalThis.requestAnimationFrame.bind(globalThis);
/** Milliseconds since 1970. */
const times = [];
/** Milliseconds. */
const costs = [];

globalThis.requestAnimationFrame = (callback) =>
  request((now) => {
    const from = performance.now();
    callback(now);
    times.push(performance.timeOrigin + from);
    costs.push(performance.now() - from);
  });

const channel = new BroadcastChannel("frame-times");
channel.onmessage = () => channel.postMessage({ times: times.splice(0), costs: costs.splice(0) });
