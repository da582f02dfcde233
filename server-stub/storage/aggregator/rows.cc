#include "server-stub/storage/aggregator/rows.h"

#include <bit>
#include <map>

#include "server-stub/models/sha256.h"

namespace sotto::server {
namespace {

int64_t Signed(uint64_t value) {
  return std::bit_cast<int64_t>(value);
}

// What a bucket has, in memory.
struct Bucket {
  uint64_t count = 0;
  dap::Checksum checksum{};
  dap::Time first = 0;
  dap::Time last = 0;
  Bytes share;
};

Bucket BucketOf(const SqlRow& row) {
  return {std::bit_cast<uint64_t>(row[0].integer), ArrayOf<32>(row[1].bytes), TimeOf(row[2].bytes),
          TimeOf(row[3].bytes), row[4].bytes};
}

void Xor(dap::Checksum& sum, ByteSpan digest) {
  for (size_t i = 0; i < sum.size(); ++i) sum[i] = static_cast<uint8_t>(sum[i] ^ digest[i]);
}

Status Add(Bucket& bucket, const ReportOutcome& report, const AddShare& add) {
  SOTTO_RETURN_IF_ERROR(add(bucket.share, report.out_share));
  bucket.first = bucket.count == 0 ? report.time : std::min(bucket.first, report.time);
  bucket.last = bucket.count == 0 ? report.time : std::max(bucket.last, report.time);
  Xor(bucket.checksum, Sha256(report.id));
  ++bucket.count;
  return {};
}

}  // namespace

Bytes TimeBytes(dap::Time time) {
  Bytes bytes(8);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(time >> (56 - 8 * i));
  return bytes;
}

dap::Time TimeOf(ByteSpan bytes) {
  dap::Time time = 0;
  for (const uint8_t byte : bytes) time = time << 8 | byte;
  return time;
}

std::string Printable(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char character) { return character < 0x20 || character > 0x7E; }, '?');
  return text;
}

Result<Hold> CheckLease(const Lease& lease, const SqlRows& job, int64_t open) {
  if (!job.empty() && job[0][0].integer == lease.token) {
    if (job[0][2].integer != open) return Hold::kEnded;
    if (job[0][1].integer != 0) return Hold::kHeld;
  }
  return Error{ErrorCode::kExpired, "storage: the lease of job " + ToHex(lease.id) + " is over.",
               "Drop what was done under it: somebody else has the job, or it has ended."};
}

Result<BucketRange> RangeOf(const TaskRow& task, const BatchRange& range) {
  if (task.batch_mode == dap::BatchMode::kTimeInterval && range.interval && !range.batch) {
    const auto [start, duration] = *range.interval;
    if (duration > 0 && start + (duration - 1) >= start) {
      return BucketRange{TimeBytes(start), TimeBytes(start + (duration - 1))};
    }
  }
  if (task.batch_mode == dap::BatchMode::kLeaderSelected && range.batch && !range.interval) {
    const Bytes id(range.batch->begin(), range.batch->end());
    return BucketRange{id, id};
  }
  return Error{ErrorCode::kInvalidArgument, "storage: a batch is an interval that is not empty, or a batch's id.",
               "Which of the two, the task's batch mode says."};
}

Result<std::optional<Claim>> FindClaim(SqlTransaction& sql, const TaskRow& task, const BucketRange& range) {
  // They do not overlap each other, so the last that begins in time is the only one that may reach into the range.
  SOTTO_ASSIGN_OR_RETURN(const SqlRows rows,
                         sql.Run("SELECT first_bucket, last_bucket, owner, collected, count FROM batch "
                                 "WHERE task = $1 AND first_bucket <= $2 ORDER BY first_bucket DESC LIMIT 1",
                                 {task.number, range.last}));
  if (rows.empty() || rows[0][1].bytes < range.first) return std::optional<Claim>();
  const bool collected = rows[0][3].integer != 0;
  return std::optional(Claim{{rows[0][0].bytes, rows[0][1].bytes},
                             ArrayOf<16>(rows[0][2].bytes),
                             collected,
                             !collected && rows[0][4].integer == 0});
}

Status AddClaim(SqlTransaction& sql, const TaskRow& task, const BucketRange& range,
                const std::array<uint8_t, 16>& owner, bool collected, uint64_t count) {
  SOTTO_RETURN_IF_ERROR(
      sql.Run("INSERT INTO batch (task, first_bucket, last_bucket, owner, collected, count) "
              "VALUES ($1, $2, $3, $4, $5, $6)",
              {task.number, range.first, range.last, owner, static_cast<int64_t>(collected), Signed(count)}));
  return {};
}

