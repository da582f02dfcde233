// Stands for a <video> that plays: the properties, events and video frames from which a session reads the media time,
// without the cost of decoding, which would be counted as the overlay's.
const ticksPerSecond = 4; // "timeupdate", as browsers send it
const framesPerSecond = 30;

export class Player extends EventTarget {
  paused = false;
  ended = false;
  seeking = false;
  playbackRate = 1;
  readyState = 4;
  #began = performance.now();
  #waiting = new Map();
  #handle = 0;
  #shown = -1;
  #standsAt;

  constructor() {
    super();
    setInterval(() => this.dispatchEvent(new Event("timeupdate")), 1000 / ticksPerSecond);
  }

  get currentTime() {
    return this.#standsAt ?? (performance.now() - this.#began) / 1000;
  }

  /** A seek while paused: from then on the time stands still. */
  standAt(seconds) {
    this.#standsAt = seconds;
    this.paused = true;
    for (const type of ["seeking", "seeked"]) this.dispatchEvent(new Event(type));
  }

  requestVideoFrameCallback(callback) {
    this.#waiting.set(++this.#handle, callback);
    return this.#handle;
  }

  cancelVideoFrameCallback(handle) {
    this.#waiting.delete(handle);
  }

  /** To be called at each animation frame: shows the next picture when it is due. */
  step(now) {
    const picture = Math.floor(this.currentTime * framesPerSecond);
    if (picture === this.#shown) return;
    this.#shown = picture;
    const callbacks = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const callback of callbacks) callback(now, { mediaTime: this.currentTime, expectedDisplayTime: now });
  }
}
