// What the planner does beside letting comments flow: selection, holding, overlap, changes, and what is above them.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "overlay/checked_planner.h"

namespace sotto::overlay {
namespace {

constexpr MediaTime kMillisecond = 1'000;
constexpr MediaTime kSecond = 1'000'000;
using Commands = std::vector<Command>;

// Four lanes of 100 pixels that cross in 10 s, the last to the right, and two rows.
PlannerOptions Small() {
  PlannerOptions options;
  options.width = 100;
  options.height = 40;
  options.lane_height = 10;
  options.reverse_lanes = 1;
  options.still_rows = 2;
  options.max_comment_width = 64;
  options.gap = 4;
  options.spread = 0;
  options.crossing = 10 * kSecond;
  return options;
}

Commands PlanAt(Planner& planner, MediaTime now) {
  const auto plan = planner.Plan(now);
  if (!plan.ok()) return {};
  return {plan.value().begin(), plan.value().end()};
}

size_t Count(std::span<const Command> commands, Op op) {
  return static_cast<size_t>(
      std::count_if(commands.begin(), commands.end(), [op](const Command& c) { return c.op == op; }));
}

const Visible* Find(std::span<const Visible> all, uint32_t id) {
  const auto found = std::find_if(all.begin(), all.end(), [id](const Visible& v) { return v.id == id; });
  return found == all.end() ? nullptr : &*found;
}

// ------------------------------------------------------------------------------------------------------------
// selection

TEST(PlannerSelection, LetsOwnCommentsInFirstThenThoseOfHigherPriorityAcrossAllModes) {
  PlannerOptions options = Small();
  options.max_visible = 3;
  Planner planner = Planner::Create(options).value();
  ASSERT_TRUE(planner.Push({.id = 1, .width = 20, .at = 0}).ok());
  ASSERT_TRUE(planner.Push({.id = 2, .width = 20, .at = 1}).ok());
  ASSERT_TRUE(planner.Push({.id = 3, .width = 20, .at = 2, .mode = Mode::kTop, .priority = 7}).ok());
  ASSERT_TRUE(planner.Push({.id = 4, .width = 20, .at = 3, .own = true, .mode = Mode::kFree}).ok());
  PlanAt(planner, 5);
  PlanAt(planner, kSecond);
  std::set<uint32_t> visible;
  for (const Visible& each : planner.VisibleComments()) visible.insert(each.id);
  EXPECT_EQ(visible, (std::set<uint32_t>{1, 3, 4}));
  EXPECT_EQ(planner.stats().waiting, 1U);
}

TEST(PlannerSelection, SaysWhyACommentWasDropped) {
  PlannerOptions options = Small();
  options.patience = 0;
  const auto reason = [&options](int32_t limit, int32_t pushed) {
    Planner planner = Planner::Create(options).value();
    EXPECT_TRUE(planner.SetEntryLimit(limit).ok());
    for (int32_t id = 1; id <= pushed; ++id)
      EXPECT_TRUE(planner.Push({.id = static_cast<uint32_t>(id), .width = 60}).ok());
    PlanAt(planner, 0);
    PlanAt(planner, 100 * kMillisecond + 1);
    const auto dropped = planner.TakeDropped();
    for (const Dropped& each : dropped) EXPECT_EQ(each.reason, dropped[0].reason);
    return dropped.empty() ? DropReason{} : dropped[0].reason;
  };
  EXPECT_EQ(reason(0, 4), DropReason::kNoLane);
  EXPECT_EQ(reason(1, 2), DropReason::kLimit);
  options.overlap = Overlap::kAlways;
  EXPECT_EQ(reason(0, kEntriesPerPlan * 2 + 1), DropReason::kLimit);
  options.max_visible = 2;
  EXPECT_EQ(reason(0, 3), DropReason::kFull);
}

TEST(PlannerSelection, NeverShowsMoreThanMaxVisibleEvenWhileTimeStands) {
  PlannerOptions options = Small();
  options.overlap = Overlap::kAlways;
  options.max_visible = 10;
  CheckedPlanner planner(options);
  for (uint32_t id = 1; id <= 100; ++id) {
    ASSERT_EQ(planner.Push({.id = id, .width = 20, .mode = static_cast<Mode>(id % 5)}), "");
    ASSERT_EQ(planner.Plan(0), "");
  }
  ASSERT_EQ(planner.Plan(kSecond), "");
  EXPECT_EQ(planner.planner().stats().visible, 10U);
}

TEST(PlannerSelection, LetsNoMoreThanSixtyFourInAtAPlanAndOwnOnesOfAllModesFirst) {
  PlannerOptions options = Small();
  options.overlap = Overlap::kAlways;
  CheckedPlanner planner(options);
  for (uint32_t id = 1; id <= 200; ++id) ASSERT_EQ(planner.Push({.id = id, .width = 20}), "");
  ASSERT_EQ(planner.Push({.id = 201, .width = 20, .own = true, .mode = Mode::kTop}), "");
  ASSERT_EQ(planner.Plan(0), "");
  EXPECT_EQ(planner.planner().stats().admitted, 64U);
  EXPECT_TRUE(planner.seen().contains(201));
  ASSERT_EQ(planner.Plan(0), "");
  EXPECT_EQ(planner.planner().stats().admitted, 128U);
}

TEST(PlannerSelection, KeepsTheEntryLimitOverTenSecondsAndNotForOwnOnes) {
  PlannerOptions options = Small();
  options.overlap = Overlap::kAlways;
  CheckedPlanner planner(options);
  ASSERT_EQ(planner.SetEntryLimit(3), "");
  uint32_t id = 0;
  for (MediaTime now = 0; now <= 10 * kSecond; now += 50 * kMillisecond) {
    ASSERT_EQ(planner.Push({.id = ++id, .width = 20, .at = now}), "");
    ASSERT_EQ(planner.Plan(now), "");
  }
  EXPECT_EQ(planner.planner().stats().admitted, 31U);
  ASSERT_EQ(planner.Push({.id = ++id, .width = 20, .at = 10 * kSecond, .own = true}), "");
  ASSERT_EQ(planner.Plan(10 * kSecond), "");
  EXPECT_EQ(planner.planner().stats().admitted, 32U);
  EXPECT_EQ(planner.planner().SetEntryLimit(-1).error().code, ErrorCode::kInvalidArgument);
}

TEST(PlannerSelection, KeepsTheRowOfWhatEnteredWhenTheClockStepsBackALittle) {
  PlannerOptions options = Small();
  options.still_rows = 1;
  CheckedPlanner planner(options);
  ASSERT_EQ(planner.Push({.id = 1, .width = 20, .at = kSecond, .mode = Mode::kTop}), "");
  ASSERT_EQ(planner.Plan(kSecond), "");
  ASSERT_EQ(planner.Push({.id = 2, .width = 20, .at = 0, .mode = Mode::kTop}), "");
  ASSERT_EQ(planner.Plan(kSecond - 50 * kMillisecond), "");
  ASSERT_EQ(planner.Plan(kSecond + 50 * kMillisecond), "");
  EXPECT_NE(Find(planner.planner().VisibleComments(), 1), nullptr);
  EXPECT_EQ(planner.planner().stats().waiting, 1U);
}

// --------------------------------------------------------------------------------------------------------------
// overlap

TEST(PlannerOverlap, DrawsTheLaterStartOnTopHoweverTheFrameWasReached) {
  PlannerOptions options = Small();
  options.lanes = 1;
  options.reverse_lanes = 0;
  options.overlap = Overlap::kAlways;
  const std::vector<Comment> recording{{.id = 9, .width = 40, .at = kSecond},
                                       {.id = 8, .width = 40, .at = 2 * kSecond},
                                       {.id = 7, .width = 40, .at = 2 * kSecond}};
  CheckedPlanner played(options);
  ASSERT_EQ(played.LoadRecording([&] {
    std::vector<Comment> all = recording;
    for (Comment& comment : all) comment.id += kFirstRecordedId;
    return all;
  }()),
            "");
  for (MediaTime now = 0; now <= 8 * kSecond; now += 16 * kMillisecond) ASSERT_EQ(played.Plan(now), "");
  for (const MediaTime now : {7 * kSecond, 2 * kSecond, 11 * kSecond, 5 * kSecond}) ASSERT_EQ(played.Plan(now), "");
  EXPECT_EQ(played.planner().Pick(75, 5).value(), kFirstRecordedId + 8);  // 8 and 7 start at 70, 9 at 60
  EXPECT_EQ(played.planner().Pick(65, 5).value(), kFirstRecordedId + 9);
}

TEST(PlannerOverlap, DrawsWhatEntersUnderSomethingThatStartsLaterBelowIt) {
  PlannerOptions options = Small();
  options.lanes = 1;
  options.reverse_lanes = 0;
  options.overlap = Overlap::kWhenFull;
  CheckedPlanner planner(options);
  ASSERT_EQ(planner.Push({.id = 1, .width = 60, .at = 5 * kSecond}), "");
  ASSERT_EQ(planner.Plan(5 * kSecond), "");
  // The clock steps back by three pixels, so that the next starts before what has entered.
  ASSERT_EQ(planner.Push({.id = 2, .width = 60, .at = 4 * kSecond}), "");
  ASSERT_EQ(planner.Plan(4'700 * kMillisecond), "");
  ASSERT_EQ(planner.Plan(8 * kSecond), "");
  EXPECT_EQ(planner.planner().Pick(75, 5).value(), 1U);
  for (const MediaTime now : {5 * kSecond, 20 * kSecond, 8 * kSecond}) ASSERT_EQ(planner.Plan(now), "");
}

TEST(PlannerOverlap, RedrawsNoMoreThanAllOnceWhateverChanges) {
  PlannerOptions options = Small();
  options.lanes = 1;
  options.reverse_lanes = 0;
  options.overlap = Overlap::kAlways;
  Planner planner = Planner::Create(options).value();
  std::vector<Comment> comments;
  std::vector<Planner::Change> changes;
  for (uint32_t id = 0; id < 5'000; ++id) {
    comments.push_back({.id = id, .width = 50, .at = id * 100});
    changes.push_back({.at = 4 * kSecond, .id = id});
  }
  ASSERT_TRUE(planner.LoadRecording(comments).ok());
  ASSERT_TRUE(planner.SetChanges(changes).ok());
  PlanAt(planner, 3 * kSecond);
  const auto commands = PlanAt(planner, 4 * kSecond);
  EXPECT_GE(Count(commands, Op::kRaster), 5'000U);
  EXPECT_LE(Count(commands, Op::kRaster), 10'000U);
}

// --------------------------------------------------------------------------------------------------------------
// changes

TEST(PlannerChanges, RedrawWhatIsOnScreenWhenTheirTimePassesEitherWay) {
  Planner planner = Planner::Create(Small()).value();
  ASSERT_TRUE(planner.LoadRecording(std::vector<Comment>{{.id = 1, .width = 40}, {.id = 2, .width = 40}}).ok());
  ASSERT_TRUE(planner.SetChanges(std::vector<Planner::Change>{{.at = 4 * kSecond, .id = 1}}).ok());
  PlanAt(planner, 0);
  EXPECT_EQ(Count(PlanAt(planner, 3'999 * kMillisecond), Op::kRaster), 0U);
  const auto passed = PlanAt(planner, 4 * kSecond);
  EXPECT_EQ(Count(passed, Op::kClear), 1U);
  ASSERT_EQ(Count(passed, Op::kRaster), 1U);
  EXPECT_EQ(passed[1].a, 1);
  EXPECT_EQ(Count(PlanAt(planner, 4 * kSecond), Op::kRaster), 0U);
  EXPECT_EQ(Count(PlanAt(planner, 3'990 * kMillisecond), Op::kRaster), 1U);  // back to how it was
  EXPECT_EQ(Count(PlanAt(planner, 3'980 * kMillisecond), Op::kRaster), 0U);
  ASSERT_TRUE(planner.SetChanges({}).ok());
  EXPECT_EQ(Count(PlanAt(planner, 4 * kSecond), Op::kRaster), 0U);
  EXPECT_EQ(planner.SetChanges(std::vector<Planner::Change>{{.at = -1, .id = 1}}).error().code,
            ErrorCode::kInvalidArgument);
}

TEST(PlannerChanges, AreSeenAfterAJumpThatANarrowScreensStripCovers) {
  PlannerOptions options = Small();
  options.max_comment_width = 8'192;
  Planner planner = Planner::Create(options).value();
  ASSERT_TRUE(planner.LoadRecording(std::vector<Comment>{{.id = 1, .width = 8'000}}).ok());
  ASSERT_TRUE(planner.SetChanges(std::vector<Planner::Change>{{.at = 50 * kSecond, .id = 1}}).ok());
  PlanAt(planner, kSecond);
  EXPECT_GE(Count(PlanAt(planner, 100 * kSecond), Op::kRaster), 1U);  // ten crossings later
}

TEST(PlannerChanges, RedrawAndInvalidateDrawAnewAtTheNextPlanOnly) {
  CheckedPlanner planner(Small());
  for (uint32_t id = 1; id <= 3; ++id) ASSERT_EQ(planner.Push({.id = id, .width = 40}), "");
  ASSERT_EQ(planner.Plan(0), "");
  ASSERT_EQ(planner.Plan(5 * kSecond), "");
  for (int i = 0; i < 1'000; ++i) planner.planner().Redraw(2);
  planner.planner().Redraw(77);
  ASSERT_EQ(planner.Plan(5 * kSecond), "");
  EXPECT_EQ(Count(planner.commands(), Op::kRaster), 1U);
  planner.planner().Invalidate();
  EXPECT_TRUE(planner.planner().Pick(60, 5).ok());  // it is still on screen
  ASSERT_EQ(planner.Plan(5 * kSecond), "");
  EXPECT_EQ(Count(planner.commands(), Op::kRaster), 3U);
  ASSERT_EQ(planner.Plan(5 * kSecond), "");
  EXPECT_EQ(Count(planner.commands(), Op::kRaster), 0U);
}

// ------------------------------------------------------------------------------------------------------------- holding

TEST(PlannerHold, TakesACommentOutOfTheFlowAndGivesItBackWithin300Milliseconds) {
  CheckedPlanner checked(Small());
  Planner& planner = checked.planner();
  ASSERT_EQ(checked.Push({.id = 1, .width = 40}), "");
  EXPECT_EQ(planner.Hold(1).error().code, ErrorCode::kNotFound);
  ASSERT_EQ(checked.Plan(0), "");
  ASSERT_EQ(checked.Plan(5 * kSecond), "");
  ASSERT_EQ(checked.HoldOne(0), "");
  for (MediaTime now = 5 * kSecond; now <= 7 * kSecond; now += 100 * kMillisecond) ASSERT_EQ(checked.Plan(now), "");
  EXPECT_EQ(checked.commands().back(), (Command{Op::kSprite, 1, 50, 0, 40, 10, 1'000, 1'000}));
  EXPECT_EQ(Count(checked.commands(), Op::kRaster), 0U);
  EXPECT_EQ(planner.Pick(55, 5).value(), 1U);
  EXPECT_FALSE(planner.Pick(35, 5).ok());
  ASSERT_EQ(planner.VisibleComments().size(), 1U);
  EXPECT_EQ(planner.VisibleComments()[0].x, 50);
  checked.Release();
  ASSERT_EQ(checked.Plan(7'150 * kMillisecond), "");  // 875 per mille of the way from 50 to 29
  EXPECT_EQ(checked.commands().back(), (Command{Op::kSprite, 1, 32, 0, 40, 10, 1'000, 1'000}));
  EXPECT_EQ(planner.Pick(32, 5).value(), 1U);
  ASSERT_EQ(checked.Plan(7'300 * kMillisecond), "");
  EXPECT_EQ(Count(checked.commands(), Op::kSprite), 0U);
  EXPECT_EQ(Count(checked.commands(), Op::kRaster), 1U);
}

TEST(PlannerHold, LeavesWhatIsUnderItIntact) {
  PlannerOptions options = Small();
  options.lanes = 1;
  options.reverse_lanes = 0;
  options.overlap = Overlap::kAlways;
  CheckedPlanner planner(options);
  for (uint32_t id = 1; id <= 5; ++id) ASSERT_EQ(planner.Push({.id = id, .width = 40, .at = id * kSecond}), "");
  for (MediaTime now = 0; now <= 6 * kSecond; now += 100 * kMillisecond) ASSERT_EQ(planner.Plan(now), "");
  for (size_t i = 0; i < 5; ++i) {
    ASSERT_EQ(planner.HoldOne(i), "");
    ASSERT_EQ(planner.Plan(6 * kSecond), "");
    ASSERT_EQ(planner.Plan(6'100 * kMillisecond), "");
    planner.Release();
    ASSERT_EQ(planner.Plan(6'500 * kMillisecond), "");
    ASSERT_EQ(planner.Plan(6 * kSecond), "");
  }
}

TEST(PlannerHold, HoldsOneAndEndsWithTheRecordingOrWhenItsPlaceIsGone) {
  CheckedPlanner checked(Small());
  Planner& planner = checked.planner();
  ASSERT_EQ(checked.LoadRecording({{.id = kFirstRecordedId, .width = 40}, {.id = kFirstRecordedId + 1, .width = 40}}),
            "");
  ASSERT_EQ(checked.Plan(3 * kSecond), "");
  ASSERT_EQ(checked.HoldOne(0), "");
  ASSERT_EQ(checked.HoldOne(1), "");
  ASSERT_EQ(checked.Plan(3 * kSecond), "");
  EXPECT_EQ(Count(checked.commands(), Op::kSprite), 1U);
  ASSERT_EQ(checked.Plan(60 * kSecond), "");  // it has left, and is held
  EXPECT_EQ(planner.stats().visible, 1U);
  EXPECT_EQ(planner.VisibleComments().size(), 1U);
  checked.Release();
  ASSERT_EQ(checked.Plan(60 * kSecond), "");
  EXPECT_EQ(planner.stats().visible, 0U);
  ASSERT_EQ(checked.Plan(3 * kSecond), "");
  ASSERT_EQ(checked.HoldOne(0), "");
  ASSERT_EQ(checked.LoadRecording({{.id = kFirstRecordedId, .width = 9}}), "");
  ASSERT_EQ(checked.Plan(3 * kSecond), "");
  EXPECT_EQ(Count(checked.commands(), Op::kSprite), 0U);
}

TEST(PlannerHold, IsLetGoByAResize) {
  CheckedPlanner planner(Small());
  ASSERT_EQ(planner.Push({.id = 1, .width = 40, .mode = Mode::kTop}), "");
  ASSERT_EQ(planner.Plan(0), "");
  ASSERT_EQ(planner.HoldOne(0), "");
  ASSERT_EQ(planner.Resize(Small()), "");
  ASSERT_EQ(planner.Plan(0), "");
  EXPECT_EQ(planner.planner().stats().visible, 1U);
}

// ------------------------------------------------------------------------------------------------- what is above them

TEST(PlannerLayers, AreDrawnInOneOrder) {
  CheckedPlanner checked(Small());
  Planner& planner = checked.planner();
  planner.SetMask(true);
  ASSERT_TRUE(planner.SetHost(1, 2, 30, 40).ok());
  ASSERT_TRUE(planner.AddPanel({.id = 5, .duration = 9 * kSecond, .width = 9, .height = 9}).ok());
  ASSERT_TRUE(planner.AddBurst({.seed = 1, .at = 0, .x = 50, .y = 30, .size = 8, .rise = 20}).ok());
  for (uint32_t id = 1; id <= 5; ++id) {
    ASSERT_EQ(checked.Push({.id = id, .width = 20, .mode = static_cast<Mode>(5 - id), .x = 9, .y = 9}), "");
  }
  ASSERT_EQ(checked.Plan(0), "");
  ASSERT_EQ(checked.Plan(kSecond), "");
  ASSERT_EQ(checked.HoldOne(0), "");
  ASSERT_EQ(checked.Plan(kSecond), "");
  std::vector<Op> order;
  for (const Command& c : checked.commands()) {
    if (c.op != Op::kClear && c.op != Op::kRaster && (order.empty() || order.back() != c.op)) order.push_back(c.op);
  }
  EXPECT_EQ(order,
            (std::vector<Op>{Op::kBlit, Op::kSprite, Op::kMask, Op::kHost, Op::kEffect, Op::kPanel, Op::kSprite}));
  std::vector<int32_t> sprites;
  for (const Command& c : checked.commands()) {
    if (c.op == Op::kSprite) sprites.push_back(c.a);
  }
  EXPECT_EQ(sprites, (std::vector<int32_t>{1, 3, 2, 5}));  // free, top, bottom; the one that is held
  planner.SetMask(false);
  ASSERT_TRUE(planner.SetHost(0, 0, 0, 0).ok());
  ASSERT_EQ(checked.Plan(kSecond), "");
  EXPECT_EQ(Count(checked.commands(), Op::kMask) + Count(checked.commands(), Op::kHost), 0U);
  EXPECT_EQ(planner.SetHost(0, 0, -1, 5).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(planner.SetHost(16'385, 0, 1, 5).error().code, ErrorCode::kInvalidArgument);
}

// -------------------------------------------------------------------------------------------------------------- resize

TEST(PlannerResize, KeepsTheLaneOfWhatIsOnScreenFromThoseWhoseLaneIsGone) {
  PlannerOptions options = Small();
  options.reverse_lanes = 0;
  Planner planner = Planner::Create(options).value();
  for (uint32_t id = 1; id <= 4; ++id) ASSERT_TRUE(planner.Push({.id = id, .width = 60}).ok());
  PlanAt(planner, 0);
  PlanAt(planner, 5 * kSecond);
  options.height = 20;
  ASSERT_TRUE(planner.Resize(options).ok());
  const auto visible = planner.VisibleComments();
  ASSERT_EQ(visible.size(), 2U);
  EXPECT_EQ(visible[0].id, 1U);
  EXPECT_EQ(visible[1].id, 2U);
  const auto finished = planner.TakeFinished();
  EXPECT_EQ(std::set<uint32_t>(finished.begin(), finished.end()), (std::set<uint32_t>{3, 4}));
}

TEST(PlannerResize, KeepsWhatHasPartlyLeft) {
  PlannerOptions options = Small();
  CheckedPlanner planner(options);
  ASSERT_EQ(planner.Push({.id = 1, .width = 60}), "");
  ASSERT_EQ(planner.Push({.id = 2, .width = 60, .mode = Mode::kReverse}), "");
  ASSERT_EQ(planner.Plan(0), "");
  ASSERT_EQ(planner.Plan(14 * kSecond), "");  // 20 pixels of each are left
  options.width = 400;
  ASSERT_EQ(planner.Resize(options), "");
  ASSERT_EQ(planner.Plan(14 * kSecond), "");
  EXPECT_EQ(Find(planner.planner().VisibleComments(), 1)->x, -40);
  EXPECT_EQ(Find(planner.planner().VisibleComments(), 2)->x, 380);
  options.text_scale = 500'000;
  ASSERT_EQ(planner.Resize(options), "");
  ASSERT_EQ(planner.Plan(14 * kSecond), "");
  EXPECT_EQ(Find(planner.planner().VisibleComments(), 1)->x, -20);
  EXPECT_EQ(Find(planner.planner().VisibleComments(), 1)->width, 30);
}

TEST(PlannerResize, ShowsNothingOfARecordingTwice) {
  PlannerOptions options = Small();
  Planner planner = Planner::Create(options).value();
  std::vector<Comment> comments;
  for (uint32_t id = 0; id < 60; ++id) comments.push_back({.id = id, .width = 20, .at = id * 300 * kMillisecond});
  ASSERT_TRUE(planner.LoadRecording(comments).ok());
  for (MediaTime now = 0; now <= 5 * kSecond; now += 100 * kMillisecond) PlanAt(planner, now);
  PlanAt(planner, 4'920 * kMillisecond);  // a step back: the last to enter is on the strip and not in view
  options.width = 150;
  ASSERT_TRUE(planner.Resize(options).ok());
  for (MediaTime now = 4'920 * kMillisecond; now <= 20 * kSecond; now += 50 * kMillisecond) {
    PlanAt(planner, now);
    std::set<uint32_t> seen;
    for (const Visible& each : planner.VisibleComments()) ASSERT_TRUE(seen.insert(each.id).second) << each.id;
  }
}

TEST(PlannerResize, BeforeTheFirstFrameOfARecordingArrangesAllOfIt) {
  CheckedPlanner planner(Small());
  ASSERT_EQ(planner.Plan(5 * kSecond), "");
  ASSERT_EQ(planner.LoadRecording({{.id = kFirstRecordedId, .width = 40, .at = kSecond}}), "");
  PlannerOptions wider = Small();
  wider.width = 200;
  ASSERT_EQ(planner.Resize(wider), "");
  ASSERT_EQ(planner.Plan(5 * kSecond), "");
  EXPECT_EQ(planner.planner().stats().visible, 1U);
}

// ----------------------------------------------------------------------------------------------------------- bad input

class PlannerBadInput : public testing::TestWithParam<Overlap> {};

TEST_P(PlannerBadInput, TakesAHundredThousandCommentsAtOneInstant) {
  PlannerOptions options;
  options.reverse_lanes = 3;
  options.still_rows = 2;
  options.overlap = GetParam();
  Planner planner = Planner::Create(options).value();
  std::vector<Comment> comments;
  for (uint32_t id = 0; id < 100'000; ++id) {
    comments.push_back({.id = id,
                        .width = static_cast<int32_t>(1 + id % 300),
                        .at = 10 * kSecond,
                        .mode = static_cast<Mode>(id % 5),
                        .priority = static_cast<int32_t>(id % 8)});
  }
  ASSERT_TRUE(planner.LoadRecording(comments).ok());
  EXPECT_EQ(planner.stats().admitted + planner.stats().dropped, 100'000U);
  for (const MediaTime now : {0 * kSecond, 10 * kSecond, 12 * kSecond, 11 * kSecond, kMaxMediaTime}) {
    ASSERT_TRUE(planner.Plan(now).ok());
    EXPECT_LE(planner.stats().visible, static_cast<uint64_t>(options.max_visible));
  }
  // What is blitted grows with lanes, not with comments.
  PlanAt(planner, 12 * kSecond);
  EXPECT_LE(Count(PlanAt(planner, 12'016 * kMillisecond), Op::kBlit), 2U * 20);
}

TEST_P(PlannerBadInput, TakesEqualIdsInARecording) {
  PlannerOptions options = Small();
  options.overlap = GetParam();
  Planner planner = Planner::Create(options).value();
  std::vector<Comment> comments;
  for (uint32_t i = 0; i < 300; ++i) {
    comments.push_back({.id = i % 3,
                        .width = static_cast<int32_t>(1 + i % 50),
                        .at = i / 4 * 100 * kMillisecond,
                        .mode = static_cast<Mode>(i % 5)});
  }
  ASSERT_TRUE(planner.LoadRecording(comments).ok());
  for (MediaTime now = 0; now < 20 * kSecond; now += 400 * kMillisecond) {
    PixelCanvas canvas(options, planner);
    planner.Invalidate();
    ASSERT_EQ(canvas.Execute(PlanAt(planner, now)), "");
    (void)planner.Hold(1);
    options.width = 60 + static_cast<int32_t>(now / kSecond) * 7;
    ASSERT_TRUE(planner.Resize(options).ok());
    planner.Redraw(2);
  }
}

TEST_P(PlannerBadInput, TakesScreensOfAllSizes) {
  for (const auto& [width, height, top, rows] : {std::tuple{1, 1, 0, 0},
                                                 {1, 100, 100, 5},
                                                 {16'384, 16'384, 0, 2'048},
                                                 {1, 16'384, 1, 0},
                                                 {16'384, 8, 0, 2'048}}) {
    PlannerOptions options;
    options.width = width;
    options.height = height;
    options.top = top;
    options.lane_height = 8;
    options.still_rows = rows;
    options.reverse_lanes = rows;
    options.gap = 1'024;
    options.text_scale = 100'000'000;
    options.max_comment_width = 8'192;
    options.overlap = GetParam();
    options.crossing = 60 * kSecond;
    Planner planner = Planner::Create(options).value();
    for (const MediaTime start : {INT64_C(0), kMaxMediaTime - 3 * kSecond}) {
      for (uint32_t id = 1; id <= 50; ++id) {
        ASSERT_TRUE(planner
                        .Push({.id = id + static_cast<uint32_t>(start / kSecond),
                               .width = 1'000'000,
                               .at = start,
                               .own = id % 2 == 0,
                               .mode = static_cast<Mode>(id % 5),
                               .duration = 60 * kSecond,
                               .x = -16'384,
                               .y = 16'384,
                               .height = 16'384})
                        .ok());
      }
      for (MediaTime now = start; now <= start + 3 * kSecond; now += 700 * kMillisecond) {
        ASSERT_TRUE(planner.Plan(now).ok());
        (void)planner.Pick(width - 1, height - 1);
      }
      ASSERT_TRUE(planner.Resize(options).ok());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Each, PlannerBadInput, testing::Values(Overlap::kNever, Overlap::kWhenFull, Overlap::kAlways),
                         [](const auto& test) { return "Overlap" + std::to_string(static_cast<int>(test.param)); });

TEST(PlannerStillTop, MovesTheRowsOfTopCommentsAlsoAfterAResizeAndNeverOffTheScreen) {
  PlannerOptions options;
  options.width = 400;
  options.height = 160;
  options.lane_height = 16;
  options.top = 4;
  options.still_rows = 2;
  Planner planner = Planner::Create(options).value();
  ASSERT_TRUE(planner.Push({.id = 1, .width = 50, .mode = Mode::kTop}).ok());
  ASSERT_TRUE(planner.Push({.id = 2, .width = 50, .mode = Mode::kBottom}).ok());
  const auto y_of = [&planner](uint32_t id) {
    for (const Command& c : PlanAt(planner, 0)) {
      if (c.op == Op::kSprite && c.a == static_cast<int32_t>(id)) return c.c;
    }
    return -1;
  };
  EXPECT_EQ(y_of(1), 4);
  ASSERT_TRUE(planner.SetStillTop(40).ok());
  EXPECT_EQ(y_of(1), 40);
  EXPECT_EQ(y_of(2), 144);
  ASSERT_TRUE(planner.Resize(options).ok());
  EXPECT_EQ(y_of(1), 40);
  ASSERT_TRUE(planner.SetStillTop(400).ok());
  EXPECT_EQ(y_of(1), 144);
  ASSERT_TRUE(planner.SetStillTop(0).ok());
  EXPECT_EQ(y_of(1), 4);
  EXPECT_FALSE(planner.SetStillTop(-1).ok());
}

class PlannerRasterLimit : public testing::TestWithParam<Overlap> {};

TEST_P(PlannerRasterLimit, SpreadsAJumpOverPlansAndEndsInTheSamePicture) {
  PlannerOptions options;
  options.width = 400;
  options.height = 160;
  options.lane_height = 16;
  options.gap = 8;
  options.max_comment_width = 128;
  options.overlap = GetParam();
  std::vector<Comment> comments;
  for (uint32_t id = 0; id < 600; ++id) {
    comments.push_back({.id = id + 1, .width = static_cast<int32_t>(20 + id * 37 % 90), .at = id * 50 * kMillisecond});
  }
  constexpr int32_t kLimit = 3;
  Planner at_once = Planner::Create(options).value();
  Planner slowly = Planner::Create(options).value();
  PixelCanvas expected(options, at_once);
  PixelCanvas canvas(options, slowly);
  ASSERT_TRUE(at_once.LoadRecording(comments).ok());
  ASSERT_TRUE(slowly.LoadRecording(comments).ok());
  EXPECT_FALSE(slowly.SetRasterLimit(-1).ok());
  ASSERT_TRUE(slowly.SetRasterLimit(kLimit).ok());
  for (const MediaTime now : {15 * kSecond, 25 * kSecond, 25 * kSecond + 400 * kMillisecond, 9 * kSecond}) {
    ASSERT_EQ(expected.Execute(PlanAt(at_once, now)), "");
    EXPECT_TRUE(at_once.settled());
    int plans = 0;
    do {
      const Commands commands = PlanAt(slowly, now);
      ASSERT_EQ(canvas.Execute(commands), "");
      const auto rasters =
          std::count_if(commands.begin(), commands.end(), [](const Command& c) { return c.op == Op::kRaster; });
      // What overlaps is drawn together, and across the ring's end in two parts.
      if (options.overlap == Overlap::kNever && now % kSecond == 0) EXPECT_LE(rasters, 2 * kLimit);
      ASSERT_LT(++plans, 300);
    } while (!slowly.settled());
    if (now % kSecond == 0) EXPECT_GT(plans, 3);
    for (int32_t lane = 0; lane < slowly.lanes(); ++lane) {
      ASSERT_TRUE(std::ranges::equal(canvas.screen(lane), expected.screen(lane))) << "lane " << lane << " at " << now;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Each, PlannerRasterLimit,
                         testing::Values(Overlap::kNever, Overlap::kWhenFull, Overlap::kAlways),
                         [](const auto& test) { return "Overlap" + std::to_string(static_cast<int>(test.param)); });

TEST(PlannerWork, OfAFrameDoesNotGrowWithTheCommentsOnScreen) {
  PlannerOptions options;
  options.width = 1'920;
  options.gap = 0;
  for (const int32_t width : {300, 30, 6}) {
    Planner planner = Planner::Create(options).value();
    std::vector<Comment> comments;
    for (MediaTime at = 0; at < 20 * kSecond; at += options.crossing * width / 1'920 / 20) {
      comments.push_back({.id = static_cast<uint32_t>(comments.size()), .width = width, .at = at});
    }
    ASSERT_TRUE(planner.LoadRecording(comments).ok());
    PlanAt(planner, 15 * kSecond);
    ASSERT_GT(planner.stats().visible, 1'920U / static_cast<uint32_t>(width) * 15);
    const Commands commands = PlanAt(planner, 15 * kSecond);
    EXPECT_LE(commands.size(), 2U * 20);
  }
}

}  // namespace
}  // namespace sotto::overlay
