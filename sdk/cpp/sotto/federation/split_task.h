// The tasks under `trust: split`: what a device may be asked to contribute, what the aggregators' proof bounds, and
// what that costs. A report is cut into a share for the leader and one for the helper (vdaf/prio3.h); each aggregator
// adds its own exact discrete Gaussian to its aggregate share before it releases it.
//
//   privacy unit       one viewer's device, one report for each task
//   adjacency          zero-out: a report's measurement is replaced by the empty one (no item; for `mood`, any other
//                      bucket; for `delta`, no change). That a device reported is not protected. Two arbitrary
//                      measurements differ by more: see SECURITY.md.
//   trust model        one honest aggregator. The guarantee counts that aggregator's noise alone, so it holds where the
//                      other one, the collector and all other devices collude.
//   guarantee          rho-zCDP with rho = Delta^2 / (2 sigma^2), sigma^2 of ONE aggregator's noise; what is released
//                      has the noise of both. (epsilon, delta) by privacy::EpsilonOfZcdp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
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
inline constexpr uint32_t kMaxDeltaDimension = 16'384;
inline constexpr uint64_t kMaxReports = uint64_t{1} << 32;  // of a task: sums of entries of 16 bits stay far below 2^62
inline constexpr uint32_t kMoodSentiments = 3;
inline constexpr uint32_t kMoodIntents = 12;
inline constexpr uint32_t kMoodBuckets = kMoodSentiments * kMoodIntents;

// Which items are engaged most: bits of at most max_items of a catalogue. MultihotCountVec; Delta^2 = max_items.
struct SplitPopularity {
  std::vector<std::string> items;  // 1 to kMaxPopularityItems ids of 1 to 64 bytes, each once
  uint32_t max_items = 8;          // 1 to items.size()

  friend bool operator==(const SplitPopularity&, const SplitPopularity&) = default;
};

// Which of the room's top m are engaged together: 0/1 pairs (upper triangle with diagonal; EntryIndex of
// affinity_task.h) of at most k. MultihotCountVec of weight w = k (k + 1) / 2; Delta^2 = w.
struct SplitAffinity {
  std::vector<std::string> items;  // 2 to kMaxSplitAffinityItems
  uint32_t max_items = 32;         // k, 1 to items.size()

  friend bool operator==(const SplitAffinity&, const SplitAffinity&) = default;
};

// The sentiment and intent of what the viewer wrote in a minute of the stream: one bucket, sentiment * kMoodIntents +
// intent. Histogram; Delta^2 = 2 (a one here, a one there).
struct SplitMood {
  uint32_t minute = 0;  // of programme time

  friend bool operator==(const SplitMood&, const SplitMood&) = default;
};

// The change of a model's head: L2-clipped, rotated, rounded to integers (delta_encoding.h). SumVec proves the range of
// each entry. That the norm is at most what delta_encoding.h says is the device's own doing, on which its own
// guarantee, and nobody else's, rests. Delta^2 = DeltaNormBound.
struct SplitDelta {
  std::string model;           // version that the change is of, 1 to 64 bytes
  uint32_t dimension = 0;      // parameters of the head, 1 to kMaxDeltaDimension; encoded as the next power of two
  double clip = 1;             // L2 norm that a change is clipped to: `step` to 1e30
  uint32_t entry_bits = 4;     // 2 to 16: an entry is from -2^(b-1) to 2^(b-1) - 1 steps, sent with 2^(b-1) added
  double step = 0.01;          // what one step of an entry stands for: 1e-30 to 1e30
  uint64_t rotation_seed = 0;  // of the random signs, public

  friend bool operator==(const SplitDelta&, const SplitDelta&) = default;
};

struct SplitTask {
  std::string id;  // [A-Za-z0-9_-]{1,64}
  std::variant<SplitPopularity, SplitAffinity, SplitMood, SplitDelta> what;
  privacy::Rational sigma_squared;  // of each aggregator's noise on each entry of the sum
  uint64_t min_batch_size = 0;      // reports below which nothing is released, 1 to kMaxReports
  uint64_t epoch = 0;               // that the report and the release are charged to (privacy/policy.h)

