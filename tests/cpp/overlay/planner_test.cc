#include "sotto/overlay/planner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "overlay/checked_planner.h"

namespace sotto::overlay {
namespace {

constexpr MediaTime kMillisecond = 1'000;
constexpr MediaTime kSecond = 1'000'000;

// Two lanes of 100 pixels; lane 0 crosses in 9.4 s, lane 1 in 10.1416 s. Strips have 256 pixels.
PlannerOptions Small() {
  PlannerOptions options;
  options.width = 100;
  options.height = 23;
  options.lane_height = 10;
  options.top = 3;
  options.max_comment_width = 64;
  options.gap = 4;
  options.crossing = 10 * kSecond;
  return options;
}

using Commands = std::vector<Command>;

Commands PlanAt(Planner& planner, MediaTime now) {
  const auto plan = planner.Plan(now);
  if (!plan.ok()) return {};
  return {plan.value().begin(), plan.value().end()};
}

std::vector<uint32_t> Ids(std::span<const uint32_t> ids) {
  return {ids.begin(), ids.end()};
}

bool HasOnlyBlits(std::span<const Command> commands) {
  return !commands.empty() &&
         std::all_of(commands.begin(), commands.end(), [](const Command& c) { return c.op == Op::kBlit; });
}

TEST(Planner, MatchesASmallPlanWorkedByHand) {
  Planner planner = Planner::Create(Small()).value();
  EXPECT_EQ(planner.lanes(), 2);
  EXPECT_EQ(planner.strip_width(), 256);
  EXPECT_EQ(planner.strip_height(), 20);
  ASSERT_TRUE(planner.Push({.id = 7, .width = 30, .at = 0, .own = false}).ok());
  ASSERT_TRUE(planner.Push({.id = 8, .width = 20, .at = 0, .own = true}).ok());
  ASSERT_TRUE(planner.AddPanel({.id = 1, .at = 0, .duration = kSecond, .x = 5, .y = 6, .width = 40, .height = 8}).ok());

  EXPECT_EQ(PlanAt(planner, 0), (Commands{{Op::kClear, 0, 0, 0, 256, 10, 0, 0},
                                          {Op::kClear, 1, 0, 10, 256, 10, 0, 0},
                                          {Op::kRaster, 8, 0, 100, 0, 20, 10, 0},
                                          {Op::kRaster, 7, 1, 100, 10, 30, 10, 0}}));
  // 0.94 s: lane 0 has moved 10 pixels, lane 1 has moved 9.
  EXPECT_EQ(PlanAt(planner, 940 * kMillisecond), (Commands{{Op::kBlit, 0, 100, 0, 10, 10, 90, 3},
                                                           {Op::kBlit, 1, 100, 10, 9, 10, 91, 13},
                                                           {Op::kPanel, 1, 5, 6, 40, 8, 579, 974}}));
  // 9.4 s: lane 0 has moved 100 pixels and is cleared ahead of column 256, lane 1 has moved 92 and still has room.
  EXPECT_EQ(PlanAt(planner, 9'400 * kMillisecond), (Commands{{Op::kClear, 0, 0, 0, 78, 10, 0, 0},
                                                             {Op::kBlit, 0, 100, 0, 20, 10, 0, 3},
                                                             {Op::kBlit, 1, 100, 10, 30, 10, 8, 13}}));
  // Back at 5 s all is drawn anew. Lane 0 has moved 53 pixels and keeps 22 behind: its strip begins at column 31.
  EXPECT_EQ(PlanAt(planner, 5 * kSecond), (Commands{{Op::kClear, 0, 0, 0, 256, 10, 0, 0},
                                                    {Op::kRaster, 8, 0, 100, 0, 20, 10, 0},
                                                    {Op::kBlit, 0, 100, 0, 20, 10, 47, 3},
                                                    {Op::kBlit, 1, 100, 10, 30, 10, 51, 13}}));
}

TEST(Planner, RefusesBadOptionsWhenCreatedAndWhenResized) {
  PlannerOptions bad = Small();
  bad.width = 0;
  EXPECT_EQ(Planner::Create(bad).error().code, ErrorCode::kInvalidArgument);

  CheckedPlanner planner(Small());
  EXPECT_EQ(planner.Push({.id = 1, .width = 40, .at = 0, .own = false}), "");
  EXPECT_EQ(planner.Plan(0), "");
  EXPECT_EQ(planner.planner().Resize(bad).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(planner.Plan(4 * kSecond), "");  // and nothing changed
  EXPECT_TRUE(planner.seen().contains(1));
}

TEST(Planner, RefusesBadCommentsByName) {
  Planner planner = Planner::Create(Small()).value();
  for (const Comment& bad :
       {Comment{.id = 9, .width = 0, .at = 0, .own = false}, Comment{.id = 9, .width = 5, .at = -1, .own = false},
        Comment{.id = 9, .width = 5, .at = kMaxMediaTime + 1, .own = false}, Comment{.id = 9, .width = 1'000'001},
        Comment{.id = 9, .width = 5, .mode = static_cast<Mode>(5)}, Comment{.id = 9, .width = 5, .priority = 8},
        Comment{.id = 9, .width = 5, .priority = -1}, Comment{.id = 9, .width = 5, .duration = 60 * kSecond + 1},
        Comment{.id = 9, .width = 5, .x = -16'385}, Comment{.id = 9, .width = 5, .y = 16'385},
        Comment{.id = 9, .width = 5, .height = -1}}) {
    const Status pushed = planner.Push(bad);
    ASSERT_FALSE(pushed.ok());
    EXPECT_EQ(pushed.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(pushed.error().message.find("comment 9"), std::string::npos);
    EXPECT_EQ(planner.LoadRecording({&bad, 1}).error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(planner.stats().waiting, 0U);
  EXPECT_EQ(planner.stats().admitted, 0U);
}

TEST(Planner, RefusesATimeOutOfRange) {
  Planner planner = Planner::Create(Small()).value();
  EXPECT_EQ(planner.Plan(-1).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(planner.Plan(kMaxMediaTime + 1).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(planner.Plan(kMaxMediaTime).ok());
}

TEST(Planner, LetsTenThousandCommentsWaitAndNoMore) {
  Planner planner = Planner::Create(Small()).value();
  for (uint32_t id = 0; id < 10'000; ++id) {
    ASSERT_TRUE(planner.Push({.id = id, .width = 5, .at = 0, .own = id % 2 == 0}).ok());
  }
  EXPECT_EQ(planner.Push({.id = 10'000, .width = 5, .at = 0, .own = true}).error().code, ErrorCode::kResourceExhausted);
  ASSERT_TRUE(planner.Plan(0).ok());
  EXPECT_TRUE(planner.Push({.id = 10'000, .width = 5, .at = 0, .own = true}).ok());
}

TEST(Planner, TakesARecordingOfAMillionCommentsAndKeepsItWhenALargerOneIsRefused) {
  std::vector<Comment> comments(1'000'001);
  for (size_t i = 0; i < comments.size(); ++i) {
    comments[i] = {
        .id = static_cast<uint32_t>(i), .width = 40, .at = static_cast<MediaTime>(i) * kSecond, .own = false};
  }
  Planner planner = Planner::Create(Small()).value();
  EXPECT_TRUE(planner.LoadRecording(std::span(comments).first(1'000'000)).ok());
  EXPECT_EQ(planner.LoadRecording(comments).error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(planner.stats().admitted + planner.stats().dropped, 1'000'000U);
  ASSERT_TRUE(planner.Plan(500'000 * kSecond).ok());
  EXPECT_GT(planner.stats().visible, 0U);
}

TEST(Planner, DrawsACommentOnceHoweverOftenItIsShown) {
  CheckedPlanner planner(Small());
  ASSERT_EQ(planner.Push({.id = 1, .width = 40, .at = 0, .own = false}), "");
  size_t rasters = 0;
  for (MediaTime now = 0; now < 20 * kSecond; now += 16 * kMillisecond) {
    ASSERT_EQ(planner.Plan(now), "");
    for (const Command& c : planner.commands()) rasters += c.op == Op::kRaster ? 1 : 0;
  }
  EXPECT_EQ(rasters, 1U);
}

TEST(Planner, OnlyCopiesWhilePaused) {
  CheckedPlanner planner(Small());
  ASSERT_EQ(planner.Push({.id = 1, .width = 40, .at = 0, .own = false}), "");
  ASSERT_EQ(planner.Plan(0), "");
  ASSERT_EQ(planner.Plan(5 * kSecond), "");
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(planner.Plan(5 * kSecond), "");
    EXPECT_TRUE(HasOnlyBlits(planner.commands()));
  }
}

TEST(Planner, OnlyCopiesWhenTheClockStepsBackALittle) {
  CheckedPlanner planner(Small());
  MediaTime now = 0;
  for (uint32_t id = 1; now < 60 * kSecond; now += 16 * kMillisecond) {
    if (now % (800 * kMillisecond) == 0) {
      ASSERT_EQ(planner.Push({.id = id++, .width = 40, .at = now, .own = false}), "");
    }
    ASSERT_EQ(planner.Plan(now), "");
  }
  // A sixteenth of the crossing of the fastest lane, 9.4 s.
  ASSERT_EQ(planner.Plan(now - 587 * kMillisecond), "");
  EXPECT_TRUE(HasOnlyBlits(planner.commands()));
  ASSERT_EQ(planner.Plan(now), "");
}

TEST(Planner, BlitsNothingIfNothingIsInView) {
  Planner planner = Planner::Create(Small()).value();
  PlanAt(planner, 0);
  EXPECT_TRUE(PlanAt(planner, kSecond).empty());
}

TEST(Planner, ShowsARecordingTheSameWayHoweverItsTimeWasReached) {
  std::vector<Comment> comments;
  for (uint32_t id = 0; id < 200; ++id) {
    comments.push_back(
        {.id = id, .width = 10 + static_cast<int32_t>(id * 37 % 80), .at = id * 313 * kMillisecond, .own = false});
  }
  Planner played = Planner::Create(Small()).value();
  Planner jumped = Planner::Create(Small()).value();
  ASSERT_TRUE(played.LoadRecording(comments).ok());
  ASSERT_TRUE(jumped.LoadRecording(comments).ok());
  const auto blits = [](const Commands& commands) {
    Commands only;
    std::copy_if(commands.begin(), commands.end(), std::back_inserter(only),
                 [](const Command& c) { return c.op == Op::kBlit; });
    return only;
  };
  for (MediaTime now = 0; now <= 40 * kSecond; now += 16 * kMillisecond) PlanAt(played, now);
  PlanAt(jumped, 60 * kSecond);
  EXPECT_EQ(blits(PlanAt(played, 40 * kSecond)), blits(PlanAt(jumped, 40 * kSecond)));
  EXPECT_FALSE(blits(PlanAt(played, 40 * kSecond)).empty());
}

TEST(Planner, ShowsTheViewersOwnCommentBeforeOthersAndHoweverLongItTakes) {
  CheckedPlanner planner(Small());
  MediaTime now = 0;
  // Many more than two lanes can take, and an own comment behind them.
  for (uint32_t id = 1; id <= 500; ++id) {
    ASSERT_EQ(planner.Push({.id = id, .width = 60, .at = 0, .own = false}), "");
  }
  ASSERT_EQ(planner.Plan(now), "");
  for (uint32_t id = 1'001; id <= 1'010; ++id) {
    ASSERT_EQ(planner.Push({.id = id, .width = 60, .at = 0, .own = true}), "");
  }
  for (; now < 60 * kSecond; now += 16 * kMillisecond) ASSERT_EQ(planner.Plan(now), "");
  for (uint32_t id = 1'001; id <= 1'010; ++id) EXPECT_TRUE(planner.seen().contains(id)) << id;
  EXPECT_EQ(planner.planner().stats().waiting, 0U);
  EXPECT_EQ(planner.planner().stats().dropped + planner.planner().stats().admitted, 510U);
}

TEST(Planner, ShowsTheViewersOwnCommentInACrowdedRecording) {
  CheckedPlanner planner(Small());
  std::vector<Comment> crowd;
  for (uint32_t i = 0; i < 400; ++i) {
    crowd.push_back({.id = kFirstRecordedId + i, .width = 60, .at = i * 200 * kMillisecond, .own = false});
  }
  ASSERT_EQ(planner.LoadRecording(crowd), "");
  MediaTime now = 0;
  for (; now < 20 * kSecond; now += 16 * kMillisecond) ASSERT_EQ(planner.Plan(now), "");
  ASSERT_EQ(planner.Push({.id = 1, .width = 60, .at = now, .own = true}), "");
  const MediaTime sent = now;
  for (; !planner.seen().contains(1); now += 16 * kMillisecond) {
    ASSERT_EQ(planner.Plan(now), "");
    ASSERT_LT(now, sent + 8 * kSecond);  // the time in which any lane lets one comment in
  }
}

TEST(Planner, DropsACommentOnceItsPatienceHasEnded) {
  PlannerOptions options = Small();
  options.lanes = 1;
  options.patience = kSecond;
  CheckedPlanner checked(options);
  Planner& planner = checked.planner();
  ASSERT_TRUE(planner.Push({.id = 1, .width = 64, .at = 0, .own = false}).ok());
  ASSERT_TRUE(planner.Push({.id = 2, .width = 64, .at = 0, .own = false}).ok());
  PlanAt(planner, 0);
  PlanAt(planner, kSecond);
  EXPECT_TRUE(planner.TakeDropped().empty());
  EXPECT_EQ(planner.stats().waiting, 1U);
  PlanAt(planner, kSecond + 1);
  EXPECT_EQ(planner.stats().dropped, 1U);
  const auto dropped = planner.TakeDropped();
  ASSERT_EQ(dropped.size(), 1U);
  EXPECT_EQ(dropped[0].id, 2U);
  EXPECT_EQ(dropped[0].reason, DropReason::kNoLane);
  EXPECT_TRUE(planner.TakeDropped().empty());
}

TEST(Planner, GivesACommentThatArrivesBetweenFramesItsChanceEvenWithoutPatience) {
  PlannerOptions options = Small();
  options.patience = 0;
  CheckedPlanner planner(options);
  ASSERT_EQ(planner.Plan(kSecond), "");
  ASSERT_EQ(planner.Push({.id = 1, .width = 64, .at = kSecond, .own = false}), "");
  ASSERT_EQ(planner.Plan(kSecond + 33 * kMillisecond), "");
  ASSERT_EQ(planner.Plan(2 * kSecond), "");
  EXPECT_TRUE(planner.seen().contains(1));
}

TEST(Planner, ShowsLiveCommentsAgainAfterAJumpBack) {
  CheckedPlanner planner(Small());
  for (uint32_t id = 1; id <= 5; ++id) {
    ASSERT_EQ(planner.Push({.id = id, .width = 40, .at = id * 4 * kSecond, .own = false}), "");
  }
  for (MediaTime now = 0; now < 60 * kSecond; now += 100 * kMillisecond) ASSERT_EQ(planner.Plan(now), "");
  EXPECT_EQ(planner.planner().stats().visible, 0U);
  ASSERT_EQ(planner.Plan(10 * kSecond), "");
  EXPECT_EQ(planner.planner().stats().visible, 2U);
  ASSERT_EQ(planner.Plan(18 * kSecond), "");  // and those that enter later enter again
  EXPECT_EQ(planner.planner().stats().visible, 3U);
  EXPECT_TRUE(planner.planner().TakeFinished().empty());
}

TEST(Planner, KeepsTheGapEvenToACommentThatEnteredAndLeftUnseenInAJump) {
  PlannerOptions options = Small();
  options.lanes = 1;
  options.width = 32;
  options.gap = 250;
  CheckedPlanner planner(options);
  ASSERT_EQ(planner.Push({.id = 1, .width = 10, .at = 40 * kSecond, .own = false}), "");
  ASSERT_EQ(planner.Plan(40 * kSecond), "");
  for (const MediaTime back : {kSecond, 38 * kSecond}) {
    ASSERT_EQ(planner.Plan(back), "");
    ASSERT_EQ(planner.Push({.id = 2, .width = 10, .at = 70 * kSecond, .own = true}), "");
    ASSERT_EQ(planner.Plan(70 * kSecond), "");  // the comment has left, its gap has not entered yet
    EXPECT_EQ(planner.planner().stats().waiting, 1U);
    ASSERT_EQ(planner.Clear(), "");
    ASSERT_EQ(planner.Push({.id = 1, .width = 10, .at = 40 * kSecond, .own = false}), "");
    ASSERT_EQ(planner.Plan(40 * kSecond), "");
  }
}

TEST(Planner, FinishesWhatANewCommentReplacesAfterAJumpBackUnlessItIsOwn) {
  PlannerOptions options = Small();
  options.lanes = 1;
  CheckedPlanner checked(options);
  Planner& planner = checked.planner();
  ASSERT_TRUE(planner.Push({.id = 1, .width = 40, .at = 20 * kSecond, .own = false}).ok());
  ASSERT_TRUE(planner.Push({.id = 2, .width = 40, .at = 30 * kSecond, .own = true}).ok());
  PlanAt(planner, 20 * kSecond);
  PlanAt(planner, 30 * kSecond);
  PlanAt(planner, 18 * kSecond);
  ASSERT_TRUE(planner.Push({.id = 3, .width = 40, .at = 18 * kSecond, .own = false}).ok());
  PlanAt(planner, 18 * kSecond);
  EXPECT_EQ(Ids(planner.TakeFinished()), (std::vector<uint32_t>{1}));
  PlanAt(planner, 28 * kSecond);
  ASSERT_TRUE(planner.Push({.id = 4, .width = 40, .at = 28 * kSecond, .own = false}).ok());
  PlanAt(planner, 28 * kSecond);
  EXPECT_TRUE(planner.TakeFinished().empty());
  EXPECT_EQ(planner.stats().waiting, 1U);
  PlanAt(planner, 40 * kSecond);
  PlanAt(planner, 42 * kSecond);
  EXPECT_EQ(planner.Pick(95, 5).value(), 2U);
}

TEST(Planner, RemembersSixtyFourCommentsALaneAndFinishesTheOlder) {
  PlannerOptions options = Small();
  options.lanes = 1;
  CheckedPlanner checked(options);
  Planner& planner = checked.planner();
  std::vector<uint32_t> finished;
  MediaTime now = 0;
  for (uint32_t id = 1; id <= 200; ++id, now += 5 * kSecond) {
    ASSERT_TRUE(planner.Push({.id = id, .width = 20, .at = now, .own = id % 3 == 0}).ok());
    PlanAt(planner, now);
    for (const uint32_t gone : planner.TakeFinished()) finished.push_back(gone);
  }
  // All but 64, those three in view, and those that the strip keeps, or might if they were wider.
  ASSERT_GE(finished.size(), 200U - 64 - 5);
  ASSERT_LE(finished.size(), 200U - 64 - 3);
  for (uint32_t i = 0; i < finished.size(); ++i) EXPECT_EQ(finished[i], i + 1);
}

TEST(Planner, FindsACommentByThePointerAndOnlyWhereItIs) {
  Planner planner = Planner::Create(Small()).value();
  ASSERT_TRUE(planner.Push({.id = 6, .width = 20, .at = 0, .own = false}).ok());
  PlanAt(planner, 0);
  PlanAt(planner, 4'700 * kMillisecond);  // at x from 50 to 69 of lane 0, y from 3 to 12
  EXPECT_EQ(planner.Pick(50, 3).value(), 6U);
  EXPECT_EQ(planner.Pick(69, 12).value(), 6U);
  for (const auto& [x, y] :
       {std::pair{49, 3}, {70, 3}, {50, 2}, {50, 13}, {50, 23}, {-1, 5}, {100, 5}, {INT32_MIN, INT32_MIN}}) {
    const auto picked = planner.Pick(x, y);
    ASSERT_FALSE(picked.ok()) << x << ' ' << y;
    EXPECT_EQ(picked.error().code, ErrorCode::kNotFound);
  }
}

TEST(Planner, ForgetsAllWhenCleared) {
  CheckedPlanner planner(Small());
  ASSERT_EQ(planner.LoadRecording({{.id = kFirstRecordedId, .width = 30, .at = 0, .own = false}}), "");
  ASSERT_EQ(planner.Push({.id = 1, .width = 30, .at = 0, .own = false}), "");
  ASSERT_TRUE(planner.planner().AddPanel({1, 0, kSecond, 0, 0, 9, 9}).ok());
  ASSERT_EQ(planner.Plan(0), "");
  ASSERT_EQ(planner.Push({.id = 2, .width = 30, .at = 0, .own = true}), "");
  ASSERT_EQ(planner.Clear(), "");
  EXPECT_EQ(planner.planner().stats().visible, 0U);
  EXPECT_FALSE(planner.planner().Pick(50, 5).ok());
  ASSERT_EQ(planner.Plan(500 * kMillisecond), "");
  EXPECT_TRUE(std::all_of(planner.commands().begin(), planner.commands().end(),
                          [](const Command& c) { return c.op == Op::kClear; }));
}

TEST(Planner, KeepsCommentsAndPanelsWhenResized) {
  CheckedPlanner planner(Small());
  ASSERT_EQ(planner.Push({.id = 1, .width = 30, .at = 0, .own = false}), "");
  ASSERT_EQ(planner.Push({.id = 2, .width = 30, .at = 0, .own = false}), "");
  ASSERT_TRUE(planner.planner().AddPanel({1, 0, 20 * kSecond, 0, 0, 9, 9}).ok());
  ASSERT_EQ(planner.Plan(0), "");
  ASSERT_EQ(planner.Plan(2 * kSecond), "");
  PlannerOptions wider = Small();
  wider.width = 300;
  wider.height = 60;
  ASSERT_EQ(planner.Resize(wider), "");
  EXPECT_EQ(planner.planner().lanes(), 5);
  ASSERT_EQ(planner.Plan(2 * kSecond), "");
  EXPECT_EQ(planner.planner().stats().visible, 2U);
  EXPECT_EQ(planner.commands().back().op, Op::kPanel);
}

TEST(Planner, ShowsNoCommentOnAScreenWithoutLanesAndKeepsTheViewersOwn) {
  CheckedPlanner planner(Small());
  ASSERT_EQ(planner.Push({.id = 1, .width = 30, .at = 0, .own = true}), "");
  ASSERT_EQ(planner.Plan(0), "");
  PlannerOptions flat = Small();
  flat.height = 12;
  ASSERT_EQ(planner.Resize(flat), "");
  EXPECT_EQ(planner.planner().strip_height(), 0);
  ASSERT_EQ(planner.Plan(kSecond), "");
  EXPECT_TRUE(planner.commands().empty());
  ASSERT_EQ(planner.Resize(Small()), "");
  ASSERT_EQ(planner.Plan(60 * kSecond), "");
  ASSERT_EQ(planner.Plan(62 * kSecond), "");
  EXPECT_TRUE(planner.seen().contains(1));
}

TEST(Planner, IsExactToTheLastMicrosecondOfThirtyDays) {
  PlannerOptions options;
  options.width = 16'384;
  options.height = 8;
  options.lane_height = 8;
  options.max_comment_width = 8'192;
  options.crossing = kSecond;
  CheckedPlanner planner(options);
  const MediaTime start = kMaxMediaTime - 2 * kSecond;
  ASSERT_EQ(planner.LoadRecording({{.id = kFirstRecordedId, .width = 900, .at = start, .own = false},
                                   {.id = kFirstRecordedId + 1, .width = 1, .at = kMaxMediaTime - 1, .own = false}}),
            "");
  ASSERT_EQ(planner.Push({.id = 1, .width = 8'192, .at = start, .own = true}), "");
  for (MediaTime now = start; now <= kMaxMediaTime; now += 50 * kMillisecond) ASSERT_EQ(planner.Plan(now), "");
  ASSERT_EQ(planner.Plan(kMaxMediaTime), "");
  ASSERT_EQ(planner.Plan(0), "");
  ASSERT_EQ(planner.Plan(kMaxMediaTime), "");
  EXPECT_TRUE(planner.seen().contains(1));
}

}  // namespace
}  // namespace sotto::overlay
