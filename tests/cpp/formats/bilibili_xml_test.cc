#include "sotto/formats/bilibili_xml.h"

#include "formats/checks.h"
#include "formats/samples.h"

namespace sotto::formats {
namespace {

Imported ReadOne(const std::string& p, const std::string& text) {
  return Read("<i><d p=\"0,1,25,255,0,0,u,1\">kept</d><d p=\"" + p + "\">" + text + "</d></i>");
}

std::string ProblemWith(const std::string& p, const std::string& text) {
  const Imported imported = ReadOne(p, text);
  EXPECT_EQ(Texts(imported), std::vector<std::string>{"kept"});
  EXPECT_EQ(imported.skipped, 1u);
  return imported.problems.empty() ? ""
                                   : std::to_string(imported.problems[0].place) + ": " + imported.problems[0].message;
}

TEST(ImportBilibiliXml, ReadsTimeModeSizeColourUserAndId) {
  const Imported imported = Read(kBilibiliSample);
  EXPECT_EQ(imported.skipped, 0u);
  ASSERT_EQ(Texts(imported),
            (std::vector<std::string>{"主播好 <3 🍵", "多少钱一克?", "5 > 3 & 茶", "逆行", "定位 弹幕", "好茶"}));
  const RecordedComment& top = imported.comments[0];
  EXPECT_EQ(top,
            (RecordedComment{12'500'000, "757076901", "1a2b3c4d", "主播好 <3 🍵", Mode::kTop, true, 0xFF0000, 1440}));
  EXPECT_EQ(imported.comments[1], (RecordedComment{23'826'000, "757076900", "057075e9", "多少钱一克?", Mode::kScroll}));
  EXPECT_EQ(imported.comments[2].mode, Mode::kBottom);
  EXPECT_EQ(imported.comments[2].size, 720);
  EXPECT_EQ(imported.comments[3].mode, Mode::kReverse);
  EXPECT_EQ(imported.comments[5].user, "茶友");
}

TEST(ImportBilibiliXml, PlacesModeSevenInPixelsOrShares) {
  const RecordedComment shares = WithText(Read(kBilibiliSample), "定位 弹幕");
  EXPECT_EQ(shares.mode, Mode::kFree);
  EXPECT_EQ(shares.x, 500);
  EXPECT_EQ(shares.y, 250);
  EXPECT_EQ(shares.duration, 4'500'000);
  const RecordedComment pixels = WithText(ReadOne("1,7,25,255,0,0,u,2", R"([336,"219","1-0","2.5","at"])"), "at");
  EXPECT_EQ(pixels.x, 500);
  EXPECT_EQ(pixels.y, 500);
  EXPECT_EQ(pixels.duration, 2'500'000);
  const RecordedComment outside = WithText(ReadOne("1,7,25,255,0,0,u,2", R"([9000,-5,"1",1,"out"])"), "out");
  EXPECT_EQ(outside.x, 1000);
  EXPECT_EQ(outside.y, 0);
}

TEST(ImportBilibiliXml, SkipsWhatItCannotShowAndSaysWhy) {
  EXPECT_EQ(ProblemWith("1,8,25,255,0,0,u,2", "$.createComment()"), "2: it is a script (mode 8)");
  EXPECT_EQ(ProblemWith("1,9,25,255,0,2,u,2", "def text a {}"), "2: it is a BAS script (mode 9)");
  EXPECT_EQ(ProblemWith("1,17,25,255,0,0,u,2", "a"), "2: its mode is none of 1 to 9");
  EXPECT_EQ(ProblemWith("1,7,25,255,0,0,u,2", "not JSON"), "2: its mode is 7 and its text no JSON array");
  EXPECT_EQ(ProblemWith("1,7,25,255,0,0,u,2", R"([1,1,"1",-3,"a"])"), "2: its duration is negative");
  EXPECT_EQ(ProblemWith("1,1", "a"), "2: its p has fewer than 4 fields");
  EXPECT_EQ(ProblemWith("", "a"), "2: its p has fewer than 4 fields");
  EXPECT_EQ(ProblemWith("NaN,1,25,255", "a"), "2: its time is missing or not a number");
  EXPECT_EQ(ProblemWith("inf,1,25,255", "a"), "2: its time is missing or not a number");
  EXPECT_EQ(ProblemWith("-1,1,25,255", "a"), "2: its time is negative");
  EXPECT_EQ(ProblemWith("2592001,1,25,255", "a"), "2: its time is above 30 days");
  EXPECT_EQ(ProblemWith("1,1,25,255", "&#1;"), "2: it has no text");
}

TEST(ImportBilibiliXml, ClampsSizes) {
  EXPECT_EQ(WithText(ReadOne("1,1,1,255", "a"), "a").size, kMinSize);
  EXPECT_EQ(WithText(ReadOne("1,1,99999999999999999999,255", "a"), "a").size, kMaxSize);
  EXPECT_EQ(WithText(ReadOne("1,1,-25,255", "a"), "a").size, 0);
  EXPECT_EQ(WithText(ReadOne("1,1,25,255", "a"), "a").size, 0);
}

TEST(ImportBilibiliXml, RefusesOtherXmlAndEntityBombs) {
  EXPECT_EQ(ErrorOf("<html><p>Not found</p></html>").code, ErrorCode::kMalformed);
  EXPECT_EQ(ErrorOf("<!DOCTYPE i [<!ENTITY a \"aa\">]><i><d p=\"1,1,25,1\">&a;</d></i>").code, ErrorCode::kMalformed);
  EXPECT_EQ(ErrorOf("<i><d p=\"1,1,25,1\">a</d>").code, ErrorCode::kTruncated);
  EXPECT_EQ(ErrorOf("<i><d p=\"1,1,25,1\">a</i>").code, ErrorCode::kMalformed);
  EXPECT_TRUE(Read("<i></i>").comments.empty());
}

TEST(ImportBilibiliXml, ReadsTenMegabytes) {
  std::string file = "<i>";
  size_t count = 0;
  while (file.size() < 10'000'000) {
    file += "<d p=\"" + std::to_string(count * 7919 % 3600) + ",1,25,16777215,0,0,u," + std::to_string(count) +
            "\">一条普普通通的弹幕</d>\n";
    ++count;
  }
  const Imported imported = Read(file + "</i>");
  EXPECT_EQ(imported.comments.size(), count);
  EXPECT_EQ(imported.skipped, 0u);
}

// An unclosed quotation mark or bracket late in a large file must not be looked for again and again.
TEST(ImportBilibiliXml, IsLinearInTextWithoutReferences) {
  std::string file = "<i>";
  for (int i = 0; i < 200'000; ++i) file += "<d p=\"1,1,25,1\">a]]</d>";
  EXPECT_EQ(Read(file + "</i>").comments.size(), 200'000u);
}

}  // namespace
}  // namespace sotto::formats
