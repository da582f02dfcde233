#include "sotto/privacy/noise.h"

#include <string>

namespace sotto::privacy {
namespace {

constexpr size_t kMaxNoise = size_t{1} << 24;

}  // namespace

Result<std::vector<int64_t>> NoiseVector(Rational sigma_squared, size_t count, RandomSource& random) {
  if (count > kMaxNoise) {
    return Error{ErrorCode::kResourceExhausted, std::to_string(count) + " samples of noise are more than 2^24.", ""};
  }
  SOTTO_ASSIGN_OR_RETURN(const DiscreteGaussian gaussian, DiscreteGaussian::Create(sigma_squared));
  std::vector<int64_t> noise;
  noise.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    SOTTO_ASSIGN_OR_RETURN(const int64_t sample, gaussian.Sample(random));
    noise.push_back(sample);
  }
  return noise;
}

}  // namespace sotto::privacy
