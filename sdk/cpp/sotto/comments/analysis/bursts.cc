#include "sotto/comments/analysis/bursts.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "sotto/base/deterministic_math.h"

namespace sotto::comments::analysis {
namespace {

// After that many empty bins nothing is left of what was before.
constexpr double kLongestSilence = 20'000;

bool InRange(double value, double least, double most) {
  return value >= least && value <= most;
}

}  // namespace

Result<Bursts> Bursts::Create(const BurstOptions& options) {
  if (!InRange(options.bin_s, 0.1, 60) || !InRange(options.half_life_s, 1, 86'400) ||
      !InRange(options.factor, 1.1, 100) || !InRange(options.threshold, 1, 1'000) ||
      !InRange(options.warm_up_s, 0, 86'400) || !InRange(options.least_rate, 1e-6, 1e6) ||
      !InRange(options.longest_s, 1, 86'400)) {
    return Error{ErrorCode::kInvalidArgument, "an option of the bursts is outside its range.",
                 "See BurstOptions for the ranges."};
  }
  Bursts bursts(options);
  bursts.log_factor_ = Log(options.factor);
  bursts.forget_ = Exp(-options.bin_s / options.half_life_s * std::numbers::ln2);
  return bursts;
}

double Bursts::usual_rate() const {
  return std::max(options_.least_rate, usual_time_ > 0 ? usual_count_ / usual_time_ : 0);
}

double Bursts::Gain(double count) const {
  return count * log_factor_ - usual_rate() * options_.bin_s * (options_.factor - 1);
}

BurstChange Bursts::Begin() {
  const bool in_this_bin = advantage_ <= 0;
  const auto count = static_cast<double>(count_);
  burst_ = Burst{.begin_s = in_this_bin ? bin_s_ : from_s_,
                 .end_s = bin_s_ + options_.bin_s,
                 .peak_rate = (in_this_bin ? count : std::max(peak_, count)) / options_.bin_s,
                 .usual_rate = usual_rate(),
                 .comments = (in_this_bin ? 0 : since_) + count_};
  return {true, *burst_};
}

std::optional<BurstChange> Bursts::CloseBin() {
  const auto count = static_cast<double>(count_);
  const bool learning = learnt_s_ < options_.warm_up_s;
  std::optional<BurstChange> change;
  if (!learning) {
    if (advantage_ <= 0) {
      from_s_ = bin_s_;
      since_ = 0;
      peak_ = 0;
    }
    since_ += count_;
    peak_ = std::max(peak_, count);
    advantage_ = std::clamp(advantage_ + Gain(count), 0.0, options_.threshold);
    if (burst_) {
      if (advantage_ >= options_.threshold) {
        burst_->end_s = bin_s_ + options_.bin_s;
        burst_->comments = since_;
        burst_->peak_rate = peak_ / options_.bin_s;
      }
      const bool too_long = bin_s_ + options_.bin_s - burst_->begin_s >= options_.longest_s;
      if (advantage_ <= 0 || too_long) {
        if (too_long) {
          burst_->end_s = bin_s_ + options_.bin_s;
          burst_->comments = since_;
          usual_count_ = usual_time_ = learnt_s_ = 0;
        }
        change = BurstChange{false, *burst_};
        burst_.reset();
        advantage_ = 0;
      }
    }
  }
  if (!burst_ && !change) {
    usual_count_ = usual_count_ * forget_ + count;
    usual_time_ = usual_time_ * forget_ + options_.bin_s;
    learnt_s_ += options_.bin_s;
  }
  count_ = 0;
  bin_s_ += options_.bin_s;
  return change;
}

std::optional<BurstChange> Bursts::Advance(double time_s) {
  const double begin_s = std::floor(time_s / options_.bin_s) * options_.bin_s;
  if (!started_) {
    started_ = true;
    bin_s_ = begin_s;
  }
  while (begin_s - bin_s_ > options_.bin_s / 2) {
    if (count_ == 0 && !burst_ && begin_s - bin_s_ > kLongestSilence * options_.bin_s) {
      advantage_ = 0;
      bin_s_ = begin_s - kLongestSilence * options_.bin_s;
    }
    if (auto change = CloseBin()) return change;
  }
  return std::nullopt;
}

std::optional<BurstChange> Bursts::Observe() {
  ++count_;
  if (burst_ || learnt_s_ < options_.warm_up_s) return std::nullopt;
  if (advantage_ + Gain(static_cast<double>(count_)) < options_.threshold) return std::nullopt;
  return Begin();
}

}  // namespace sotto::comments::analysis
