// A host page, as a web developer would write it. Tests drive it through window.page.
import { LiveSession, version } from "@sotto/live";
import { loadCore } from "@sotto/live/core";
import { defineLiveOverlay } from "@sotto/live/element";

const product = (id, zh, en, category) => ({
  id,
  title: { zh, en },
  category,
  price: { amount: 9800, currency: "CNY" },
  image: "/tea.svg",
});

const manifest = {
  version: 1,
  stream: "page",
  title: { zh: "房间", en: "Room" },
  products: [
    product("p1", "高山绿茶", "Mountain green tea", "tea/green"),
    product("p2", "陶壶", "Clay pot", "ware/pot"),
  ],
  events: [{ id: "e1", type: "product", product: "p1", at: 0, duration: 600 }],
};

const video = document.querySelector("video");

/** A moving picture without any file: media time then passes as in a live stream. */
async function play() {
  const canvas = document.createElement("canvas");
  canvas.width = 64;
  canvas.height = 36;
  const context = canvas.getContext("2d");
  let frame = 0;
  setInterval(() => {
    context.fillStyle = `hsl(${frame++ % 360} 60% 30%)`;
    context.fillRect(0, 0, 64, 36);
  }, 40);
  video.srcObject = canvas.captureStream(25);
  await video.play();
}

const events = [];

window.page = {
  LiveSession,
  defineLiveOverlay,
  loadCore,
  version,
  manifest,
  video,
  events,
  play,
  async create(options = {}) {
    const session = await LiveSession.create({ video, manifest, ...options });
    for (const type of ["comment", "drop", "product", "select", "recommendations", "stats", "error", "connection"]) {
      session.addEventListener(type, ({ detail }) => events.push([type, detail]));
    }
    window.page.session = session;
    return session;
  },
  /** Share of the overlay's pixels that are not transparent. */
  async painted() {
    const canvas = document.querySelector("[data-sotto]").shadowRoot.querySelector("canvas");
    const copy = document.createElement("canvas");
    copy.width = canvas.clientWidth;
    copy.height = canvas.clientHeight;
    const context = copy.getContext("2d");
    context.drawImage(canvas, 0, 0, copy.width, copy.height);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    let count = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) count++;
    return count / (copy.width * copy.height);
  },
};
document.documentElement.dataset.ready = "true";
