// Updates as devices send them. Their bytes come from the native core; what they add up to is read from the documented
// format: "SOLU", u16 version, u64 digest, u32 count, then the entries as i16, all little-endian.
import { execFileSync } from "node:child_process";
import { Agent, request } from "node:http";
import { roundTool } from "./programs.mjs";
import { items, kTask } from "./server.mjs";

const kHeaderBytes = 4 + 2 + 8 + 4;

/** `count` updates, each {id, bytes}; no two alike. */
export function makeUpdates(count, { seed = 1, task = kTask.id } = {}) {
  const parameters = [task, items.join(","), kTask.maxItems, ...kTask.sigmaSquared, count, seed].map(String);
  const lines = execFileSync(roundTool(), ["make", ...parameters], { encoding: "utf8", maxBuffer: 1 << 28 });
  return lines
    .trimEnd()
    .split("\n")
    .map((hex, i) => ({ id: `u${seed}-${i}`, bytes: Buffer.from(hex, "hex") }));
}

export function entriesOf(update) {
  const entries = [];
  for (let at = kHeaderBytes; at < update.bytes.length; at += 2) entries.push(update.bytes.readInt16LE(at));
  return entries;
}

/** Entry by entry, over all updates. */
export function sumOf(updates) {
  const sums = entriesOf(updates[0]).fill(0);
  for (const update of updates) {
    for (const [i, entry] of entriesOf(update).entries()) sums[i] += entry;
  }
  return sums;
}

/** The closed round, read from the database's file: {count, sums, model, version} or null. */
export function storedRound(server, task = kTask.id) {
  return JSON.parse(execFileSync(roundTool(), ["sums", server.database, task], { encoding: "utf8" }));
}

/** Puts over `connections` kept-alive connections; resolves to the status, or rejects if the connection broke. */
export class Putter {
  #agent;
  #server;

  constructor(server, connections) {
    this.#server = server;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  put(update, { task = kTask.id } = {}) {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.#server.url}/v1/tasks/${task}/updates/${update.id}`,
        {
          method: "PUT",
          agent: this.#agent,
          headers: { "Content-Type": "application/octet-stream", "Content-Length": update.bytes.length },
        },
        (response) => {
          response.resume();
          response.on("end", () => resolve(response.statusCode));
          response.on("error", reject);
        },
      );
      sent.on("error", reject);
      sent.end(update.bytes);
    });
  }

  close() {
    this.#agent.destroy();
  }
}
