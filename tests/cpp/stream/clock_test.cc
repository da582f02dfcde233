#include "sotto/stream/clock.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <string>

namespace sotto::stream {
namespace {

TEST(ParseRfc3339, ReadsTheExamplesOfTheRfc) {
  // RFC 3339, section 5.8; the numbers are those of `date -u -d ... +%s%3N`.
  EXPECT_EQ(ParseRfc3339("1985-04-12T23:20:50.52Z").value(), 482'196'050'520);
  EXPECT_EQ(ParseRfc3339("1996-12-19T16:39:57-08:00").value(), 851'042'397'000);
  EXPECT_EQ(ParseRfc3339("1990-12-31T23:59:60Z").value(), 662'688'000'000);
  EXPECT_EQ(ParseRfc3339("1990-12-31T15:59:60-08:00").value(), 662'688'000'000);
  EXPECT_EQ(ParseRfc3339("1937-01-01T12:00:27.87+00:20").value(), -1'041'337'172'130);
}

TEST(ParseRfc3339, ReadsLeapDaysAndTheEndsOfTheCalendar) {
  EXPECT_EQ(ParseRfc3339("1970-01-01T00:00:00Z").value(), 0);
  EXPECT_EQ(ParseRfc3339("2024-02-29T00:00:00Z").value(), 1'709'164'800'000);
  EXPECT_EQ(ParseRfc3339("2000-02-29T00:00:00Z").value(), 951'782'400'000);
  EXPECT_EQ(ParseRfc3339("0000-01-01T00:00:00Z").value(), -62'167'219'200'000);
  EXPECT_EQ(ParseRfc3339("9999-12-31T23:59:59.999Z").value(), 253'402'300'799'999);
}

TEST(ParseRfc3339, ReadsTheOffsetThatFfmpegWritesWithoutAColon) {
  EXPECT_EQ(ParseRfc3339("2026-01-31T20:00:00.250+0800").value(), ParseRfc3339("2026-01-31T12:00:00.250Z").value());
}

TEST(ParseRfc3339, CutsOffFractionsBelowAMillisecond) {
  EXPECT_EQ(ParseRfc3339("1970-01-01T00:00:00.0019999999999999999999Z").value(), 1);
}

TEST(ParseRfc3339, RefusesEverythingElse) {
  for (const std::string_view text : {"",
                                      "2026-01-31",
                                      "2026-01-31T12:00:00",
                                      "2026-01-31 12:00:00Z",
                                      "2026-1-31T12:00:00Z",
                                      "2026-01-31T12:00Z",
                                      "2026-13-01T00:00:00Z",
                                      "2026-00-01T00:00:00Z",
                                      "2026-02-29T00:00:00Z",
                                      "1900-02-29T00:00:00Z",
                                      "2026-04-31T00:00:00Z",
                                      "2026-01-00T00:00:00Z",
                                      "2026-01-31T24:00:00Z",
                                      "2026-01-31T12:60:00Z",
                                      "2026-01-31T12:00:61Z",
                                      "2026-01-31T12:00:60Z",
                                      "2026-01-31T12:00:00.Z",
                                      "2026-01-31T12:00:00Z ",
                                      "2026-01-31T12:00:00+24:00",
                                      "2026-01-31T12:00:00+08:60",
                                      "2026-01-31T12:00:00+8",
                                      "+026-01-31T12:00:00Z",
                                      "2026-01-31T12:00:00,5Z",
                                      "2026-01-31T-1:00:00Z"}) {
    const auto parsed = ParseRfc3339(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kMalformed);
  }
}

TEST(FormatRfc3339, StaysWithinFourDigitYears) {
  EXPECT_EQ(FormatRfc3339(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatRfc3339(std::numeric_limits<int64_t>::max()), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatRfc3339(std::numeric_limits<int64_t>::min()), "0000-01-01T00:00:00.000Z");
}

RC_GTEST_PROP(FormatRfc3339, IsReadBackAsTheSameMoment, ()) {
  const auto moment = *rc::gen::inRange<int64_t>(-62'167'219'200'000, 253'402'300'800'000);
  RC_ASSERT(ParseRfc3339(FormatRfc3339(moment)).value() == moment);
}

TimedEvent Event(double at, double duration, double every) {
  return TimedEvent{"e", "product", "p", at, duration, every};
}

void ExpectOccurrence(const Occurrence& occurrence, size_t event, uint64_t repetition, double start, double end) {
  EXPECT_EQ(occurrence.event, event);
  EXPECT_EQ(occurrence.repetition, repetition);
  EXPECT_EQ(occurrence.start, start);
  EXPECT_EQ(occurrence.end, end);
}

TEST(OccurrencesBetween, ReturnsWhatOverlapsTheHalfOpenIntervalByStart) {
  const std::vector<TimedEvent> events = {Event(20, 10, 0), Event(5, 10, 100)};
  const auto found = OccurrencesBetween(events, 14.5, 105.5, 10);
  ASSERT_EQ(found.size(), 3u);
  ExpectOccurrence(found[0], 1, 0, 5, 15);
  ExpectOccurrence(found[1], 0, 0, 20, 30);
  ExpectOccurrence(found[2], 1, 1, 105, 115);
  // Ends are outside, starts inside.
  EXPECT_TRUE(OccurrencesBetween(events, 15, 20, 10).empty());
  EXPECT_EQ(OccurrencesBetween(events, 15, 20.001, 10).size(), 1u);
}

TEST(OccurrencesBetween, KeepsTheOrderOfEventsThatStartTogether) {
  const auto found = OccurrencesBetween({Event(0, 1, 1), Event(0, 1, 1)}, 0, 2, 10);
  ASSERT_EQ(found.size(), 4u);
  ExpectOccurrence(found[0], 0, 0, 0, 1);
  ExpectOccurrence(found[1], 1, 0, 0, 1);
  ExpectOccurrence(found[2], 0, 1, 1, 2);
  ExpectOccurrence(found[3], 1, 1, 1, 2);
}

TEST(OccurrencesBetween, MakesNoMoreThanTheLimitHoweverOftenEventsRepeat) {
  const auto found = OccurrencesBetween({Event(0, 0.001, 0.001)}, 0, std::numeric_limits<double>::infinity(), 3);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[2].repetition, 2u);
  EXPECT_TRUE(OccurrencesBetween({Event(0, 1, 1)}, 0, 10, 0).empty());
}

TEST(OccurrencesBetween, FindsTheRepetitionFarFromTheStart) {
  const auto found = OccurrencesBetween({Event(4, 11, 120)}, 1e9 + 4, 1e9 + 124, 10);
  ASSERT_FALSE(found.empty());
  EXPECT_LE(found[0].start, 1e9 + 124);
  EXPECT_GT(found[0].end, 1e9 + 4);
}

TEST(OccurrencesBetween, ReturnsNothingForAnIntervalThatIsNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<TimedEvent> events = {Event(0, 1, 1)};
  EXPECT_TRUE(OccurrencesBetween(events, 5, 5, 10).empty());
  EXPECT_TRUE(OccurrencesBetween(events, 6, 5, 10).empty());
  EXPECT_TRUE(OccurrencesBetween(events, nan, 5, 10).empty());
  EXPECT_TRUE(OccurrencesBetween(events, 0, nan, 10).empty());
  EXPECT_TRUE(OccurrencesBetween(events, 1e300, std::numeric_limits<double>::infinity(), 10).empty());
}

TEST(OccurrencesBetween, PassesOverEventsThatNoManifestAllows) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const TimedEvent& event : {Event(-1, 1, 0), Event(0, 0, 0), Event(0, 2, 1), Event(nan, 1, 0), Event(0, nan, 0),
                                  Event(0, 1, nan), Event(1e300, 1, 0)}) {
    EXPECT_TRUE(OccurrencesBetween({event}, 0, 1e9, 10).empty());
  }
}

RC_GTEST_PROP(OccurrencesBetween, FindsExactlyWhatCountingThroughAllRepetitionsFinds, ()) {
  std::vector<TimedEvent> events;
  const auto count = *rc::gen::inRange(0, 5);
  for (int i = 0; i < count; ++i) {
    const double duration = *rc::gen::inRange(1, 40) / 4.0;
    const double every = *rc::gen::arbitrary<bool>() ? duration + *rc::gen::inRange(0, 80) / 4.0 : 0;
    events.push_back(Event(*rc::gen::inRange(0, 400) / 4.0, duration, every));
  }
  const double from = *rc::gen::inRange(0, 2'000) / 4.0;
  const double to = from + *rc::gen::inRange(0, 400) / 4.0;

  size_t expected = 0;
  for (const TimedEvent& event : events) {
    for (int repetition = 0; repetition < (event.every > 0 ? 3'000 : 1); ++repetition) {
      const double start = event.at + repetition * event.every;
      if (start < to && start + event.duration > from && from < to) ++expected;
    }
  }
  const auto found = OccurrencesBetween(events, from, to, 1'000'000);
  RC_ASSERT(found.size() == expected);
  for (size_t i = 0; i < found.size(); ++i) {
    RC_ASSERT(found[i].start < to && found[i].end > from);
    if (i > 0) RC_ASSERT(found[i - 1].start <= found[i].start);
  }
}

}  // namespace
}  // namespace sotto::stream
