#include "sotto/formats/niconico_json.h"

#include "formats/checks.h"
#include "formats/samples.h"

namespace sotto::formats {
namespace {

TEST(ImportNiconicoJson, ReadsTheOldShape) {
  const Imported imported = Read(kNiconicoOldSample);
  ASSERT_EQ(imported.comments.size(), 2u);
  EXPECT_EQ(imported.comments[0], (RecordedComment{1'000'000, "2", "", "8888"}));
  EXPECT_EQ(imported.comments[1],
            (RecordedComment{12'340'000, "1", "abc", "かわいい", Mode::kTop, true, 0xFF0000, 1490}));
  EXPECT_EQ(imported.problems, (std::vector<Problem>{{3, "it was deleted"}}));
}

TEST(ImportNiconicoJson, ReadsTheNewShapeAtEveryLevel) {
  const Imported imported = Read(kNiconicoSample);
  ASSERT_EQ(imported.comments.size(), 2u);
  EXPECT_EQ(imported.comments[0], (RecordedComment{500'000, "8", "u2", "一 二"}));
  RecordedComment expected{12'345'000, "7", "u1", "wwww", Mode::kBottom, true, 0x12AB34, 650};
  expected.duration = 5'000'000;
  EXPECT_EQ(imported.comments[1], expected);

  const std::string whole(kNiconicoSample);
  const std::string data = whole.substr(whole.find("{\"globalComments"));
  EXPECT_EQ(Read(data.substr(0, data.size() - 1)), imported);
  const std::string threads = data.substr(data.find("[\n"));
  EXPECT_EQ(Read(threads.substr(0, threads.size() - 2)), imported);
  EXPECT_EQ(Read("{\"data\":" + threads.substr(0, threads.size() - 2) + "}", Format::kNiconico), imported);
}

TEST(ImportNiconicoJson, SkipsInvisibleAndNegativeOnes) {
  const Imported imported = Read(R"([{"chat":{"vpos":-5,"content":"a"}},{"chat":{"vpos":"5","content":"b"}},
      {"chat":{"vpos":5,"mail":"invisible","content":"c"}},{"chat":{"content":"d"}},{"chat":{"vpos":5}}])");
  EXPECT_EQ(Texts(imported), std::vector<std::string>{"b"});
  EXPECT_EQ(imported.problems, (std::vector<Problem>{{1, "its time is negative"},
                                                     {3, "it is invisible"},
                                                     {4, "its time is missing or not a number"},
                                                     {5, "it has no text"}}));
}

TEST(ImportNiconicoJson, RefusesAnotherShape) {
  EXPECT_EQ(ErrorOf(R"({"vpos": 1})").code, ErrorCode::kMalformed);
  EXPECT_EQ(ErrorOf("[", Format::kNiconico).code, ErrorCode::kMalformed);
}

}  // namespace
}  // namespace sotto::formats
