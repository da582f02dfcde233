// The room's comments: what is on the wire, a connection that is lost, and judging in batches in the core.
import { readFileSync } from "node:fs";
import { type Core, loadCore } from "@sotto/live/core";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { CommentJudge } from "../../sdk/ts/src/comments/judge.js";
import { CommentSocket } from "../../sdk/ts/src/comments/socket.js";
import { renderMessage } from "../../sdk/ts/src/comments/wire.js";
import type { SottoError } from "../../sdk/ts/src/errors.js";
import { commentModelFile, wasmOf } from "./support/files.js";
import { createSession, manifest } from "./support/session.js";

/** As sotto-server says it (docs/http-api.md). */
const tooOften =
  '{"type":"about:blank","title":"Too Many Requests","status":429,"detail":"You write too often. Wait a little.","code":"RATE_LIMITED"}';

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
        frame: (bytes) => comments.push(new TextDecoder().decode(bytes)),
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

  it("hands frames on as bytes, binary ones and text", () => {
    const { socket, comments, problems, latest } = connect();
    latest().open();
    latest().onmessage?.({ data: new TextEncoder().encode('{"id":"1"}').buffer });
    latest().onmessage?.({ data: "\u597d" });
    expect(comments).toEqual(['{"id":"1"}', "\u597d"]);
    expect(problems).toEqual([]);
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
        frame: () => {},
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

describe("a room in the core", () => {
  let core: Core;
  beforeAll(async () => {
    core = await loadCore({ wasm: wasmOf("simd") });
  });
  const bytes = (text: string) => new TextEncoder().encode(text);
  const comment = (id: number, text: string) => ({ id: String(id), at: id, user: "momo", text });

  it("reads one comment or a list of them, with defaults for what a server may leave out", () => {
    const room = core.createCommentRoom();
    expect(room.receive(bytes('{"id":"c1","at":1.5,"user":"momo","text":"\u597d"}'), 9, 0).comments).toEqual([
      { id: "c1", at: 1.5, user: "momo", text: "\u597d", own: false },
    ]);
    const many = room.receive(bytes(JSON.stringify([comment(2, "a"), comment(3, "b")])), 9, 0);
    expect(many.comments.map(({ text }) => text)).toEqual(["a", "b"]);
    room.dispose();
  });

  it.each([
    ["no JSON", "{"],
    ["no object", "7"],
    ["null", "null"],
    ["no id", '{"at":1,"text":"x"}'],
    ["text that is none", '{"id":"a","at":1,"text":7}'],
    ["a time that is none", '{"id":"a","at":"1","text":"x"}'],
    ["a user that is none", '{"id":"a","at":1,"text":"x","user":{}}'],
  ])("refuses %s", (_, text) => {
    const room = core.createCommentRoom();
    const outcome = () => {
      const { problem, comments } = room.receive(bytes(text), 9, 0);
      expect(comments).toEqual([]);
      if (problem) throw Object.assign(new Error(problem.message), problem);
    };
    expect(outcome).toThrowError(expect.objectContaining({ code: "MALFORMED" }));
    room.dispose();
  });

  it("makes objects only of the comments that are wanted, judges all, and tells what the room says", () => {
    const model = core.loadCommentModel(readFileSync(commentModelFile));
    const room = core.createCommentRoom();
    const list = Array.from({ length: 2000 }, (_, id) => ({
      ...comment(id, id % 2 === 0 ? "质量很好，推荐" : "多少钱啊"),
      at: 1,
    }));
    const { comments, waiting } = room.receive(bytes(JSON.stringify(list)), 3, 0);
    expect(comments).toHaveLength(3);
    expect(waiting).toBe(2000);
    const first = room.judge(model, 200);
    expect(first.verdicts.map((verdict) => verdict()?.sentiment.label)).toEqual(["positive", "neutral", "positive"]);
    expect(first.verdicts[1]?.()?.intent.label).toBe("price");
    let left = first.waiting;
    expect(left).toBe(1800);
    while (left > 0) left = room.judge(model, 500).waiting;
    const summary = room.summarise(1);
    expect(summary.comments).toBe(2000);
    expect(summary.mood.positive).toBeGreaterThan(900);
    expect(summary.questions[0]?.text).toContain("多少钱");
    expect(summary.intents.price).toBeGreaterThan(900);
    room.dispose();
    model.dispose();
  });

  it("classifies a hundred thousand texts in one call", () => {
    const model = core.loadCommentModel(readFileSync(commentModelFile));
    const verdicts = model.classifyMany(Array.from({ length: 100_000 }, (_, i) => (i % 2 ? "hello everyone" : "好吃")));
    expect(verdicts).toHaveLength(100_000);
    expect(verdicts[0]?.sentiment.label).toBe("positive");
    expect(verdicts[99_999]?.intent.label).toBe("greeting");
    model.dispose();
  });

  describe("judged in batches", () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });
    const judging = () => {
      const model = core.loadCommentModel(readFileSync(commentModelFile));
      const room = core.createCommentRoom();
      const batches: string[][] = [];
      const problems: unknown[] = [];
      const judge = new CommentJudge({
        room: () => room as never,
        model: () => model as never,
        listens: () => true,
        report: (judged) => batches.push(judged.map(({ comment: { text } }) => text)),
        noticed: () => {},
        problem: (problem) => problems.push(problem),
      });
      return { judge, batches, problems };
    };

    it("reports a burst in few batches, in order", () => {
      const { judge, batches } = judging();
      const list = Array.from({ length: 450 }, (_, id) => comment(id, `第${id}条`));
      judge.receive(bytes(JSON.stringify(list)), 450);
      expect(batches).toEqual([]);
      vi.advanceTimersByTime(60);
      expect(batches.map(({ length }) => length)).toEqual([200, 200, 50]);
      expect(batches.flat()).toEqual(list.map(({ text }) => text));
    });

    it("is silent once it was stopped", () => {
      const { judge, batches } = judging();
      judge.receive(bytes(JSON.stringify(comment(1, "a"))), 9);
      judge.stop();
      vi.advanceTimersByTime(1000);
      expect(batches).toEqual([]);
    });
  });
});
