#include "sotto/formats/chat_json.h"

#include "formats/checks.h"
#include "formats/samples.h"

namespace sotto::formats {
namespace {

TEST(ImportChatJson, ReadsTwitchDownloader) {
  EXPECT_EQ(Read(kTwitchDownloaderSample).comments,
            (std::vector<RecordedComment>{{3'000'000, "a-2", "", "hi"},
                                          {12'750'000, "a-1", "Ada", "PogChamp nice", Mode::kScroll, true, 0x1E90FF}}));
}

TEST(ImportChatJson, ReadsChatDownloaderAsLinesAndAsAnArray) {
  const std::vector<RecordedComment> expected{{2'000'000, "m2", "bob", ":wave: hi"}, {7'500'000, "m1", "Ada", "hello"}};
  EXPECT_EQ(Read(kChatDownloaderSample).comments, expected);
  std::string array = "[" + std::string(kChatDownloaderSample);
  array.pop_back();
  for (size_t i = 0; (i = array.find("}\n", i)) != std::string::npos; ++i) array.insert(i + 1, ",");
  EXPECT_EQ(Read(array + "]").comments, expected);
  EXPECT_EQ(Read(R"([{"time_in_seconds": 1, "author": "old", "message": "form"}])").comments,
            (std::vector<RecordedComment>{{1'000'000, "", "old", "form"}}));
}

TEST(ImportChatJson, ReadsYouTubeAndLosesOnlyTheLineThatIsCutOff) {
  const Imported imported = Read(kYouTubeSample);
  EXPECT_EQ(imported.comments, (std::vector<RecordedComment>{{2'000'000, "C2", "Bob", "paid"},
                                                             {61'500'000, "C1", "Ada", "nice 🎉:tea:"}}));
  EXPECT_EQ(imported.problems, (std::vector<Problem>{{4, "the line is not JSON"}}));
}

TEST(ImportChatJson, LosesOnlyABrokenFirstLine) {
  const Imported imported =
      Read("{\"time_in_seconds\": 1, \"mess\n" + std::string(kChatDownloaderSample), Format::kChat);
  EXPECT_EQ(imported.comments.size(), 2u);
  EXPECT_EQ(imported.problems, (std::vector<Problem>{{1, "the line is not JSON"}}));
}

TEST(ImportChatJson, SkipsNegativeTimes) {
  const Imported imported = Read(R"([{"time_in_seconds":-3,"message":"early"},{"time_in_seconds":3,"message":"a"}])");
  EXPECT_EQ(imported.problems, (std::vector<Problem>{{1, "its time is negative"}}));
}

TEST(ImportChatJson, RefusesOtherJson) {
  for (const std::string_view other : {"{}", "[]x", "{\"comments\": 7}", "{\"a\":1}\n{\"a\":2}", "7"}) {
    EXPECT_EQ(ErrorOf(other, Format::kChat).code, ErrorCode::kMalformed) << other;
  }
}

}  // namespace
}  // namespace sotto::formats
