#include "sotto/formats/recording.h"

#include "formats/checks.h"
#include "formats/samples.h"

namespace sotto::formats {
namespace {

TEST(Detect, TellsEverySampleByItsContent) {
  const std::vector<std::pair<std::string_view, Format>> samples{{kBilibiliSample, Format::kBilibili},
                                                                 {kNiconicoOldSample, Format::kNiconico},
                                                                 {kNiconicoSample, Format::kNiconico},
                                                                 {kDplayerSample, Format::kDplayer},
                                                                 {kAssSample, Format::kAss},
                                                                 {kTwitchDownloaderSample, Format::kChat},
                                                                 {kChatDownloaderSample, Format::kChat},
                                                                 {kYouTubeSample, Format::kChat},
                                                                 {kSottoSample, Format::kSotto},
                                                                 {"[[1,0,1,\"a\",\"b\"]]", Format::kDplayer}};
  for (const auto& [file, format] : samples) {
    const auto detected = Detect(file);
    ASSERT_TRUE(detected.ok()) << file.substr(0, 60);
    EXPECT_EQ(FormatName(detected.value()), FormatName(format)) << file.substr(0, 60);
  }
}

TEST(Detect, IsNotMisledByWhatTextSays) {
  EXPECT_EQ(Detect(R"({"code":0,"data":[[1,0,1,"a","\"sotto\": \"comments\""]]})").value(), Format::kDplayer);
}

TEST(Detect, RefusesWhatItDoesNotKnow) {
  for (const std::string_view other : {"", "   ", "hello", "{}", "[]", "\x89PNG", "{\"", "\"", "{\"a\\"}) {
    const auto detected = Detect(other);
    ASSERT_FALSE(detected.ok()) << other;
    EXPECT_EQ(detected.error().code, ErrorCode::kMalformed);
  }
  EXPECT_EQ(Detect("").error().message, "the recording is empty.");
}

TEST(FormatName, IsReadBack) {
  for (const Format format :
       {Format::kSotto, Format::kBilibili, Format::kNiconico, Format::kDplayer, Format::kAss, Format::kChat}) {
    EXPECT_EQ(FormatOfName(FormatName(format)), format);
  }
  EXPECT_EQ(FormatOfName("srt"), std::nullopt);
}

TEST(Import, RefusesMoreThanSixtyFourMebibytes) {
  const std::string file(kMaxFileBytes + 1, ' ');
  EXPECT_EQ(ErrorOf(file).code, ErrorCode::kResourceExhausted);
}

TEST(Import, RefusesMoreThanAMillionComments) {
  std::string rows = "[";
  for (size_t i = 0; i < kMaxComments; ++i) rows += "[1,0,0,0,0],";
  EXPECT_EQ(Read(rows.substr(0, rows.size() - 1) + "]").comments.size(), kMaxComments);
  EXPECT_EQ(ErrorOf(rows + "[1,0,0,0,0]]").code, ErrorCode::kResourceExhausted);
}

TEST(Import, IsAnErrorWhereNothingCouldBeRead) {
  const Error error = ErrorOf(R"([[-1,0,1,"u","a"],[NaN,0,1,"u","a"]])");
  EXPECT_EQ(error.code, ErrorCode::kMalformed);
  EXPECT_EQ(error.message, "none of the recording's 2 comments could be read; the first (1): its time is negative.");
}

TEST(Import, TellsTwentyProblemsAndCountsAll) {
  std::string rows = "[[1,0,1,\"u\",\"a\"]";
  for (int i = 0; i < 50; ++i) rows += ",[]";
  const Imported imported = Read(rows + "]");
  EXPECT_EQ(imported.skipped, 50u);
  EXPECT_EQ(imported.problems.size(), kMaxProblems);
}

TEST(Import, SortsByTimeAndKeepsTheFilesOrderAtOneTime) {
  EXPECT_EQ(Texts(Read(R"([[2,0,1,"u","c"],[1,0,1,"u","a"],[2,0,1,"u","d"],[1,0,1,"u","b"]])")),
            (std::vector<std::string>{"a", "b", "c", "d"}));
}

TEST(Export, RefusesFormatsThatItDoesNotWrite) {
  EXPECT_EQ(Export({}, Format::kBilibili).error().code, ErrorCode::kInvalidArgument);
}

TEST(ExportJson, RefusesTheWholeRatherThanLoseAComment) {
  EXPECT_EQ(ExportJson(R"({"sotto":"comments","version":1,"comments":[{"at":1,"text":"a"},{"at":-1,"text":"b"}]})",
                       Format::kAss)
                .error()
                .message,
            "1 of the comments cannot be written; the first (2): its time is negative.");
  EXPECT_TRUE(ExportJson(R"({"sotto":"comments","version":1,"comments":[]})", Format::kAss).ok());
}

TEST(RenderRecording, HoldsFormatProblemsAndComments) {
  const auto recording = Import(R"([[1,0,255,"u","a"],[]])");
  EXPECT_EQ(
      RenderRecording(recording.value()),
      "{\"format\":\"dplayer\",\"skipped\":1,\"problems\":[{\"place\":2,\"message\":\"its time is missing or not a "
      "number\"}],\"comments\":[{\"at\":1,\"text\":\"a\",\"user\":\"u\",\"color\":\"#0000ff\"}]}");
}

}  // namespace
}  // namespace sotto::formats
