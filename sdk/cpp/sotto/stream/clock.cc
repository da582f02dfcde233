#include "sotto/stream/clock.h"

#include <algorithm>
#include <cmath>
#include <queue>
#include <tuple>

namespace sotto::stream {
namespace {

constexpr int64_t kMillisecondsADay = 86'400'000;

// Days since 1970-01-01 in the proleptic Gregorian calendar. Counting years from March puts the leap day last, so that
// a month's first day is a linear function of the month.
int64_t DaysFromCivil(int64_t year, int64_t month, int64_t day) {
  const int64_t y = month <= 2 ? year - 1 : year;
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t year_of_era = y - era * 400;
  const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

struct Civil {
  int64_t year;
  int64_t month;
  int64_t day;
};

Civil CivilFromDays(int64_t days) {
  const int64_t z = days + 719'468;
  const int64_t era = (z >= 0 ? z : z - 146'096) / 146'097;
  const int64_t day_of_era = z - era * 146'097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

int64_t DaysInMonth(int64_t year, int64_t month) {
  if (month == 2) return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Eats text from the front.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }

  bool Eat(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Exactly `count` digits.
  bool Digits(size_t count, int64_t& value) {
    if (rest_.size() < count) return false;
    value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return true;
  }

  // One or more digits after the decimal point, as milliseconds.
  bool Fraction(int64_t& milliseconds) {
    int64_t digit = 0;
    int64_t unit = 100;
    if (!Digits(1, digit)) return false;
    milliseconds = 0;
    do {
      milliseconds += digit * unit;
      unit /= 10;
    } while (Digits(1, digit));
    return true;
  }

 private:
  std::string_view rest_;
};

// "Z", "+08:00", "-0330": minutes east of UTC.
bool EatOffset(Cursor& cursor, int64_t& minutes) {
  minutes = 0;
  if (cursor.Eat('Z') || cursor.Eat('z')) return true;
  int64_t sign = 1;
  if (cursor.Eat('-')) {
    sign = -1;
  } else if (!cursor.Eat('+')) {
    return false;
  }
  int64_t hour = 0;
  int64_t minute = 0;
  if (!cursor.Digits(2, hour)) return false;
  cursor.Eat(':');
  if (!cursor.Digits(2, minute) || hour > 23 || minute > 59) return false;
  minutes = sign * (hour * 60 + minute);
  return true;
}

void AppendPadded(int64_t value, size_t width, std::string& out) {
  const std::string digits = std::to_string(value);
  out.append(width - digits.size(), '0');
  out += digits;
}

// The first occurrence of `event` that ends after `from`.
Occurrence FirstAfter(const TimedEvent& event, size_t index, double from) {
  uint64_t repetition = 0;
  if (event.every > 0) {
    // One below what division says, because division rounds.
    const double estimate = std::floor((from - event.at - event.duration) / event.every) - 1;
    if (estimate > 0) repetition = static_cast<uint64_t>(estimate);
  }
  Occurrence occurrence{index, repetition, 0, 0};
  const auto place = [&] {
    occurrence.start = event.at + static_cast<double>(occurrence.repetition) * event.every;
    occurrence.end = occurrence.start + event.duration;
  };
  place();
  for (int step = 0; step < 4 && event.every > 0 && occurrence.end <= from; ++step) {
    ++occurrence.repetition;
    place();
  }
  return occurrence;
}

bool CanHappen(const TimedEvent& event) {
  return event.at >= 0 && event.at <= kMaxSeconds && event.duration >= kMinDuration && event.duration <= kMaxSeconds &&
         (event.every == 0 || (event.every >= event.duration && event.every <= kMaxSeconds));
}

}  // namespace

Result<int64_t> ParseRfc3339(std::string_view text) {
  const Error malformed{ErrorCode::kMalformed, "this is not a moment of RFC 3339.",
                        "Write it as 2026-01-31T12:00:00Z or 2026-01-31T20:00:00+08:00."};
  Cursor cursor(text);
  int64_t year = 0;
  int64_t month = 0;
  int64_t day = 0;
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  int64_t milliseconds = 0;
  int64_t offset = 0;
  if (!cursor.Digits(4, year) || !cursor.Eat('-') || !cursor.Digits(2, month) || !cursor.Eat('-') ||
      !cursor.Digits(2, day) || !(cursor.Eat('T') || cursor.Eat('t')) || !cursor.Digits(2, hour) || !cursor.Eat(':') ||
      !cursor.Digits(2, minute) || !cursor.Eat(':') || !cursor.Digits(2, second)) {
    return malformed;
  }
  if (cursor.Eat('.') && !cursor.Fraction(milliseconds)) return malformed;
  if (!EatOffset(cursor, offset) || !cursor.AtEnd()) return malformed;
  if (month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60) {
    return malformed;
  }
  const int64_t minutes = DaysFromCivil(year, month, day) * 1'440 + hour * 60 + minute - offset;
  // A leap second is the last one of a UTC day.
  if (second == 60 && ((minutes % 1'440) + 1'440) % 1'440 != 1'439) return malformed;
  return (minutes * 60 + second) * 1'000 + (second == 60 ? 0 : milliseconds);
}

std::string FormatRfc3339(int64_t unix_ms) {
  const int64_t first = DaysFromCivil(0, 1, 1) * kMillisecondsADay;
  const int64_t last = DaysFromCivil(10'000, 1, 1) * kMillisecondsADay - 1;
  const int64_t moment = std::clamp(unix_ms, first, last);
  int64_t days = moment / kMillisecondsADay;
  if (moment % kMillisecondsADay < 0) --days;
  const int64_t in_day = moment - days * kMillisecondsADay;
  const Civil civil = CivilFromDays(days);
  std::string text;
  AppendPadded(civil.year, 4, text);
  text += '-';
  AppendPadded(civil.month, 2, text);
  text += '-';
  AppendPadded(civil.day, 2, text);
  text += 'T';
  AppendPadded(in_day / 3'600'000, 2, text);
  text += ':';
  AppendPadded(in_day / 60'000 % 60, 2, text);
  text += ':';
  AppendPadded(in_day / 1'000 % 60, 2, text);
  text += '.';
  AppendPadded(in_day % 1'000, 3, text);
  text += 'Z';
  return text;
}

std::vector<Occurrence> OccurrencesBetween(const std::vector<TimedEvent>& events, double from, double to,
                                           size_t limit) {
  std::vector<Occurrence> found;
  // Beyond this (30,000 years) a double no longer tells an event's shortest period apart.
  if (!(from < to) || from > 1e12) return found;
  const auto later = [](const Occurrence& a, const Occurrence& b) {
    return std::tie(a.start, a.event) > std::tie(b.start, b.event);
  };
  // One entry an event, its next occurrence: however often events repeat, only what is returned is ever made.
  std::priority_queue<Occurrence, std::vector<Occurrence>, decltype(later)> next(later);
  const auto offer = [&](const Occurrence& occurrence) {
    if (occurrence.start < to && occurrence.end > from) next.push(occurrence);
  };
  for (size_t i = 0; i < events.size(); ++i) {
    if (CanHappen(events[i])) offer(FirstAfter(events[i], i, from));
  }
  while (!next.empty() && found.size() < limit) {
    const Occurrence occurrence = next.top();
    next.pop();
    found.push_back(occurrence);
    const TimedEvent& event = events[occurrence.event];
    if (event.every == 0) continue;
    const double start = event.at + static_cast<double>(occurrence.repetition + 1) * event.every;
    offer({occurrence.event, occurrence.repetition + 1, start, start + event.duration});
  }
  return found;
}

}  // namespace sotto::stream
