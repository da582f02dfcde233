// A small task and updates for it, for tests.
#pragma once

#include <string>

#include "server-stub/models/sha256.h"
#include "server-stub/rounds/round_book.h"
#include "server-stub/rounds/task.h"
#include "sotto/base/random.h"
#include "sotto/federation/local_update.h"

namespace sotto::server {

inline std::vector<stream::ManifestProduct> SampleProducts() {
  std::vector<stream::ManifestProduct> products;
  for (const char* id : {"p1", "p2", "p3"}) {
    products.push_back({id, {"品", "Item"}, "", 100, "CNY", "", {}, {}});
  }
  return products;
}

inline TaskConfig SampleTaskConfig(uint64_t minimum, const std::string& id = "affinity-1") {
  TaskConfig config;
  config.id = id;
  config.stream = "tea-house";
  config.max_items = 2;
  config.sigma_squared_numerator = 9;
  config.minimum = minimum;
  config.expires = "2100-01-01T00:00:00Z";
  config.model = "affinity";
  return config;
}

inline Task SampleTask(uint64_t minimum, const std::string& id = "affinity-1") {
  return std::move(MakeTask(SampleTaskConfig(minimum, id), SampleProducts(), 65'536)).value();
}

// An update whose noise is that of `seed`.
inline federation::LocalUpdate SampleUpdate(const Task& task, uint64_t seed) {
  ChaCha20Source random(seed);
  const std::vector<uint32_t> engaged = {0, 2};
  return std::move(federation::MakeLocalUpdate(task.affinity, engaged, random)).value();
}

inline std::string SampleUpdateBytes(const Task& task, uint64_t seed) {
  const Bytes bytes = federation::SerialiseUpdate(task.affinity, SampleUpdate(task, seed));
  return {bytes.begin(), bytes.end()};
}

// As it comes in under `id`.
inline PendingUpdate SamplePending(const Task& task, const std::string& id, uint64_t seed, bool accept_new = true) {
  const std::string bytes = SampleUpdateBytes(task, seed);
  return {task.affinity.id, id, Sha256(AsBytes(bytes)), SampleUpdate(task, seed), accept_new};
}

}  // namespace sotto::server
