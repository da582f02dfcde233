// Reads the player's time for the engine whenever it is news: each video frame where the browser tells (
// requestVideoFrameCallback), else about four times a second (timeupdate), and at every change of pace.

import type { ClockReading } from "./stage/media-clock.js";
import { wallClock } from "./stage/wall-clock.js";

const news = [
  "timeupdate",
  "ratechange",
  "pause",
  "play",
  "playing",
  "waiting",
  "ended",
  "emptied",
  "loadeddata",
] as const;
const jumps = ["seeking", "seeked"] as const;

/** Answers with the function that ends it. */
export function watchPlayer(video: HTMLVideoElement, read: (reading: ClockReading) => void): () => void {
  let waiting = false;
  let frame: number | undefined;
  const say = (mediaTime: number, at: number, jump: boolean) =>
    read({
      mediaTime,
      rate: video.playbackRate,
      paused: video.paused || video.ended || video.seeking || waiting,
      at,
      jump,
    });

  const onNews = ({ type }: Event) => {
    if (type === "waiting") waiting = true;
    if (type === "playing" || type === "timeupdate") waiting = video.readyState < 3;
    say(video.currentTime, wallClock(), false);
  };
  const onJump = () => say(video.currentTime, wallClock(), true);
  for (const type of news) video.addEventListener(type, onNews);
  for (const type of jumps) video.addEventListener(type, onJump);

  if ("requestVideoFrameCallback" in video) {
    const onFrame = (_: number, { mediaTime, expectedDisplayTime }: VideoFrameCallbackMetadata) => {
      say(mediaTime, performance.timeOrigin + expectedDisplayTime, false);
      frame = video.requestVideoFrameCallback(onFrame);
    };
    frame = video.requestVideoFrameCallback(onFrame);
  }
  say(video.currentTime, wallClock(), true);

  return () => {
    for (const type of news) video.removeEventListener(type, onNews);
    for (const type of jumps) video.removeEventListener(type, onJump);
    if (frame !== undefined) video.cancelVideoFrameCallback(frame);
  };
}
