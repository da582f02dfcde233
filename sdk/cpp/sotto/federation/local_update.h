// A device's one contribution to an affinity task, noise included, and its bytes on the wire.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/random.h"
#include "sotto/base/result.h"
#include "sotto/federation/affinity_task.h"

namespace sotto::federation {

struct LocalUpdate {
  std::vector<int16_t> entries;  // EntryCount(task) noisy entries within EntryBound(task)
};

// Encodes and adds noise.
//   engaged   indices into task.items, each once; more than max_items are thinned to a uniformly random max_items
// Errors: those of ValidateTask; kInvalidArgument for an index out of range or a repeated one; those of `random`.
Result<LocalUpdate> MakeLocalUpdate(const AffinityTask& task, std::span<const uint32_t> engaged, RandomSource& random);

// Little-endian: magic "SOLU", u16 format version (1), u64 TaskDigest, u32 entry count, entries as i16. Nothing else:
// no time, no identity, no counter.
Bytes SerialiseUpdate(const AffinityTask& task, const LocalUpdate& update);

// Errors: kMalformed (magic, count, trailing bytes), kTruncated, kUnsupportedVersion, kMismatch (another task's
// digest), kOutOfRange (an entry beyond the bound).
Result<LocalUpdate> ParseUpdate(const AffinityTask& task, ByteSpan bytes);

// 64 bits (FNV-1a) over the task's canonical encoding: catches a task whose parameters differ, is no authentication.
uint64_t TaskDigest(const AffinityTask& task);

}  // namespace sotto::federation
