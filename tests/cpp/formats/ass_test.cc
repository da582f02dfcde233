#include "sotto/formats/ass.h"

#include "formats/checks.h"
#include "formats/samples.h"
#include "sotto/formats/ass_text.h"

namespace sotto::formats {
namespace {

TEST(ImportAss, ReadsMovesPositionsAndAlignments) {
  const Imported imported = Read(kAssSample);
  ASSERT_EQ(Texts(imported), (std::vector<std::string>{"back wards", "top", "free", "a subtitle", "Hello, world"}));
  const auto& all = imported.comments;
  EXPECT_EQ(all[0],
            (RecordedComment{1'000'000, "", "Ada", "back wards", Mode::kReverse, false, 0, 1500, 0, 0, 8'000'000}));
  EXPECT_EQ(all[1].mode, Mode::kTop);
  EXPECT_EQ(all[2], (RecordedComment{3'000'000, "", "", "free", Mode::kFree, false, 0, 0, 250, 250, 4'000'000}));
  EXPECT_EQ(all[3],
            (RecordedComment{4'000'000, "", "", "a subtitle", Mode::kBottom, true, 0xFFFF00, 0, 0, 0, 4'000'000}));
  EXPECT_EQ(all[4].mode, Mode::kScroll);
  EXPECT_EQ(all[4].color, 0xFF6633u);
  EXPECT_EQ(imported.skipped, 0u);
}

TEST(ImportAss, ReadsBannersAndVerticalMoves) {
  const Imported imported = Read(
      "[Events]\n"
      "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,Banner;20,to the left\n"
      "Dialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,Banner;20;1;0,to the right\n"
      "Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\\move(96,288,96,0)}up\n"
      "Dialogue: 0,0:00:04.00,0:00:05.00,Default,,0,0,0,,{\\a6}old top\n");
  ASSERT_EQ(imported.comments.size(), 4u);
  EXPECT_EQ(imported.comments[0].mode, Mode::kScroll);
  EXPECT_EQ(imported.comments[1].mode, Mode::kReverse);
  EXPECT_EQ(imported.comments[2].mode, Mode::kFree);
  EXPECT_EQ(imported.comments[2].x, 250);
  EXPECT_EQ(imported.comments[2].y, 1000);
  EXPECT_EQ(imported.comments[3].mode, Mode::kTop);
}

TEST(ImportAss, SkipsLinesWithoutTimesAndNegativeDurations) {
  const Imported imported = Read(
      "[Events]\n"
      "Dialogue: 0,0:00:05.00,0:00:02.00,Default,,0,0,0,,backwards\n"
      "Dialogue: 0,-0:00:05.00,0:00:02.00,Default,,0,0,0,,before\n"
      "Dialogue: 0,nan,0:00:02.00,Default,,0,0,0,,never\n"
      "Dialogue: short\n"
      "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\pos(,)\\c&Hzz&\\fs\\an0}kept\n");
  EXPECT_EQ(Texts(imported), std::vector<std::string>{"kept"});
  EXPECT_EQ(imported.problems, (std::vector<Problem>{{2, "its duration is negative"},
                                                     {3, "its time is negative"},
                                                     {4, "its time is missing or not a number"},
                                                     {5, "its end is no time"}}));
}

TEST(ImportAss, RefusesAScriptWithoutEvents) {
  EXPECT_EQ(ErrorOf("[Script Info]\nPlayResX: 1\n").message, "the ASS script has no section [Events].");
}

TEST(ParseAssText, TakesTagsOutOfTheText) {
  EXPECT_EQ(ParseAssText("{\\b1}a{comment}b\\hc{unclosed").text, "ab c{unclosed");
  EXPECT_EQ(ParseAssText("{\\c&H112233&\\c&H445566&}").color, 0x332211u);
  EXPECT_EQ(ParseAssText("{\\t(0,1,\\c&H112233&\\fs(1))\\1c&HFF&}").color, 0xFF0000u);
  EXPECT_TRUE(ParseAssText("{\\p4}m 0 0").drawing);
  EXPECT_FALSE(ParseAssText("{\\p0\\pbo3\\pos(1,2)}m").drawing);
}

TEST(EscapeAssText, KeepsBracesAndBackslashesFromBeingTags) {
  for (const std::string text : {"{\\an8}", "a\\Nb", "\\", "\\\\", "}{", "\\{", "\\\u2060", "{{{"}) {
    const AssText read = ParseAssText(EscapeAssText(text));
    EXPECT_EQ(read.text, text);
    EXPECT_FALSE(read.alignment.has_value());
  }
}

// Comments of one lane must not touch: with 20 lanes, 20 comments at one instant all get a lane of their own.
TEST(ExportAss, GivesEachOfTwentyCommentsAtOneInstantItsOwnLane) {
  std::vector<RecordedComment> comments(20, RecordedComment{0, "", "", "弹幕"});
  const std::string script = ExportAss(comments);
  for (int lane = 0; lane < 20; ++lane) {
    const std::string y = std::to_string(lane * 54);
    EXPECT_NE(script.find("\\move(1920," + y + ",-97," + y + ")"), std::string::npos) << y;
  }
}

TEST(ExportAss, UsesALaneAgainWhenItsCommentIsOnScreenAndWillNotBeCaught) {
  std::vector<RecordedComment> comments(2, RecordedComment{0, "", "", "一二三四五六七八九十"});
  comments[1].at = 3'000'000;
  EXPECT_EQ(ExportAss(comments).find("\\move(1920,54"), std::string::npos);
  comments[1].at = 1'000'000;
  EXPECT_NE(ExportAss(comments).find("\\move(1920,54"), std::string::npos);
  comments[1].at = 3'000'000;
  comments[1].duration = 2'000'000;  // fast: it would catch up
  EXPECT_NE(ExportAss(comments).find("\\move(1920,54"), std::string::npos);
}

TEST(ExportAss, WritesAScriptThatPlayersRead) {
  const std::string script =
      ExportAss(std::vector<RecordedComment>{{3'661'230'000, "", "A,B", "x", Mode::kTop, true, 0x112233, 1500}});
  EXPECT_TRUE(script.starts_with("[Script Info]\n"));
  EXPECT_TRUE(
      script.ends_with("Dialogue: 0,1:01:01.23,1:01:05.23,Default,A，B,0,0,0,,"
                       "{\\an8\\pos(960,0)\\fs72\\c&H332211&}x\n"));
}

}  // namespace
}  // namespace sotto::formats
