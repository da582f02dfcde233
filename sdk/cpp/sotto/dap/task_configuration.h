// What all parties of a task agree on, in one string of bytes that is bound into every ciphertext:
// draft-ietf-ppm-dap-18, section 4.2.
#pragma once

#include <optional>

#include "sotto/dap/basic.h"

namespace sotto::dap {

inline constexpr uint16_t kTaskIntervalExtension = 1;

struct TaskConfiguration {
  Bytes task_info;                         // 1 to 255 bytes
  std::string leader_aggregator_endpoint;  // URL, 1 to 65,535 bytes
  std::string helper_aggregator_endpoint;
  uint64_t time_precision = 0;  // seconds
  uint64_t min_batch_size = 0;
  BatchMode batch_mode = BatchMode::kTimeInterval;
  Bytes batch_config;  // empty for both modes
  uint32_t vdaf_type = 0;
  Bytes vdaf_configuration;
  Extensions extensions;

  friend bool operator==(const TaskConfiguration&, const TaskConfiguration&) = default;
};

Result<Bytes> EncodeTaskConfiguration(const TaskConfiguration& configuration);
Result<TaskConfiguration> DecodeTaskConfiguration(ByteSpan bytes);

Extension TaskIntervalExtension(const Interval& interval);
// The interval of the extension `task_interval`; none if the task has no such extension. kMalformed if it is no
// interval.
Result<std::optional<Interval>> TaskInterval(const TaskConfiguration& configuration);

// Section "VDAF Configuration Encodings".
Bytes EncodePrio3SumVecConfig(uint32_t length, uint64_t max_measurement, uint32_t chunk_length);
Bytes EncodePrio3HistogramConfig(uint32_t length, uint32_t chunk_length);
Bytes EncodePrio3MultihotCountVecConfig(uint32_t length, uint32_t chunk_length, uint64_t max_weight);

}  // namespace sotto::dap
