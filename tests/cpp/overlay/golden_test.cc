// A few small sessions whose plans are checked in, to be read: golden/NAME.txt. With SOTTO_UPDATE_GOLDEN in the
// environment the files are written instead; look at what changed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "sotto/overlay/planner.h"

namespace sotto::overlay {
namespace {

constexpr MediaTime kSecond = 1'000'000;

std::string Rectangle(int32_t x, int32_t y, int32_t width, int32_t height) {
  std::ostringstream text;
  text << width << 'x' << height << " at " << x << ',' << y;
  return text.str();
}

std::string Look(const Command& c) {
  std::ostringstream text;
  text << Rectangle(c.b, c.c, c.d, c.e);
  if (c.f != 1'000) text << ", opacity " << c.f;
  if (c.g != 1'000) text << ", scale " << c.g;
  return text.str();
}

std::string Sentence(const Command& c) {
  std::ostringstream text;
  switch (c.op) {
    case Op::kClear:
      text << "clear   strip " << c.a << ": " << Rectangle(c.b, c.c, c.d, c.e);
      break;
    case Op::kRaster:
      text << "raster  strip " << c.b << ": " << Rectangle(c.c, c.d, c.e, c.f) << " of comment " << c.a << " from "
           << c.g;
      break;
    case Op::kBlit:
      text << "blit    strip " << c.a << ": " << Rectangle(c.b, c.c, c.d, c.e) << " to " << c.f << ',' << c.g;
      break;
    case Op::kSprite:
      text << "sprite  comment " << c.a << ": " << Look(c);
      break;
    case Op::kMask:
      text << "mask";
      break;
    case Op::kHost:
      text << "host    " << Look(c);
      break;
    case Op::kPanel:
      text << "panel   " << c.a << ": " << Look(c);
      break;
    case Op::kEffect:
      text << "effect  " << c.a << ": " << Look(c);
      break;
  }
  return text.str();
}

// Three lanes of 100 pixels that cross in 10 s; strips have 256 pixels.
PlannerOptions Small() {
  PlannerOptions options;
  options.width = 100;
  options.height = 30;
  options.lane_height = 10;
  options.max_comment_width = 64;
  options.gap = 4;
  options.spread = 0;
  options.crossing = 10 * kSecond;
  return options;
}

class Session {
 public:
  Session(std::string name, const PlannerOptions& options)
      : name_(std::move(name)), planner_(Planner::Create(options).value()) {}

  Planner& planner() { return planner_; }
  void Push(const Comment& comment) {
    EXPECT_TRUE(planner_.Push(comment).ok());
    text_ << "push comment " << comment.id << '\n';
  }
  void Say(const std::string& what) { text_ << what << '\n'; }
  void Plan(MediaTime now) {
    text_ << "\nplan " << now / 1'000 << " ms\n";
    const auto plan = planner_.Plan(now);
    for (const Command& c : plan.value()) text_ << "  " << Sentence(c) << '\n';
    for (const auto& [id, reason] : planner_.TakeDropped()) {
      text_ << "  dropped: comment " << id << ", reason " << static_cast<int>(reason) << '\n';
    }
  }

  void Compare() const {
    const std::string path = "tests/cpp/overlay/golden/" + name_ + ".txt";
    if (std::getenv("SOTTO_UPDATE_GOLDEN") != nullptr) {
      std::ofstream(path) << text_.str();
      return;
    }
    std::ifstream file(path);
    ASSERT_TRUE(file) << path << " is missing; tests run from the repository's root";
    std::ostringstream golden;
    golden << file.rdbuf();
    EXPECT_EQ(text_.str(), golden.str()) << path;
  }

 private:
  std::string name_;
  Planner planner_;
  std::ostringstream text_;
};

TEST(PlannerGolden, Modes) {
  PlannerOptions options = Small();
  options.reverse_lanes = 1;
  options.still_rows = 2;
  Session session("modes", options);
  session.Push({.id = 1, .width = 30, .mode = Mode::kScroll});
  session.Push({.id = 2, .width = 30, .mode = Mode::kReverse});
  session.Push({.id = 3, .width = 30, .mode = Mode::kTop});
  session.Push({.id = 4, .width = 128, .mode = Mode::kBottom, .duration = 3 * kSecond});
  session.Push({.id = 5, .width = 30, .mode = Mode::kFree, .x = 9'000, .y = -500, .height = 12});
  session.Plan(0);
  session.Plan(2 * kSecond);
  session.Plan(4 * kSecond);
  session.Plan(12 * kSecond);
  session.Compare();
}

TEST(PlannerGolden, Density) {
  PlannerOptions options = Small();
  options.max_visible = 2;
  options.gap = 20;
  options.patience = kSecond;
  Session session("density", options);
  for (uint32_t id = 1; id <= 5; ++id)
    session.Push({.id = id, .width = 30, .own = id == 4, .priority = id == 5 ? 7 : 0});
  session.Plan(0);
  session.Plan(900'000);
  session.Plan(1'100'000);
  session.Plan(5'000'000);
  session.Compare();
}

TEST(PlannerGolden, Overlap) {
  PlannerOptions options = Small();
  options.lanes = 1;
  options.overlap = Overlap::kWhenFull;
  Session session("overlap", options);
  session.Push({.id = 1, .width = 40});
  session.Plan(0);
  session.Push({.id = 2, .width = 40, .at = kSecond});
  session.Plan(kSecond);
  session.Plan(5 * kSecond);
  session.planner().Redraw(1);
  session.Say("\nredraw comment 1");
  session.Plan(5 * kSecond);
  session.Compare();
}

TEST(PlannerGolden, MaskAndHold) {
  Session session("mask_and_hold", Small());
  session.planner().SetMask(true);
  ASSERT_TRUE(session.planner().SetHost(40, 10, 20, 20).ok());
  ASSERT_TRUE(
      session.planner().AddPanel({.id = 7, .duration = 9 * kSecond, .x = 5, .y = 6, .width = 40, .height = 8}).ok());
  ASSERT_TRUE(session.planner()
                  .AddBurst({.seed = 3, .at = 4 * kSecond, .x = 50, .y = 25, .count = 2, .size = 8, .rise = 20})
                  .ok());
  session.Push({.id = 1, .width = 30});
  session.Push({.id = 2, .width = 30});
  session.Plan(0);
  session.Plan(4 * kSecond);
  ASSERT_TRUE(session.planner().Hold(1).ok());
  session.Say("\nhold comment 1");
  session.Plan(4'500'000);
  session.planner().Release();
  session.Say("\nrelease");
  session.Plan(4'600'000);
  session.Plan(4'800'000);
  session.Compare();
}

}  // namespace
}  // namespace sotto::overlay
