// What a session needs, in node: a video that only has a time, and a manifest.
import { LiveSession, type LiveSessionOptions, type Logger } from "@sotto/live";
import { roomEvents, roomProducts } from "./files.js";

export class FakeVideo extends EventTarget {
  currentTime = 0;
  paused = true;
}

export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** k = 4 of 24 products, sigma^2 = 40: rho = 4 * 5 / (2 * 40). */
export const task = {
  id: "affinity-1",
  kind: "affinity",
  trust: "local",
  url: "/v1/tasks/affinity-1/updates",
  items: roomProducts().map(({ id }) => id),
  maxItems: 4,
  sigmaSquaredNumerator: 40,
  sigmaSquaredDenominator: 1,
  rho: 0.25,
  epsilon: 3.2,
  delta: 1e-5,
  minimum: 400,
  expires: "2999-01-01T00:00:00Z",
};

export const manifest = {
  version: 1,
  stream: "tea-house",
  title: { zh: "听松茶集", en: "Pine & Kettle" },
  hls: "",
  comments: "",
  epoch: "",
  refresh: 0,
  products: roomProducts(),
  events: roomEvents(),
  models: [] as object[],
  tasks: [task],
};

export interface TestOptions extends Partial<Omit<LiveSessionOptions, "video">> {
  video?: FakeVideo;
}

export const createSession = ({ video = new FakeVideo(), ...options }: TestOptions = {}): Promise<LiveSession> =>
  LiveSession.create({
    video: video as unknown as HTMLVideoElement,
    manifest,
    storage: "memory",
    contributions: "manual",
    logger: silent,
    ...options,
  });

/** The next event of this type. */
export function next<Type extends Parameters<LiveSession["addEventListener"]>[0]>(
  session: LiveSession,
  type: Type,
): Promise<unknown> {
  return new Promise((resolve) => {
    session.addEventListener(type, ({ detail }) => resolve(detail), { once: true });
  });
}
