// The viewer page. `?manifest=URL` opens another room. `?debug` offers the session as `sottoDemo.session`; then
// `within=S` changes the seconds within which a contribution is made, and `host` shows buttons for what a host does.

import "./styles/page.css";
import { SottoError } from "@sotto/live";
import { App } from "./app.js";
import { createPage } from "./page.js";
import { promisesAgain, sentenceFor } from "./sentences.js";
import { createStream } from "./stream.js";
import { createHostButtons } from "./view/host-buttons.js";

/** Seconds after consent within which the contribution is made, at a moment that is drawn. */
const kContributeWithin = 10;
/** Milliseconds until an unreachable room is tried again. */
const kRetryMs = 5000;

const parameters = new URLSearchParams(location.search);
const manifest = parameters.get("manifest") ?? "/v1/streams/tea-house/manifest.json";
const debug = parameters.has("debug");
const contributeWithin = Number((debug && parameters.get("within")) || kContributeWithin);
let app: App | null = null;

const root = document.querySelector("#app");
if (!root) throw new Error("index.html has no element with the id app");
const page = createPage(root, {
  explain: (text) => (app ? app.explain(text) : Promise.reject(new Error("the room is not open"))),
  shelf: {
    engage: (product, kind) => app?.engage(product, kind),
    shown: (products) => app?.session.shown(products),
    forget: () => page.ledger.askToForget(),
  },
});
const stream = createStream(page.player.video);

let opening = false;
let again: ReturnType<typeof setTimeout> | undefined;

/** By itself, by the timer and by the viewer's Retry; one try at a time. */
async function open(): Promise<void> {
  if (app || opening) return;
  clearTimeout(again);
  opening = true;
  page.header.setPresence("connecting");
  try {
    app = await App.open(page, stream, { manifest, contributeWithin });
  } catch (reason) {
    const error = reason instanceof SottoError ? reason : new SottoError("INTERNAL", String(reason), { cause: reason });
    page.header.setPresence(promisesAgain(error) ? "offline" : "failed");
    page.problems.show({
      key: "start",
      sentence: (texts) => `${texts.problem.start} ${sentenceFor(error)(texts)}`,
      detail: `${error.code}: ${error.message}`,
      hint: error.hint,
      retry: () => void open(),
    });
    if (promisesAgain(error)) again = setTimeout(() => void open(), kRetryMs);
    return;
  } finally {
    opening = false;
  }
  page.problems.clear("start");
  if (!debug) return;
  Object.assign(window, { sottoDemo: { session: app.session } });
  if (parameters.has("host")) page.player.element.append(createHostButtons(app.session.overlay));
}

await open();
