#include "sotto/dap/task_configuration.h"

#include "sotto/dap/collection.h"
#include "sotto/dap/structs.h"

namespace sotto::dap {
namespace {

std::string ReadUrl(Reader& in, std::string_view field) {
  const Bytes url = in.Opaque(field, kVector16NotEmpty);
  return {url.begin(), url.end()};
}

}  // namespace

Result<Bytes> EncodeTaskConfiguration(const TaskConfiguration& configuration) {
  Writer out;
  out.Opaque("TaskConfiguration.task_info", kVector8NotEmpty, configuration.task_info);
  out.Opaque("TaskConfiguration.leader_aggregator_endpoint", kVector16NotEmpty,
             AsBytes(configuration.leader_aggregator_endpoint));
  out.Opaque("TaskConfiguration.helper_aggregator_endpoint", kVector16NotEmpty,
             AsBytes(configuration.helper_aggregator_endpoint));
  out.U64(configuration.time_precision);
  out.U64(configuration.min_batch_size);
  out.Enumeration(configuration.batch_mode);
  out.Opaque("TaskConfiguration.batch_config", kVector16, configuration.batch_config);
  out.U32(configuration.vdaf_type);
  out.Opaque("TaskConfiguration.vdaf_configuration", kVector16, configuration.vdaf_configuration);
  WriteExtensions(out, "TaskConfiguration.extensions", configuration.extensions);
  return out.Finish();
}

Result<TaskConfiguration> DecodeTaskConfiguration(ByteSpan bytes) {
  return DecodeWhole("TaskConfiguration", bytes, [](Reader& in) {
    TaskConfiguration configuration;
    configuration.task_info = in.Opaque("TaskConfiguration.task_info", kVector8NotEmpty);
    configuration.leader_aggregator_endpoint = ReadUrl(in, "TaskConfiguration.leader_aggregator_endpoint");
    configuration.helper_aggregator_endpoint = ReadUrl(in, "TaskConfiguration.helper_aggregator_endpoint");
    configuration.time_precision = in.U64("TaskConfiguration.time_precision");
    configuration.min_batch_size = in.U64("TaskConfiguration.min_batch_size");
    configuration.batch_mode = ReadBatchMode(in, "TaskConfiguration.batch_mode");
    configuration.batch_config = in.Opaque("TaskConfiguration.batch_config", kVector16);
    configuration.vdaf_type = in.U32("TaskConfiguration.vdaf_type");
    configuration.vdaf_configuration = in.Opaque("TaskConfiguration.vdaf_configuration", kVector16);
    configuration.extensions = ReadExtensions(in, "TaskConfiguration.extensions");
    return configuration;
  });
}

Extension TaskIntervalExtension(const Interval& interval) {
  return {kTaskIntervalExtension, EncodeInterval(interval)};
}

Result<std::optional<Interval>> TaskInterval(const TaskConfiguration& configuration) {
  const auto found = std::ranges::find(configuration.extensions, kTaskIntervalExtension, &Extension::type);
  if (found == configuration.extensions.end()) return std::optional<Interval>{};
  const Result<Interval> interval = DecodeInterval(found->data);
  if (!interval.ok()) {
    return Error{
        ErrorCode::kMalformed,
        "the extension task_interval has " + std::to_string(found->data.size()) + " bytes, an interval has 16.",
        "Create the task anew."};
  }
  return std::optional<Interval>{interval.value()};
}

Bytes EncodePrio3SumVecConfig(uint32_t length, uint64_t max_measurement, uint32_t chunk_length) {
  Writer out;
  out.U32(length);
  out.U64(max_measurement);
  out.U32(chunk_length);
  return out.Release();
}

Bytes EncodePrio3HistogramConfig(uint32_t length, uint32_t chunk_length) {
  Writer out;
  out.U32(length);
  out.U32(chunk_length);
  return out.Release();
}

Bytes EncodePrio3MultihotCountVecConfig(uint32_t length, uint32_t chunk_length, uint64_t max_weight) {
  Writer out;
  out.U32(length);
  out.U32(chunk_length);
  out.U64(max_weight);
  return out.Release();
}

}  // namespace sotto::dap
