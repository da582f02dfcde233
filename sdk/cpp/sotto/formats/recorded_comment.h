// A comment as a recording holds it, whatever system it was recorded by, and what reading a recording gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sotto::formats {

// What an importer takes. A larger file is refused (kResourceExhausted); longer text is cut.
inline constexpr size_t kMaxFileBytes = size_t{64} << 20;
inline constexpr size_t kMaxComments = 1'000'000;
inline constexpr size_t kMaxTextBytes = 4096;  // of one comment, cut between two code points
inline constexpr size_t kMaxNameBytes = 256;   // of an id or a user name, likewise
inline constexpr size_t kMaxProblems = 20;     // that are told; all are counted

// Microseconds.
inline constexpr int64_t kMaxTime = int64_t{30} * 24 * 3600 * 1'000'000;
inline constexpr int64_t kMaxDuration = int64_t{3600} * 1'000'000;  // a longer one is cut

// Per mille of the normal size; what lies outside is clamped.
inline constexpr int32_t kNormalSize = 1000;
inline constexpr int32_t kMinSize = 250;
inline constexpr int32_t kMaxSize = 4000;

enum class Mode : uint8_t {
  kScroll,   // from right to left
  kReverse,  // from left to right
  kTop,      // still, centred, from the top down
  kBottom,   // still, centred, from the bottom up
  kFree,     // still, at x and y
};

// Every string is well-formed UTF-8 without control characters (C0, C1, line ends): see clean_text.h.
struct RecordedComment {
  int64_t at = 0;    // microseconds of media time, 0 to kMaxTime
  std::string id;    // may be empty
  std::string user;  // name, or whatever the source has in its place; may be empty
  std::string text;  // never empty
  Mode mode = Mode::kScroll;
  bool has_color = false;
  uint32_t color = 0;    // 0xRRGGBB if has_color, else 0
  int32_t size = 0;      // 0: normal; else kMinSize to kMaxSize, but not kNormalSize
  int32_t x = 0;         // of kFree: per mille of the screen's width from the left, 0 to 1000; else 0
  int32_t y = 0;         // of kFree: per mille of the screen's height from the top, 0 to 1000; else 0
  int64_t duration = 0;  // microseconds on screen, 0 to kMaxDuration; 0: the player's default

  bool operator==(const RecordedComment&) const = default;
};

// Why a comment was left out.
struct Problem {
  uint64_t place = 0;   // from 1: the comment's number in the file; in ASS and in JSON lines the number of the line
  std::string message;  // "its time is negative"

  bool operator==(const Problem&) const = default;
};

struct Imported {
  std::vector<RecordedComment> comments;  // by time; at one time in the file's order
  uint64_t skipped = 0;
  std::vector<Problem> problems;  // the first kMaxProblems of those skipped

  bool operator==(const Imported&) const = default;
};

}  // namespace sotto::formats
