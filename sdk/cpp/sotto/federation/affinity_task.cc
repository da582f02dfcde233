#include "sotto/federation/affinity_task.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "sotto/base/bytes.h"
#include "sotto/base/fnv1a.h"
#include "sotto/privacy/zcdp.h"

namespace sotto::federation {
namespace {

constexpr size_t kMaxIdBytes = 64;
constexpr uint64_t kMaxBound = 32'767;

bool IsTaskIdCharacter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

Error Invalid(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint)};
}

Status ValidateItems(const std::vector<std::string>& items) {
  if (items.size() < 2 || items.size() > kMaxTaskItems) {
    return Invalid("task.items has " + std::to_string(items.size()) + " items.", "Give 2 to 256.");
  }
  std::unordered_set<std::string_view> seen;
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i].empty() || items[i].size() > kMaxIdBytes) {
      return Invalid("task.items[" + std::to_string(i) + "] has " + std::to_string(items[i].size()) + " bytes.",
                     "A product id has 1 to 64.");
    }
    if (!seen.insert(items[i]).second) {
      return Invalid("task.items[" + std::to_string(i) + "] repeats an item.", "Name every item once.");
    }
  }
  return {};
}

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
  if (task.id.empty() || task.id.size() > kMaxIdBytes ||
      !std::all_of(task.id.begin(), task.id.end(), IsTaskIdCharacter)) {
    return Invalid("task.id is not 1 to 64 letters, digits, '_' or '-'.", "");
  }
  SOTTO_RETURN_IF_ERROR(ValidateItems(task.items));
  if (task.max_items < 1 || task.max_items > task.items.size()) {
    return Invalid("task.max_items is " + std::to_string(task.max_items) + ".",
                   "It must be from 1 to the number of items, " + std::to_string(task.items.size()) + ".");
  }
  const auto gaussian = privacy::DiscreteGaussian::Create(task.sigma_squared);
  if (!gaussian.ok()) return Invalid("task." + gaussian.error().message, gaussian.error().hint);
  if (WholeBound(task.sigma_squared) > kMaxBound) {
    return Invalid("task.sigma_squared makes entries that do not fit 16 bits.", "Sigma must be at most 2730.");
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
  SOTTO_ASSIGN_OR_RETURN(const double rho, TaskRho(task));
  SOTTO_RETURN_IF_ERROR(privacy::ToMicroRho(rho));  // refuses a rho that is too large to count
  // ceil(s d / n) with s = 10^6 k (k + 1) / 2 < 2^36, in whole and rest so that nothing exceeds 64 bits:
  // floor(s / n) d <= 10^6 rho, and the rest is below n < 2^32, as d is.
  const privacy::Rational sigma = task.sigma_squared.Reduced();
  const uint64_t s = SensitivitySquared(task) * 500'000;
  const uint64_t whole = s / sigma.numerator * sigma.denominator;
  return whole + (s % sigma.numerator * sigma.denominator + sigma.numerator - 1) / sigma.numerator;
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
