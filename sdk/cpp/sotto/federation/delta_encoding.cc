#include "sotto/federation/delta_encoding.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <utility>

#include "sotto/base/bytes.h"
#include "sotto/base/deterministic_math.h"
#include "sotto/federation/task_fields.h"

namespace sotto::federation {
namespace {

constexpr double kOverflowProbability = 1e-3;
constexpr double kMaxNormBound = 4294967295.0;  // a part of privacy::Rational
constexpr double kLeastStep = 1e-30;            // far inside binary64: no quotient or product here overflows
constexpr double kLargestClip = 1e30;
constexpr int kMaxDraws = 2'000;
constexpr int64_t kMaxSum = int64_t{1} << 62;

Error Invalid(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint)};
}

double NormBound(double steps, double entries) {
  const double root = std::sqrt(entries);
  const double always = (steps + root) * (steps + root);
  const double likely = steps * steps + entries / 4 + (steps + root / 2);
  return std::min(always, likely);
}

// What an entry of a change at the clip exceeds with a probability of at most kOverflowProbability / entries, in steps.
// Over the random signs it is a sum of `entries` independent terms whose squares add up to steps^2 / entries
// (W. Hoeffding, "Probability inequalities for sums of bounded random variables", JASA 58 (1963), theorem 2); it is
// never more than the norm.
double EntryReach(double steps, double entries) {
  return steps * std::min(1.0, std::sqrt(2 * Log(2 * entries / kOverflowProbability) / entries));
}

int64_t Offset(const SplitDelta& delta) {
  return int64_t{1} << (delta.entry_bits - 1);
}

// Multiplies by the Hadamard matrix in place: butterflies of sums and differences.
void Hadamard(std::span<double> values) {
  for (size_t half = 1; half < values.size(); half *= 2) {
    for (size_t block = 0; block < values.size(); block += 2 * half) {
      for (size_t i = block; i < block + half; ++i) {
        const double sum = values[i] + values[i + half];
        values[i + half] = values[i] - values[i + half];
        values[i] = sum;
      }
    }
  }
}

// Turns the sign of every value whose bit of the seed's stream is 1, the lowest bit of the first byte first.
Status FlipSigns(uint64_t seed, std::span<double> values) {
  ChaCha20Source source(seed);
  Bytes bits((values.size() + 7) / 8);
  SOTTO_RETURN_IF_ERROR(source.Fill(bits));
  for (size_t i = 0; i < values.size(); ++i) {
    if ((bits[i / 8] >> (i % 8) & 1) != 0) values[i] = -values[i];
  }
  return {};
}

// The clipped and rotated change, in steps.
Result<std::vector<double>> Rotated(const SplitDelta& delta, std::span<const float> change) {
  std::vector<double> values(DeltaEntries(delta), 0);
  double squares = 0;
  for (size_t i = 0; i < change.size(); ++i) {
    if (!std::isfinite(change[i])) {
      return Invalid("change[" + std::to_string(i) + "] is not a finite number.", "Do not contribute a failed fit.");
    }
    values[i] = static_cast<double>(change[i]);
    squares += values[i] * values[i];
  }
  const double norm = std::sqrt(squares);
  const double clipped = norm > delta.clip ? delta.clip / norm : 1;
  SOTTO_RETURN_IF_ERROR(FlipSigns(delta.rotation_seed, values));
  Hadamard(values);
  const double scale = clipped / delta.step / std::sqrt(static_cast<double>(values.size()));
  for (double& value : values) value *= scale;
  return values;
}

// Up with the probability of the fraction, in units of 2^-53. Eight bytes of `random_bytes` each.
std::vector<int64_t> RoundedAtRandom(std::span<const double> values, ByteSpan random_bytes) {
  std::vector<int64_t> rounded(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    uint64_t drawn = 0;
    for (size_t byte = 0; byte < 8; ++byte) drawn |= uint64_t{random_bytes[8 * i + byte]} << (8 * byte);
    const double below = std::floor(values[i]);
    const bool up = static_cast<double>(drawn >> 11) < (values[i] - below) * 0x1p53;
    rounded[i] = static_cast<int64_t>(below) + (up ? 1 : 0);
  }
  return rounded;
}

}  // namespace

