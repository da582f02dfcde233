// What servers of both trusts answer where they do not accept.
import { SottoError } from "../errors.js";
import { retryAfter } from "../net/backoff.js";
import type { Answer } from "./send.js";

/** RFC 9457. */
export interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
}

const mostOfAProblem = 10_000;

/** The first bytes of the body; the rest is not waited for. */
export async function beginning(response: Response, bytes: number): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  const begun: number[] = [];
  while (reader && begun.length < bytes) {
    const { done, value } = await reader.read();
    if (done) break;
    begun.push(...value.subarray(0, bytes - begun.length));
  }
  await reader?.cancel().catch(() => {});
  return Uint8Array.from(begun);
}

/** The problem document, as far as there is one. */
export async function problemOf(response: Response): Promise<Problem> {
  try {
    const found = JSON.parse(new TextDecoder().decode(await beginning(response, mostOfAProblem)));
    const text = (name: string) => (typeof found[name] === "string" ? { [name]: found[name] } : {});
    return { ...text("type"), ...text("title"), ...text("detail") };
  } catch {
    return {}; // not JSON: the status says enough
  }
}

/** Whether a status asks for another try. */
export const isTransient = (status: number): boolean => status === 408 || status === 429 || status >= 500;

export function failure(response: Response, { title = response.statusText, detail }: Problem, again: boolean): Answer {
  const { status } = response;
  const said = [title, detail].filter(Boolean).join(": ");
  const error = new SottoError("HTTP_STATUS", `the server answered ${status} ${said}`.trim(), {
    hint: again ? "It is sent again with the same id." : "It is not sent again.",
  });
  return again
    ? { outcome: "retry", status, error, after: retryAfter(response.headers) }
    : { outcome: "refused", status, error };
}
