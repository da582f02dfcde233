// What leader and helper say to each other about reports: draft-ietf-ppm-dap-18, section 4.5.
#pragma once

#include <variant>

#include "sotto/dap/upload.h"

namespace sotto::dap {

// Of an aggregation job under the leader-selected batch mode; its data is a BatchId.
inline constexpr uint16_t kLeaderSelectedBatchIdExtension = 1;

struct ReportShare {
  ReportMetadata report_metadata;
  Bytes public_share;
  HpkeCiphertext encrypted_input_share;  // the helper's

  friend bool operator==(const ReportShare&, const ReportShare&) = default;
};

struct VerifyInit {
  ReportShare report_share;
  Bytes payload;  // 1 to 2^32 - 1 bytes: a vdaf::PingPongMessage

  friend bool operator==(const VerifyInit&, const VerifyInit&) = default;
};

struct AggregationJobInitReq {
  uint8_t verification_key_id = 0;
  Bytes agg_param;  // empty for Prio3
  Extensions extensions;
  std::vector<VerifyInit> verify_inits;

  friend bool operator==(const AggregationJobInitReq&, const AggregationJobInitReq&) = default;
};
Result<Bytes> EncodeAggregationJobInitReq(const AggregationJobInitReq& request);
Result<AggregationJobInitReq> DecodeAggregationJobInitReq(ByteSpan bytes);

// VerifyResp. The alternatives are the draft's verify_resp_type: 0 continue, 1 finish, 2 reject.
struct VerifyContinued {
  Bytes payload;  // 1 to 2^32 - 1 bytes: a vdaf::PingPongMessage
  friend bool operator==(const VerifyContinued&, const VerifyContinued&) = default;
};
struct VerifyFinished {
  friend bool operator==(const VerifyFinished&, const VerifyFinished&) = default;
};
struct VerifyResp {
  ReportId report_id{};
  std::variant<VerifyContinued, VerifyFinished, ReportError> result;

  friend bool operator==(const VerifyResp&, const VerifyResp&) = default;
};
// AggregationJobResp: one for each report of the request, in its order.
Result<Bytes> EncodeAggregationJobResp(const std::vector<VerifyResp>& responses);
Result<std::vector<VerifyResp>> DecodeAggregationJobResp(ByteSpan bytes);

// For VDAFs of more than one round, which Prio3 is not: a helper of ours reads it to refuse it properly.
struct VerifyContinue {
  ReportId report_id{};
  Bytes payload;  // 1 to 2^32 - 1 bytes

  friend bool operator==(const VerifyContinue&, const VerifyContinue&) = default;
};
struct AggregationJobContinueReq {
  uint16_t step = 0;
  std::vector<VerifyContinue> verify_continues;

  friend bool operator==(const AggregationJobContinueReq&, const AggregationJobContinueReq&) = default;
};
Result<Bytes> EncodeAggregationJobContinueReq(const AggregationJobContinueReq& request);
Result<AggregationJobContinueReq> DecodeAggregationJobContinueReq(ByteSpan bytes);

}  // namespace sotto::dap
