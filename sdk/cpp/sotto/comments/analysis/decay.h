// Exponentially decayed sums whose terms need no work while time passes: each event is stored at a weight that grows
// with its time, and a sum is divided by today's weight when it is read. G. Cormode, V. Shkapenyuk, D. Srivastava,
// B. Xu, "Forward Decay: A Practical Time Decay Model for Streaming Systems", ICDE 2009, section IV.
//
//   Decay decay(120);                         // an event counts half after 120 s
//   const double factor = decay.Advance(now); // usually 1; else multiply every stored sum by it
//   stored += decay.weight();                 // one event now
//   decay.Read(stored, later);                // what the sum is worth at `later`
//
// A constant rate of r events a second makes a sum of r * half-life / ln 2.
#pragma once

namespace sotto::comments::analysis {

class Decay {
 public:
  // Precondition: half_life_s is finite and > 0.
  explicit Decay(double half_life_s) : half_life_s_(half_life_s) {}

  // Goes to `time_s`; going back is ignored. Returns what every stored sum has to be multiplied by, now: 1, or a
  // small number once in 64 half-lives, or 0 when nothing of them is left.
  double Advance(double time_s);

  // What an event is stored as that happens at the time of the last Advance. From 1 to 2^64.
  double weight() const { return weight_; }

  // The value of a stored sum at `time_s`; a time before the last Advance counts as that one.
  double Read(double stored, double time_s) const;

  double half_life_s() const { return half_life_s_; }

 private:
  double half_life_s_;
  double landmark_s_ = 0;  // where the weight is 1
  double now_s_ = 0;
  double weight_ = 1;
  bool started_ = false;
};

}  // namespace sotto::comments::analysis
