#include "sotto/comments/analysis/bursts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "comments/analysis/random_numbers.h"

namespace sotto::comments::analysis {
namespace {

Bursts Make(BurstOptions options = {}) {
  return Bursts::Create(options).value();
}

class Room {
 public:
  explicit Room(uint64_t seed, BurstOptions options = {}) : draws_(seed), bursts_(Make(options)) {}

  void Talk(double rate, double until_s) {
    for (now_ += draws_.Exponential(rate); now_ < until_s; now_ += draws_.Exponential(rate)) {
      while (auto change = bursts_.Advance(now_)) Note(*change);
      if (auto change = bursts_.Observe()) Note(*change);
    }
    now_ = until_s;
    while (auto change = bursts_.Advance(now_)) Note(*change);
  }

  const std::vector<BurstChange>& changes() const { return changes_; }
  const std::vector<double>& seen() const { return seen_; }
  const Bursts& bursts() const { return bursts_; }

 private:
  void Note(const BurstChange& change) {
    changes_.push_back(change);
    seen_.push_back(now_);
  }

  Draws draws_;
  Bursts bursts_;
  double now_ = 0;
  std::vector<BurstChange> changes_;
  std::vector<double> seen_;
};

TEST(Bursts, BeginAndEndWhereTheyDo) {
  Room room(1);
  room.Talk(5, 300);
  EXPECT_TRUE(room.changes().empty());
  EXPECT_NEAR(room.bursts().usual_rate(), 5, 1);
  room.Talk(40, 330);
  room.Talk(5, 400);
  ASSERT_EQ(room.changes().size(), 2u);
  EXPECT_TRUE(room.changes()[0].began);
  EXPECT_LT(room.seen()[0], 302);
  const BurstChange& end = room.changes()[1];
  EXPECT_FALSE(end.began);
  EXPECT_NEAR(end.burst.begin_s, 300, 1);
  EXPECT_NEAR(end.burst.end_s, 330, 1);
  EXPECT_NEAR(end.burst.usual_rate, 5, 1);
  EXPECT_GT(end.burst.peak_rate, 40);
  EXPECT_LT(end.burst.peak_rate, 80);
  EXPECT_NEAR(static_cast<double>(end.burst.comments), 1'200, 120);
  EXPECT_FALSE(room.bursts().burst().has_value());
}

// The theory promises at least 10 hours between two where the usual rate is known; here it is estimated.
TEST(Bursts, AreRarelySeenWhereThereAreNone) {
  for (const double rate : {0.5, 5.0}) {
    Room room(2);
    room.Talk(rate, 50 * 3'600);
    const size_t began = (room.changes().size() + 1) / 2;
    RecordProperty(
        rate < 1 ? "false_alarms_in_50_hours_at_half_a_comment_a_second" : "false_alarms_in_50_hours_at_five",
        static_cast<int>(began));
    EXPECT_LE(began, 5u) << rate;
  }
}

TEST(Bursts, AreSeenInSecondsIfTheRateTriples) {
  double delay = 0;
  constexpr int kRuns = 100;
  for (int run = 0; run < kRuns; ++run) {
    Room room(100 + static_cast<uint64_t>(run));
    room.Talk(5, 300);
    room.Talk(15, 330);
    ASSERT_FALSE(room.changes().empty());
    delay += room.seen()[0] - 300;
  }
  RecordProperty("mean_delay_ms", static_cast<int>(1'000 * delay / kRuns));
  EXPECT_LT(delay / kRuns, 5);
}

TEST(Bursts, EndWhenSilenceComes) {
  Room room(3);
  room.Talk(5, 300);
  room.Talk(40, 310);
  room.Talk(1e-9, 1e9);
  ASSERT_EQ(room.changes().size(), 2u);
  EXPECT_NEAR(room.changes()[1].burst.end_s, 310, 1);
}

TEST(Bursts, BecomeUsualIfTheyStay) {
  Room room(4, {.longest_s = 60});
  room.Talk(5, 300);
  room.Talk(40, 600);
  ASSERT_EQ(room.changes().size(), 2u);
  EXPECT_NEAR(room.bursts().usual_rate(), 40, 4);
}

TEST(Bursts, OfOneInstantAreSeenAtOnce) {
  Bursts bursts = Make({.warm_up_s = 0});
  EXPECT_FALSE(bursts.Advance(5).has_value());
  int began = 0;
  for (int i = 0; i < 100'000; ++i) began += bursts.Observe().has_value();
  EXPECT_EQ(began, 1);
  const auto end = bursts.Advance(1'000);
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->burst.comments, 100'000u);
  EXPECT_EQ(end->burst.peak_rate, 100'000);
  EXPECT_EQ(end->burst.begin_s, 5);
  EXPECT_EQ(end->burst.end_s, 6);
  EXPECT_FALSE(bursts.Advance(1'000).has_value());
}

// The definition: the cheapest sequence of states for the whole stream, found by dynamic programming.
std::vector<bool> CheapestStates(const std::vector<int>& counts, double usual_per_bin, double factor, double entering) {
  std::vector<std::array<bool, 2>> from_burst(counts.size());
  double usual = 0;
  double burst = entering;  // the automaton starts in the usual state
  for (size_t i = 0; i < counts.size(); ++i) {
    from_burst[i] = {burst < usual, burst <= usual + entering};
    const double best_usual = std::min(usual, burst);
    burst = std::min(burst, usual + entering);
    usual = best_usual;
    // -ln of the Poisson density, without what both states share.
    usual += usual_per_bin - counts[i] * std::log(usual_per_bin);
    burst += usual_per_bin * factor - counts[i] * std::log(usual_per_bin * factor);
  }
  std::vector<bool> states(counts.size());
  bool state = burst < usual;
  for (size_t i = counts.size(); i-- > 0;) {
    states[i] = state;
    state = from_burst[i][state ? 1 : 0];
  }
  return states;
}

TEST(Bursts, AreThoseOfTheCheapestPathOfTheAutomaton) {
  Draws draws(6);
  size_t bursts_in_all = 0;
  for (int run = 0; run < 100; ++run) {
    // The usual rate is below 100 and so taken for 100.
    Bursts bursts = Make({.half_life_s = 86'400, .threshold = 6, .warm_up_s = 0, .least_rate = 100});
    std::vector<int> counts;
    for (int i = 0; i < 60; ++i) counts.push_back(draws.Poisson(i / 15 % 2 == 1 ? 150 : 70));
    counts.resize(70, 0);
    std::vector<bool> online(counts.size());
    const auto note = [&](const BurstChange& change) {
      if (change.began) return;
      ++bursts_in_all;
      for (double t = change.burst.begin_s; t < change.burst.end_s; ++t) online[static_cast<size_t>(t)] = true;
    };
    for (size_t i = 0; i < counts.size(); ++i) {
      while (const auto change = bursts.Advance(static_cast<double>(i))) note(*change);
      for (int k = 0; k < counts[i]; ++k) bursts.Observe();
    }
    EXPECT_EQ(online, CheapestStates(counts, 100, 2, 6)) << "run " << run;
  }
  EXPECT_GT(bursts_in_all, 200u);
}

TEST(Bursts, RefuseOptionsOutsideTheirRanges) {
  EXPECT_FALSE(Bursts::Create({.bin_s = 0}).ok());
  EXPECT_FALSE(Bursts::Create({.factor = 1}).ok());
  EXPECT_FALSE(Bursts::Create({.threshold = std::nan("")}).ok());
}

}  // namespace
}  // namespace sotto::comments::analysis
