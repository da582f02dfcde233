// The mood of a room: what the verdicts on its comments are on average, bucket by bucket, and when that changes.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/comments/analysis/decay.h"
#include "sotto/comments/analysis/mean_shift.h"
#include "sotto/comments/analysis/tally.h"

namespace sotto::comments::analysis {

struct MoodOptions {
  double bucket_s = 10;         // 0.1 to 3,600
  uint32_t history = 360;       // buckets that are kept, 1 to 10,000 (64 bytes each); empty ones are not kept
  double half_life_s = 60;      // of `now`, 1 to 86,400
  uint32_t least_comments = 5;  // fewer than these wait for the next bucket before they are tested for a change, >= 1
  MeanShiftOptions change{};    // values are the buckets' means, so threshold 8 is one false alarm in 26 hours
};

struct MoodBucket {
  double begin_s = 0;  // a multiple of bucket_s
  uint32_t comments = 0;
  uint32_t positive = 0;
  uint32_t neutral = 0;
  uint32_t negative = 0;
  double mean = 0;            // of the scores
  double standard_error = 1;  // of the mean, from the spread inside the bucket; 1 if there is but one comment
};

class Mood {
 public:
  // Errors: kInvalidArgument for options outside their ranges.
  static Result<Mood> Create(const MoodOptions& options);

  // Time passes: closes the bucket that it leaves. Returns the change that this reveals.
  // Precondition for both: |time_s| <= 10^11; going back counts as the same time.
  std::optional<MeanShift> Advance(double time_s);

  // One verdict, at the time of the last Advance. `score` from -1 to 1.
  void Observe(SentimentLabel label, double score);

  // Buckets with comments, the oldest first, the open one last.
  std::vector<MoodBucket> Buckets() const;

  // Decayed over half_life_s.
  Opinion Now(double now_s) const { return tally_.Read(decay_, now_s); }

 private:
  struct Bucket {
    double begin_s = 0;
    uint32_t counts[3] = {0, 0, 0};  // by SentimentLabel
    double sum = 0;
    double squares = 0;
    uint32_t comments() const { return counts[0] + counts[1] + counts[2]; }
  };

  Mood(const MoodOptions& options, const MeanShiftDetector& detector);
  static MoodBucket Describe(const Bucket& bucket);

  MoodOptions options_;
  MeanShiftDetector detector_;
  Decay decay_;
  Tally tally_;
  bool started_ = false;
  double now_s_ = 0;
  Bucket open_;
  std::deque<Bucket> closed_;
  // Comments that wait to be tested.
  double waiting_from_s_ = 0;
  uint32_t waiting_ = 0;
  double waiting_sum_ = 0;
};

}  // namespace sotto::comments::analysis
