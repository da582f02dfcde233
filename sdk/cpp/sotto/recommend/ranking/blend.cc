#include "sotto/recommend/ranking/blend.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

#include "sotto/base/deterministic_math.h"
#include "sotto/base/fnv1a.h"

namespace sotto::recommend {
namespace {

constexpr std::string_view kMagic = "SORL";
constexpr uint16_t kFormatVersion = 1;

// By Feature. Without any feedback: one click in eleven showings of a product of which nothing is known, and what
// models say of a taste counts most. A precision of 4 lets some ten clear examples move a weight by as much as it is.
constexpr std::array<WeightPrior, kFeatures> kPriors = {{
    {-2.3, 1},  // bias
    {2.0, 4},   // together
    {1.5, 4},   // content
    {2.0, 4},   // tower
    {1.0, 4},   // popularity
    {1.0, 4},   // on stage
    {0.4, 4},   // price fit
    {1.0, 4},   // offer
    {0.3, 4},   // scarcity
    {0.5, 4},   // mood
    {0.5, 4},   // recency
    {0.5, 4},   // brand
    {-2.5, 4},  // less
    {-1.0, 4},  // fatigue
}};

// Uniform on [-1, 1), from 53 bits.
double Symmetric(ChaCha20Source& random) {
  const uint64_t bits = random.U64().value() >> 11;  // two words a deviate: never at the stream's end
  return std::ldexp(static_cast<double>(bits), -52) - 1;
}

// Marsaglia's polar method (G. Marsaglia, T. Bray, "A convenient method for generating normal variables", SIAM Review
// 1964), of which one of the two deviates is used: nothing is kept from call to call.
double Normal(ChaCha20Source& random) {
  while (true) {
    const double x = Symmetric(random);
    const double y = Symmetric(random);
    const double square = x * x + y * y;
    if (square > 0 && square < 1) return x * std::sqrt(-2 * Log(square) / square);
  }
}

}  // namespace

WeightPrior PriorOf(Feature feature) {
  return kPriors[static_cast<size_t>(feature)];
}

double Logit(const Weights& weights, const FeatureValues& values) {
  double sum = 0;
  for (size_t i = 0; i < kFeatures; ++i) sum += weights[i] * static_cast<double>(values[i]);
  return sum;
}

Blend::Blend() {
  for (size_t i = 0; i < kFeatures; ++i) {
    means_[i] = kPriors[i].mean;
    precisions_[i] = kPriors[i].precision;
  }
}

void Blend::Learn(const FeatureValues& values, double target, double importance) {
  // The gradient of the log-posterior is 0 at w = m + c x / q with c = importance * (target - p), where p is the
  // probability at w: an equation in c alone, whose left side grows and whose right side falls.
  double reach = 0;
  for (size_t i = 0; i < kFeatures; ++i) {
    reach += static_cast<double>(values[i]) * static_cast<double>(values[i]) / precisions_[i];
  }
  const double logit = Logit(means_, values);
  double low = importance * (target - 1);
  double high = importance * target;
  for (int step = 0; step < 60; ++step) {
    const double middle = low + (high - low) / 2;
    const bool below = middle < importance * (target - Sigmoid(logit + middle * reach));
    (below ? low : high) = middle;
  }
  const double c = low + (high - low) / 2;
  const double probability = Sigmoid(logit + c * reach);
  const double curvature = importance * probability * (1 - probability);
  for (size_t i = 0; i < kFeatures; ++i) {
    const auto value = static_cast<double>(values[i]);
    means_[i] = std::clamp(means_[i] + c * value / precisions_[i], -kMaxWeight, kMaxWeight);
    precisions_[i] = std::min(precisions_[i] + curvature * value * value, kMaxPrecision);
  }
  ++examples_;
}

Weights Blend::Draw(uint64_t seed) const {
  ChaCha20Source random(seed);
  Weights drawn{};
  for (size_t i = 0; i < kFeatures; ++i) drawn[i] = means_[i] + Normal(random) / std::sqrt(precisions_[i]);
  return drawn;
}

Bytes Blend::Write() const {
  ByteWriter out;
  out.Append(AsBytes(kMagic));
  out.U16(kFormatVersion);
  out.U16(static_cast<uint16_t>(kFeatures));
  out.U64(examples_);
  for (size_t i = 0; i < kFeatures; ++i) {
    out.U64(std::bit_cast<uint64_t>(means_[i]));
    out.U64(std::bit_cast<uint64_t>(precisions_[i]));
  }
  out.U64(Fnv1a64(out.bytes()));
  return out.Release();
}

Result<Blend> Blend::Read(ByteSpan file) {
  ByteReader reader(file);
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan magic, reader.Take(kMagic.size()));
  if (!std::ranges::equal(magic, AsBytes(kMagic))) {
    return Error{ErrorCode::kMalformed, "these are no learned weights: they do not start with SORL.", ""};
  }
  SOTTO_ASSIGN_OR_RETURN(const uint16_t format, reader.U16());
  SOTTO_ASSIGN_OR_RETURN(const uint16_t features, reader.U16());
  if (format != kFormatVersion || features != kFeatures) {
    return Error{ErrorCode::kUnsupportedVersion,
                 "the learned weights have format version " + std::to_string(format) + " and " +
                     std::to_string(features) + " features.",
                 "This build reads version 1 of " + std::to_string(kFeatures) + "; begin anew without them."};
  }
  Blend blend;
  SOTTO_ASSIGN_OR_RETURN(blend.examples_, reader.U64());
  for (size_t i = 0; i < kFeatures; ++i) {
    SOTTO_ASSIGN_OR_RETURN(const uint64_t mean, reader.U64());
    SOTTO_ASSIGN_OR_RETURN(const uint64_t precision, reader.U64());
    blend.means_[i] = std::bit_cast<double>(mean);
    blend.precisions_[i] = std::bit_cast<double>(precision);
    const bool possible = std::fabs(blend.means_[i]) <= kMaxWeight && blend.precisions_[i] >= kPriors[i].precision &&
                          blend.precisions_[i] <= kMaxPrecision;  // of NaN none holds
    if (!possible) {
      return Error{ErrorCode::kMalformed,
                   "the learned weight of " + std::string(FeatureName(static_cast<Feature>(i))) +
                       " is outside the range that learning keeps.",
                   ""};
    }
  }
  const ByteSpan covered = file.first(reader.position());
  SOTTO_ASSIGN_OR_RETURN(const uint64_t checksum, reader.U64());
  SOTTO_RETURN_IF_ERROR(reader.ExpectEnd());
  if (checksum != Fnv1a64(covered)) {
    return Error{ErrorCode::kMismatch, "the checksum of the learned weights does not fit their bytes.",
                 "They are damaged; begin anew without them."};
  }
  return blend;
}

}  // namespace sotto::recommend
