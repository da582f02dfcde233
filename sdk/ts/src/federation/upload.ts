// A report under split trust is uploaded to the leader: draft-ietf-ppm-dap, "Upload Request".
import { SottoError } from "../errors.js";
import { beginning, failure, isTransient, problemOf } from "./answer.js";
import { hex } from "./hex.js";
import { type Answer, type Exchange, longestWait } from "./send.js";

const media = (message: string) => `application/ppm-dap;message=${message}`;
const unrecognizedTask = "urn:ietf:params:ppm:dap:error:unrecognizedTask";
/** ReportError, "Basic Type Definitions", from 1 on. */
const reportErrors = [
  ...["batch_collected", "report_replayed", "report_dropped", "hpke_unknown_config_id", "hpke_decrypt_error"],
  ...[
    "vdaf_verify_error",
    "task_expired",
    "invalid_message",
    "report_too_early",
    "task_not_started",
    "outdated_config",
  ],
];
/** Of a ReportUploadStatus: an id and an error. */
const statusBytes = 16 + 1;

/** `{leader}/tasks/{task-id}/reports`. */
export const reportsUrl = (leader: string, task: Uint8Array): string =>
  `${leader.replace(/\/$/, "")}/tasks/${toBase64Url(task)}/reports`;

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

export const upload: Exchange = {
  method: "POST",
  contentType: media("upload-req"),
  async read(response, { id, attempts, report }) {
    const { status } = response;
    if (!response.ok) {
      const problem = await problemOf(response);
      // The manifest names the task: the leader will know it soon.
      return failure(response, problem, isTransient(status) || problem.type === unrecognizedTask);
    }
    // One report was sent, so there is one status or none.
    const body = await beginning(response, statusBytes + 1);
    if (body.length === 0) return { outcome: "accepted", status };
    const type = (response.headers.get("content-type") ?? "").replace(/[\s"]/g, "").toLowerCase();
    if (type !== media("upload-errors") || body.length !== statusBytes || hex(body.subarray(0, 16)) !== id) {
      const error = new SottoError("MALFORMED", "the leader's answer is none of DAP", {
        hint: "It is sent again with the same id. Check the aggregator's URL.",
      });
      return { outcome: "retry", status, error };
    }
    return meaning(body[16] as number, status, attempts, report?.resealed === true);
  },
};

function meaning(code: number, status: number, attempts: number, resealed: boolean): Answer {
  const name = reportErrors[code - 1] ?? `error ${code}`;
  const said = (hint: string) => new SottoError("REFUSED", `the leader answered ${name}`, { hint });
  // The answer to an earlier try was lost. Of the first one it says that the batch is closed.
  if (name === "report_replayed" && attempts > 1) return { outcome: "accepted", status };
  if (name === "report_too_early") {
    return { outcome: "retry", status, error: said("It is sent again later."), after: longestWait };
  }
  if (name === "outdated_config" && !resealed) {
    const error = new SottoError("OUTDATED_KEY", "the leader no longer has the key that its share is sealed to", {
      hint: "The same shares are sealed once more when the manifest names another key.",
    });
    return { outcome: "outdated", status, error };
  }
  return { outcome: "refused", status, error: said("It is not sent again.") };
}
