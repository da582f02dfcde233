// A task of two aggregators with keys that are always the same, so that seeds made with them stay valid.
#pragma once

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "server-stub/aggregator/client.h"
#include "server-stub/aggregator/keyring.h"
#include "server-stub/aggregator/task.h"
#include "server-stub/models/sha256.h"

namespace sotto::server {

inline constexpr char kHelperToken[] = "helper-token-0123456789";
inline constexpr char kCollectorToken[] = "collector-token-0123456789";
inline constexpr uint64_t kSampleEpoch = 20'000;
inline constexpr int64_t kSampleNow = static_cast<int64_t>(kSampleEpoch) * 86'400'000 + 1'000'000;
inline constexpr size_t kSampleItems = 4;
inline constexpr uint8_t kLeaderKey = 1;
inline constexpr uint8_t kHelperKey = 2;

template <class T>
T Must(Result<T> result) {
  if (!result.ok()) std::abort();
  return std::move(result).value();
}
inline void Must(bool holds) {
  if (!holds) std::abort();
}

// One party's file of the task `id`: which one of four items a device engaged with, released from two reports on.
inline TaskFile SampleFile(const std::string& id, dap::Role role) {
  TaskFile file;
  file.role = role;
  std::vector<std::string> items;
  for (size_t i = 0; i < kSampleItems; ++i) items.push_back("i" + std::to_string(i));
  file.split = {.id = id,
                .what = federation::SplitPopularity{std::move(items), 1},
                .sigma_squared = {1, 1'000'000},
                .min_batch_size = 2,
                .epoch = kSampleEpoch};
  file.terms = {.leader = "https://leader.example/dap", .helper = "https://helper.example/dap"};
  file.leader_operator = "A";
  file.helper_operator = "B";
  file.expires = "2030-01-01T00:00:00Z";
  ChaCha20Source random(3);
  const HpkeKeyPair collector = Must(GenerateHpkeKeyPair(3, {}, random));
  file.collector = collector.config;
  if (role != dap::Role::kCollector) file.verify_key = Bytes(vdaf::kVerifyKeySize, 7);
  if (role == dap::Role::kLeader) {
    file.helper_token = kHelperToken;
    file.collector_token_sha256 = Sha256Hex(AsBytes(kCollectorToken));
  } else if (role == dap::Role::kHelper) {
    file.helper_token_sha256 = Sha256Hex(AsBytes(kHelperToken));
  } else {
    file.collector_private_key = collector.private_key;
    file.collector_token = kCollectorToken;
  }
  return file;
}

inline HpkeKeyPair SampleKey(uint8_t id) {
  ChaCha20Source random(id);
  return Must(GenerateHpkeKeyPair(id, {}, random));
}

// What one of the two has, but for its storage.
struct SampleParty {
  TaskBook tasks;
  HpkeKeyring keys;

  explicit SampleParty(dap::Role role) {
    Must(keys.Add(SampleKey(role == dap::Role::kLeader ? kLeaderKey : kHelperKey), true).ok());
    Must(tasks.Add(Must(MakeAggregatorTask(SampleFile("sample", role)))).ok());
  }
  const AggregatorTask& task() const { return tasks.tasks().begin()->second; }
};

// The report of a device that engaged with item `number` mod 4; all of it is drawn from `number`.
inline dap::Report SampleReport(const AggregatorTask& task, uint64_t number) {
  ChaCha20Source random(1'000 + number);
  const std::vector<uint32_t> engaged = {static_cast<uint32_t>(number % kSampleItems)};
  const auto measurement = Must(federation::MeasurePopularity(task.file.split, engaged, random));
  return Must(MakeReport(task.dap, task.prio3, SampleKey(kLeaderKey).config, SampleKey(kHelperKey).config,
                         task.dap.interval.start, measurement, random));
}

}  // namespace sotto::server
