// The demo's crowd: it leaves room for the viewer, however late.
import { afterEach, expect, it, vi } from "vitest";
import { Crowd } from "../../web-demo/demo/swarm.mjs";

afterEach(() => {
  vi.useRealTimers();
});

it("keeps the round open until the viewer has contributed, and then closes it", async () => {
  vi.useFakeTimers();
  let accepted = 0;
  const played = [];
  const play = async (viewers, _seed, more) => {
    played.push([viewers, ...more]);
    accepted += viewers;
    return { modelVersionAfter: "1", hitRateBefore: 0, hitRateAfter: 0 };
  };
  const crowd = new Crowd({ minimum: 400, signal: new AbortController().signal, play });
  const done = vi.fn();
  const round = crowd.accompany({ accepted: async () => accepted }, () => {}).then(done);
  await vi.advanceTimersByTimeAsync(3600_000);
  expect(played).toEqual([[360]]);
  expect(done).not.toHaveBeenCalled();
  accepted++;
  await vi.advanceTimersByTimeAsync(1000);
  await round;
  expect(played).toEqual([[360], [40, "--wait-close"]]);
});
