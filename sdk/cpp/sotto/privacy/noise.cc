#include "sotto/privacy/noise.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace sotto::privacy {
namespace {

constexpr size_t kMaxNoise = size_t{1} << 24;

// The same bytes as `source` gives, read from it in larger pieces.
class ReadAhead final : public RandomSource {
 public:
  explicit ReadAhead(RandomSource& source) : source_(source) {}

  Status Fill(std::span<uint8_t> out) override {
    while (!out.empty()) {
      if (used_ == piece_.size()) {
        SOTTO_RETURN_IF_ERROR(source_.Fill(piece_));
        used_ = 0;
      }
      const size_t count = std::min(out.size(), piece_.size() - used_);
      std::copy_n(piece_.begin() + static_cast<ptrdiff_t>(used_), count, out.begin());
      used_ += count;
      out = out.subspan(count);
    }
    return {};
  }

 private:
  RandomSource& source_;
  std::array<uint8_t, 256> piece_{};  // what getentropy(3) gives at once
  size_t used_ = piece_.size();
};

}  // namespace

Result<std::vector<int64_t>> NoiseVector(Rational sigma_squared, size_t count, RandomSource& random) {
  if (count > kMaxNoise) {
    return Error{ErrorCode::kResourceExhausted, std::to_string(count) + " samples of noise are more than 2^24.", ""};
  }
  SOTTO_ASSIGN_OR_RETURN(const DiscreteGaussian gaussian, DiscreteGaussian::Create(sigma_squared));
  ReadAhead bytes(random);
  std::vector<int64_t> noise;
  noise.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    SOTTO_ASSIGN_OR_RETURN(const int64_t sample, gaussian.Sample(bytes));
    noise.push_back(sample);
  }
  return noise;
}

}  // namespace sotto::privacy
