#include "sotto/stream/hls.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
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
            "#EXT-X-DATERANGE:ID=\"e1.0.dcc99d13\",CLASS=\"com.sotto.product\",START-DATE=\"2026-01-31T12:00:04.000Z\","
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
  EXPECT_EQ(Render(kFfmpeg, Sample(), 10).find("ID=\"e2.0."), std::string::npos);
  EXPECT_NE(Render(kFfmpeg, Sample(), 10.5).find("ID=\"e2.0."), std::string::npos);
  const std::string far = Render(kFfmpeg, Sample(), 3'600);
  const size_t repetition = far.find("ID=\"e1.1.");
  ASSERT_NE(repetition, std::string::npos);
  EXPECT_EQ(far.substr(repetition + 9 + 8, 65),
            "\",CLASS=\"com.sotto.product\",START-DATE=\"2026-01-31T12:02:04.000Z\"");
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
    const size_t start = playlist.find("#EXT-X-DATERANGE:ID=\"e1.0.");
    return playlist.substr(start, playlist.find('\n', start) - start);
  };
  EXPECT_EQ(line(Render(kFfmpeg, Sample())), line(Render(later, Sample())));
}

TEST(RenderMediaPlaylist, GivesAnEditedCardANewId) {
  const auto id = [](const Manifest& manifest) {
    const std::string playlist = Render(kFfmpeg, manifest);
    const size_t start = playlist.find("ID=\"e1.0.") + 4;
    return playlist.substr(start, playlist.find('"', start) - start);
  };
  std::set<std::string> ids = {id(Sample())};
  for (const auto& edit : std::initializer_list<std::function<void(Manifest&)>>{
           [](Manifest& manifest) { manifest.events[0].duration = 12; },
           [](Manifest& manifest) { manifest.events[0].at = 4.5; },
           [](Manifest& manifest) { manifest.epoch = "2026-01-31T12:00:00.250Z"; },
           [](Manifest& manifest) { manifest.products[0].title.zh += "叶"; },
           [](Manifest& manifest) { manifest.products[0].title.en += "!"; },
           [](Manifest& manifest) { manifest.products[0].price_amount = 12'800; }}) {
    Manifest manifest = Sample();
    edit(manifest);
    EXPECT_TRUE(ids.insert(id(manifest)).second) << id(manifest);
  }
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

// Segment 7 in two parts, and of segment 8 one part, of half a second each.
constexpr std::string_view kParts =
    "#EXTM3U\n"
    "#EXT-X-TARGETDURATION:1\n"
    "#EXT-X-SERVER-CONTROL:PART-HOLD-BACK=1.5\n"
    "#EXT-X-PART-INF:PART-TARGET=0.5\n"
    "#EXT-X-MEDIA-SEQUENCE:7\n"
    "#EXT-X-MAP:URI=\"init.mp4\"\n"
    "#EXT-X-PROGRAM-DATE-TIME:2026-01-31T12:00:00.000Z\n"
    "#EXT-X-PART:DURATION=0.5,URI=\"s7-0.m4s\",INDEPENDENT=YES\n"
    "#EXT-X-PART:DURATION=0.5,URI=\"s7-1.m4s\"\n"
    "#EXTINF:1.000,\n"
    "s7.m4s\n"
    "#EXT-X-PART:DURATION=0.5,URI=\"s8-0.m4s\"\n"
    "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"s8-1.m4s\"\n"
    "#EXT-X-RENDITION-REPORT:URI=\"../other.m3u8\",LAST-MSN=8,LAST-PART=0\n";

TEST(RenderMediaPlaylist, LetsPartsThrough) {
  Manifest manifest = Sample();
  manifest.events.clear();
  std::string expected(kParts);
  for (const std::string_view name : {"init.mp4", "s7-0.m4s", "s7-1.m4s", "s8-0.m4s", "s8-1.m4s", "\ns7.m4s"}) {
    const std::string quoted = name.starts_with('\n') ? std::string(name) : "\"" + std::string(name) + "\"";
    expected.insert(expected.find(quoted) + 1, "seg/");
  }
  EXPECT_EQ(RenderMediaPlaylist(kParts, manifest, 0, "seg/").value(), expected);
}

TEST(RenderMediaPlaylist, PutsEventsBeforeTheFirstPart) {
  std::string playlist(kParts);
  playlist.erase(playlist.find("#EXT-X-MAP"), playlist.find("#EXT-X-PROGRAM") - playlist.find("#EXT-X-MAP"));
  const std::string rendered = Render(playlist, Sample(), 10);
  EXPECT_LT(rendered.find("#EXT-X-DATERANGE"), rendered.find("#EXT-X-PART:"));
}

TEST(MeasurePlaylist, CountsSegmentsAndParts) {
  const PlaylistSpan span = MeasurePlaylist(kParts).value();
  EXPECT_EQ(span.media_sequence, 7u);
  EXPECT_EQ(span.next_segment, 8u);
  EXPECT_EQ(span.last_parts, 2u);
  EXPECT_EQ(span.parts, 1u);
  EXPECT_EQ(span.part_target, 0.5);
  EXPECT_EQ(span.target_duration, 1);
  EXPECT_FALSE(span.ended);
  EXPECT_TRUE(MeasurePlaylist(std::string(kFfmpeg) + "#EXT-X-ENDLIST\n").value().ended);
  EXPECT_EQ(MeasurePlaylist("#EXTM3U\n#EXT-X-PROGRAM-DATE-TIME:2026-01-31T12:00:00Z\n#EXTINF:2.5,\na.ts\n")
                .value()
                .target_duration,
            2.5);
}

TEST(MeasurePlaylist, RefusesDurationsThatAreNone) {
  for (const auto& [good, bad] :
       std::initializer_list<std::pair<std::string, std::string>>{{"PART-TARGET=0.5", "PART-TARGET=0"},
                                                                  {"PART-TARGET=0.5", "PART-TARGET=x"},
                                                                  {"PART-TARGET=0.5", "X-PART-TARGET=0.5"},
                                                                  {"TARGETDURATION:1", "TARGETDURATION:-1"}}) {
    std::string playlist(kParts);
    playlist.replace(playlist.find(good), good.size(), bad);
    ASSERT_FALSE(MeasurePlaylist(playlist).ok()) << bad;
    EXPECT_EQ(MeasurePlaylist(playlist).error().code, ErrorCode::kMalformed) << bad;
  }
}

TEST(PresenceOf, IsWhatTheDraftSaysOfABlockingReload) {
  const PlaylistSpan span = MeasurePlaylist(kParts).value();
  const auto presence = [&](uint64_t segment, std::optional<uint64_t> part = {}) {
    return PresenceOf({segment, part}, span);
  };
  for (const Presence there : {presence(0), presence(7), presence(7, 0), presence(7, 1), presence(8, 0)}) {
    EXPECT_EQ(there, Presence::kThere);
  }
  // Beyond the last part of a complete segment lies the next one's first, which is there.
  EXPECT_EQ(presence(7, 2), Presence::kThere);
  EXPECT_EQ(presence(8), Presence::kComing);
  EXPECT_EQ(presence(8, 1), Presence::kComing);
  // Advance Part Limit: 3 / 0.5 parts.
  EXPECT_EQ(presence(8, 6), Presence::kComing);
  EXPECT_EQ(presence(8, 7), Presence::kNever);
  // The last segment plus two.
  EXPECT_EQ(presence(10), Presence::kComing);
  EXPECT_EQ(presence(11), Presence::kNever);
  PlaylistSpan ended = span;
  ended.ended = true;
  EXPECT_EQ(PresenceOf({100, {}}, ended), Presence::kThere);
  PlaylistSpan complete = span;
  complete.parts = 0;
  EXPECT_EQ(PresenceOf({7, 2}, complete), Presence::kComing);
}

TEST(PresenceOf, CountsSegmentsWhereThereAreNoParts) {
  const PlaylistSpan span = MeasurePlaylist(kFfmpeg).value();  // 3 and 4
  EXPECT_EQ(PresenceOf({4, {}}, span), Presence::kThere);
  EXPECT_EQ(PresenceOf({4, 9}, span), Presence::kThere);
  EXPECT_EQ(PresenceOf({5, {}}, span), Presence::kComing);
  EXPECT_EQ(PresenceOf({6, {}}, span), Presence::kComing);
  EXPECT_EQ(PresenceOf({7, {}}, span), Presence::kNever);
}

TEST(OfferBlockingReload, AddsToTheControlsThatThereAre) {
  const std::string offered = OfferBlockingReload(kParts, 0.5);
  EXPECT_NE(offered.find("\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.5\n"), std::string::npos);
  EXPECT_EQ(OfferBlockingReload(offered, 0.5), offered);
}

TEST(OfferBlockingReload, CompletesAndCorrectsThem) {
  EXPECT_EQ(OfferBlockingReload("#EXTM3U\n#EXT-X-SERVER-CONTROL:HOLD-BACK=18\nrest\n", 0.5),
            "#EXTM3U\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,HOLD-BACK=18,PART-HOLD-BACK=1.500\nrest\n");
  EXPECT_EQ(OfferBlockingReload("#EXTM3U\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=NO,PART-HOLD-BACK=2", 0.5),
            "#EXTM3U\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=2");
}

TEST(MeasurePlaylist, RefusesPartsThatAreNoFilesOfTheirOwn) {
  for (const std::string line : {"#EXT-X-PART:DURATION=0.5,URI=\"a.mp4\",BYTERANGE=\"10@0\"",
                                 "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"a.mp4\",BYTERANGE-START=10"}) {
    const auto span =
        MeasurePlaylist("#EXTM3U\n#EXT-X-PROGRAM-DATE-TIME:2026-01-31T12:00:00Z\n#EXTINF:1,\na.ts\n" + line + "\n");
    ASSERT_FALSE(span.ok()) << line;
    EXPECT_EQ(span.error().code, ErrorCode::kMalformed);
    EXPECT_NE(span.error().message.find("byte range"), std::string::npos);
  }
}

TEST(OfferBlockingReload, GivesControlsToAPlaylistWithoutThem) {
  EXPECT_EQ(OfferBlockingReload("#EXTM3U\nrest\n", 0.33),
            "#EXTM3U\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.990\nrest\n");
  EXPECT_EQ(OfferBlockingReload("#EXTM3U\nrest\n", 0), "#EXTM3U\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES\nrest\n");
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
