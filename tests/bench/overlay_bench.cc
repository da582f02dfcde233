// What the planner costs. A frame at 60/s has 16,667,000 ns.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "sotto/overlay/planner.h"

namespace sotto::overlay {
namespace {

constexpr MediaTime kFrame = 16'667;

// A 1080p screen with 30 lanes; comments so narrow that the wanted number of them is visible at once.
PlannerOptions Screen() {
  PlannerOptions options;
  options.width = 1'920;
  options.height = 1'080;
  options.gap = 0;
  return options;
}

int32_t WidthFor(int64_t visible) {
  return static_cast<int32_t>(int64_t{1'920} * 30 / visible);
}

// 80 s of a recording that always fills the lanes.
Planner PlannerWithRecording(int64_t visible) {
  const int32_t width = WidthFor(visible);
  std::vector<Comment> comments;
  const MediaTime every = Screen().crossing * width / 1'920 / 30;
  for (MediaTime at = 0; at < 80'000'000; at += every) {
    comments.push_back({.id = static_cast<uint32_t>(comments.size()), .width = width, .at = at, .own = false});
  }
  Planner planner = Planner::Create(Screen()).value();
  benchmark::DoNotOptimize(planner.LoadRecording(comments).ok());
  return planner;
}

// A frame of playing it.
void PlanRecorded(benchmark::State& state) {
  Planner planner = PlannerWithRecording(state.range(0));
  MediaTime now = 10'000'000;
  uint64_t commands = 0;
  for (auto _ : state) {
    const auto plan = planner.Plan(now);
    commands += plan.value().size();
    benchmark::DoNotOptimize(plan.value().data());
    now = now < 70'000'000 ? now + kFrame : 10'000'000;
  }
  state.counters["visible"] = static_cast<double>(planner.stats().visible);
  state.counters["commands/frame"] = static_cast<double>(commands) / static_cast<double>(state.iterations());
}
BENCHMARK(PlanRecorded)->Arg(200)->Arg(1'000)->Arg(5'000);

// A live room that fills the lanes: Push and Plan of a frame together, and what of it a comment costs.
void PushAndPlanLive(benchmark::State& state) {
  const int32_t width = WidthFor(state.range(0));
  const MediaTime every = Screen().crossing * width / 1'920 / 30;
  Planner planner = Planner::Create(Screen()).value();
  MediaTime now = 0;
  MediaTime next = 0;
  uint32_t id = 0;
  const auto frame = [&] {
    for (; next <= now; next += every) {
      benchmark::DoNotOptimize(planner.Push({.id = id++, .width = width, .at = next, .own = id % 100 == 0}).ok());
    }
    benchmark::DoNotOptimize(planner.Plan(now).value().data());
    benchmark::DoNotOptimize(planner.TakeFinished().size() + planner.TakeDropped().size());
    now += kFrame;
  };
  while (now < 30'000'000) frame();
  const uint32_t before = id;
  for (auto _ : state) frame();
  state.counters["visible"] = static_cast<double>(planner.stats().visible);
  state.counters["comments/frame"] = static_cast<double>(id - before) / static_cast<double>(state.iterations());
}
BENCHMARK(PushAndPlanLive)->Arg(200)->Arg(1'000)->Arg(5'000);

void Push(benchmark::State& state) {
  Planner planner = Planner::Create(Screen()).value();
  uint32_t id = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(planner.Push({.id = id++, .width = 200, .at = 0, .own = false}).ok());
    if (id % 10'000 == 0) {
      state.PauseTiming();
      planner.Clear();
      state.ResumeTiming();
    }
  }
}
BENCHMARK(Push);

// Half of the comments scroll to the right, and every tenth stands still.
void PlanModes(benchmark::State& state) {
  PlannerOptions options = Screen();
  options.reverse_lanes = 15;
  options.still_rows = 10;
  const int32_t width = WidthFor(state.range(0));
  const MediaTime every = options.crossing * width / 1'920 / 30;
  std::vector<Comment> comments;
  for (MediaTime at = 0; at < 80'000'000; at += every) {
    const auto id = static_cast<uint32_t>(comments.size());
    const Mode mode = id % 10 == 0 ? static_cast<Mode>(2 + id / 10 % 3) : static_cast<Mode>(id % 2);
    comments.push_back({.id = id, .width = width, .at = at, .mode = mode, .x = 100, .y = 100});
  }
  Planner planner = Planner::Create(options).value();
  benchmark::DoNotOptimize(planner.LoadRecording(comments).ok());
  MediaTime now = 10'000'000;
  for (auto _ : state) {
    benchmark::DoNotOptimize(planner.Plan(now).value().data());
    now = now < 70'000'000 ? now + kFrame : 10'000'000;
  }
  state.counters["visible"] = static_cast<double>(planner.stats().visible);
}
BENCHMARK(PlanModes)->Arg(200)->Arg(1'000)->Arg(5'000);

void Pick(benchmark::State& state) {
  Planner planner = PlannerWithRecording(state.range(0));
  benchmark::DoNotOptimize(planner.Plan(40'000'000).ok());
  int32_t x = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(planner.Pick(x, 500).ok());
    x = (x + 37) % 1'920;
  }
}
BENCHMARK(Pick)->Arg(200)->Arg(5'000);

// A jump that draws all anew.
void Jump(benchmark::State& state) {
  Planner planner = PlannerWithRecording(state.range(0));
  MediaTime now = 20'000'000;
  for (auto _ : state) {
    benchmark::DoNotOptimize(planner.Plan(now).value().data());
    now = 80'000'000 - now;
  }
  state.counters["visible"] = static_cast<double>(planner.stats().visible);
}
BENCHMARK(Jump)->Arg(200)->Arg(1'000)->Arg(5'000);

void LoadRecording(benchmark::State& state) {
  std::vector<Comment> comments;
  for (int64_t i = 0; i < state.range(0); ++i) {
    comments.push_back({.id = static_cast<uint32_t>(i), .width = 200, .at = i * 7'919 % 7'200'000'000, .own = false});
  }
  Planner planner = Planner::Create(Screen()).value();
  for (auto _ : state) benchmark::DoNotOptimize(planner.LoadRecording(comments).ok());
}
BENCHMARK(LoadRecording)->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

// Jumps about a long recording that keeps the lanes busy.
void Seek(benchmark::State& state) {
  std::vector<Comment> comments;
  for (int64_t i = 0; i < state.range(0); ++i) {
    comments.push_back({.id = static_cast<uint32_t>(i), .width = 200, .at = i * 40'000});
  }
  Planner planner = Planner::Create(Screen()).value();
  benchmark::DoNotOptimize(planner.LoadRecording(comments).ok());
  const MediaTime end = comments.back().at;
  MediaTime now = 0;
  for (auto _ : state) {
    now = (now + end / 3 + 12'345'678) % end;
    benchmark::DoNotOptimize(planner.Plan(now).value().data());
  }
  state.counters["visible"] = static_cast<double>(planner.stats().visible);
}
BENCHMARK(Seek)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sotto::overlay
