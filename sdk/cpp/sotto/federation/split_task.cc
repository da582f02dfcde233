#include "sotto/federation/split_task.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "sotto/base/fnv1a.h"
#include "sotto/federation/affinity_task.h"
#include "sotto/federation/delta_encoding.h"
#include "sotto/federation/engaged_items.h"
#include "sotto/federation/task_fields.h"
#include "sotto/privacy/zcdp.h"
#include "sotto/vdaf/turbo_shake128.h"

namespace sotto::federation {
namespace {

constexpr std::string_view kMagic = "SOST";
constexpr uint16_t kFormatVersion = 1;
// In the order of SplitTask::what, which is the order of the encoding's numbers.
constexpr std::array<std::string_view, 4> kKindNames = {"popularity", "affinity", "mood", "delta"};
constexpr std::string_view kContextPrefix = "sotto";
constexpr uint8_t kContextDomain = 0x53;  // TurboSHAKE128's separation byte; Prio3 uses 1
constexpr size_t kContextHashBytes = 32;

Error Invalid(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint)};
}

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};

// What the task of a kind is, or kInvalidArgument.
template <class Kind>
Result<const Kind*> As(const SplitTask& task) {
  SOTTO_RETURN_IF_ERROR(ValidateTask(task));
  const auto* what = std::get_if<Kind>(&task.what);
  if (what == nullptr) {
    return Invalid("task " + task.id + " is a " + std::string(KindName(task)) + " task.", "Measure what it asks for.");
  }
  return what;
}

uint64_t PairsOf(const SplitAffinity& affinity) {
  const uint64_t k = affinity.max_items;
  return k * (k + 1) / 2;
}

void WriteItems(ByteWriter& out, uint32_t max_items, const std::vector<std::string>& items) {
  out.U32(max_items);
  out.U32(static_cast<uint32_t>(items.size()));
  for (const std::string& item : items) (void)out.ShortString(item);  // 64 bytes at most
}

struct ItemFields {
  uint32_t max_items = 0;
  std::vector<std::string> items;
};

Result<ItemFields> ReadItems(ByteReader& in) {
  ItemFields fields;
  SOTTO_ASSIGN_OR_RETURN(fields.max_items, in.U32());
  SOTTO_ASSIGN_OR_RETURN(const uint32_t count, in.U32());
  // Grows with the bytes that are there, not with the number that they claim.
  for (uint32_t i = 0; i < count; ++i) {
    SOTTO_ASSIGN_OR_RETURN(const std::string_view item, in.ShortString());
    fields.items.emplace_back(item);
  }
  return fields;
}

Result<SplitDelta> ReadDelta(ByteReader& in) {
  SplitDelta delta;
  SOTTO_ASSIGN_OR_RETURN(delta.model, in.ShortString());
  SOTTO_ASSIGN_OR_RETURN(delta.dimension, in.U32());
  SOTTO_ASSIGN_OR_RETURN(const uint64_t clip, in.U64());
  SOTTO_ASSIGN_OR_RETURN(delta.entry_bits, in.U32());
  SOTTO_ASSIGN_OR_RETURN(const uint64_t step, in.U64());
  SOTTO_ASSIGN_OR_RETURN(delta.rotation_seed, in.U64());
  delta.clip = std::bit_cast<double>(clip);
  delta.step = std::bit_cast<double>(step);
  return delta;
}

}  // namespace

std::string_view KindName(const SplitTask& task) {
  return kKindNames[task.what.index()];
}

Status ValidateTask(const SplitTask& task) {
  SOTTO_RETURN_IF_ERROR(ValidateTaskId(task.id));
  SOTTO_RETURN_IF_ERROR(ValidateSigmaSquared(task.sigma_squared));
  if (task.min_batch_size < 1 || task.min_batch_size > kMaxReports) {
    return Invalid("task.min_batch_size is " + std::to_string(task.min_batch_size) + ".",
                   "It must be from 1 to 4294967296.");
  }
  return std::visit(Overloaded{[](const SplitPopularity& popularity) -> Status {
                                 SOTTO_RETURN_IF_ERROR(ValidateItems(popularity.items, 1, kMaxPopularityItems));
                                 return ValidateMaxItems(popularity.max_items, popularity.items.size());
                               },
                               [](const SplitAffinity& affinity) -> Status {
                                 SOTTO_RETURN_IF_ERROR(ValidateItems(affinity.items, 2, kMaxSplitAffinityItems));
                                 return ValidateMaxItems(affinity.max_items, affinity.items.size());
                               },
                               [](const SplitMood&) -> Status { return {}; },
                               [](const SplitDelta& delta) -> Status { return ValidateDelta(delta); }},
                    task.what);
}

