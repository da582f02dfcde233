// No frame allocates once the planner has seen its load. This file replaces the program's operator new, to count.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

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
        if (!planner_.Push({.id = next_id_, .width = width, .at = now_, .own = own}).ok()) return;
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

TEST(PlannerMemory, IsNotAllocatedByAFrameInSteadyPlay) {
  SteadyPlay play(Planner::Create({}).value());
  play.Play(300'000'000);
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

}  // namespace
}  // namespace sotto::overlay
