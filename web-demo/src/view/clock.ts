// A moment of the programme as the viewer's clock shows it.

import { formatTime } from "../format.js";

/** Seconds of programme time as a time of day; where nobody knows the day's, as minutes and seconds. */
export type Clock = (seconds: number, unit?: "second" | "minute") => string;

/** `epoch`: the moment of programme time 0 as RFC 3339, or "". */
export function createClock(): { read: Clock; setEpoch(epoch: string): void } {
  let zero = Number.NaN;
  return {
    read(seconds, unit) {
      if (!Number.isNaN(zero)) return formatTime(zero + seconds * 1000, unit);
      const whole = Math.max(0, Math.round(seconds));
      return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
    },
    setEpoch(epoch) {
      zero = Date.parse(epoch);
    },
  };
}