Status ValidateDelta(const SplitDelta& delta) {
  if (delta.model.empty() || delta.model.size() > kMaxIdBytes) {
    return Invalid("task.model has " + std::to_string(delta.model.size()) + " bytes.", "A version has 1 to 64.");
  }
  if (delta.dimension < 1 || delta.dimension > kMaxDeltaDimension) {
    return Invalid("task.dimension is " + std::to_string(delta.dimension) + ".", "It must be from 1 to 16384.");
  }
  if (delta.entry_bits < 2 || delta.entry_bits > 16) {
    return Invalid("task.entry_bits is " + std::to_string(delta.entry_bits) + ".", "It must be from 2 to 16.");
  }
  if (!(delta.step >= kLeastStep && delta.step <= kLargestClip)) {
    return Invalid("task.step is not a number from 1e-30 to 1e30.", "");
  }
  if (!(delta.clip >= delta.step && delta.clip <= kLargestClip)) {
    return Invalid("task.clip is not a number from task.step to 1e30.", "A smaller change would round to noise.");
  }
  const double steps = delta.clip / delta.step;
  const double entries = DeltaEntries(delta);
  if (!(NormBound(steps, entries) <= kMaxNormBound)) {
    return Invalid("task.clip is too many steps: the squared norm does not fit 32 bits.", "Raise step.");
  }
  const auto largest = static_cast<double>(Offset(delta) - 1);
  if (EntryReach(steps, entries) > largest) {
    return Invalid("task.clip does not fit task.entry_bits: a change at the clip has entries beyond " +
                       std::to_string(Offset(delta) - 1) + " steps.",
                   "Raise entry_bits or step.");
  }
  return {};
}

uint32_t DeltaEntries(const SplitDelta& delta) {
  return std::bit_ceil(delta.dimension);
}

uint64_t DeltaNormBound(const SplitDelta& delta) {
  return static_cast<uint64_t>(NormBound(delta.clip / delta.step, DeltaEntries(delta)));
}

Result<std::vector<uint64_t>> EncodeDelta(const SplitDelta& delta, std::span<const float> change,
                                          RandomSource& random) {
  SOTTO_RETURN_IF_ERROR(ValidateDelta(delta));
  if (change.size() != delta.dimension) {
    return Invalid("the change has " + std::to_string(change.size()) + " numbers, task.dimension is " +
                       std::to_string(delta.dimension) + ".",
                   "Give the change of the task's model.");
  }
  SOTTO_ASSIGN_OR_RETURN(const std::vector<double> values, Rotated(delta, change));

  const int64_t offset = Offset(delta);
  const uint64_t bound = DeltaNormBound(delta);
  Bytes random_bytes(values.size() * 8);
  for (int draw = 0; draw < kMaxDraws; ++draw) {
    SOTTO_RETURN_IF_ERROR(random.Fill(random_bytes));
    std::vector<uint64_t> encoded;
    encoded.reserve(values.size());
    uint64_t squared_norm = 0;
    for (const int64_t rounded : RoundedAtRandom(values, random_bytes)) {
      const int64_t entry = std::clamp(rounded, -offset, offset - 1);
      squared_norm += static_cast<uint64_t>(entry * entry);
      encoded.push_back(static_cast<uint64_t>(entry + offset));
    }
    if (squared_norm <= bound) return encoded;
  }
  return Error{ErrorCode::kUnavailable, "the random source repeats itself.",
               "Check the source of random bytes; nothing was encoded."};
}

Result<std::vector<float>> DecodeDelta(const SplitDelta& delta, std::span<const int64_t> sums, uint64_t count) {
  SOTTO_RETURN_IF_ERROR(ValidateDelta(delta));
  if (sums.size() != DeltaEntries(delta)) {
    return Invalid("there are " + std::to_string(sums.size()) + " sums, an encoded change has " +
                       std::to_string(DeltaEntries(delta)) + " entries.",
                   "");
  }
  if (count < 1 || count > kMaxReports) {
    return Invalid("the count is " + std::to_string(count) + ".", "It must be from 1 to 4294967296.");
  }
  const int64_t offsets = static_cast<int64_t>(count) * Offset(delta);  // at most 2^47
  std::vector<double> values;
  values.reserve(sums.size());
  for (size_t i = 0; i < sums.size(); ++i) {
    if (sums[i] <= -kMaxSum || sums[i] >= kMaxSum) {
      return Invalid("sums[" + std::to_string(i) + "] is 2^62 or more.", "");
    }
    values.push_back(static_cast<double>(sums[i] - offsets));
  }
  Hadamard(values);
  SOTTO_RETURN_IF_ERROR(FlipSigns(delta.rotation_seed, values));
  const double scale = delta.step / static_cast<double>(count) / std::sqrt(static_cast<double>(values.size()));
  std::vector<float> change(delta.dimension);
  for (size_t i = 0; i < change.size(); ++i) {
    change[i] = static_cast<float>(values[i] * scale);
    if (!std::isfinite(change[i])) return Invalid("the sums give a change beyond 32-bit floats.", "");
  }
  return change;
}

}  // namespace sotto::federation
