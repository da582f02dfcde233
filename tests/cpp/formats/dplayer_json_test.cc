#include "sotto/formats/dplayer_json.h"

#include "formats/checks.h"
#include "formats/samples.h"

namespace sotto::formats {
namespace {

TEST(ImportDplayerJson, ReadsTimeTypeColourAuthorAndText) {
  const Imported imported = Read(kDplayerSample);
  EXPECT_EQ(imported.comments,
            (std::vector<RecordedComment>{{2'500'000, "", "", "bottom", Mode::kBottom, true, 0x0000FF},
                                          {3'000'000, "", "a", "top", Mode::kTop, true, 0xFF8800},
                                          {6'720'000, "", "DIYgod", "前方高能"}}));
}

TEST(ImportDplayerJson, ReadsABareArrayAndObjects) {
  EXPECT_EQ(Texts(Read(R"([[1,0,"red","u","a"],[2,9,"no colour","u","b"]])")), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(Read(R"({"data":[{"time":1,"type":"top","color":"red","author":"u","text":"a"}]})").comments,
            (std::vector<RecordedComment>{{1'000'000, "", "u", "a", Mode::kTop, true, 0xFF0000}}));
}

TEST(ImportDplayerJson, SkipsRowsThatAreNone) {
  const Imported imported =
      Read(R"([[1,0,1,"u","a"],7,[],[NaN,0,1,"u","b"],[Infinity,0,1,"u","c"],[-Infinity,0,1,"u","d"],
      [1e999,0,1,"u","e"],[-1,0,1,"u","f"],[1,0,1,"u"],null])");
  EXPECT_EQ(Texts(imported), std::vector<std::string>{"a"});
  EXPECT_EQ(imported.skipped, 9u);
  EXPECT_EQ(imported.problems[2], (Problem{4, "its time is missing or not a number"}));
}

TEST(ImportDplayerJson, SaysThatTheServerRefused) {
  EXPECT_EQ(ErrorOf(R"({"code": 1, "data": "no such id"})").message,
            "the server answered with code 1, not with comments.");
}

}  // namespace
}  // namespace sotto::formats
