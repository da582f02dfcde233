// The tasks under `trust: split`: what a device may be asked to contribute, what the aggregators' proof bounds, and
// what that costs. A report is cut into a share for the leader and one for the helper (vdaf/prio3.h); each aggregator
// adds its own exact discrete Gaussian to its aggregate share before it releases it.
//
//   privacy unit       one viewer's device, one report for each task
//   adjacency          zero-out: a report's measurement is replaced by the empty one (no item; for `mood`, any other
//                      bucket; for `delta`, no change). That a device reported is not protected.
//   trust model        one honest aggregator. The guarantee counts that aggregator's noise alone, so it holds where the
//                      other one, the collector and all other devices collude.
//   guarantee          rho-zCDP with rho = Delta^2 / (2 sigma^2), sigma^2 of ONE aggregator's noise; what is released
//   has
//                      the noise of both. (epsilon, delta) by privacy::EpsilonOfZcdp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/random.h"
#include "sotto/base/result.h"
#include "sotto/privacy/budget.h"
#include "sotto/privacy/discrete_gaussian.h"
#include "sotto/vdaf/prio3.h"

namespace sotto::federation {

inline constexpr size_t kMaxPopularityItems = 16'384;
inline constexpr size_t kMaxSplitAffinityItems = 512;
inline constexpr uint32_t kMoodSentiments = 3;
inline constexpr uint32_t kMoodIntents = 12;
inline constexpr uint32_t kMoodBuckets = kMoodSentiments * kMoodIntents;

// Which items are engaged most: bits of at most max_items of a catalogue. MultihotCountVec; Delta^2 = max_items.
struct SplitPopularity {
  std::vector<std::string> items;  // 1 to kMaxPopularityItems ids of 1 to 64 bytes, each once
  uint32_t max_items = 8;          // 1 to items.size()
};

// Which of the room's top m are engaged together: 0/1 pairs (upper triangle with diagonal; EntryIndex of
// affinity_task.h) of at most k. MultihotCountVec of weight w = k (k + 1) / 2; Delta^2 = w.
struct SplitAffinity {
  std::vector<std::string> items;  // 2 to kMaxSplitAffinityItems
  uint32_t max_items = 32;         // k, 1 to items.size()
};

// The sentiment and intent of what the viewer wrote in a minute of the stream: one bucket, sentiment * kMoodIntents +
// intent. Histogram; Delta^2 = 2 (a one here, a one there).
struct SplitMood {
  uint32_t minute = 0;  // of programme time
};

// The change of a model's head: L2-clipped, rotated, rounded to integers (delta_encoding.h). SumVec proves the range of
// each entry; that the norm is at most the clip is the honest device's own doing, on which its own guarantee rests.
struct SplitDelta {
  std::string model;           // version that the change is of, 1 to 64 bytes
  uint32_t dimension = 0;      // parameters of the head, 1 to 16,384; encoded as the next power of two
  double clip = 1;             // L2 norm that a change is clipped to, above 0
  uint32_t entry_bits = 4;     // 2 to 16: an entry is from -2^(b-1) to 2^(b-1) - 1 steps, sent with 2^(b-1) added
  double step = 0.01;          // what one step of an entry stands for
  uint64_t rotation_seed = 0;  // of the random signs, public
};

struct SplitTask {
  std::string id;  // [A-Za-z0-9_-]{1,64}
  std::variant<SplitPopularity, SplitAffinity, SplitMood, SplitDelta> what;
  privacy::Rational sigma_squared;  // of each aggregator's noise on each entry of the sum
  uint64_t min_batch_size = 0;      // reports below which nothing is released, at least 1
};

// "popularity", "affinity", "mood", "delta".
std::string_view KindName(const SplitTask& task);

// kInvalidArgument, naming the field; kResourceExhausted from vdaf::Prio3::Create.
Status ValidateTask(const SplitTask& task);

// Of two aggregators, with BestChunkLength. Errors: those of ValidateTask.
Result<vdaf::Prio3Parameters> VdafParameters(const SplitTask& task);

// Delta^2 under the adjacency above, in units of an entry. Errors: those of ValidateTask.
Result<uint64_t> SensitivitySquared(const SplitTask& task);

// rho of one report; the same in micro-rho, rounded up from the exact quotient.
Result<double> TaskRho(const SplitTask& task);
Result<privacy::MicroRho> TaskMicroRho(const SplitTask& task);

// The canonical encoding: one task, one string of bytes. Format in the implementation. Its SHA-256 will name the task
// in the log. Errors: those of ValidateTask, resp. kMalformed, kTruncated, kUnsupportedVersion and those of
// ValidateTask.
Result<Bytes> EncodeTask(const SplitTask& task);
Result<SplitTask> DecodeTask(ByteSpan bytes);
// 64 bits (FNV-1a) over it, as TaskDigest of affinity_task.h.
Result<uint64_t> TaskDigest(const SplitTask& task);

// What a device measures, as Prio3::Shard takes it.
//   engaged   indices into the task's items, each once, in any order; none is allowed. More than max_items are thinned
//   to
//             a uniformly random max_items with `random`.
// Errors: those of ValidateTask; kInvalidArgument for another kind of task, an index out of range or repeated.
Result<std::vector<uint64_t>> MeasurePopularity(const SplitTask& task, std::span<const uint32_t> engaged,
                                                RandomSource& random);
Result<std::vector<uint64_t>> MeasureAffinity(const SplitTask& task, std::span<const uint32_t> engaged,
                                              RandomSource& random);
Result<std::vector<uint64_t>> MeasureMood(const SplitTask& task, uint32_t sentiment, uint32_t intent);
// change: `dimension` finite numbers. kInvalidArgument for NaN or infinity.
Result<std::vector<uint64_t>> MeasureDelta(const SplitTask& task, std::span<const float> change, RandomSource& random);

// The context string of the task's reports: binds shares and proofs to the task. "sotto" and the canonical encoding's
// digest; up to 64 bytes.
Result<Bytes> VdafContext(const SplitTask& task);

}  // namespace sotto::federation
