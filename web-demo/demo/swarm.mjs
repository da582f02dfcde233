// The other viewers of the room: the program `sotto swarm` plays them, each with a taste, a history and noise of its own.

import { Child } from "./children.mjs";
import { DemoError, findCli } from "./programs.mjs";

/** Simulated viewers that wait for the real one, so that the round closes after the contribution and not before. */
const kHeldBack = 40;
/** Milliseconds after which the crowd begins. */
const kBegin = 15_000;
/** Milliseconds between two looks at what the server has accepted. */
const kLook = 500;

export class Crowd {
  #play;
  #minimum;
  #signal;
  #sent = 0;

  #collect;

  /** `task` is the room's; `collect`, of a task under split trust, makes the next model once the reports are there. */
  constructor({ server, minimum, signal, task, collect = null, play = swarmProgram(server, task, signal) }) {
    this.#play = play;
    this.#minimum = minimum;
    this.#signal = signal;
    this.#collect = collect;
  }

  /**
   * Sends what the round still lacks and resolves with the swarm's summary once the next model is there; under split
   * trust with what the collector got as `release`.
   */
  async close() {
    if (!this.#collect) return this.#send(this.#minimum - this.#sent, ["--wait-close"]);
    const { accepted } = await this.#send(this.#minimum - this.#sent, []);
    const release = await this.#collect();
    // Nobody contributes any more; ranking is measured with the new model.
    return { ...(await this.#send(0, [])), accepted, release };
  }

  /** Fills the round beside a real viewer: most of it early, the rest once the viewer has contributed. */
  async accompany(room, log) {
    const contributed = () => room.accepted().then((count) => count > this.#sent);
    await this.#until(contributed, Date.now() + kBegin);
    if (!(await contributed())) {
      await this.#send(this.#minimum - kHeldBack, []);
      log(`${this.#sent} simulated viewers have contributed; the round closes soon after you have.`);
      await this.#until(contributed);
    }
    const { modelVersionAfter, hitRateBefore, hitRateAfter } = await this.close();
    log(
      `The round is closed: model ${modelVersionAfter}. Hit rate of simulated viewers ${hitRateBefore} -> ${hitRateAfter}.`,
    );
  }

  async #until(enough, end = Number.POSITIVE_INFINITY) {
    while (Date.now() < end && !(await enough())) {
      await new Promise((resolve) => setTimeout(resolve, kLook));
      this.#signal.throwIfAborted();
    }
  }

  async #send(viewers, more) {
    const summary = await this.#play(viewers, this.#sent, more);
    this.#sent += viewers;
    return summary;
  }
}

/** The program: plays `viewers` viewers of one crowd from the `first` on, and resolves with its summary. */
function swarmProgram(server, task, signal) {
  return async (viewers, first, more) => {
    const output = [];
    const swarm = new Child(
      "sotto swarm",
      findCli(),
      [
        "swarm",
        ...["--server", server.replace(/\/$/, ""), "--stream", "tea-house", "--task", task],
        ...["--viewers", String(viewers), "--first", String(first), ...more],
      ],
      { onLine: (line) => output.push(line) },
    );
    const stop = () => void swarm.stop();
    signal.addEventListener("abort", stop, { once: true });
    const status = await swarm.exit;
    signal.removeEventListener("abort", stop);
    signal.throwIfAborted();
    if (status !== 0) throw new DemoError(`sotto swarm ended (${status}):\n${swarm.lastLines()}`);
    const text = output.join("\n");
    return JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
  };
}
