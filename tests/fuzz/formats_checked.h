// What must hold of whatever an importer accepts: every field in its range, times in order, and both exports read back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sotto/formats/ass.h"
#include "sotto/formats/clean_text.h"
#include "sotto/formats/recording.h"
#include "sotto/formats/sotto_json.h"

namespace sotto::formats {

inline void Require(bool condition) {
  if (!condition) std::abort();
}

inline void CheckComment(const RecordedComment& comment) {
  Require(comment.at >= 0 && comment.at <= kMaxTime);
  Require(comment.duration >= 0 && comment.duration <= kMaxDuration);
  Require(comment.size == 0 || (comment.size >= kMinSize && comment.size <= kMaxSize));
  Require(comment.x >= 0 && comment.x <= 1000 && comment.y >= 0 && comment.y <= 1000);
  Require(comment.color <= 0xFFFFFF);
  Require(!comment.text.empty());
  // Clean text is well-formed and within its bound, and cleaning changes it no more.
  Require(CleanText(comment.text, kMaxTextBytes) == comment.text);
  Require(CleanText(comment.id, kMaxNameBytes) == comment.id);
  Require(CleanText(comment.user, kMaxNameBytes) == comment.user);
}

inline int CheckImport(const uint8_t* data, size_t size, Format format) {
  const auto recording = Import({reinterpret_cast<const char*>(data), size}, format);
  if (!recording.ok()) {
    Require(!recording.error().message.empty() && recording.error().code != ErrorCode::kInternal);
    return 0;
  }
  const Imported& imported = recording.value().imported;
  Require(imported.problems.size() <= kMaxProblems && imported.problems.size() <= imported.skipped);
  int64_t before = 0;
  for (const RecordedComment& comment : imported.comments) {
    Require(comment.at >= before);
    before = comment.at;
    CheckComment(comment);
  }
  const auto own = Import(ExportSottoJson(imported.comments), Format::kSotto);
  Require(own.ok() && own.value().imported.comments == imported.comments);
  const auto ass = Import(ExportAss(imported.comments));
  Require(ass.ok() && ass.value().imported.comments.size() == imported.comments.size());
  return 0;
}

}  // namespace sotto::formats
