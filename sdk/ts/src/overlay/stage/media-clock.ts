// Media time between two readings of the player. The page reads the player now and then; the engine draws at every
// frame, also while the page's own thread is busy. Small errors are worked off by running a little faster or slower, so
// that no comment ever steps back.

/** One reading, taken at `at`. */
export interface ClockReading {
  /** Seconds. */
  mediaTime: number;
  rate: number;
  /** Also true while the player waits for data. */
  paused: boolean;
  /** Milliseconds since 1970 with the fraction (performance.timeOrigin + performance.now()). */
  at: number;
  /** A seek: the time jumps. */
  jump: boolean;
}

const largestSlew = 0.1; // of the speed
const slewSeconds = 1; // in which an error is worked off
const jumpSeconds = 0.5; // larger errors are jumps that nobody announced

export class MediaClock {
  #media = 0;
  #at = 0;
  #speed = 0;

  read({ mediaTime, rate, paused, at, jump }: ClockReading): void {
    const predicted = this.now(at);
    const error = mediaTime - predicted;
    const jumps = jump || Math.abs(error) > jumpSeconds;
    this.#media = jumps ? mediaTime : predicted;
    this.#at = Math.max(this.#at, at);
    const slew = jumps ? 0 : Math.max(-largestSlew, Math.min(largestSlew, error / slewSeconds));
    this.#speed = paused ? 0 : rate * (1 + slew);
  }

  get running(): boolean {
    return this.#speed > 0;
  }

  /** Seconds of media time at `at`. */
  now(at: number): number {
    return this.#media + (Math.max(0, at - this.#at) / 1000) * this.#speed;
  }
}
