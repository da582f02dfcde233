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

// As ffmpeg writes it, with what matters here alone.
constexpr std::string_view kMpd =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"\n\ttype=\"dynamic\"\n"
    "\tavailabilityStartTime=\"2026-01-31T12:00:00Z\"\n\tpublishTime=\"2026-01-31T12:00:10Z\"\n"
    "\ttimeShiftBufferDepth=\"PT4.0S\">\n\t<ProgramInformation>\n\t</ProgramInformation>\n"
    "\t<Period id=\"0\" start=\"PT0.0S\">\n\t\t<AdaptationSet>\n\t\t\t<Representation id=\"0\">\n"
    "\t\t\t\t<SegmentTemplate initialization=\"init-$RepresentationID$.m4s\" "
    "media=\"a-$RepresentationID$-$Number%05d$.m4s\">"
    "</SegmentTemplate>\n\t\t\t</Representation>\n\t\t</AdaptationSet>\n\t</Period>\n</MPD>\n";

Manifest Sample() {
  return std::move(ParseManifest(kSampleManifest)).value();
}

std::string Edited(std::string_view from, std::string_view to) {
  std::string mpd(kMpd);
  const size_t at = mpd.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return mpd.replace(at, from.size(), to);
}

std::string Render(const Manifest& manifest, double ahead = 0, std::string_view mpd = kMpd) {
  const auto rendered = RenderMpd(mpd, manifest, ahead, "segments/");
  EXPECT_TRUE(rendered.ok()) << ToString(rendered.error());
  return rendered.ok() ? rendered.value() : "";
}

std::string ValueOf(const std::string& mpd) {
  return mpd.substr(mpd.find(" value=\"") + 8, 8);
}

// "start+duration" of each event.
std::vector<std::string> TimesIn(const std::string& mpd) {
  static const std::regex kEvent("<Event presentationTime=\"([0-9]+)\" duration=\"([0-9]+)\" id=\"[0-9]+\">");
  std::vector<std::string> times;
  for (std::sregex_iterator one(mpd.begin(), mpd.end(), kEvent), end; one != end; ++one) {
    times.push_back((*one)[1].str() + "+" + (*one)[2].str());
  }
  return times;
}

TEST(RenderMpd, PutsAnEventForEachOccurrenceIntoThePeriod) {
  const std::string mpd = Render(Sample());
  std::string expected(kMpd);
  for (const std::string_view attribute : {"initialization=\"", "media=\""}) {
    expected.insert(expected.find(attribute) + attribute.size(), "segments/");
  }
  const std::string_view period = "start=\"PT0.0S\">";
  expected.insert(expected.find(period) + period.size(),
                  "\n\t\t<EventStream schemeIdUri=\"urn:sotto:product:2026\" value=\"" + ValueOf(mpd) +
                      "\" timescale=\"1000\">\n"
                      "\t\t\t<Event presentationTime=\"4000\" duration=\"11500\" id=\"0\">"
                      "{&quot;event&quot;:&quot;e1&quot;,&quot;repetition&quot;:0,&quot;product&quot;:&quot;p1&quot;,"
                      "&quot;title&quot;:{&quot;zh&quot;:&quot;绿茶&quot;,&quot;en&quot;:&quot;Green tea&quot;},"
                      "&quot;price&quot;:{&quot;amount&quot;:12900,&quot;currency&quot;:&quot;CNY&quot;}}</Event>\n"
                      "\t\t</EventStream>");
  EXPECT_EQ(mpd, expected);
}

