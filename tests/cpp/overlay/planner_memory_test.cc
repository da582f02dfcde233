// No frame allocates once the planner has seen its load. This file replaces the program's operator new, to count.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "sotto/overlay/planner.h"

namespace {
size_t allocations = 0;
}  // namespace

// Not inlined: GCC would see free() meet operator new, and warn.
[[gnu::noinline]] void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}

namespace sotto::overlay {
namespace {

constexpr MediaTime kFrame = 16'667;

class SteadyPlay {
 public:
  explicit SteadyPlay(Planner planner) : planner_(std::move(planner)) {}

  // Plays on, with more comments than the lanes take, and takes what is dropped and finished, as a host does.
  void Play(MediaTime duration) {
    for (const MediaTime end = now_ + duration; now_ < end; now_ += kFrame) {
      for (int i = 0; i < 2; ++i, ++next_id_) {
        const auto width = static_cast<int32_t>(60 + next_id_ * 97 % 300);
        const bool own = next_id_ % 50 == 0;
        const auto mode = static_cast<Mode>(next_id_ % 7 < 4 ? next_id_ % 7 + 1 : 0);
        const auto priority = static_cast<int32_t>(next_id_ % 8);
        const Comment comment{.id = next_id_,
                              .width = width,
                              .at = now_,
                              .own = own,
                              .mode = mode,
                              .priority = priority,
                              .x = 100,
                              .y = 50};
        if (!planner_.Push(comment).ok()) return;
      }
      const auto plan = planner_.Plan(now_);
      if (!plan.ok()) return;
      commands_ += plan.value().size();
      dropped_ += planner_.TakeDropped().size();
      finished_ += planner_.TakeFinished().size();
    }
  }

  const Planner& planner() const { return planner_; }
  size_t commands_ = 0;
  size_t dropped_ = 0;
  size_t finished_ = 0;

 private:
  Planner planner_;
  MediaTime now_ = 0;
  uint32_t next_id_ = 0;
};

TEST(PlannerMemory, IsCountedByThisTest) {
  const size_t before = allocations;
  int* volatile memory = new int(1);  // volatile: a pair of new and delete may otherwise be left out
  delete memory;
  EXPECT_EQ(allocations, before + 1);
}

PlannerOptions Options(Overlap overlap) {
  PlannerOptions options;
  options.reverse_lanes = 5;
  options.still_rows = 3;
  options.overlap = overlap;
  options.max_visible = 100;
  return options;
}

class PlannerMemoryOf : public testing::TestWithParam<Overlap> {};

TEST_P(PlannerMemoryOf, IsNotAllocatedByAFrameInSteadyPlay) {
  SteadyPlay play(Planner::Create(Options(GetParam())).value());
  play.Play(1'200'000'000);
  ASSERT_GT(play.finished_, 0U);
  const size_t before = allocations;
  const size_t finished_before = play.finished_;
  const size_t dropped_before = play.dropped_;
  play.Play(60'000'000);
  EXPECT_EQ(allocations, before);
  // It was a busy minute.
  EXPECT_GT(play.finished_ - finished_before, 200U);
  EXPECT_GT(play.dropped_ - dropped_before, 200U);
  EXPECT_GT(play.planner().stats().visible, 40U);
}

TEST_P(PlannerMemoryOf, IsNotAllocatedByAFrameOfARecordingThatWasPlayedOnce) {
  Planner planner = Planner::Create(Options(GetParam())).value();
  std::vector<Comment> comments;
  std::vector<Planner::Change> changes;
  for (uint32_t id = 0; id < 2'000; ++id) {
    comments.push_back({.id = id,
                        .width = static_cast<int32_t>(60 + id * 97 % 300),
                        .at = INT64_C(20'000) * id,
                        .mode = static_cast<Mode>(id % 5)});
    changes.push_back({.at = INT64_C(20'000) * id + 2'000'000, .id = id});
  }
  ASSERT_TRUE(planner.LoadRecording(comments).ok());
  ASSERT_TRUE(planner.SetChanges(changes).ok());
  const auto play = [&planner] {
    for (MediaTime now = 0; now < 40'000'000; now += kFrame) {
      ASSERT_TRUE(planner.Plan(now).ok());
      if (now % 1'000'000 < kFrame) {
        const auto picked = planner.Pick(600, 100);
        if (picked.ok()) ASSERT_TRUE(planner.Hold(picked.value()).ok());
      } else if (now % 500'000 < kFrame) {
        planner.Release();
      }
    }
    for (MediaTime now = 39'000'000; now > 0; now -= 3'700'000) ASSERT_TRUE(planner.Plan(now).ok());
  };
  play();
  ASSERT_TRUE(planner.Plan(20'000'000).ok());
  play();
  const size_t before = allocations;
  for (MediaTime now = 0; now < 40'000'000; now += kFrame) ASSERT_TRUE(planner.Plan(now).ok());
  for (MediaTime now = 39'000'000; now > 0; now -= 3'700'000) ASSERT_TRUE(planner.Plan(now).ok());
  EXPECT_EQ(allocations, before);
}

INSTANTIATE_TEST_SUITE_P(Each, PlannerMemoryOf, testing::Values(Overlap::kNever, Overlap::kWhenFull, Overlap::kAlways),
                         [](const auto& test) { return "Overlap" + std::to_string(static_cast<int>(test.param)); });

}  // namespace
}  // namespace sotto::overlay
