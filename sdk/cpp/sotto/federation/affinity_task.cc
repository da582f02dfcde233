#include "sotto/federation/affinity_task.h"

#include <string>

#include "sotto/base/bytes.h"
#include "sotto/base/fnv1a.h"
#include "sotto/federation/task_fields.h"
#include "sotto/privacy/zcdp.h"

namespace sotto::federation {
namespace {

constexpr uint64_t kMaxBound = 32'767;

// ceil(1 + 12 sigma), or kMaxBound + 1 if it is larger: the least b with (b - 1)^2 >= 144 n / d.
// Precondition: n and d are within DiscreteGaussian's range, so that nothing overflows: 144 n < 2^40, (b - 1)^2 d <
// 2^63.
uint64_t WholeBound(privacy::Rational sigma_squared) {
  const uint64_t target = 144 * sigma_squared.numerator;
  uint64_t low = 0;
  uint64_t high = kMaxBound;
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    if (middle * middle * sigma_squared.denominator >= target) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low + 1;
}

uint64_t SensitivitySquared(const AffinityTask& task) {
  const uint64_t k = task.max_items;
  return k * (k + 1);
}

}  // namespace

Status ValidateTask(const AffinityTask& task) {
  SOTTO_RETURN_IF_ERROR(ValidateTaskId(task.id));
  SOTTO_RETURN_IF_ERROR(ValidateItems(task.items, 2, kMaxTaskItems));
  SOTTO_RETURN_IF_ERROR(ValidateMaxItems(task.max_items, task.items.size()));
  SOTTO_RETURN_IF_ERROR(ValidateSigmaSquared(task.sigma_squared));
  if (WholeBound(task.sigma_squared) > kMaxBound) {
    return Error{ErrorCode::kInvalidArgument, "task.sigma_squared makes entries that do not fit 16 bits.",
                 "Sigma must be at most 2730."};
  }
  return {};
}

size_t EntryCount(const AffinityTask& task) {
  return task.items.size() * (task.items.size() + 1) / 2;
}

size_t EntryIndex(size_t items, size_t i, size_t j) {
  // Rows 0..i-1 hold items + (items - 1) + ... + (items - i + 1) entries.
  return i * (2 * items - i + 1) / 2 + (j - i);
}

Result<int16_t> EntryBound(const AffinityTask& task) {
  SOTTO_RETURN_IF_ERROR(ValidateTask(task));
  return static_cast<int16_t>(WholeBound(task.sigma_squared));
}

Result<double> TaskRho(const AffinityTask& task) {
  SOTTO_RETURN_IF_ERROR(ValidateTask(task));
  return privacy::GaussianRho({SensitivitySquared(task), 1}, task.sigma_squared);
}

Result<privacy::MicroRho> TaskMicroRho(const AffinityTask& task) {
  SOTTO_RETURN_IF_ERROR(ValidateTask(task));
  return privacy::GaussianMicroRho(SensitivitySquared(task), task.sigma_squared);
}

uint64_t TaskDigest(const AffinityTask& task) {
  const privacy::Rational sigma = task.sigma_squared.Reduced();
  ByteWriter canonical;
  // Lengths before contents, so that no two tasks have one encoding.
  const auto write_text = [&](const std::string& text) {
    canonical.U64(text.size());
    canonical.Append(AsBytes(text));
  };
  write_text(task.id);
  canonical.U64(task.items.size());
  for (const std::string& item : task.items) write_text(item);
  canonical.U64(task.max_items);
  canonical.U64(sigma.numerator);
  canonical.U64(sigma.denominator);
  return Fnv1a64(canonical.bytes());
}

}  // namespace sotto::federation