Status AddToBuckets(SqlTransaction& sql, const TaskRow& task, std::span<const ReportOutcome* const> outcomes,
                    const AddShare& add) {
  const size_t size = task.batch_mode == dap::BatchMode::kTimeInterval ? 8 : 32;
  std::map<BucketId, std::vector<const ReportOutcome*>>
      by_bucket;  // in one order for all, so that none waits in a ring
  for (const ReportOutcome* outcome : outcomes) {
    if (outcome->bucket.size() != size) {
      return Error{ErrorCode::kInvalidArgument, "storage: " + ToHex(outcome->bucket) + " is no bucket of the task.",
                   ""};
    }
    by_bucket[outcome->bucket].push_back(outcome);
  }
  for (const auto& [id, reports] : by_bucket) {
    SOTTO_RETURN_IF_ERROR(
        sql.Run("INSERT INTO bucket (task, id, count, checksum, first_time, last_time, share) "
                "VALUES ($1, $2, 0, $3, $4, $4, $5) ON CONFLICT (task, id) DO NOTHING",
                {task.number, id, dap::Checksum{}, TimeBytes(0), Bytes()}));
    SOTTO_ASSIGN_OR_RETURN(const SqlRows rows,
                           sql.Run("SELECT count, checksum, first_time, last_time, share FROM bucket "
                                   "WHERE task = $1 AND id = $2 FOR UPDATE",
                                   {task.number, id}));
    if (rows.empty()) return Error{ErrorCode::kInternal, "storage: a bucket vanished under its lock.", ""};
    Bucket bucket = BucketOf(rows[0]);
    for (const ReportOutcome* report : reports) SOTTO_RETURN_IF_ERROR(Add(bucket, *report, add));
    SOTTO_RETURN_IF_ERROR(
        sql.Run("UPDATE bucket SET count = $3, checksum = $4, first_time = $5, last_time = $6, share = $7 "
                "WHERE task = $1 AND id = $2",
                {task.number, id, Signed(bucket.count), bucket.checksum, TimeBytes(bucket.first),
                 TimeBytes(bucket.last), bucket.share}));
  }
  return {};
}

Result<Batch> CombineBuckets(SqlTransaction& sql, const TaskRow& task, const BucketRange& range) {
  SOTTO_ASSIGN_OR_RETURN(const SqlRows rows,
                         sql.Run("SELECT count, checksum, first_time, last_time, share FROM bucket "
                                 "WHERE task = $1 AND id >= $2 AND id <= $3 AND count > 0 ORDER BY id",
                                 {task.number, range.first, range.last}));
  Batch batch;
  if (task.batch_mode == dap::BatchMode::kLeaderSelected) batch.id = ArrayOf<32>(range.first);
  dap::Time last = 0;
  for (const SqlRow& row : rows) {
    Bucket bucket = BucketOf(row);
    batch.interval.start = batch.count == 0 ? bucket.first : std::min(batch.interval.start, bucket.first);
    last = std::max(last, bucket.last);
    batch.count += bucket.count;
    Xor(batch.checksum, bucket.checksum);
    batch.shares.push_back(std::move(bucket.share));
  }
  if (batch.count > 0) batch.interval.duration = last - batch.interval.start + 1;
  return batch;
}

Status DropBuckets(SqlTransaction& sql, const TaskRow& task, const BucketRange& range) {
  sql.Forget();
  SOTTO_RETURN_IF_ERROR(
      sql.Run("DELETE FROM bucket WHERE task = $1 AND id >= $2 AND id <= $3", {task.number, range.first, range.last}));
  return {};
}

Status Spend(SqlTransaction& sql, const Charge& charge) {
  SOTTO_RETURN_IF_ERROR(sql.LockBudget());
  SOTTO_ASSIGN_OR_RETURN(const SqlRows rows, sql.Run("SELECT epoch, spent FROM budget", {}));
  std::map<uint64_t, privacy::MicroRho> epochs;
  privacy::MicroRho lifetime = 0;
  for (const SqlRow& row : rows) {
    const auto spent = std::bit_cast<uint64_t>(row[1].integer);
    epochs[std::bit_cast<uint64_t>(row[0].integer)] = spent;
    lifetime += spent;
  }
  SOTTO_ASSIGN_OR_RETURN(auto book, privacy::PolicyBook::Restore(charge.policy, std::move(epochs), lifetime));
  SOTTO_RETURN_IF_ERROR(book.Spend(charge.epoch, charge.cost, charge.what));
  if (charge.cost == 0) return {};
  SOTTO_RETURN_IF_ERROR(
      sql.Run("INSERT INTO budget (epoch, spent) VALUES ($1, $2) "
              "ON CONFLICT (epoch) DO UPDATE SET spent = excluded.spent",
              {Signed(charge.epoch), Signed(book.epoch_spent(charge.epoch))}));
  return {};
}

}  // namespace sotto::server
