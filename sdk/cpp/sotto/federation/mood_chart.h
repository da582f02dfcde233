// The chart of a minute's mood from a `mood` task's release: how many wrote in which sentiment with which intent, with
// error bars. The noise is known exactly, so the bars need no assumption about who wrote what.
#pragma once

#include <array>
#include <cstdint>

#include "sotto/base/result.h"
#include "sotto/federation/split_round.h"
#include "sotto/federation/split_task.h"

namespace sotto::federation {

// 95 % of the noise's mass is within 1.96 standard deviations; a sum of two discrete Gaussians is as good as normal for
// the sigma of any task that protects anybody.
struct MoodBar {
  double estimate = 0;  // unbiased, so it may be below 0
  double low = 0;       // of the interval of 95 %, cut off at 0 and at the number of reports
  double high = 0;
};

struct MoodChart {
  uint32_t minute = 0;                              // of programme time
  uint64_t reports = 0;                             // exact: every report is in one bucket
  std::array<MoodBar, kMoodBuckets> buckets;        // sentiment * kMoodIntents + intent
  std::array<MoodBar, kMoodSentiments> sentiments;  // over all intents
  std::array<MoodBar, kMoodIntents> intents;        // over all sentiments
};

// kInvalidArgument if the task is no valid mood task; kMismatch if the release has not kMoodBuckets sums.
Result<MoodChart> ChartOfMood(const SplitTask& task, const Release& release);

}  // namespace sotto::federation
