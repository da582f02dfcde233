#include "sotto/federation/mood_chart.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <variant>

namespace sotto::federation {
namespace {

constexpr double kTwoSided95 = 1.959963984540054;

MoodBar BarOf(int64_t sum, double variance, uint64_t reports) {
  const auto estimate = static_cast<double>(sum);
  const double reach = kTwoSided95 * std::sqrt(variance);
  const auto most = static_cast<double>(reports);
  return {estimate, std::clamp(estimate - reach, 0.0, most), std::clamp(estimate + reach, 0.0, most)};
}

}  // namespace

Result<MoodChart> ChartOfMood(const SplitTask& task, const Release& release) {
  SOTTO_RETURN_IF_ERROR(ValidateTask(task));
  const auto* mood = std::get_if<SplitMood>(&task.what);
  if (mood == nullptr) {
    return Error{ErrorCode::kInvalidArgument,
                 "task " + task.id + " is a " + std::string(KindName(task)) + " task, not a mood task.", ""};
  }
  if (release.sums.size() != kMoodBuckets) {
    return Error{
        ErrorCode::kMismatch,
        "the release of task " + task.id + " has " + std::to_string(release.sums.size()) + " sums, a mood task 36.",
        ""};
  }
  MoodChart chart{.minute = mood->minute, .reports = release.count, .buckets = {}, .sentiments = {}, .intents = {}};
  std::array<int64_t, kMoodSentiments> sentiments{};
  std::array<int64_t, kMoodIntents> intents{};
  for (uint32_t bucket = 0; bucket < kMoodBuckets; ++bucket) {
    const int64_t sum = release.sums[bucket];
    chart.buckets[bucket] = BarOf(sum, release.noise_variance, release.count);
    sentiments[bucket / kMoodIntents] += sum;
    intents[bucket % kMoodIntents] += sum;
  }
  for (uint32_t i = 0; i < kMoodSentiments; ++i) {
    chart.sentiments[i] = BarOf(sentiments[i], kMoodIntents * release.noise_variance, release.count);
  }
  for (uint32_t i = 0; i < kMoodIntents; ++i) {
    chart.intents[i] = BarOf(intents[i], kMoodSentiments * release.noise_variance, release.count);
  }
  return chart;
}

}  // namespace sotto::federation
