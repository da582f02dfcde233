// What several statements of SqlAggregatorStore have in common: columns to types, leases, buckets and batches.
#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <span>

#include "server-stub/storage/aggregator/sql.h"
#include "server-stub/storage/aggregator/sql_aggregator_store.h"
#include "server-stub/storage/aggregator_store.h"

namespace sotto::server {

// The 8 bytes, big-endian, that stand for a time in the tables: they sort as times do, and are the identifier of the
// time-interval bucket that begins then.
Bytes TimeBytes(dap::Time time);
dap::Time TimeOf(ByteSpan bytes);

// Shorter bytes are a defect of the database: the rest stays zero.
template <size_t Size>
std::array<uint8_t, Size> ArrayOf(const Bytes& bytes) {
  std::array<uint8_t, Size> array{};
  std::copy_n(bytes.begin(), std::min(Size, bytes.size()), array.begin());
  return array;
}

// What others wrote, fit for a column of text: anything but printable ASCII is a question mark.
std::string Printable(std::string text);

// `report_body.job` of a report that waits for one.
inline constexpr std::array<uint8_t, 16> kNoJob{};

// A job that is due after this was put off by a clock that was ahead: twice the lease that is asked for.
inline int64_t PutOff(int64_t now, int64_t lease_until) {
  constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
  const int64_t lease = std::max<int64_t>(lease_until - now, 0);
  return lease_until > kNever - lease ? kNever : lease_until + lease;
}

// A job's columns `token`, `leased` and `state` under a lease.
enum class Hold : uint8_t {
  kHeld,
  kEnded,  // by this very lease
};
// kExpired unless the job has this token, and is leased under `open` or in another state.
Result<Hold> CheckLease(const Lease& lease, const SqlRows& job, int64_t open);

// The identifiers of a batch's buckets: first to last, both in it.
struct BucketRange {
  BucketId first;
  BucketId last;
};
// kInvalidArgument for a range that the task's batch mode does not have.
Result<BucketRange> RangeOf(const TaskRow& task, const BatchRange& range);

// A range that is taken.
struct Claim {
  BucketRange range;
  std::array<uint8_t, 16> owner{};
  bool collected = false;  // else its owner's to collect
  bool closing = false;    // the reports that came are still being counted
};
// The first of those that overlap `range`.
Result<std::optional<Claim>> FindClaim(SqlTransaction& sql, const TaskRow& task, const BucketRange& range);
// Under the task's exclusive lock, of a range that nobody has.
Status AddClaim(SqlTransaction& sql, const TaskRow& task, const BucketRange& range,
                const std::array<uint8_t, 16>& owner, bool collected, uint64_t count);

// Adds outcomes without an error to their buckets, of which none is taken. At least the task's shared lock.
// kInvalidArgument for an identifier of another batch mode.
Status AddToBuckets(SqlTransaction& sql, const TaskRow& task, std::span<const ReportOutcome* const> outcomes,
                    const AddShare& add);
// The buckets of a range, combined.
Result<Batch> CombineBuckets(SqlTransaction& sql, const TaskRow& task, const BucketRange& range);
Status DropBuckets(SqlTransaction& sql, const TaskRow& task, const BucketRange& range);

// Spends, or kBudgetExceeded.
Status Spend(SqlTransaction& sql, const Charge& charge);

}  // namespace sotto::server
