// Any parameters of a delta task, any floats as a change, any numbers as sums. What is encoded is within its range and
// its norm; alone it decodes to something near the clipped change; whatever is summed decodes to finite numbers or is
// refused.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "sotto/base/bytes.h"
#include "sotto/federation/delta_encoding.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sotto::federation;
  sotto::ByteReader in({data, size});
  const auto dimension = in.U16();
  const auto bits = in.U8();
  const auto clip = in.F32();
  const auto step = in.F32();
  const auto seed = in.U64();
  if (!dimension.ok() || !bits.ok() || !clip.ok() || !step.ok() || !seed.ok()) return 0;
  const SplitDelta delta{.model = "1",
                         .dimension = dimension.value(),
                         .clip = static_cast<double>(clip.value()),
                         .entry_bits = bits.value(),
                         .step = static_cast<double>(step.value()),
                         .rotation_seed = seed.value()};
  if (!ValidateDelta(delta).ok()) return 0;

  std::vector<float> change(delta.dimension, 0);
  bool finite = true;
  for (float& number : change) {
    const auto read = in.F32();
    if (!read.ok()) break;
    number = read.value();
    finite = finite && std::isfinite(number);
  }
  sotto::ChaCha20Source random(delta.rotation_seed);
  const auto encoded = EncodeDelta(delta, change, random);
  Require(encoded.ok() == finite);
  const auto offset = int64_t{1} << (delta.entry_bits - 1);
  std::vector<int64_t> sums(DeltaEntries(delta), 0);
  if (finite) {
    uint64_t squares = 0;
    for (size_t i = 0; i < sums.size(); ++i) {
      sums[i] = static_cast<int64_t>(encoded.value()[i]);
      Require(sums[i] < 2 * offset);
      squares += static_cast<uint64_t>((sums[i] - offset) * (sums[i] - offset));
    }
    Require(squares <= DeltaNormBound(delta));
    // The rotation keeps norms, so the decoded change's is the encoded one's, but for the entries that are padding.
    const auto decoded = DecodeDelta(delta, sums, 1);
    if (decoded.ok()) {
      double norm = 0;
      for (const float number : decoded.value()) norm += static_cast<double>(number) * static_cast<double>(number);
      Require(std::sqrt(norm) <= std::sqrt(static_cast<double>(squares)) * delta.step * (1 + 1e-5) + 1e-30);
    }
  }
  for (int64_t& sum : sums) {
    const auto read = in.U64();
    if (!read.ok()) break;
    sum = static_cast<int64_t>(read.value());
  }
  const auto decoded = DecodeDelta(delta, sums, 1 + delta.rotation_seed % 1000);
  if (!decoded.ok()) return 0;
  for (const float number : decoded.value()) Require(std::isfinite(number));
  return 0;
}