Result<vdaf::Prio3Parameters> VdafParameters(const SplitTask& task) {
  SOTTO_RETURN_IF_ERROR(ValidateTask(task));
  vdaf::Prio3Parameters parameters =
      std::visit(Overloaded{[](const SplitPopularity& popularity) -> vdaf::Prio3Parameters {
                              return {.variant = vdaf::Prio3Variant::kMultihotCountVec,
                                      .length = popularity.items.size(),
                                      .max_weight = popularity.max_items};
                            },
                            [](const SplitAffinity& affinity) -> vdaf::Prio3Parameters {
                              const uint64_t items = affinity.items.size();
                              return {.variant = vdaf::Prio3Variant::kMultihotCountVec,
                                      .length = items * (items + 1) / 2,
                                      .max_weight = PairsOf(affinity)};
                            },
                            [](const SplitMood&) -> vdaf::Prio3Parameters {
                              return {.variant = vdaf::Prio3Variant::kHistogram, .length = kMoodBuckets};
                            },
                            [](const SplitDelta& delta) -> vdaf::Prio3Parameters {
                              return {.variant = vdaf::Prio3Variant::kSumVec,
                                      .length = DeltaEntries(delta),
                                      .max_measurement = (uint64_t{1} << delta.entry_bits) - 1};
                            }},
                 task.what);
  SOTTO_ASSIGN_OR_RETURN(parameters.chunk_length, vdaf::BestChunkLength(parameters));
  return parameters;
}

Result<uint64_t> SensitivitySquared(const SplitTask& task) {
  SOTTO_RETURN_IF_ERROR(ValidateTask(task));
  return std::visit(Overloaded{[](const SplitPopularity& popularity) -> uint64_t { return popularity.max_items; },
                               [](const SplitAffinity& affinity) -> uint64_t { return PairsOf(affinity); },
                               [](const SplitMood&) -> uint64_t { return 2; },
                               [](const SplitDelta& delta) -> uint64_t { return DeltaNormBound(delta); }},
                    task.what);
}

Result<double> TaskRho(const SplitTask& task) {
  SOTTO_ASSIGN_OR_RETURN(const uint64_t sensitivity, SensitivitySquared(task));
  return privacy::GaussianRho({sensitivity, 1}, task.sigma_squared);
}

Result<privacy::MicroRho> TaskMicroRho(const SplitTask& task) {
  SOTTO_ASSIGN_OR_RETURN(const uint64_t sensitivity, SensitivitySquared(task));
  return privacy::GaussianMicroRho(sensitivity, task.sigma_squared);
}

Result<Bytes> EncodeTask(const SplitTask& task) {
  SOTTO_RETURN_IF_ERROR(ValidateTask(task));
  const privacy::Rational sigma = task.sigma_squared.Reduced();
  ByteWriter out;
  out.Append(AsBytes(kMagic));
  out.U16(kFormatVersion);
  out.U8(static_cast<uint8_t>(task.what.index()));
  SOTTO_RETURN_IF_ERROR(out.ShortString(task.id));
  out.U64(task.epoch);
  out.U64(task.min_batch_size);
  out.U32(static_cast<uint32_t>(sigma.numerator));
  out.U32(static_cast<uint32_t>(sigma.denominator));
  std::visit(
      Overloaded{[&](const SplitPopularity& popularity) { WriteItems(out, popularity.max_items, popularity.items); },
                 [&](const SplitAffinity& affinity) { WriteItems(out, affinity.max_items, affinity.items); },
                 [&](const SplitMood& mood) { out.U32(mood.minute); },
                 [&](const SplitDelta& delta) {
                   (void)out.ShortString(delta.model);  // 64 bytes at most
                   out.U32(delta.dimension);
                   out.U64(std::bit_cast<uint64_t>(delta.clip));
                   out.U32(delta.entry_bits);
                   out.U64(std::bit_cast<uint64_t>(delta.step));
                   out.U64(delta.rotation_seed);
                 }},
      task.what);
  return out.Release();
}

