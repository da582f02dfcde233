// niconicomments, its canvas renderer. It plays a recording, which is given beforehand; only a burst is added live.
import NiconiComments from "@xpadev-net/niconicomments";
import { crossingSeconds } from "../stream.mjs";

/** Its own canvas is 1920 wide at scale 1, where "small" is larger than 24 pixels. */
const scale = 0.55;

export async function create({ box, player, recording }) {
  const canvas = document.createElement("canvas");
  canvas.width = box.clientWidth;
  canvas.height = box.clientHeight;
  box.append(canvas);
  let nextId = 0;
  const formatted = ({ text, color }, seconds) => ({
    id: nextId,
    vpos: Math.floor(seconds * 100),
    content: text,
    date: 0,
    date_usec: 0,
    owner: false,
    premium: true,
    mail: ["small", color, `@${crossingSeconds - 1}`],
    user_id: nextId++ % 1000,
    layer: -1,
    is_my_post: false,
  });
  const began = player.currentTime;
  const now = () => player.currentTime - began;
  const comments = recording.map(({ comment, at }) => formatted(comment, at));
  const nico = new NiconiComments(canvas, comments, { format: "formatted", mode: "html5", lazy: true, scale });
  return {
    frame: () => nico.drawCanvas(Math.floor(now() * 100)),
    burst: (burst) => nico.addComments(...burst.map((comment) => formatted(comment, now()))),
    visible: () => nico.timeline[Math.floor(now() * 100)]?.length ?? 0,
  };
}
