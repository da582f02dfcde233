#include "sotto/stream/hls.h"

#include <gtest/gtest.h>

#include <string>

#include "sotto/stream/clock.h"
#include "sotto/stream/media_playlist.h"
#include "stream/sample_manifest.h"

namespace sotto::stream {
namespace {

// As ffmpeg 5.1 writes it with -hls_flags program_date_time+delete_segments.
constexpr std::string_view kFfmpeg =
    "#EXTM3U\n"
    "#EXT-X-VERSION:3\n"
    "#EXT-X-TARGETDURATION:2\n"
    "#EXT-X-MEDIA-SEQUENCE:3\n"
    "#EXTINF:2.000000,\n"
    "#EXT-X-PROGRAM-DATE-TIME:2026-01-31T12:00:06.000+0000\n"
    "live3.ts\n"
    "#EXTINF:2.000000,\n"
    "#EXT-X-PROGRAM-DATE-TIME:2026-01-31T12:00:08.000+0000\n"
    "live4.ts\n";

Manifest Sample() {
  return std::move(ParseManifest(kSampleManifest)).value();
}

std::string Render(std::string_view playlist, const Manifest& manifest, double ahead = 0) {
  const auto rendered = RenderMediaPlaylist(playlist, manifest, ahead, "");
  EXPECT_TRUE(rendered.ok()) << ToString(rendered.error());
  return rendered.ok() ? rendered.value() : "";
}

TEST(RenderMediaPlaylist, PutsProductEventsBeforeTheFirstSegmentAndLeavesTheRestAlone) {
  EXPECT_EQ(Render(kFfmpeg, Sample()),
            "#EXTM3U\n"
            "#EXT-X-VERSION:3\n"
            "#EXT-X-TARGETDURATION:2\n"
            "#EXT-X-MEDIA-SEQUENCE:3\n"
            "#EXT-X-DATERANGE:ID=\"e1.0\",CLASS=\"com.sotto.product\",START-DATE=\"2026-01-31T12:00:04.000Z\","
            "DURATION=11.500,X-SOTTO-PRODUCT=\"p1\",X-SOTTO-TITLE-ZH=\"绿茶\",X-SOTTO-TITLE-EN=\"Green tea\","
            "X-SOTTO-PRICE=\"CNY 129.00\"\n"
            "#EXTINF:2.000000,\n"
            "#EXT-X-PROGRAM-DATE-TIME:2026-01-31T12:00:06.000+0000\n"
            "live3.ts\n"
            "#EXTINF:2.000000,\n"
            "#EXT-X-PROGRAM-DATE-TIME:2026-01-31T12:00:08.000+0000\n"
            "live4.ts\n");
}

TEST(RenderMediaPlaylist, LooksAheadOfTheLastSegment) {
  // The playlist ends at 10 s of programme time; the second event begins at 20 s, the first repeats at 124 s.
  EXPECT_EQ(Render(kFfmpeg, Sample(), 10).find("e2.0"), std::string::npos);
  EXPECT_NE(Render(kFfmpeg, Sample(), 10.5).find("ID=\"e2.0\""), std::string::npos);
  const std::string far = Render(kFfmpeg, Sample(), 3'600);
  EXPECT_NE(far.find("ID=\"e1.1\",CLASS=\"com.sotto.product\",START-DATE=\"2026-01-31T12:02:04.000Z\""),
            std::string::npos);
}

TEST(RenderMediaPlaylist, ForgetsWhatIsOver) {
  Manifest manifest = Sample();
  manifest.epoch = "2026-01-31T11:00:00Z";
  manifest.events[0].every = 0;
  EXPECT_EQ(Render(kFfmpeg, manifest), kFfmpeg);
}

TEST(RenderMediaPlaylist, PassesOverEventsThatAreNoProducts) {
  Manifest manifest = Sample();
  manifest.events[0].type = "poll";
  EXPECT_EQ(Render(kFfmpeg, manifest), kFfmpeg);
}

TEST(RenderMediaPlaylist, GivesAnIdTheSameAttributesInEveryRefresh) {
  const std::string later =
      "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:4\n#EXT-X-PROGRAM-DATE-TIME:2026-01-31T12:00:08Z\n"
      "#EXTINF:2,\nlive4.ts\n";
  const auto line = [](const std::string& playlist) {
    const size_t start = playlist.find("#EXT-X-DATERANGE:ID=\"e1.0\"");
    return playlist.substr(start, playlist.find('\n', start) - start);
  };
  EXPECT_EQ(line(Render(kFfmpeg, Sample())), line(Render(later, Sample())));
}

TEST(RenderMediaPlaylist, MakesQuotedStringsSafe) {
  Manifest manifest = Sample();
  manifest.products[0].title = {"名\"茶\"\r\nX=1", "a\tb"};
  const std::string rendered = Render(kFfmpeg, manifest);
  EXPECT_NE(rendered.find("X-SOTTO-TITLE-ZH=\"名”茶”  X=1\",X-SOTTO-TITLE-EN=\"a b\""), std::string::npos);
}

TEST(RenderMediaPlaylist, WritesPricesWithTheCurrencysDecimals) {
  const auto price = [](int64_t amount, const std::string& currency) {
    Manifest manifest = Sample();
    manifest.products[0].price_amount = amount;
    manifest.products[0].currency = currency;
    const std::string rendered = Render(kFfmpeg, manifest);
    const size_t start = rendered.find("X-SOTTO-PRICE=\"") + 15;
    return rendered.substr(start, rendered.find('"', start) - start);
  };
  EXPECT_EQ(price(0, "CNY"), "CNY 0.00");
  EXPECT_EQ(price(5, "EUR"), "EUR 0.05");
  EXPECT_EQ(price(1'000'000'000'000, "USD"), "USD 10000000000.00");
  EXPECT_EQ(price(1'200, "JPY"), "JPY 1200");
  EXPECT_EQ(price(1'200, "KWD"), "KWD 1.200");
}

TEST(RenderMediaPlaylist, PrefixesRelativeUrisOfSegmentsAndMap) {
  const std::string playlist =
      "#EXTM3U\r\n#EXT-X-TARGETDURATION:2\r\n#EXT-X-PROGRAM-DATE-TIME:2026-01-31T13:00:00Z\r\n"
      "#EXT-X-MAP:URI=\"init.mp4\",BYTERANGE=\"1@0\"\r\n#EXTINF:2,\r\na.m4s\r\n#EXTINF:2,\r\n/abs.m4s\r\n"
      "#EXTINF:2,\r\nhttps://example.com/b.m4s\r\n#EXT-X-ENDLIST";
  Manifest manifest = Sample();
  manifest.events.clear();
  EXPECT_EQ(RenderMediaPlaylist(playlist, manifest, 0, "seg/").value(),
            "#EXTM3U\r\n#EXT-X-TARGETDURATION:2\r\n#EXT-X-PROGRAM-DATE-TIME:2026-01-31T13:00:00Z\r\n"
            "#EXT-X-MAP:URI=\"seg/init.mp4\",BYTERANGE=\"1@0\"\r\n#EXTINF:2,\r\nseg/a.m4s\r\n#EXTINF:2,\r\n/abs.m4s\r\n"
            "#EXTINF:2,\r\nhttps://example.com/b.m4s\r\n#EXT-X-ENDLIST");
}

TEST(RenderMediaPlaylist, RefusesWhatIsNoLivePlaylistWithDates) {
  const std::string date = "#EXT-X-PROGRAM-DATE-TIME:2026-01-31T12:00:00Z\n";
  for (const std::string& playlist : std::initializer_list<std::string>{
           "", "EXTM3U\n", "#EXTM3U\n", "#EXTM3U\n#EXTINF:2,\na.ts\n", "#EXTM3U8\n" + date + "#EXTINF:2,\na.ts\n",
           "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlive.m3u8\n", "#EXTM3U\n" + date, "#EXTM3U\n" + date + "a.ts\n",
           "#EXTM3U\n" + date + "#EXTINF:2,\n", "#EXTM3U\n" + date + "#EXTINF:two,\na.ts\n",
           "#EXTM3U\n" + date + "#EXTINF:-2,\na.ts\n", "#EXTM3U\n" + date + "#EXTINF:1e3,\na.ts\n",
           "#EXTM3U\n" + date + "#EXTINF:99999999,\na.ts\n",
           "#EXTM3U\n#EXT-X-PROGRAM-DATE-TIME:now\n#EXTINF:2,\na.ts\n",
           "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:-1\n" + date + "#EXTINF:2,\na.ts\n"}) {
    const auto rendered = RenderMediaPlaylist(playlist, Sample(), 0, "");
    ASSERT_FALSE(rendered.ok()) << playlist;
    EXPECT_EQ(rendered.error().code, ErrorCode::kMalformed) << playlist;
  }
}

TEST(RenderMediaPlaylist, NamesTheLineThatItCannotRead) {
  const auto rendered = RenderMediaPlaylist("#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:two,\na.ts\n", Sample(), 0, "");
  EXPECT_EQ(rendered.error().message, "line 3 of the playlist has no duration in EXTINF.");
}

TEST(RenderMediaPlaylist, RefusesAManifestWithoutEpochAndAnOddLookAhead) {
  Manifest manifest = Sample();
  EXPECT_EQ(RenderMediaPlaylist(kFfmpeg, manifest, -1, "").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(RenderMediaPlaylist(kFfmpeg, manifest, 86'401, "").error().code, ErrorCode::kInvalidArgument);
  manifest.epoch.clear();
  EXPECT_EQ(RenderMediaPlaylist(kFfmpeg, manifest, 0, "").error().code, ErrorCode::kMalformed);
}

TEST(RenderMediaPlaylist, RefusesMoreThanOneMebibyte) {
  std::string playlist(kFfmpeg);
  playlist.resize(kMaxPlaylistBytes, '\n');
  EXPECT_TRUE(RenderMediaPlaylist(playlist, Sample(), 0, "").ok());
  playlist.push_back('\n');
  EXPECT_EQ(RenderMediaPlaylist(playlist, Sample(), 0, "").error().code, ErrorCode::kResourceExhausted);
}

TEST(EpochOfPlaylist, IsTheFirstDateWhereNothingCameBefore) {
  EXPECT_EQ(
      EpochOfPlaylist("#EXTM3U\n#EXT-X-PROGRAM-DATE-TIME:2026-01-31T12:00:00.040+0000\n#EXTINF:2.0,\na.ts\n").value(),
      "2026-01-31T12:00:00.040Z");
}

TEST(EpochOfPlaylist, CountsBackTheSegmentsThatLeftThePlaylist) {
  EXPECT_EQ(EpochOfPlaylist(kFfmpeg).value(), "2026-01-31T12:00:00.000Z");
}

TEST(EpochOfPlaylist, CountsBackFromADateThatComesLate) {
  EXPECT_EQ(EpochOfPlaylist("#EXTM3U\n#EXTINF:1.5,\na.ts\n#EXT-X-PROGRAM-DATE-TIME:2026-01-31T12:00:00Z\n"
                            "#EXTINF:2,\nb.ts\n")
                .value(),
            "2026-01-31T11:59:58.500Z");
}

TEST(EpochOfPlaylist, IsTheFirstDateWhereTheNumbersCountNoSegments) {
  // ffmpeg -hls_start_number_source epoch.
  EXPECT_EQ(EpochOfPlaylist("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:1769860800\n"
                            "#EXT-X-PROGRAM-DATE-TIME:2026-01-31T12:00:00Z\n#EXTINF:2,\na.ts\n")
                .value(),
            "2026-01-31T12:00:00.000Z");
}

TEST(RenderMultivariantPlaylist, NamesOneVariant) {
  Variant variant{"live.m3u8", 2'500'000, 1280, 720, "avc1.64001f,mp4a.40.2", 30};
  EXPECT_EQ(RenderMultivariantPlaylist(variant),
            "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=2500000,RESOLUTION=1280x720,CODECS=\"avc1.64001f,mp4a.40.2\","
            "FRAME-RATE=30.000\nlive.m3u8\n");
  EXPECT_EQ(RenderMultivariantPlaylist({"live.m3u8", 1, 0, 0, "", 0}),
            "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlive.m3u8\n");
}

}  // namespace
}  // namespace sotto::stream
