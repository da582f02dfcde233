#include "sotto/formats/collector.h"

#include <algorithm>
#include <utility>

#include "sotto/formats/clean_text.h"

namespace sotto::formats {
namespace {

int32_t ClampedSize(int64_t size) {
  if (size <= 0 || size == kNormalSize) return 0;
  return static_cast<int32_t>(std::clamp<int64_t>(size, kMinSize, kMaxSize));
}

int32_t PerMille(int64_t value) {
  return static_cast<int32_t>(std::clamp<int64_t>(value, 0, 1000));
}

}  // namespace

void Collector::Add(uint64_t place, const Draft& draft) {
  if (imported_.comments.size() == kMaxComments) {
    too_many_ = true;
    return;
  }
  if (!draft.at) return Skip(place, "its time is missing or not a number");
  if (*draft.at < 0) return Skip(place, "its time is negative");
  if (*draft.at > kMaxTime) return Skip(place, "its time is above 30 days");
  if (draft.duration < 0) return Skip(place, "its duration is negative");
  RecordedComment comment;
  comment.text = CleanText(draft.text, kMaxTextBytes);
  if (comment.text.empty()) return Skip(place, "it has no text");
  comment.at = *draft.at;
  comment.id = CleanText(draft.id, kMaxNameBytes);
  comment.user = CleanText(draft.user, kMaxNameBytes);
  comment.mode = draft.mode;
  comment.has_color = draft.color.has_value();
  comment.color = draft.color.value_or(0) & 0xFFFFFF;
  comment.size = ClampedSize(draft.size);
  if (draft.mode == Mode::kFree) {
    comment.x = PerMille(draft.x);
    comment.y = PerMille(draft.y);
  }
  comment.duration = std::min(draft.duration, kMaxDuration);
  imported_.comments.push_back(std::move(comment));
}

void Collector::Skip(uint64_t place, std::string message) {
  ++imported_.skipped;
  if (imported_.problems.size() < kMaxProblems) imported_.problems.push_back({place, std::move(message)});
}

Result<Imported> Collector::Finish() && {
  if (too_many_) {
    return Error{ErrorCode::kResourceExhausted,
                 "the recording has more than the " + std::to_string(kMaxComments) + " comments allowed.",
                 "Cut it into several."};
  }
  if (imported_.comments.empty() && imported_.skipped > 0) {
    const Problem& first = imported_.problems.front();
    return Error{ErrorCode::kMalformed,
                 "none of the recording's " + std::to_string(imported_.skipped) +
                     " comments could be read; the first (" + std::to_string(first.place) + "): " + first.message + ".",
                 ""};
  }
  std::stable_sort(imported_.comments.begin(), imported_.comments.end(),
                   [](const RecordedComment& a, const RecordedComment& b) { return a.at < b.at; });
  return std::move(imported_);
}

}  // namespace sotto::formats
