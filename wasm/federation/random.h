// A RandomSource that JavaScript can hold, whichever kind it is.
#pragma once

#include <cstdint>
#include <memory>

#include "sotto/base/random.h"

namespace sotto::wasm {

class Random {
 public:
  static std::unique_ptr<Random> Os() { return std::make_unique<Random>(std::make_unique<OsRandomSource>()); }

  // ChaCha20 from the number high * 2^32 + low: for tests and simulations, never for privacy.
  static std::unique_ptr<Random> Seeded(uint32_t low, uint32_t high) {
    return std::make_unique<Random>(std::make_unique<ChaCha20Source>((static_cast<uint64_t>(high) << 32) | low));
  }

  explicit Random(std::unique_ptr<RandomSource> source) : source_(std::move(source)) {}

  RandomSource& source() { return *source_; }

 private:
  std::unique_ptr<RandomSource> source_;
};

}  // namespace sotto::wasm
