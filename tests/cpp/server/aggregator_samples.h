// Tasks, reports and shares for tests of storage. A report's measurement is a number, a share of it is that number, and
// an aggregate share is their sum: whatever is lost, or counted twice, shows.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server-stub/storage/aggregator_store.h"

namespace sotto::server {

template <size_t Size>
std::array<uint8_t, Size> NumberedId(uint64_t number) {
  std::array<uint8_t, Size> id{};
  // Spread, so that ids do not sort as their numbers do.
  uint64_t spread = (number + 1) * 0x9E3779B97F4A7C15U;
  for (size_t i = 0; i < 8; ++i) id[i] = static_cast<uint8_t>(spread >> (8 * i));
  for (size_t i = 0; i < 8; ++i) id[Size - 1 - i] = static_cast<uint8_t>(number >> (8 * i));
  return id;
}

inline dap::TaskId TaskNumber(uint64_t number) {
  return NumberedId<32>(number);
}
inline dap::ReportId ReportNumber(uint64_t number) {
  return NumberedId<16>(number);
}
inline std::array<uint8_t, 16> JobNumber(uint64_t number) {
  return NumberedId<16>(number);
}
inline dap::BatchId BatchNumber(uint64_t number) {
  return NumberedId<32>(number);
}

inline BucketId BucketAt(dap::Time time) {
  BucketId id(8);
  for (size_t i = 0; i < 8; ++i) id[i] = static_cast<uint8_t>(time >> (56 - 8 * i));
  return id;
}

inline Bytes Text(std::string_view text) {
  return {text.begin(), text.end()};
}

inline Bytes ShareOf(uint64_t value) {
  ByteWriter writer;
  writer.U64(value);
  return writer.Release();
}

inline uint64_t ValueOf(ByteSpan share) {
  if (share.empty()) return 0;
  ByteReader reader(share);
  const auto value = reader.U64();
  EXPECT_TRUE(value.ok());
  return value.ok() ? value.value() : 0;
}

inline Status Sum(Bytes& aggregate_share, ByteSpan out_share) {
  aggregate_share = ShareOf(ValueOf(aggregate_share) + ValueOf(out_share));
  return {};
}

inline uint64_t SumOf(const Batch& batch) {
  uint64_t sum = 0;
  for (const Bytes& share : batch.shares) sum += ValueOf(share);
  return sum;
}

inline TaskRecord SampleTask(uint64_t number, dap::Role role, dap::BatchMode mode, uint64_t min_batch_size = 1) {
  return {TaskNumber(number), Text("configuration " + std::to_string(number)), role, mode, min_batch_size};
}

inline NewReport SampleReport(uint64_t number, dap::Time time = 100, uint64_t task = 1) {
  return {TaskNumber(task), ReportNumber(number), time, Text("body of " + std::to_string(number))};
}

// Report `number` was valid; its measurement is `number`.
inline ReportOutcome Counted(uint64_t number, dap::Time time = 100) {
  return {ReportNumber(number), time, std::nullopt, BucketAt(time), ShareOf(number)};
}

inline Charge SampleCharge(privacy::MicroRho cost = 10, uint64_t epoch = 7) {
  return {{1'000, 10'000, 100'000}, epoch, cost, "the task"};
}

}  // namespace sotto::server
