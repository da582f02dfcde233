// One room, running: ffmpeg's live stream, the server and the page. The demo and the browser tests start it alike.

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Aggregators, freePort, kSplitTask } from "./aggregators.mjs";
import { Child, until } from "./children.mjs";
import { renderConfig } from "./config.mjs";
import { liveArguments } from "./live.mjs";
import { startPageServer } from "./page-server.mjs";
import { DemoError, findFfmpeg, findServer, kRoot } from "./programs.mjs";

const kRoom = join(kRoot, "web-demo/room");
/** @type {null | { leader: { url: string }, helper: { url: string } }} */
const kNoAggregators = null;
const kDay = 24 * 3600 * 1000;

/**
 *   video    the room's composed video
 *   port     of the page; 0 takes a free one
 *   minimum  updates that close the round
 *   aggregators  true: the server is a leader, a second process the helper, and the room's round goes through both,
 *                instead of the server's own round under local trust
 *   split    aggregators { leader: { url, hpke }, helper: { url, hpke } } of tasks under split trust; null: there are none
 *   died     called with a sentence when a child ends by itself
 * Resolves once the page can be opened.
 */
export async function startRoom({
  video,
  port = 0,
  minimum = 400,
  aggregators = false,
  split = kNoAggregators,
  died = (_sentence) => {},
}) {
  if (!existsSync(join(kRoot, "web-demo/dist/index.html"))) {
    throw new DemoError("The page is not built. Build it: npm run build");
  }
  const programs = { server: findServer(), ffmpeg: findFfmpeg() };
  const folder = await mkdtemp(join(tmpdir(), "sotto-demo-"));
  const room = new Room(folder, programs, { video, minimum, aggregators, split, died });
  try {
    await room.start(port);
  } catch (error) {
    await room.stop();
    throw error;
  }
  return room;
}

class Room {
  #folder;
  #programs;
  #options;
  #ffmpeg = null;
  #server = null;
  #helper = null;
  #page = null;
  /** @type {Aggregators | null} */
  #aggregators = null;

  constructor(folder, programs, options) {
    this.#folder = folder;
    this.#programs = programs;
    this.#options = options;
  }

  async start(port) {
    const media = join(this.#folder, "media");
    await mkdir(media);
    this.#ffmpeg = this.#child("ffmpeg", this.#programs.ffmpeg, liveArguments(this.#options.video, media));
    await until("ffmpeg's first segment", () => this.#alive(this.#ffmpeg) && existsSync(join(media, "live.m3u8")));
    if (this.#options.aggregators) await this.#startHelper();
    await this.startServer();
    this.#page = await startPageServer({
      server: this.serverUrl,
      port,
      split: this.#options.split,
      leader: this.#aggregators?.leaderUrl,
    });
    if (this.#aggregators) await this.#taskIsThere();
    this.pageUrl = this.#page.url;
    this.manifestUrl = new URL("v1/streams/tea-house/manifest.json", this.pageUrl).href;
    this.metricsUrl = new URL("metrics", this.serverUrl).href;
  }

  /** The helper, and all that both aggregators have before they start. */
  async #startHelper() {
    const [leaderPort, helperPort] = [await freePort(), await freePort()];
    this.#aggregators = new Aggregators(this.#folder, { leaderPort, helperPort });
    this.serverUrl = `${this.#aggregators.leaderUrl}/`;
    this.helperUrl = `${this.#aggregators.helperUrl}/`;
    const products = JSON.parse(await readFile(join(kRoom, "products.json"), "utf8"));
    await this.#aggregators.setUp({
      stream: "tea-house",
      items: products.map(({ id }) => id),
      minimum: this.#options.minimum,
    });
    const config = join(this.#aggregators.helperFolder, "server.toml");
    await writeFile(config, this.#aggregators.helperConfig(helperPort));
    this.#helper = this.#child("sotto-server (helper)", this.#programs.server, ["--config", config]);
    await until("the helper to be ready", async () => {
      this.#alive(this.#helper);
      return (await fetch(new URL("readyz", this.helperUrl))).ok;
    });
  }

  /** The leader names its task once it has the helper's key. */
  #taskIsThere() {
    return until("the split task in the manifest", async () => {
      const { tasks } = await (await fetch(new URL("v1/streams/tea-house/manifest.json", this.serverUrl))).json();
      return tasks.some(({ id }) => id === kSplitTask);
    });
  }

  /** As the collector: the batch's release, out of which the room's next model is made and published. */
  collect() {
    return this.#aggregators.collect("tea-house");
  }

  /** Starts the server, or starts it again: with the same database, and on the port that it had. */
  async startServer() {
    const state = this.#folder;
    const room = JSON.parse(await readFile(join(kRoom, "room.json"), "utf8"));
    const config = join(state, "server.toml");
    await rm(join(state, "port"), { force: true });
    await writeFile(
      config,
      renderConfig({
        room: kRoom,
        media: join(state, "media"),
        state,
        port: this.serverUrl ? Number(new URL(this.serverUrl).port) : 0,
        comments: join(kRoot, "models/comments.bin"),
        minimum: this.#aggregators ? null : this.#options.minimum,
        more: this.#aggregators?.leaderConfig(),
        operatorTokenSha256: this.#aggregators?.operatorTokenSha256,
        title: room.title,
        loop: room.loop,
        expires: new Date(Date.now() + kDay).toISOString(),
      }),
    );
    this.#server = this.#child("sotto-server", this.#programs.server, ["--config", config]);
    const bound = await until("the server's port", async () => {
      this.#alive(this.#server);
      return (await readFile(join(state, "port"), "utf8")).trim();
    });
    this.serverUrl = `http://127.0.0.1:${bound}/`;
    await until("the server to be ready", async () => {
      this.#alive(this.#server);
      return (await fetch(new URL("readyz", this.serverUrl))).ok;
    });
  }

  /** Ends the server as a power cut would ("SIGKILL") or in order ("SIGTERM"). */
  async stopServer(signal = "SIGTERM") {
    await this.#server?.stop(signal);
  }

  /** The server's metrics, by name with its labels: `sotto_x_total{a="b"}` -> number. */
  async metrics() {
    const text = await (await fetch(this.metricsUrl)).text();
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
    );
  }

  /** Updates, or reports, that the server has accepted, all in all. */
  async accepted() {
    const metrics = await this.metrics();
    const counts = this.#aggregators ? 'sotto_dap_uploads_total{outcome="accepted"}' : "sotto_round_updates{";
    return [...metrics].reduce((sum, [name, value]) => (name.startsWith(counts) ? sum + value : sum), 0);
  }

  async stop() {
    await this.#page?.close();
    await this.#server?.stop();
    await this.#helper?.stop();
    await this.#ffmpeg?.stop();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #child(name, program, args) {
    return new Child(name, program, args, {
      cwd: kRoot,
      died: (status, lines) => this.#options.died(`${name} ended (${status}). Its last lines:\n${lines}`),
    });
  }

  #alive(child) {
    if (child.ended) throw new DemoError(`${child.name} ended at once:\n${child.lastLines()}`);
    return true;
  }
}
