// Random bits, passed in. Whatever draws at random takes a RandomSource&, so that a test can give it a seed and a
// device its operating system.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sotto/base/result.h"

namespace sotto {

class RandomSource {
 public:
  virtual ~RandomSource() = default;

  // Fills `out` with uniform bytes. kUnavailable if the source cannot deliver; `out` is then unspecified and must not
  // be used.
  virtual Status Fill(std::span<uint8_t> out) = 0;

  // Uniform over all 64-bit integers (little-endian from 8 bytes of Fill).
  Result<uint64_t> U64();

  // Uniform over {0, ..., bound - 1}, exactly: by rejection, no modulo bias. kInvalidArgument if bound is 0.
  Result<uint64_t> Below(uint64_t bound);
};

// The ChaCha20 key stream of RFC 8439 (section 2.4): 256-bit seed as key, zero nonce, block counter from 0.
// Deterministic: the same seed gives the same bytes on every platform, however the reads are cut.
// At most 2^32 blocks (256 GiB), then kResourceExhausted.
class ChaCha20Source final : public RandomSource {
 public:
  using Seed = std::array<uint8_t, 32>;

  explicit ChaCha20Source(const Seed& seed);
  // A convenience for tests and simulations: the seed is `number` in little-endian, then zeros.
  explicit ChaCha20Source(uint64_t number);

  Status Fill(std::span<uint8_t> out) override;

 private:
  void NextBlock();

  std::array<uint32_t, 16> state_;
  std::array<uint8_t, 64> block_{};
  size_t used_ = 64;
  uint64_t blocks_ = 0;
};

// The operating system's source: getentropy(3), which is crypto.getRandomValues in a browser and in node.
class OsRandomSource final : public RandomSource {
 public:
  Status Fill(std::span<uint8_t> out) override;
};

}  // namespace sotto
