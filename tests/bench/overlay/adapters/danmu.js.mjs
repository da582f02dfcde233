// danmu.js (xgplayer): DOM elements that CSS moves; comments that find no channel are dropped.
import { DanmuJs } from "danmu.js";
import { crossingSeconds, fontFamily, fontPixels } from "../stream.mjs";

const laneHeight = 30;

export async function create({ box, player }) {
  const clock = document.createElement("div"); // it asks for an element as its player
  Object.defineProperties(clock, {
    currentTime: { get: () => player.currentTime },
    paused: { value: false },
    playbackRate: { value: 1 },
  });
  const danmu = new DanmuJs({
    container: box,
    player: clock,
    comments: [],
    area: { start: 0, end: 1 },
    channelSize: laneHeight,
    mouseControl: false,
    maxCommentsLength: 2000,
  });
  danmu.start();
  return {
    push(comments) {
      for (const { id, text, color } of comments) {
        danmu.sendComment({
          id,
          txt: text,
          mode: "scroll",
          start: Math.floor(player.currentTime * 1000) + 100,
          duration: crossingSeconds * 1000,
          style: {
            fontSize: `${fontPixels}px`,
            fontFamily,
            color,
            textShadow: "1px 1px 1px #000, -1px -1px 1px #000",
          },
        });
      }
    },
    visible: () => box.querySelectorAll("[data-line-index]").length,
  };
}