TEST(RenderMpd, CountsRepetitionsInItsIds) {
  const std::string mpd = Render(Sample(), 3'600);
  EXPECT_NE(mpd.find("presentationTime=\"20000\" duration=\"10000\" id=\"1\""), std::string::npos);
  EXPECT_NE(mpd.find("presentationTime=\"124000\" duration=\"11500\" id=\"2\""), std::string::npos);
  EXPECT_NE(mpd.find("presentationTime=\"244000\" duration=\"11500\" id=\"4\""), std::string::npos);
}

TEST(RenderMpd, CountsTimeFromThePeriodsStart) {
  const auto times = [](std::string_view from, std::string_view to) {
    return TimesIn(Render(Sample(), 0, Edited(from, to)));
  };
  // The programme's time 0 is 12:00:00; the event is from 4 s to 15.5 s.
  EXPECT_EQ(times("start=\"PT0.0S\"", "start=\"PT1.5S\""), std::vector<std::string>{"2500+11500"});
  EXPECT_EQ(times("start=\"PT0.0S\"", ""), std::vector<std::string>{"4000+11500"});
  EXPECT_EQ(times("12:00:00Z", "11:59:00.250Z"), std::vector<std::string>{"63750+11500"});
  // The encoder began later than the broadcast: what was on then begins with the Period.
  EXPECT_EQ(times("12:00:00Z", "12:00:06Z"), std::vector<std::string>{"0+9500"});
  EXPECT_EQ(times("2026-01-31T12:00:00Z", "2026-02-01T00:00:00Z").size(), 0u);
}

TEST(RenderMpd, ShowsWhatIsInTheTimeShiftBuffer) {
  const auto starts = [](std::string_view depth, std::string_view published) {
    std::string mpd = Edited("timeShiftBufferDepth=\"PT4.0S\"", depth);
    const std::string_view was = "12:00:10Z";
    mpd.replace(mpd.find(was), was.size(), published);
    return TimesIn(Render(Sample(), 0, mpd));
  };
  const std::vector<std::string> both = {"4000+11500", "20000+10000"};
  EXPECT_EQ(starts("timeShiftBufferDepth=\"PT10S\"", "12:00:25Z"), both);
  EXPECT_EQ(starts("timeShiftBufferDepth=\"PT9S\"", "12:00:25Z"), std::vector<std::string>{"20000+10000"});
  EXPECT_EQ(starts("timeShiftBufferDepth=\"P0DT0H1M0.5S\"", "12:00:25Z"), both);
  EXPECT_EQ(starts("", "12:00:25Z"), both);  // everything from the start on
  // However long it has been on: the last hour.
  const auto late = starts("", "22:00:25Z");
  EXPECT_EQ(late.size(), 30u);
  EXPECT_EQ(late.back(), "36004000+11500");
}

TEST(RenderMpd, TakesAStaticOneForTheWholeProgramme) {
  const std::string mpd = Edited("type=\"dynamic\"", "type=\"static\" mediaPresentationDuration=\"PT21S\"");
  EXPECT_EQ(TimesIn(Render(Sample(), 0, mpd)), (std::vector<std::string>{"4000+11500", "20000+10000"}));
  EXPECT_EQ(PublishTimeOf("<MPD type=\"static\">"), std::nullopt);
  EXPECT_EQ(PublishTimeOf(kMpd), 1'769'860'810'000);
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

TEST(RenderMpd, FindsThePeriodWhateverStandsAroundIt) {
  const std::string mpd = Render(Sample(), 0,
                                 Edited("<ProgramInformation>",
                                        "<!-- <Period> --><?a <Period>?>"
                                        "<![CDATA[<Period>]]><Title a='>\"'>"));
  EXPECT_LT(mpd.find("<Title a='>\"'>"), mpd.find("<EventStream"));
  EXPECT_EQ(mpd.find("<EventStream"), mpd.find("start=\"PT0.0S\">") + 18);
}

TEST(RenderMpd, RefusesWhatItCannotPlaceItsEventsIn) {
  Manifest manifest = Sample();
  EXPECT_EQ(RenderMpd(kMpd, manifest, -1, "").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(RenderMpd(kMpd, manifest, 86'401, "").error().code, ErrorCode::kInvalidArgument);
  const std::string large(kMaxMpdBytes + 1, ' ');
  EXPECT_EQ(RenderMpd(large, manifest, 0, "").error().code, ErrorCode::kResourceExhausted);
  const std::string cut(kMpd.substr(0, kMpd.size() - 8));
  for (const std::string& mpd : {std::string(),
                                 std::string("<mpd/>"),
                                 std::string("#EXTM3U\n"),
                                 Edited("<Period id=\"0\" start=\"PT0.0S\">", ""),
                                 Edited("</Period>", "<Period>"),
                                 Edited("<Period id=\"0\" start=\"PT0.0S\">", "<Period/>"),
                                 Edited("availabilityStartTime=\"2026-01-31T12:00:00Z\"", ""),
                                 Edited("2026-01-31T12:00:10Z", "soon"),
                                 Edited("PT4.0S", "P1Y"),
                                 Edited("PT4.0S", "PT"),
                                 Edited("PT4.0S", "4"),
                                 Edited("PT4.0S", "PT4"),
                                 Edited("PT4.0S", "PT-4S"),
                                 Edited("PT0.0S", "PT0.0.0S"),
                                 Edited("<Period ", "<!DOCTYPE "),
                                 cut,
                                 std::string(kMpd.substr(0, kMpd.find("<Adapt"))),
                                 Edited("\t<Period", "<BaseURL>a/</BaseURL><Period"),
                                 Edited("</MPD>", "<MPD"),
                                 Edited("\"dynamic\"", "\"static\"")}) {
    EXPECT_EQ(RenderMpd(mpd, manifest, 0, "").error().code, ErrorCode::kMalformed) << mpd;
  }
  manifest.epoch.clear();
  EXPECT_EQ(RenderMpd(kMpd, manifest, 0, "").error().code, ErrorCode::kMalformed);
}

TEST(SegmentTemplatesOf, NamesWhatPlayersWillAskFor) {
  EXPECT_EQ(SegmentTemplatesOf(kMpd),
            (std::vector<std::string_view>{"init-$RepresentationID$.m4s", "a-$RepresentationID$-$Number%05d$.m4s"}));
  EXPECT_EQ(
      SegmentTemplatesOf("<MPD><SegmentTemplate media='b' initialization='a'/><SegmentList>"
                         "<Initialization sourceURL=\"c.mp4\"/><SegmentURL media=\"d.m4s\"/></SegmentList></MPD>"),
      (std::vector<std::string_view>{"b", "a", "c.mp4", "d.m4s"}));
}

TEST(RenderMpd, LeavesAbsoluteUrlsAlone) {
  const std::string mpd = Render(Sample(), 0, Edited("media=\"a-", "media=\"https://cdn.example/a-"));
  EXPECT_NE(mpd.find("media=\"https://cdn.example/a-$"), std::string::npos);
  EXPECT_NE(mpd.find("initialization=\"segments/init-"), std::string::npos);
}

TEST(IsOfTemplate, TakesNamesForIdentifiersAndNothingElse) {
  constexpr std::string_view kTemplate = "a-$RepresentationID$-$Number%05d$.m4s";
  EXPECT_TRUE(IsOfTemplate("a-0-00001.m4s", kTemplate));
  EXPECT_TRUE(IsOfTemplate("a-video_1-7.m4s", kTemplate));
  for (const std::string_view name : {"a-.m4s", "a-0-1.mp4", "b-0-1.m4s", "a-../b.m4s", "a-0-1.m4s.m4s", ""}) {
    EXPECT_FALSE(IsOfTemplate(name, kTemplate)) << name;
  }
  EXPECT_TRUE(IsOfTemplate("c.mp4", "c.mp4"));
  EXPECT_FALSE(IsOfTemplate("c.mp4", "d.mp4"));
  EXPECT_FALSE(IsOfTemplate("ab", "ab$ab"));
}

// Whatever the titles, the document is well-formed and its text is what was put in; it has the playlist's occurrences.
RC_GTEST_PROP(RenderMpd, IsWellFormedAndHasWhatThePlaylistHas, ()) {
  static const std::vector<std::string> kPieces = {"a",   "<",  ">",    "&",  "\"", "'",
                                                   "]]>", "\n", "\x02", "茶", "🍵", "&lt;"};
  constexpr std::string_view kPlaylist =
      "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:3\n#EXT-X-PROGRAM-DATE-TIME:2026-01-31T12:00:06Z\n"
      "#EXTINF:2.000000,\nlive3.ts\n#EXTINF:2.000000,\nlive4.ts\n";
  Manifest manifest = Sample();
  for (ManifestProduct& product : manifest.products) {
    product.title.zh.clear();
    for (const auto& piece : *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(kPieces))) {
      product.title.zh += piece;
    }
  }
  const auto ahead = static_cast<double>(*rc::gen::inRange(0, 2'000));
  const std::string mpd = RenderMpd(kMpd, manifest, ahead, "").value();
  // Between the tags that are ours no markup and no control character is left, and every & begins one of four entities.
  static const std::regex kEvent(
      "\t\t\t<Event presentationTime=\"[0-9]+\" duration=\"[0-9]+\" id=\"([0-9]+)\">"
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
