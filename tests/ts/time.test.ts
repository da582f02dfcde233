// The clocks: media time between readings, programme time, and what comes on stage when.
import { describe, expect, it, vi } from "vitest";
import { MediaClock } from "../../sdk/ts/src/overlay/stage/media-clock.js";
import { ProgrammeClock } from "../../sdk/ts/src/stream/programme-clock.js";
import { type Appearance, Schedule } from "../../sdk/ts/src/stream/schedule.js";
import { Dice } from "./support/random.js";
import { FakeVideo, manifest } from "./support/session.js";

const reading = (mediaTime: number, at: number, changed = {}) => ({
  mediaTime,
  at,
  rate: 1,
  paused: false,
  jump: false,
  ...changed,
});

describe("MediaClock", () => {
  it("goes on by itself at the player's rate", () => {
    const clock = new MediaClock();
    clock.read(reading(10, 1000, { jump: true }));
    expect(clock.now(1000)).toBe(10);
    expect(clock.now(3500)).toBe(12.5);
    clock.read(reading(12.5, 3500, { rate: 2, jump: true }));
    expect(clock.now(4500)).toBe(14.5);
  });

  it("stands still while the player does", () => {
    const clock = new MediaClock();
    clock.read(reading(10, 1000, { jump: true }));
    clock.read(reading(11, 2000, { paused: true }));
    expect(clock.now(9000)).toBe(11);
    expect(clock.running).toBe(false);
  });

  it("follows a seek at once", () => {
    const clock = new MediaClock();
    clock.read(reading(100, 1000, { jump: true }));
    clock.read(reading(99.9, 1010, { jump: true }));
    expect(clock.now(1010)).toBe(99.9);
  });

  it("takes an error beyond half a second for a jump", () => {
    const clock = new MediaClock();
    clock.read(reading(100, 1000, { jump: true }));
    clock.read(reading(103, 2000));
    expect(clock.now(2000)).toBe(103);
  });

  it("never steps back on jittering readings, and stays with the player", () => {
    const clock = new MediaClock();
    const dice = new Dice(3);
    clock.read(reading(50, 0, { jump: true }));
    let last = 50;
    for (let at = 0; at < 60_000; at += 10) {
      if (at % 40 === 0) clock.read(reading(50 + at / 1000 + (dice.unit() - 0.5) * 0.08, at));
      const now = clock.now(at);
      expect(now).toBeGreaterThanOrEqual(last);
      expect(Math.abs(now - (50 + at / 1000))).toBeLessThan(0.1);
      last = now;
    }
  });

  it("works off a drift without a jump", () => {
    const clock = new MediaClock();
    clock.read(reading(0, 0, { jump: true }));
    for (let at = 40; at <= 10_000; at += 40) clock.read(reading(at / 1000 + 0.3, at));
    expect(clock.now(10_000)).toBeCloseTo(10.3, 2);
  });
});

describe("ProgrammeClock", () => {
  const epoch = Date.parse("2026-01-31T12:00:00Z");
  const video = Object.assign(new FakeVideo(), { currentTime: 42 });

  it("is media time for a recorded stream", () => {
    expect(new ProgrammeClock(video, { playingDate: new Date() }).now()).toBe(42);
  });

  it("is hls.js's playing date since the epoch", () => {
    const source: { playingDate: Date | null } = { playingDate: null };
    const clock = new ProgrammeClock(video, source);
    clock.epoch = epoch;
    expect(clock.now()).toBeUndefined();
    source.playingDate = new Date(epoch + 12_500);
    expect(clock.now()).toBe(12.5);
  });

  it("is the browser's own start date plus media time", () => {
    let start = new Date(Number.NaN);
    const clock = new ProgrammeClock({ currentTime: 42, getStartDate: () => start });
    clock.epoch = epoch;
    expect(clock.now()).toBeUndefined();
    start = new Date(epoch + 1000);
    expect(clock.now()).toBe(43);
  });

  it("is media time where nobody knows dates", () => {
    const clock = new ProgrammeClock(video);
    clock.epoch = epoch;
    expect(clock.now()).toBe(42);
  });
});