Result<SplitTask> DecodeTask(ByteSpan bytes) {
  ByteReader in(bytes);
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan magic, in.Take(kMagic.size()));
  if (!std::ranges::equal(magic, AsBytes(kMagic))) {
    return Error{ErrorCode::kMalformed, "this is not a task: it does not start with SOST.", ""};
  }
  SOTTO_ASSIGN_OR_RETURN(const uint16_t version, in.U16());
  if (version != kFormatVersion) {
    return Error{ErrorCode::kUnsupportedVersion, "the task has format version " + std::to_string(version) + ".",
                 "This build reads version 1."};
  }
  SplitTask task;
  SOTTO_ASSIGN_OR_RETURN(const uint8_t kind, in.U8());
  SOTTO_ASSIGN_OR_RETURN(task.id, in.ShortString());
  SOTTO_ASSIGN_OR_RETURN(task.epoch, in.U64());
  SOTTO_ASSIGN_OR_RETURN(task.min_batch_size, in.U64());
  SOTTO_ASSIGN_OR_RETURN(task.sigma_squared.numerator, in.U32());
  SOTTO_ASSIGN_OR_RETURN(task.sigma_squared.denominator, in.U32());
  switch (kind) {
    case 0: {
      SOTTO_ASSIGN_OR_RETURN(ItemFields fields, ReadItems(in));
      task.what = SplitPopularity{.items = std::move(fields.items), .max_items = fields.max_items};
      break;
    }
    case 1: {
      SOTTO_ASSIGN_OR_RETURN(ItemFields fields, ReadItems(in));
      task.what = SplitAffinity{.items = std::move(fields.items), .max_items = fields.max_items};
      break;
    }
    case 2: {
      SOTTO_ASSIGN_OR_RETURN(const uint32_t minute, in.U32());
      task.what = SplitMood{.minute = minute};
      break;
    }
    case 3: {
      SOTTO_ASSIGN_OR_RETURN(task.what, ReadDelta(in));
      break;
    }
    default:
      return Error{ErrorCode::kMalformed, "the task has kind " + std::to_string(kind) + ".",
                   "Kinds are 0 popularity, 1 affinity, 2 mood and 3 delta."};
  }
  SOTTO_RETURN_IF_ERROR(in.ExpectEnd());
  SOTTO_RETURN_IF_ERROR(ValidateTask(task));
  if (task.sigma_squared != task.sigma_squared.Reduced()) {
    return Error{ErrorCode::kMalformed, "the task's sigma_squared is not in lowest terms.",
                 "A task has one encoding; encode it again."};
  }
  return task;
}

Result<uint64_t> TaskDigest(const SplitTask& task) {
  SOTTO_ASSIGN_OR_RETURN(const Bytes encoded, EncodeTask(task));
  return Fnv1a64(encoded);
}

Result<std::vector<uint64_t>> MeasurePopularity(const SplitTask& task, std::span<const uint32_t> engaged,
                                                RandomSource& random) {
  SOTTO_ASSIGN_OR_RETURN(const SplitPopularity* popularity, As<SplitPopularity>(task));
  const size_t items = popularity->items.size();
  SOTTO_ASSIGN_OR_RETURN(const std::vector<uint32_t> kept, KeptItems(items, engaged, popularity->max_items, random));
  std::vector<uint64_t> bits(items, 0);
  for (const uint32_t item : kept) bits[item] = 1;
  return bits;
}

Result<std::vector<uint64_t>> MeasureAffinity(const SplitTask& task, std::span<const uint32_t> engaged,
                                              RandomSource& random) {
  SOTTO_ASSIGN_OR_RETURN(const SplitAffinity* affinity, As<SplitAffinity>(task));
  const size_t items = affinity->items.size();
  SOTTO_ASSIGN_OR_RETURN(const std::vector<uint32_t> kept, KeptItems(items, engaged, affinity->max_items, random));
  std::vector<uint64_t> bits(items * (items + 1) / 2, 0);
  for (size_t a = 0; a < kept.size(); ++a) {
    for (size_t b = a; b < kept.size(); ++b) bits[EntryIndex(items, kept[a], kept[b])] = 1;
  }
  return bits;
}

Result<std::vector<uint64_t>> MeasureMood(const SplitTask& task, uint32_t sentiment, uint32_t intent) {
  SOTTO_RETURN_IF_ERROR(As<SplitMood>(task));
  if (sentiment >= kMoodSentiments || intent >= kMoodIntents) {
    return Invalid(
        "there is no mood of sentiment " + std::to_string(sentiment) + " and intent " + std::to_string(intent) + ".",
        "There are 3 sentiments and 12 intents.");
  }
  return std::vector<uint64_t>{uint64_t{sentiment} * kMoodIntents + intent};
}

Result<std::vector<uint64_t>> MeasureDelta(const SplitTask& task, std::span<const float> change, RandomSource& random) {
  SOTTO_ASSIGN_OR_RETURN(const SplitDelta* delta, As<SplitDelta>(task));
  return EncodeDelta(*delta, change, random);
}

Result<Bytes> VdafContext(const SplitTask& task) {
  SOTTO_ASSIGN_OR_RETURN(const Bytes encoded, EncodeTask(task));
  vdaf::TurboShake128 hash(kContextDomain);
  hash.Absorb(encoded);
  Bytes context(kContextPrefix.size() + kContextHashBytes);
  const auto rest = std::ranges::copy(kContextPrefix, context.begin()).out;
  hash.Squeeze({rest, context.end()});
  return context;
}

}  // namespace sotto::federation
