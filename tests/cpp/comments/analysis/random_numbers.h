// Seeded draws for simulated streams.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

#include "sotto/base/random.h"

namespace sotto::comments::analysis {

class Draws {
 public:
  explicit Draws(uint64_t seed) : source_(seed) {}

  // Between 0 and 1, both excluded.
  double Uniform() { return (static_cast<double>(source_.U64().value() >> 11) + 0.5) / 9007199254740992.0; }
  double Exponential(double rate) { return -std::log(Uniform()) / rate; }
  double Normal() { return std::sqrt(-2 * std::log(Uniform())) * std::cos(2 * std::numbers::pi * Uniform()); }
  // By exponential gaps; for small means.
  int Poisson(double mean) {
    int count = 0;
    for (double time = Exponential(1); time < mean; time += Exponential(1)) ++count;
    return count;
  }

 private:
  ChaCha20Source source_;
};

}  // namespace sotto::comments::analysis
