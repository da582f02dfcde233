// The room's comments: what is on the wire, a connection that is lost, and judging in batches.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CommentJudge } from "../../sdk/ts/src/comments/judge.js";
import { CommentSocket } from "../../sdk/ts/src/comments/socket.js";
import { parseMessage, renderMessage } from "../../sdk/ts/src/comments/wire.js";
import { SottoError } from "../../sdk/ts/src/errors.js";
import { createSession, manifest } from "./support/session.js";

describe("parseMessage", () => {
  it("reads a comment, with defaults for what a server may leave out", () => {
    expect(parseMessage('{"id":"c1","at":1.5,"user":"momo","text":"好","own":true}')).toEqual({
      id: "c1",
      at: 1.5,
      user: "momo",
      text: "好",
      own: true,
    });
    expect(parseMessage('{"id":"c1","at":0,"text":"x","later":[1]}')).toMatchObject({ user: "", own: false });
  });

  it.each([
    ["binary", new ArrayBuffer(2), "is not text"],
    ["no JSON", "{", "is not JSON"],
    ["no object", "7", "is not an object"],
    ["null", "null", "is not an object"],
    ["no id", '{"at":1,"text":"x"}', "has no id"],
    ["text that is none", '{"id":"a","at":1,"text":7}', "has no text"],
    ["a time that is none", '{"id":"a","at":"1","text":"x"}', "has no time"],
    ["a user that is none", '{"id":"a","at":1,"text":"x","user":{}}', "has a user that is not text"],
  ])("refuses %s", (_, data, said) => {
    expect(() => parseMessage(data)).toThrowError(
      expect.objectContaining({ code: "MALFORMED", message: expect.stringContaining(said) }),
    );
  });
});

/** As sotto-server says it (docs/http-api.md). */
const tooOften =
  '{"type":"about:blank","title":"Too Many Requests","status":429,"detail":"You write too often. Wait a little.","code":"RATE_LIMITED"}';

it("reads a server's refusal by its code", () => {
  const limited = parseMessage(tooOften) as SottoError;
  expect(limited).toMatchObject({ code: "RATE_LIMITED", message: expect.stringContaining("You write too often.") });
  expect(limited.hint).not.toBe("");
  expect(parseMessage('{"status":403,"code":"MUTED"}')).toMatchObject({
    code: "HTTP_STATUS",
    message: expect.stringContaining("403 MUTED"),
  });
});

