#include "sotto/federation/dap_task.h"

#include <limits>
#include <utility>

#include "sotto/vdaf/turbo_shake128.h"

namespace sotto::federation {
namespace {

constexpr uint64_t kMostOfATerm = uint64_t{1} << 32;
constexpr uint8_t kTaskIdDomain = 0x54;  // TurboSHAKE128's separation byte; VdafContext(SplitTask) uses 0x53

// VdafType and its configuration in the draft's encoding. Lengths of valid tasks are far below 2^32.
struct DapVdaf {
  uint32_t type = 0;
  Bytes configuration;
};

DapVdaf VdafOf(const vdaf::Prio3Parameters& parameters) {
  const auto length = static_cast<uint32_t>(parameters.length);
  const auto chunk_length = static_cast<uint32_t>(parameters.chunk_length);
  switch (parameters.variant) {
    case vdaf::Prio3Variant::kHistogram:
      return {4, dap::EncodePrio3HistogramConfig(length, chunk_length)};
    case vdaf::Prio3Variant::kMultihotCountVec:
      return {5, dap::EncodePrio3MultihotCountVecConfig(length, chunk_length, parameters.max_weight)};
    default:  // no task has another one than these three
      return {3, dap::EncodePrio3SumVecConfig(length, parameters.max_measurement, chunk_length)};
  }
}

Error OutOfRange(std::string_view term, uint64_t value) {
  return {ErrorCode::kInvalidArgument, "terms." + std::string(term) + " is " + std::to_string(value) + ".",
          "It must be from 1 to 4294967296."};
}

Status ValidateTerms(const SplitTask& task, const DapTerms& terms) {
  if (terms.time_precision < 1 || terms.time_precision > kMostOfATerm) {
    return OutOfRange("time_precision", terms.time_precision);
  }
  if (terms.duration < 1 || terms.duration > kMostOfATerm) return OutOfRange("duration", terms.duration);
  if (task.epoch > std::numeric_limits<uint64_t>::max() - terms.duration) {
    return Error{ErrorCode::kInvalidArgument, "terms.duration ends beyond the last epoch.",
                 "The task begins in epoch " + std::to_string(task.epoch) + "."};
  }
  if (terms.batch_mode != dap::BatchMode::kTimeInterval && terms.batch_mode != dap::BatchMode::kLeaderSelected) {
    return Error{ErrorCode::kInvalidArgument,
                 "terms.batch_mode is " + std::to_string(static_cast<int>(terms.batch_mode)) + ".",
                 "It is time-interval or leader-selected."};
  }
  return {};
}

}  // namespace

Result<DapTask> MakeDapTask(const SplitTask& task, const DapTerms& terms) {
  SOTTO_ASSIGN_OR_RETURN(const vdaf::Prio3Parameters parameters, VdafParameters(task));
  SOTTO_RETURN_IF_ERROR(ValidateTerms(task, terms));
  SOTTO_ASSIGN_OR_RETURN(Bytes task_info, VdafContext(task));
  DapTask made;
  made.interval = {.start = task.epoch, .duration = terms.duration};
  DapVdaf vdaf = VdafOf(parameters);
  const dap::TaskConfiguration configuration{.task_info = std::move(task_info),
                                             .leader_aggregator_endpoint = terms.leader,
                                             .helper_aggregator_endpoint = terms.helper,
                                             .time_precision = terms.time_precision,
                                             .min_batch_size = task.min_batch_size,
                                             .batch_mode = terms.batch_mode,
                                             .batch_config = {},
                                             .vdaf_type = vdaf.type,
                                             .vdaf_configuration = std::move(vdaf.configuration),
                                             .extensions = {dap::TaskIntervalExtension(made.interval)}};
  SOTTO_ASSIGN_OR_RETURN(made.configuration, dap::EncodeTaskConfiguration(configuration));
  vdaf::TurboShake128 hash(kTaskIdDomain);
  hash.Absorb(made.configuration);
  hash.Squeeze(made.id);
  made.vdaf_context = dap::VdafContext(made.id);
  return made;
}

}  // namespace sotto::federation
