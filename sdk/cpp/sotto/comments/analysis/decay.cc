#include "sotto/comments/analysis/decay.h"

#include <cmath>
#include <numbers>

#include "sotto/base/deterministic_math.h"

namespace sotto::comments::analysis {
namespace {

constexpr double kMaxHalvings = 64;       // between landmarks
constexpr double kNothingIsLeft = 1'000;  // halvings after which a sum is 0, whatever it was

double PowerOfTwo(double exponent) {
  return Exp(exponent * std::numbers::ln2);
}

}  // namespace

double Decay::Advance(double time_s) {
  if (!started_) {
    started_ = true;
    landmark_s_ = now_s_ = time_s;
    return 1;
  }
  if (!(time_s > now_s_)) return 1;
  now_s_ = time_s;
  const double halvings = (now_s_ - landmark_s_) / half_life_s_;
  if (halvings < kMaxHalvings) {
    weight_ = PowerOfTwo(halvings);
    return 1;
  }
  landmark_s_ = now_s_;
  weight_ = 1;
  return halvings > kNothingIsLeft ? 0 : PowerOfTwo(-halvings);
}

double Decay::Read(double stored, double time_s) const {
  if (!(time_s > now_s_)) return stored / weight_;
  return stored / weight_ * PowerOfTwo((now_s_ - time_s) / half_life_s_);
}

}  // namespace sotto::comments::analysis