describe("Schedule", () => {
  const occurrence = { event: "e01", repetition: 0, start: 100, end: 110 };
  const setUp = () => {
    const state = {
      programme: 95 as number | undefined,
      media: 5,
      occurrences: [occurrence] as (typeof occurrence)[] | Promise<never>,
    };
    const started: Appearance[] = [];
    const onStage: string[] = [];
    const upcoming: (readonly Appearance[])[] = [];
    const failed = vi.fn();
    const schedule = new Schedule({
      programmeTime: () => state.programme,
      mediaTime: () => state.media,
      occurrences: async () => state.occurrences,
      started: (appearance) => started.push(appearance),
      onStage: (product) => onStage.push(product),
      upcoming: (appearances) => upcoming.push(appearances),
      failed,
    });
    schedule.setManifest(manifest as never);
    return { state, started, onStage, upcoming, failed, schedule };
  };
  const settled = () => new Promise((resolve) => setTimeout(resolve));

  it("plans ahead in media time, and tells a start once", async () => {
    const { state, started, upcoming, schedule } = setUp();
    await settled();
    expect(upcoming).toHaveLength(1);
    expect(upcoming[0]?.[0]).toMatchObject({ enters: 10, duration: 10, product: { id: "p02" } });
    expect(started).toEqual([]);
    Object.assign(state, { programme: 101, media: 11 });
    await schedule.tick();
    await schedule.tick();
    expect(started).toHaveLength(1);
    expect(upcoming).toHaveLength(1);
    schedule.stop();
  });

  it("says which product is on stage when that changes", async () => {
    const { state, onStage, schedule } = setUp();
    await settled();
    expect(onStage).toEqual([]);
    for (const programme of [101, 102]) {
      state.programme = programme;
      await schedule.tick();
    }
    expect(onStage).toEqual(["p02"]);
    Object.assign(state, { programme: 111, occurrences: [] });
    await schedule.tick();
    expect(onStage).toEqual(["p02", ""]);
    schedule.stop();
  });

  it("tells it again after a seek back", async () => {
    const { state, started, schedule } = setUp();
    await settled();
    for (const programme of [101, 95, 101]) {
      Object.assign(state, { programme, media: programme - 90 });
      await schedule.tick();
      await settled();
    }
    expect(started).toHaveLength(2);
    schedule.stop();
  });

  it("plans anew when the player's clocks drift apart, but not for their jitter", async () => {
    const { state, upcoming, schedule } = setUp();
    await settled();
    state.media = 5.1;
    await schedule.tick();
    expect(upcoming).toHaveLength(1);
    state.media = 8;
    await schedule.tick();
    expect(upcoming).toHaveLength(2);
    expect(upcoming[1]?.[0]?.enters).toBe(13);
    schedule.stop();
  });

  it("cuts what began before the media did", async () => {
    const { state, upcoming, schedule } = setUp();
    await settled();
    Object.assign(state, { programme: 104, media: 0 });
    await schedule.tick();
    expect(upcoming.at(-1)?.[0]).toMatchObject({ enters: 0, duration: 6 });
    schedule.stop();
  });

  it("waits while the time is not known", async () => {
    const { state, upcoming, schedule } = setUp();
    await settled();
    state.programme = undefined;
    state.occurrences = [];
    await schedule.tick();
    expect(upcoming).toHaveLength(1);
    schedule.stop();
  });

  it("reports a core that does not answer, and goes on", async () => {
    const { state, upcoming, failed, schedule } = setUp();
    await settled();
    const { occurrences } = state;
    state.occurrences = Promise.reject(new Error("gone"));
    await schedule.tick();
    expect(failed).toHaveBeenCalledOnce();
    Object.assign(state, { occurrences, media: 50 });
    await schedule.tick();
    expect(upcoming).toHaveLength(2);
    expect(failed).toHaveBeenCalledOnce();
    schedule.stop();
  });
});
