// danmaku (weizhenye), its canvas engine: every comment is drawn once on a canvas of its own, then copied each frame.
import Danmaku from "danmaku";
import { crossingSeconds, fontFamily, fontPixels } from "../stream.mjs";

export async function create({ box }) {
  const danmaku = new Danmaku({ container: box, engine: "canvas", speed: box.clientWidth / crossingSeconds });
  const style = {
    font: `${fontPixels}px ${fontFamily}`,
    strokeStyle: "#000",
    lineWidth: 2,
    textBaseline: "bottom",
  };
  return {
    push(comments) {
      for (const { text, color } of comments)
        danmaku.emit({ text, mode: "rtl", style: { ...style, fillStyle: color } });
    },
    // The engine has no public count.
    visible: () => danmaku._.runningList.length,
  };
}
