// Programme time: seconds since the manifest's epoch at the picture that the viewer sees.
import type { ProgrammeDateSource } from "../types.js";

type Video = Pick<HTMLVideoElement, "currentTime"> & { getStartDate?: () => Date };

export class ProgrammeClock {
  readonly #video: Video;
  readonly #hls: ProgrammeDateSource | undefined;
  /** Milliseconds since 1970 of programme time 0; undefined for a recorded stream. */
  epoch: number | undefined;

  constructor(video: Video, hls?: ProgrammeDateSource) {
    this.#video = video;
    this.#hls = hls;
  }

  /** By hls.js, else by the browser's own HLS, else media time. undefined while the player does not know yet. */
  now(): number | undefined {
    const { currentTime } = this.#video;
    if (this.epoch === undefined) return currentTime;
    if (this.#hls) return seconds(this.#hls.playingDate?.getTime(), this.epoch);
    if (!this.#video.getStartDate) return currentTime;
    const start = seconds(this.#video.getStartDate().getTime(), this.epoch); // an invalid Date before it is known
    return start === undefined ? undefined : start + currentTime;
  }
}

const seconds = (date: number | undefined, epoch: number): number | undefined =>
  date === undefined || Number.isNaN(date) ? undefined : (date - epoch) / 1000;
