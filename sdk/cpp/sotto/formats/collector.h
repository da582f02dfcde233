// Where every importer puts what it found: the one place that checks, cleans, counts and sorts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sotto/base/result.h"
#include "sotto/formats/recorded_comment.h"

namespace sotto::formats {

// A comment as a file has it. Times in microseconds, numbers as they stand there.
struct Draft {
  std::optional<int64_t> at;  // nothing: missing, or not a number
  std::string_view id;
  std::string_view user;
  std::string_view text;
  Mode mode = Mode::kScroll;
  std::optional<uint32_t> color;  // nothing: the player's
  int64_t size = 0;               // per mille; 0 or below: normal
  int64_t x = 0;                  // per mille, for Mode::kFree
  int64_t y = 0;
  int64_t duration = 0;
};

class Collector {
 public:
  // Keeps the comment, or counts it as skipped: without a time from 0 to kMaxTime, with a negative duration, without
  // text.
  void Add(uint64_t place, const Draft& draft);
  void Skip(uint64_t place, std::string message);

  // kResourceExhausted above kMaxComments; kMalformed if comments were found and none could be read.
  Result<Imported> Finish() &&;

 private:
  Imported imported_;
  bool too_many_ = false;
};

}  // namespace sotto::formats
