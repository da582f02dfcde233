#include "sotto/federation/local_update.h"

#include <algorithm>
#include <string_view>

#include "sotto/federation/engaged_items.h"

namespace sotto::federation {
namespace {

constexpr std::string_view kMagic = "SOLU";
constexpr uint16_t kFormatVersion = 1;

}  // namespace

Result<LocalUpdate> MakeLocalUpdate(const AffinityTask& task, std::span<const uint32_t> engaged, RandomSource& random) {
  SOTTO_ASSIGN_OR_RETURN(const int64_t bound, EntryBound(task));
  SOTTO_ASSIGN_OR_RETURN(const auto noise, privacy::DiscreteGaussian::Create(task.sigma_squared));

  SOTTO_ASSIGN_OR_RETURN(const std::vector<uint32_t> kept,
                         KeptItems(task.items.size(), engaged, task.max_items, random));

  LocalUpdate update{std::vector<int16_t>(EntryCount(task), 0)};
  for (size_t a = 0; a < kept.size(); ++a) {
    for (size_t b = a; b < kept.size(); ++b) update.entries[EntryIndex(task.items.size(), kept[a], kept[b])] = 1;
  }
  for (int16_t& entry : update.entries) {
    SOTTO_ASSIGN_OR_RETURN(const int64_t sample, noise.Sample(random));
    entry = static_cast<int16_t>(std::clamp(entry + sample, -bound, bound));
  }
  return update;
}

Bytes SerialiseUpdate(const AffinityTask& task, const LocalUpdate& update) {
  ByteWriter writer;
  writer.Append(AsBytes(kMagic));
  writer.U16(kFormatVersion);
  writer.U64(TaskDigest(task));
  writer.U32(static_cast<uint32_t>(update.entries.size()));
  for (const int16_t entry : update.entries) writer.I16(entry);
  return writer.Release();
}

Result<LocalUpdate> ParseUpdate(const AffinityTask& task, ByteSpan bytes) {
  SOTTO_ASSIGN_OR_RETURN(const int16_t bound, EntryBound(task));
  ByteReader reader(bytes);
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan magic, reader.Take(kMagic.size()));
  if (!std::ranges::equal(magic, AsBytes(kMagic))) {
    return Error{ErrorCode::kMalformed, "this is not an update: it does not start with SOLU.", ""};
  }
  SOTTO_ASSIGN_OR_RETURN(const uint16_t version, reader.U16());
  if (version != kFormatVersion) {
    return Error{ErrorCode::kUnsupportedVersion, "the update has format version " + std::to_string(version) + ".",
                 "This build reads version 1."};
  }
  SOTTO_ASSIGN_OR_RETURN(const uint64_t digest, reader.U64());
  if (digest != TaskDigest(task)) {
    return Error{ErrorCode::kMismatch, "the update was made for a task of other parameters than " + task.id + ".",
                 "Read the manifest again and make a new one."};
  }
  SOTTO_ASSIGN_OR_RETURN(const uint32_t count, reader.U32());
  if (count != EntryCount(task)) {
    return Error{
        ErrorCode::kMalformed,
        "the update has " + std::to_string(count) + " entries, the task " + std::to_string(EntryCount(task)) + ".", ""};
  }
  LocalUpdate update;
  update.entries.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    SOTTO_ASSIGN_OR_RETURN(const int16_t entry, reader.I16());
    if (entry > bound || entry < -bound) {
      return Error{ErrorCode::kMalformed,
                   "entry " + std::to_string(i) + " is " + std::to_string(entry) + ", beyond the task's bound of " +
                       std::to_string(bound) + ".",
                   ""};
    }
    update.entries.push_back(entry);
  }
  SOTTO_RETURN_IF_ERROR(reader.ExpectEnd());
  return update;
}

}  // namespace sotto::federation
