#include "sotto/comments/analysis/mood.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sotto::comments::analysis {
namespace {

// A bucket's mean varies by its number of comments and by as much as 50 comments vary, however many it has: what people
// say depends on what they just saw.
constexpr double kMostWeight = 50;

bool InRange(double value, double least, double most) {
  return value >= least && value <= most;
}

}  // namespace

Result<Mood> Mood::Create(const MoodOptions& options) {
  if (!InRange(options.bucket_s, 0.1, 3'600) || options.history < 1 || options.history > 10'000 ||
      !InRange(options.half_life_s, 1, 86'400) || options.least_comments < 1) {
    return Error{ErrorCode::kInvalidArgument, "an option of the mood is outside its range.",
                 "See MoodOptions for the ranges."};
  }
  SOTTO_ASSIGN_OR_RETURN(MeanShiftDetector detector, MeanShiftDetector::Create(options.change));
  return Mood(options, detector);
}

Mood::Mood(const MoodOptions& options, const MeanShiftDetector& detector)
    : options_(options), detector_(detector), decay_(options.half_life_s) {}

std::optional<MeanShift> Mood::Advance(double time_s) {
  if (started_ && !(time_s > now_s_)) return std::nullopt;
  now_s_ = time_s;
  tally_.Multiply(decay_.Advance(time_s));
  const double begin_s = std::floor(time_s / options_.bucket_s) * options_.bucket_s;
  const bool stays = started_ && !(begin_s > open_.begin_s);
  started_ = true;
  if (stays) return std::nullopt;
  const Bucket closed = std::exchange(open_, Bucket{.begin_s = begin_s});
  if (closed.comments() == 0) return std::nullopt;
  closed_.push_back(closed);
  if (closed_.size() > options_.history) closed_.pop_front();

  if (waiting_ == 0) waiting_from_s_ = closed.begin_s;
  waiting_ += closed.comments();
  waiting_sum_ += closed.sum;
  if (waiting_ < options_.least_comments) return std::nullopt;
  const double comments = std::exchange(waiting_, 0);
  const double mean = std::exchange(waiting_sum_, 0) / comments;
  std::optional<MeanShift> change =
      detector_.Add(waiting_from_s_, mean, comments * kMostWeight / (comments + kMostWeight));
  // The bucket is known when it is over.
  if (change) change->detected_s = closed.begin_s + options_.bucket_s;
  return change;
}

void Mood::Observe(SentimentLabel label, double score) {
  tally_.Add(decay_, now_s_, label, score);
  ++open_.counts[std::min<size_t>(static_cast<size_t>(label), 2)];
  open_.sum += score;
  open_.squares += score * score;
}

MoodBucket Mood::Describe(const Bucket& bucket) {
  const double comments = bucket.comments();
  MoodBucket described{.begin_s = bucket.begin_s,
                       .comments = bucket.comments(),
                       .positive = bucket.counts[2],
                       .neutral = bucket.counts[1],
                       .negative = bucket.counts[0],
                       .mean = bucket.sum / comments};
  if (bucket.comments() > 1) {
    const double variance = std::max(0.0, bucket.squares - bucket.sum * described.mean) / (comments - 1);
    described.standard_error = std::sqrt(variance / comments);
  }
  return described;
}

std::vector<MoodBucket> Mood::Buckets() const {
  std::vector<MoodBucket> buckets;
  buckets.reserve(closed_.size() + 1);
  for (const Bucket& bucket : closed_) buckets.push_back(Describe(bucket));
  if (open_.comments() > 0) buckets.push_back(Describe(open_));
  return buckets;
}

}  // namespace sotto::comments::analysis
