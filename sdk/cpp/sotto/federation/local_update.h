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
//   engaged   indices into task.items, each once, in any order; none is allowed. More than max_items are thinned to a
//             uniformly random max_items, so that which ones were engaged first or last does not matter.
// Errors: those of ValidateTask; kInvalidArgument for an index out of range or a repeated one; those of `random`.
Result<LocalUpdate> MakeLocalUpdate(const AffinityTask& task, std::span<const uint32_t> engaged, RandomSource& random);

// Little-endian: magic "SOLU", u16 format version (1), u64 TaskDigest, u32 entry count, entries as i16. Nothing else:
// no time, no identity, no counter. Precondition: `update` was made or parsed for `task`.
Bytes SerialiseUpdate(const AffinityTask& task, const LocalUpdate& update);

// Errors: those of ValidateTask; kMalformed (magic, count, an entry beyond EntryBound, trailing bytes), kTruncated,
// kUnsupportedVersion, kMismatch (another task's digest).
Result<LocalUpdate> ParseUpdate(const AffinityTask& task, ByteSpan bytes);

}  // namespace sotto::federation
