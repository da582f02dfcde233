// The other viewers of the room: the program `sotto swarm` plays them, each with a taste, a history and noise of its own.

import { Child } from "./children.mjs";
import { DemoError, findCli } from "./programs.mjs";

/** Simulated viewers that wait for the real one, so that the round closes after the contribution and not before. */
const kHeldBack = 40;
/** Seconds after which the crowd begins, and after which it closes the round without the viewer. */
const kBegin = 15;
const kClose = 120;

export class Crowd {
  #server;
  #minimum;
  #signal;
  #sent = 0;

  constructor({ server, minimum, signal }) {
    this.#server = server;
    this.#minimum = minimum;
    this.#signal = signal;
  }

  /** Sends what the round still lacks and resolves with the swarm's summary once the next model is there. */
  close() {
    return this.#send(this.#minimum - this.#sent, ["--wait-close"]);
  }

  /** Fills the round beside a real viewer: most of it early, the rest once the viewer has contributed. */
  async accompany(room, log) {
    const contributed = () => room.accepted().then((count) => count > this.#sent);
    await this.#wait(kBegin, contributed);
    if (!(await contributed())) {
      await this.#send(this.#minimum - kHeldBack, []);
      log(`${this.#sent} simulated viewers have contributed; the round closes at ${this.#minimum}.`);
      await this.#wait(kClose, contributed);
    }
    const { modelVersionAfter, hitRateBefore, hitRateAfter } = await this.close();
    log(
      `The round is closed: model ${modelVersionAfter}. Hit rate of simulated viewers ${hitRateBefore} -> ${hitRateAfter}.`,
    );
  }

  async #wait(seconds, enough) {
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end && !(await enough())) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      this.#signal.throwIfAborted();
    }
  }

  async #send(viewers, more) {
    const output = [];
    const swarm = new Child(
      "sotto swarm",
      findCli(),
      [
        "swarm",
        ...["--server", this.#server.replace(/\/$/, ""), "--stream", "tea-house", "--task", "affinity-1"],
        ...["--viewers", String(viewers), "--seed", String(1 + this.#sent), ...more],
      ],
      { onLine: (line) => output.push(line) },
    );
    const stop = () => void swarm.stop();
    this.#signal.addEventListener("abort", stop, { once: true });
    const status = await swarm.exit;
    this.#signal.removeEventListener("abort", stop);
    this.#signal.throwIfAborted();
    if (status !== 0) throw new DemoError(`sotto swarm ended (${status}):\n${swarm.lastLines()}`);
    this.#sent += viewers;
    const text = output.join("\n");
    return JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
  }
}
