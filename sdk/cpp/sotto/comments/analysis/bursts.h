// How fast comments come, and when that bursts.
//
// The two-state automaton of J. Kleinberg, "Bursty and Hierarchical Structure in Streams", KDD 2002, section 2, for
// counts in bins: a usual state with rate r and a burst with rate s r, where entering the burst costs `threshold` and
// leaving it nothing. Decoded online, what matters is by how much the burst explains the past better, d: it grows by
//   count * ln s - r * bin * (s - 1)
// with each bin and stays within [0, threshold]. The burst begins when d reaches the threshold and ends when it falls
// to 0; it lasted from when d last left 0 until d last was at the threshold. On the way up this is the Poisson CUSUM
// (J. Lucas, "Counted Data CUSUM's", Technometrics 1985), so where the usual rate is known there are at least
// e^threshold bins between false alarms on average (G. Lorden, "Procedures for Reacting to a Change in Distribution",
// Annals of Mathematical Statistics 1971): 10 hours with these options.
//
// The usual rate is the decayed mean of the bins outside of bursts, and not below `least_rate`.
#pragma once

#include <cstdint>
#include <optional>

#include "sotto/base/result.h"

namespace sotto::comments::analysis {

struct BurstOptions {
  double bin_s = 1;          // 0.1 to 60
  double half_life_s = 120;  // of the usual rate, 1 to 86,400
  double factor = 2;         // s, 1.1 to 100
  double threshold = 10.5;   // nats, 1 to 1,000
  double warm_up_s = 30;     // of learning before the first burst can be seen, 0 to 86,400
  double least_rate = 0.2;   // comments a second that are usual in the quietest room, > 0
  double longest_s = 600;    // after that a burst is the new usual: it ends, and is learnt anew; 1 to 86,400
};

struct Burst {
  double begin_s = 0;
  double end_s = 0;       // of the last bin so far while it goes on
  double peak_rate = 0;   // comments a second in its fullest bin
  double usual_rate = 0;  // before it
  uint64_t comments = 0;  // in it
};

struct BurstChange {
  bool began = false;  // else ended
  Burst burst;
};

class Bursts {
 public:
  // Errors: kInvalidArgument for options outside their ranges.
  static Result<Bursts> Create(const BurstOptions& options);

  // Time passes. Returns a burst that began or ended by that; if both, call again with the same time until there is
  // nothing. Precondition: |time_s| <= 10^11; going back counts as the same time.
  std::optional<BurstChange> Advance(double time_s);

  // One comment at the time of the last Advance. A burst is seen as soon as its bin is full enough.
  std::optional<BurstChange> Observe();

  // While one goes on.
  const std::optional<Burst>& burst() const { return burst_; }

  // Comments a second.
  double usual_rate() const;

 private:
  explicit Bursts(const BurstOptions& options) : options_(options) {}
  double Gain(double count) const;
  BurstChange Begin();
  std::optional<BurstChange> CloseBin();

  BurstOptions options_;
  double log_factor_ = 0;
  double forget_ = 1;  // in one bin
  bool started_ = false;
  double bin_s_ = 0;  // begin of the open bin
  uint64_t count_ = 0;
  double usual_count_ = 0;  // decayed sums over bins outside of bursts: comments, and seconds
  double usual_time_ = 0;
  double learnt_s_ = 0;
  double advantage_ = 0;  // d after the bins that are closed
  double from_s_ = 0;     // when d last left 0
  uint64_t since_ = 0;    // comments since then, in closed bins
  double peak_ = 0;       // count of the fullest closed bin since then
  std::optional<Burst> burst_;
};

}  // namespace sotto::comments::analysis
