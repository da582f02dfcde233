// Milliseconds of JavaScript on the page's own thread, frame by frame: of callbacks of timers, animation frames and
// workers' messages. Installed before any of the systems is loaded.
const { performance } = globalThis;
const request = globalThis.requestAnimationFrame.bind(globalThis);

let spent = 0;
let depth = 0;

const timed = (callback) =>
  typeof callback !== "function"
    ? callback
    : function (...args) {
        const from = performance.now();
        depth++;
        try {
          return callback.apply(this, args);
        } finally {
          if (--depth === 0) spent += performance.now() - from;
        }
      };

export function installProbe() {
  for (const name of ["setTimeout", "setInterval", "requestAnimationFrame"]) {
    const original = globalThis[name].bind(globalThis);
    globalThis[name] = (callback, ...rest) => original(timed(callback), ...rest);
  }
  const { get, set } = Object.getOwnPropertyDescriptor(Worker.prototype, "onmessage");
  Object.defineProperty(Worker.prototype, "onmessage", {
    get,
    set(listener) {
      set.call(this, timed(listener));
    },
  });
}

/** Calls `frame(now)` at every animation frame and keeps when each began and what the one before it cost. */
export class FrameProbe {
  /** Milliseconds since the page began. */
  times = [];
  /** Milliseconds of JavaScript. */
  costs = [];

  constructor(frame) {
    const step = () => {
      request(step);
      this.times.push(performance.now());
      this.costs.push(spent);
      spent = 0;
      timed(frame)(performance.now());
    };
    request(step);
  }

  /** What was kept since the last call. */
  take() {
    return { times: this.times.splice(0), costs: this.costs.splice(0) };
  }
}
