// Any bytes as a device's update. The first two bytes choose the task and whether its digest is put where it belongs,
// for no mutation finds those eight bytes. What is parsed is written back as the same bytes, and a round can add it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sotto/federation/local_update.h"
#include "sotto/federation/round.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

constexpr size_t kDigestAt = 6;  // after magic and format version

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sotto::federation;
  if (size < 2) return 0;
  AffinityTask task{.id = "t", .items = {}, .max_items = 2, .sigma_squared = {1 + data[0] / 8U, 1 + data[0] % 8U}};
  for (unsigned item = 0; item < 2 + data[0] % 7U; ++item) task.items.push_back(std::to_string(item));
  sotto::Bytes bytes(data + 2, data + size);
  if (data[1] % 2 == 1 && bytes.size() >= kDigestAt + sizeof(uint64_t)) {
    sotto::ByteWriter digest;
    digest.U64(TaskDigest(task));
    std::ranges::copy(digest.bytes(), bytes.begin() + kDigestAt);
  }

  const auto update = ParseUpdate(task, bytes);
  if (!update.ok()) return 0;
  Require(SerialiseUpdate(task, update.value()) == bytes);
  auto round = Round::Create(task);
  Require(round.ok() && round.value().Add(update.value()).ok() && round.value().Close("1").ok());
  return 0;
}
