#include "sotto/formats/sotto_json.h"

#include "formats/checks.h"
#include "formats/samples.h"
#include "sotto/text/utf8.h"

namespace sotto::formats {
namespace {

std::string File(const std::string& comments) {
  return R"({"sotto":"comments","version":1,"comments":[)" + comments + "]}";
}

TEST(ImportSottoJson, ReadsEveryField) {
  EXPECT_EQ(Read(kSottoSample).comments,
            (std::vector<RecordedComment>{{250'000, "", "", "free", Mode::kFree, false, 0, 0, 250, 500, 4'000'000},
                                          {1'500'000, "c1", "A", "你好", Mode::kScroll, true, 0xFF8800, 1500}}));
}

TEST(ImportSottoJson, RefusesAnotherKindAndALaterVersion) {
  EXPECT_EQ(ErrorOf(R"({"sotto":"manifest","version":1,"comments":[]})").code, ErrorCode::kMalformed);
  EXPECT_EQ(ErrorOf(R"({"sotto":"comments","version":2,"comments":[]})").code, ErrorCode::kUnsupportedVersion);
  EXPECT_EQ(ErrorOf(R"({"sotto":"comments","version":1})").code, ErrorCode::kMalformed);
  EXPECT_EQ(ErrorOf(R"({"sotto":"comments",)").code, ErrorCode::kMalformed);
}

TEST(ImportSottoJson, SkipsNaNInfiniteAndNegativeTimesAndDurations) {
  const Imported imported = Read(File(R"({"at":NaN,"text":"a"},{"at":-Infinity,"text":"a"},{"at":1e999,"text":"a"},
      {"at":-0.5,"text":"a"},{"at":1,"duration":-1,"text":"a"},{"at":1,"duration":NaN,"text":"a"},{"at":1},
      {"at":1,"mode":"sideways","text":"a"},{"at":2592000.1,"text":"a"},7,{"at":1,"text":"kept"})"));
  EXPECT_EQ(Texts(imported), std::vector<std::string>{"kept"});
  EXPECT_EQ(imported.skipped, 10u);
}

TEST(ImportSottoJson, ReplacesLoneSurrogatesAndBadBytes) {
  const Imported imported =
      Read(File(R"({"at":1,"text":"a\ud800b\udc00"},{"at":2,"text":"\ud83c\udf75\ud83c"},{"at":3,"text":")"
                "\xED\xA0\x80\xFF\x01\"}"));
  EXPECT_EQ(Texts(imported), (std::vector<std::string>{"a\uFFFDb\uFFFD", "🍵\uFFFD", "\uFFFD\uFFFD\uFFFD\uFFFD "}));
}

TEST(ImportSottoJson, StripsControlsAndKeepsBidirectionalOverrides) {
  EXPECT_EQ(Texts(Read(File(R"({"at":1,"text":"a\u0000\u001b\u0085\u202eb"})"))),
            std::vector<std::string>{"a \u202Eb"});
}

TEST(ImportSottoJson, TakesLongIdsAndNumbersAsIds) {
  const Imported imported =
      Read(File(R"({"at":1,"text":"a","id":123456789012345678901234567890},{"at":2,"text":"b","id":7})"));
  EXPECT_EQ(imported.comments[0].id, "123456789012345678901234567890");
  EXPECT_EQ(imported.comments[1].id, "7");
}

TEST(ImportSottoJson, CutsLongTextAtACharacter) {
  std::string text = "a";
  for (int i = 0; i < 2000; ++i) text += "茶";
  const std::string cut = Read(File(R"({"at":1,"text":")" + text + R"("})")).comments.at(0).text;
  EXPECT_EQ(cut.size(), 1 + 3 * 1365u);
  EXPECT_TRUE(text::ValidateUtf8(cut).ok());
}

TEST(ImportSottoJson, RefusesNestingThatWouldExhaustAStack) {
  EXPECT_EQ(ErrorOf(std::string(100'000, '['), Format::kSotto).code, ErrorCode::kMalformed);
}

TEST(ImportSottoJson, KeepsAHundredThousandCommentsOfOneInstantInTheirOrder) {
  std::string list;
  for (int i = 0; i < 100'000; ++i) {
    if (i > 0) list += ',';
    list += R"({"at":5,"text":"c)" + std::to_string(i) + R"("})";
  }
  const Imported imported = Read(File(list));
  ASSERT_EQ(imported.comments.size(), 100'000u);
  for (size_t i = 0; i < imported.comments.size(); ++i) {
    ASSERT_EQ(imported.comments[i].text, "c" + std::to_string(i));
  }
}

TEST(ExportSottoJson, WritesOneCommentALineAndOnlyWhatSaysSomething) {
  EXPECT_EQ(ExportSottoJson(std::vector<RecordedComment>{{1'500'000, "", "", "a\"\\"}, {2'000'001, "i", "u", "b"}}),
            "{\"sotto\":\"comments\",\"version\":1,\"comments\":[{\"at\":1.5,\"text\":\"a\\\"\\\\\"},\n"
            "{\"at\":2.000001,\"text\":\"b\",\"id\":\"i\",\"user\":\"u\"}]}\n");
}

}  // namespace
}  // namespace sotto::formats
