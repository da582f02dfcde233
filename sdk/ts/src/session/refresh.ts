// Asks for the manifest again and again, quietly: a server that is gone is tried again later.
import { SottoError } from "../errors.js";
import type { Logger } from "../logger.js";
import { backoffDelay, wait } from "../net/backoff.js";

export interface RefreshParts {
  /** Seconds between two reads; 0: never again. */
  seconds(): number;
  /** Reads once and puts what is new to use. */
  read(signal: AbortSignal): Promise<void>;
  /** Something is wrong with what was read, not with the network. */
  failed(error: SottoError): void;
  logger: Logger;
}

/** However often a manifest asks to be read. */
const leastSeconds = 1;

/** Runs until the signal aborts. */
export async function refresh({ seconds, read, failed, logger }: RefreshParts, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const interval = seconds();
    if (interval <= 0) return;
    const pause = Math.max(leastSeconds, interval) * 1000;
    try {
      await wait(failures > 0 ? pause + backoffDelay(failures - 1) : pause, signal);
      await read(signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      const { code } = error as SottoError;
      const network = code === "UNAVAILABLE" || code === "HTTP_STATUS";
      logger.debug(`reading the manifest failed ${failures} times in a row`, error);
      // Said once for each row of failures.
      if (failures > 1) continue;
      if (network) logger.warn("the manifest cannot be read at the moment; trying again", (error as Error).message);
      else failed(error instanceof SottoError ? error : new SottoError("INTERNAL", String(error), { cause: error }));
    }
  }
}
