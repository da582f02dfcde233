// Random numbers for training, by the million: of a ChaCha20Source, which gives the same ones on every platform.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "sotto/base/random.h"
#include "sotto/recommend/matrix.h"

namespace sotto::recommend::neural {

class Draw {
 public:
  explicit Draw(uint64_t seed) : source_(seed) {}

  uint32_t Bits() {
    if (used_ == kBuffer) Refill();
    return buffer_[used_++];
  }
  // From 0 to below 1, in steps of 2^-24.
  float Unit() { return static_cast<float>(Bits() >> 8U) * 0x1p-24F; }
  // Uniform below `bound` but for a bias of bound / 2^32. Precondition: bound > 0.
  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>((uint64_t{Bits()} * bound) >> 32U); }

  template <class T>
  void Shuffle(std::span<T> values) {
    for (size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[Below(static_cast<uint32_t>(i))]);
  }

  // Uniform from -limit to limit.
  Matrix Uniform(Eigen::Index rows, Eigen::Index cols, float limit) {
    Matrix m(rows, cols);
    for (Eigen::Index i = 0; i < m.size(); ++i) m.data()[i] = (2 * Unit() - 1) * limit;
    return m;
  }

 private:
  static constexpr size_t kBuffer = 256;

  void Refill() {
    std::array<uint8_t, 4 * kBuffer> bytes{};
    // Fails after 256 GiB only: training would take years.
    (void)source_.Fill(bytes).ok();
    for (size_t i = 0; i < kBuffer; ++i) {
      buffer_[i] = bytes[4 * i] | uint32_t{bytes[4 * i + 1]} << 8U | uint32_t{bytes[4 * i + 2]} << 16U |
                   uint32_t{bytes[4 * i + 3]} << 24U;
    }
    used_ = 0;
  }

  ChaCha20Source source_;
  std::array<uint32_t, kBuffer> buffer_{};
  size_t used_ = kBuffer;
};

}  // namespace sotto::recommend::neural
