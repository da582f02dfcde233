#include "sotto/stream/dash.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <regex>
#include <set>
#include <string>
#include <vector>

#include "sotto/stream/hls.h"
#include "stream/sample_manifest.h"

namespace sotto::stream {
namespace {

constexpr std::string_view kPlaylist =
    "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:3\n#EXT-X-PROGRAM-DATE-TIME:2026-01-31T12:00:06Z\n"
    "#EXTINF:2.000000,\nlive3.ts\n#EXTINF:2.000000,\nlive4.ts\n";

Manifest Sample() {
  return std::move(ParseManifest(kSampleManifest)).value();
}

std::string Render(const Manifest& manifest, double ahead = 0, std::string_view playlist = kPlaylist) {
  const auto rendered = RenderMpd(playlist, manifest, ahead);
  EXPECT_TRUE(rendered.ok()) << ToString(rendered.error());
  return rendered.ok() ? rendered.value() : "";
}

std::string ValueOf(const std::string& mpd) {
  const size_t start = mpd.find(" value=\"") + 8;
  return mpd.substr(start, 8);
}

TEST(RenderMpd, HasAnEventForEachOccurrence) {
  const std::string mpd = Render(Sample());
  EXPECT_EQ(mpd,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" profiles=\"urn:mpeg:dash:profile:full:2011\" "
            "minBufferTime=\"PT2.000S\" type=\"dynamic\" availabilityStartTime=\"2026-01-31T12:00:00.000Z\" "
            "publishTime=\"2026-01-31T12:00:10.000Z\" minimumUpdatePeriod=\"PT2.000S\" "
            "timeShiftBufferDepth=\"PT4.000S\">\n"
            " <Period id=\"0\" start=\"PT0S\">\n"
            "  <EventStream schemeIdUri=\"urn:sotto:product:2026\" value=\"" +
                ValueOf(mpd) +
                "\" timescale=\"1000\">\n"
                "   <Event presentationTime=\"4000\" duration=\"11500\" id=\"0\">"
                "{&quot;event&quot;:&quot;e1&quot;,&quot;repetition&quot;:0,&quot;product&quot;:&quot;p1&quot;,"
                "&quot;title&quot;:{&quot;zh&quot;:&quot;绿茶&quot;,&quot;en&quot;:&quot;Green tea&quot;},"
                "&quot;price&quot;:{&quot;amount&quot;:12900,&quot;currency&quot;:&quot;CNY&quot;}}</Event>\n"
                "  </EventStream>\n </Period>\n</MPD>\n");
}

TEST(RenderMpd, IsStaticWhenThePlaylistHasEnded) {
  const std::string mpd = Render(Sample(), 0, std::string(kPlaylist) + "#EXT-X-ENDLIST\n");
  EXPECT_NE(mpd.find("type=\"static\" mediaPresentationDuration=\"PT10.000S\">"), std::string::npos);
  EXPECT_EQ(mpd.find("dynamic"), std::string::npos);
}

TEST(RenderMpd, CountsRepetitionsInItsIds) {
  const std::string mpd = Render(Sample(), 3'600);
  EXPECT_NE(mpd.find("presentationTime=\"20000\" duration=\"10000\" id=\"1\""), std::string::npos);
  EXPECT_NE(mpd.find("presentationTime=\"124000\" duration=\"11500\" id=\"2\""), std::string::npos);
  EXPECT_NE(mpd.find("presentationTime=\"244000\" duration=\"11500\" id=\"4\""), std::string::npos);
}

TEST(RenderMpd, HasAnotherValueForOtherCards) {
  std::set<std::string> values = {ValueOf(Render(Sample()))};
  Manifest manifest = Sample();
  manifest.products[0].price_amount += 1;
  EXPECT_TRUE(values.insert(ValueOf(Render(manifest))).second);
  manifest.events[0].at = 5;
  EXPECT_TRUE(values.insert(ValueOf(Render(manifest))).second);
  manifest.products[1].title.en = "Pot";
  EXPECT_TRUE(values.insert(ValueOf(Render(manifest))).second);
  EXPECT_EQ(ValueOf(Render(manifest, 100)), ValueOf(Render(manifest)));
}

TEST(RenderMpd, EscapesWhatIsMarkupAndReplacesWhatXmlCannotSay) {
  Manifest manifest = Sample();
  manifest.products[0].title = {"<b>&amp;]]>\"", "a\tb\x01\xef\xbf\xbf\xef\xbf\xbe"};
  const std::string mpd = Render(manifest);
  EXPECT_NE(mpd.find("&lt;b&gt;&amp;amp;]]&gt;\\&quot;"), std::string::npos);
  EXPECT_NE(mpd.find("a\\tb\\u0001\xef\xbf\xbd\xef\xbf\xbd&quot;"), std::string::npos);
}

TEST(RenderMpd, RefusesWhatRenderMediaPlaylistRefuses) {
  Manifest manifest = Sample();
  EXPECT_EQ(RenderMpd(kPlaylist, manifest, -1).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(RenderMpd(kPlaylist, manifest, 86'401).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(RenderMpd("#EXTM3U\n", manifest, 0).error().code, ErrorCode::kMalformed);
  manifest.epoch.clear();
  EXPECT_EQ(RenderMpd(kPlaylist, manifest, 0).error().code, ErrorCode::kMalformed);
}

// Whatever the titles, the document is well-formed and its text is what was put in; it has the playlist's occurrences.
RC_GTEST_PROP(RenderMpd, IsWellFormedAndHasWhatThePlaylistHas, ()) {
  static const std::vector<std::string> kPieces = {"a",   "<",  ">",    "&",  "\"", "'",
                                                   "]]>", "\n", "\x02", "茶", "🍵", "&lt;"};
  Manifest manifest = Sample();
  for (ManifestProduct& product : manifest.products) {
    product.title.zh.clear();
    for (const auto& piece : *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(kPieces))) {
      product.title.zh += piece;
    }
  }
  const auto ahead = static_cast<double>(*rc::gen::inRange(0, 2'000));
  const std::string mpd = RenderMpd(kPlaylist, manifest, ahead).value();
  // Between the tags that are ours no markup and no control character is left, and every & begins one of four entities.
  static const std::regex kEvent(
      "   <Event presentationTime=\"[0-9]+\" duration=\"[0-9]+\" id=\"([0-9]+)\">"
      "((?:[^<>&\"\\x01-\\x1f]|&(?:amp|lt|gt|quot);)*)</Event>\n");
  std::set<std::string> ids;
  size_t events = 0;
  std::string rest = mpd;
  for (std::sregex_iterator one(mpd.begin(), mpd.end(), kEvent), end; one != end; ++one) {
    ids.insert((*one)[1]);
    ++events;
    rest.erase(rest.find(one->str()), static_cast<size_t>(one->length()));
  }
  RC_ASSERT(ids.size() == events);
  RC_ASSERT(rest.find("<Event ") == std::string::npos);
  const std::string playlist = RenderMediaPlaylist(kPlaylist, manifest, ahead, "").value();
  size_t ranges = 0;
  for (size_t at = playlist.find("#EXT-X-DATERANGE"); at != std::string::npos;
       at = playlist.find("#EXT-X-DATERANGE", at + 1)) {
    ++ranges;
  }
  RC_ASSERT(ranges == events);
}

}  // namespace
}  // namespace sotto::stream