it("renders a message within the server's limit", () => {
  expect(renderMessage("好\uD800", "momo")).toBe('{"text":"好\uFFFD","user":"momo"}');
  expect(() => renderMessage("x".repeat(4096), "")).toThrowError(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
});

/** A WebSocket that a test opens, feeds and closes. */
class FakeSocket {
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: string[] = [];
  onopen?: () => void;
  onclose?: () => void;
  onmessage?: (event: { data: unknown }) => void;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  lose() {
    this.readyState = 3;
    this.onclose?.();
  }
  send(message: string) {
    this.sent.push(message);
  }
  close() {
    this.lose();
  }
}

describe("CommentSocket", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    FakeSocket.all = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const connect = () => {
    const comments: string[] = [];
    const states: string[] = [];
    const problems: SottoError[] = [];
    const socket = new CommentSocket(
      "ws://room",
      {
        comment: ({ text }) => comments.push(text),
        refused: (error) => problems.push(error),
        state: (state) => states.push(state),
        problem: (error) => problems.push(error),
      },
      {
        create: (url) => new FakeSocket(url) as unknown as WebSocket,
        backoff: { base: 1000, cap: 8000, random: () => 1 },
      },
    );
    return { socket, comments, states, problems, latest: () => FakeSocket.all.at(-1) as FakeSocket };
  };

  it("reports comments, and skips what is none", () => {
    const { socket, comments, problems, latest } = connect();
    latest().open();
    latest().onmessage?.({ data: '{"id":"1","at":1,"text":"one"}' });
    latest().onmessage?.({ data: "nonsense" });
    latest().onmessage?.({ data: '{"id":"2","at":2,"text":"two"}' });
    expect(comments).toEqual(["one", "two"]);
    expect(problems.map(({ code }) => code)).toEqual(["MALFORMED"]);
    socket.close();
  });

  it("comes back by itself, later each time, and sooner again after a good connection", () => {
    const { socket, states, latest } = connect();
    latest().lose();
    vi.advanceTimersByTime(999);
    expect(FakeSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.all).toHaveLength(2);
    latest().lose();
    vi.advanceTimersByTime(1999);
    expect(FakeSocket.all).toHaveLength(2);
    vi.advanceTimersByTime(1);
    latest().open();
    vi.advanceTimersByTime(20_000);
    latest().lose();
    vi.advanceTimersByTime(1000);
    expect(FakeSocket.all).toHaveLength(4);
    expect(states).toEqual([
      "connecting",
      "waiting",
      "connecting",
      "waiting",
      "connecting",
      "open",
      "waiting",
      "connecting",
    ]);
    socket.close();
  });

  it("sends while it is open, and says so otherwise", () => {
    const { socket, latest } = connect();
    expect(() => socket.send("a")).toThrowError(expect.objectContaining({ code: "UNAVAILABLE" }));
    latest().open();
    socket.send("b");
    expect(latest().sent).toEqual(["b"]);
    socket.close();
    expect(() => socket.send("c")).toThrowError(expect.objectContaining({ code: "UNAVAILABLE" }));
  });

  it("is closed where no WebSocket can be opened, and says why", () => {
    const states: string[] = [];
    const problems: SottoError[] = [];
    new CommentSocket(
      "ws://room",
      {
        comment: () => {},
        refused: () => {},
        state: (state) => states.push(state),
        problem: (error) => problems.push(error),
      },
      {
        create: () => {
          throw new Error("an insecure WebSocket on a secure page");
        },
      },
    );
    vi.advanceTimersByTime(100_000);
    expect(states).toEqual(["connecting", "closed"]);
    expect(problems.map(({ code }) => code)).toEqual(["UNSUPPORTED"]);
    expect(problems[0]?.message).toContain("ws://room");
  });

  it("stays closed once it was closed", () => {
    const { socket, states, comments, latest } = connect();
    latest().open();
    const old = latest();
    socket.close();
    socket.close();
    old.onmessage?.({ data: '{"id":"1","at":1,"text":"late"}' });
    vi.advanceTimersByTime(100_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(comments).toEqual([]);
    expect(states).toEqual(["connecting", "open", "closed"]);
  });
});

describe("a session", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("says which of the viewer's comments the room did not publish", async () => {
    FakeSocket.all = [];
    vi.stubGlobal("WebSocket", FakeSocket);
    const session = await createSession({ manifest: { ...manifest, comments: "ws://room" } });
    const refusals: unknown[] = [];
    session.addEventListener("refuse", ({ detail }) => refusals.push([detail.id, detail.error.code]));
    const errors = vi.fn();
    session.addEventListener("error", errors);
    await expect.poll(() => FakeSocket.all.length).toBe(1);
    const [socket] = FakeSocket.all as [FakeSocket];
    socket.open();
    const answer = (data: string) => socket.onmessage?.({ data });
    const [, second, third] = [
      await session.comments.send("one"),
      await session.comments.send("two"),
      await session.comments.send("two"),
    ];
    answer('{"id":"1","at":1,"text":"one","own":true}');
    answer(tooOften);
    answer(tooOften);
    await expect.poll(() => refusals.length).toBe(2);
    expect(refusals).toEqual([
      [second?.id, "RATE_LIMITED"],
      [third?.id, "RATE_LIMITED"],
    ]);
    expect(errors).not.toHaveBeenCalled();
    await session.dispose();
  });
});

describe("CommentJudge", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const comment = (text: string) => ({ id: text, at: 0, user: "", text, own: false });
  const sentiment = { label: "neutral", score: 0, confidence: 1 } as const;

  it("reports a burst in few batches, in order", () => {
    const batches: string[][] = [];
    const judge = new CommentJudge(
      () => ({ classify: () => sentiment }) as never,
      (judged) => batches.push(judged.map(({ comment: { text } }) => text)),
      () => {},
    );
    const texts = Array.from({ length: 450 }, (_, index) => String(index));
    for (const text of texts) judge.add(comment(text));
    expect(batches).toEqual([]);
    vi.advanceTimersByTime(60);
    expect(batches.map(({ length }) => length)).toEqual([200, 200, 50]);
    expect(batches.flat()).toEqual(texts);
  });

  it("skips a comment that cannot be judged, and says so", () => {
    const reported: string[] = [];
    const problems: unknown[] = [];
    const judge = new CommentJudge(
      () =>
        ({
          classify: (text: string) => {
            if (text === "bad") throw new SottoError("RESOURCE_EXHAUSTED", "too long");
            return sentiment;
          },
        }) as never,
      (judged) => reported.push(...judged.map(({ comment: { text } }) => text)),
      (problem) => problems.push(problem),
    );
    for (const text of ["a", "bad", "b"]) judge.add(comment(text));
    vi.advanceTimersByTime(60);
    expect(reported).toEqual(["a", "b"]);
    expect(problems).toHaveLength(1);
  });

  it("is silent once it was stopped", () => {
    const report = vi.fn();
    const judge = new CommentJudge(
      () => ({ classify: () => sentiment }) as never,
      report,
      () => {},
    );
    judge.add(comment("a"));
    judge.stop();
    vi.advanceTimersByTime(1000);
    expect(report).not.toHaveBeenCalled();
  });
});
