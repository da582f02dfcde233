// A leader that takes uploads as draft-ietf-ppm-dap says, and goes wrong as a test says.
import { FakeServer, type Received, type Reply } from "./fake-server.js";
import { decodeReport } from "./report.js";

export const problem = (type: string, status: number, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { "content-type": "application/problem+json", ...headers },
  body: JSON.stringify({ type: `urn:ietf:params:ppm:dap:error:${type}`, title: type, status }),
});

/** "lose": takes the report and loses the answer. A number is a ReportError. */
export type Behaviour = "accept" | "lose" | number | Reply;

const reportReplayed = 2;
/** For pages of another origin. */
const cors = { "access-control-allow-origin": "*", "access-control-expose-headers": "retry-after" };

export class FakeLeader {
  /** What it does with the next uploads; then it accepts. */
  readonly next: Behaviour[] = [];
  /** Reports that it has, by their id in hexadecimal. */
  readonly reports = new Map<string, Buffer>();
  readonly #server: FakeServer;

  private constructor(server: FakeServer) {
    this.#server = server;
    server.on("OPTIONS", /^\/dap\//, {
      status: 204,
      headers: { ...cors, "access-control-allow-headers": "content-type" },
    });
    server.on("POST", /^\/dap\/tasks\/[\w-]{43}\/reports$/, (request) => {
      const { headers, ...reply } = this.#upload(request);
      return { ...reply, headers: { ...cors, ...headers } };
    });
  }

  static async start(): Promise<FakeLeader> {
    return new FakeLeader(await FakeServer.start());
  }

  get url(): string {
    return `${this.#server.origin}/dap`;
  }

  /** What was posted, the oldest first. */
  get uploads(): readonly Received[] {
    return this.#server.requests("POST");
  }

  reset(): void {
    this.#server.received.length = 0;
    this.next.length = 0;
    this.reports.clear();
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  #upload({ headers, body }: Received): Reply {
    const behaviour = this.next.shift() ?? "accept";
    if (typeof behaviour === "object") return behaviour;
    if (headers["content-type"] !== "application/ppm-dap;message=upload-req") return problem("invalidMessage", 415);
    const id = Buffer.from(decodeReport(body).id);
    if (typeof behaviour === "number") return errors(id, behaviour);
    if (this.reports.has(id.toString("hex"))) return errors(id, reportReplayed);
    this.reports.set(id.toString("hex"), body);
    return behaviour === "lose" ? { drop: true } : { status: 200 };
  }
}

/** UploadErrors. */
const errors = (id: Buffer, error: number): Reply => ({
  status: 200,
  headers: { "content-type": "application/ppm-dap;message=upload-errors" },
  body: Buffer.concat([id, Buffer.from([error])]),
});