  friend bool operator==(const SplitTask&, const SplitTask&) = default;
};

// "popularity", "affinity", "mood", "delta".
std::string_view KindName(const SplitTask& task);

// kInvalidArgument, naming the field: one out of its range, and a `delta` whose entries do not hold its clip (a change
// at the clip is likelier than 1 in 1,000 to have an entry beyond the range of entry_bits) or whose Delta^2 is 2^32 or
// more. Allocates in proportion to the items that are there, never to a number.
Status ValidateTask(const SplitTask& task);

// Of two aggregators, with BestChunkLength. Errors: those of ValidateTask and vdaf::BestChunkLength.
Result<vdaf::Prio3Parameters> VdafParameters(const SplitTask& task);

// Delta^2 under the adjacency above, in units of an entry. Errors: those of ValidateTask.
Result<uint64_t> SensitivitySquared(const SplitTask& task);

// rho of one report; the same in micro-rho, rounded up from the exact quotient. Errors: those of ValidateTask;
// TaskMicroRho refuses a rho above 1,000,000 with kInvalidArgument.
Result<double> TaskRho(const SplitTask& task);
Result<privacy::MicroRho> TaskMicroRho(const SplitTask& task);

// The canonical encoding: one task, one string of bytes; equal for equal values of sigma_squared. Little-endian,
// lengths before contents:
//
//   magic "SOST", u16 format version (1), u8 kind (0 popularity, 1 affinity, 2 mood, 3 delta)
//   id (u16 length), u64 epoch, u64 min_batch_size, u32 numerator and u32 denominator of sigma_squared, lowest terms
//   popularity, affinity   u32 max_items, u32 how many items, each item (u16 length)
//   mood                   u32 minute
//   delta                  model (u16 length), u32 dimension, clip as the bits of a binary64, u32 entry_bits, step
//                          likewise, u64 rotation_seed
//
// Its SHA-256 will name the task in the log. Errors of EncodeTask: those of ValidateTask. Of DecodeTask: kMalformed
// (magic, kind, a fraction not in lowest terms, bytes left over), kTruncated, kUnsupportedVersion and those of
// ValidateTask, so that EncodeTask(DecodeTask(bytes)) == bytes wherever it succeeds.
Result<Bytes> EncodeTask(const SplitTask& task);
Result<SplitTask> DecodeTask(ByteSpan bytes);
// 64 bits (FNV-1a) over it: catches a task whose parameters differ, is no authentication.
Result<uint64_t> TaskDigest(const SplitTask& task);

// What a device measures, as Prio3::Shard takes it.
//   engaged   indices into the task's items, each once, in any order; none is allowed. More than max_items are thinned
//             to a uniformly random max_items with `random`.
//   change    `dimension` finite numbers; delta_encoding.h has what is done with them
// Errors: those of ValidateTask; kInvalidArgument for another kind of task, an index out of range or repeated, another
// number of numbers, NaN or infinity; those of `random`.
Result<std::vector<uint64_t>> MeasurePopularity(const SplitTask& task, std::span<const uint32_t> engaged,
                                                RandomSource& random);
Result<std::vector<uint64_t>> MeasureAffinity(const SplitTask& task, std::span<const uint32_t> engaged,
                                              RandomSource& random);
Result<std::vector<uint64_t>> MeasureMood(const SplitTask& task, uint32_t sentiment, uint32_t intent);
Result<std::vector<uint64_t>> MeasureDelta(const SplitTask& task, std::span<const float> change, RandomSource& random);

// What binds shares and proofs to the task: "sotto", then 32 bytes of TurboSHAKE128 (separation byte 0x53) over the
// canonical encoding. A collision takes 2^128 work, so that nobody makes two tasks that take each other's reports.
// Within one process it is the context string of the task's reports; between processes it is DAP's task_info, and the
// context string is DAP's (dap_task.h). Errors: those of ValidateTask.
Result<Bytes> VdafContext(const SplitTask& task);

}  // namespace sotto::federation
