// Names that DAP has in HTTP: media types and problem types. draft-ietf-ppm-dap-18, sections 3 and 8.
#pragma once

#include <string>
#include <string_view>

#include "sotto/base/result.h"

namespace sotto::dap {

enum class Message : uint8_t {
  kHpkeConfigList,
  kUploadReq,
  kUploadErrors,
  kAggregationJobInitReq,
  kAggregationJobContinueReq,
  kAggregationJobResp,
  kCollectionJobReq,
  kCollectionJobResp,
  kAggregateShareReq,
  kAggregateShare,
};

// "application/ppm-dap;message=upload-req".
std::string_view MediaType(Message message);
// True for that media type in any case and with white space as RFC 9110, section 8.3.1, allows it (quoted too).
bool IsMediaType(std::string_view content_type, Message message);

enum class Problem : uint8_t {
  kInvalidMessage,
  kUnrecognizedTask,
  kUnrecognizedAggregationJob,
  kBatchInvalid,
  kInvalidBatchSize,
  kInvalidAggregationParameter,
  kBatchMismatch,
  kStepMismatch,
  kBatchOverlap,
  kUnsupportedExtension,
  kInvalidExtension,
};

// "invalidMessage", and "urn:ietf:params:ppm:dap:error:invalidMessage".
std::string_view ProblemName(Problem problem);
std::string ProblemType(Problem problem);
// kNotFound for a type that the draft does not have.
Result<Problem> ProblemOfType(std::string_view type);

}  // namespace sotto::dap
