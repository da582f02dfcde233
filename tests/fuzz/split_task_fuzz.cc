// Any bytes as a task under split trust. What is decoded is encoded as the same bytes, has a price, and can be measured
// within the bounds that its proof has.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <numeric>

#include "sotto/federation/split_task.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

uint64_t Sum(const std::vector<uint64_t>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), uint64_t{0});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sotto::federation;
  const auto decoded = DecodeTask({data, size});
  if (!decoded.ok()) return 0;
  const SplitTask& task = decoded.value();
  const auto encoded = EncodeTask(task);
  Require(encoded.ok() && std::ranges::equal(encoded.value(), sotto::ByteSpan(data, size)));
  const auto sensitivity = SensitivitySquared(task);
  Require(sensitivity.ok() && sensitivity.value() > 0 && TaskRho(task).ok() && TaskRho(task).value() > 0);
  Require(!TaskMicroRho(task).ok() || TaskMicroRho(task).value() > 0);
  Require(TaskDigest(task).ok() && VdafContext(task).ok());

  sotto::ChaCha20Source random(size);
  std::vector<uint64_t> measurement;
  if (const auto* popularity = std::get_if<SplitPopularity>(&task.what)) {
    std::vector<uint32_t> engaged(popularity->items.size());
    std::iota(engaged.begin(), engaged.end(), 0U);
    measurement = MeasurePopularity(task, engaged, random).value();
    Require(Sum(measurement) == popularity->max_items);
  } else if (const auto* affinity = std::get_if<SplitAffinity>(&task.what)) {
    std::vector<uint32_t> engaged(affinity->items.size());
    std::iota(engaged.begin(), engaged.end(), 0U);
    measurement = MeasureAffinity(task, engaged, random).value();
    Require(Sum(measurement) == sensitivity.value());
  } else if (std::holds_alternative<SplitMood>(task.what)) {
    measurement = MeasureMood(task, kMoodSentiments - 1, kMoodIntents - 1).value();
  } else {
    const auto& delta = std::get<SplitDelta>(task.what);
    const std::vector<float> change(delta.dimension, static_cast<float>(std::min(delta.clip, 1e30)));
    measurement = MeasureDelta(task, change, random).value();
  }
  const auto parameters = VdafParameters(task);
  Require(parameters.ok());
  const auto prio3 = sotto::vdaf::Prio3::Create(parameters.value());
  Require(prio3.ok() && prio3.value().measurement_length() == measurement.size());
  return 0;
}
