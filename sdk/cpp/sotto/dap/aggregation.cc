#include "sotto/dap/aggregation.h"

#include "sotto/dap/structs.h"

namespace sotto::dap {
namespace {

enum class VerifyRespType : uint8_t { kContinue = 0, kFinish = 1, kReject = 2 };

void WriteVerifyInit(Writer& out, const VerifyInit& init) {
  WriteReportMetadata(out, init.report_share.report_metadata);
  out.Opaque("ReportShare.public_share", kVector32, init.report_share.public_share);
  WriteHpkeCiphertext(out, init.report_share.encrypted_input_share);
  out.Opaque("VerifyInit.payload", kVector32NotEmpty, init.payload);
}

VerifyInit ReadVerifyInit(Reader& in) {
  VerifyInit init;
  init.report_share.report_metadata = ReadReportMetadata(in);
  init.report_share.public_share = in.Opaque("ReportShare.public_share", kVector32);
  init.report_share.encrypted_input_share = ReadHpkeCiphertext(in);
  init.payload = in.Opaque("VerifyInit.payload", kVector32NotEmpty);
  return init;
}

void WriteVerifyResp(Writer& out, const VerifyResp& response) {
  out.Fixed(response.report_id);
  if (const auto* continued = std::get_if<VerifyContinued>(&response.result)) {
    out.Enumeration(VerifyRespType::kContinue);
    out.Opaque("VerifyResp.payload", kVector32NotEmpty, continued->payload);
  } else if (const auto* error = std::get_if<ReportError>(&response.result)) {
    out.Enumeration(VerifyRespType::kReject);
    out.Enumeration(*error);
  } else {
    out.Enumeration(VerifyRespType::kFinish);
  }
}

VerifyResp ReadVerifyResp(Reader& in) {
  VerifyResp response;
  response.report_id = in.Fixed<16>("VerifyResp.report_id");
  switch (in.Enumeration("VerifyResp.verify_resp_type", VerifyRespType::kContinue, VerifyRespType::kReject)) {
    case VerifyRespType::kContinue:
      response.result = VerifyContinued{in.Opaque("VerifyResp.payload", kVector32NotEmpty)};
      break;
    case VerifyRespType::kFinish:
      response.result = VerifyFinished{};
      break;
    case VerifyRespType::kReject:
      response.result = ReadReportError(in);
      break;
  }
  return response;
}

}  // namespace

Result<Bytes> EncodeAggregationJobInitReq(const AggregationJobInitReq& request) {
  Writer out;
  out.U8(request.verification_key_id);
  out.Opaque("AggregationJobInitReq.agg_param", kVector32, request.agg_param);
  WriteExtensions(out, "AggregationJobInitReq.extensions", request.extensions);
  for (const VerifyInit& init : request.verify_inits) WriteVerifyInit(out, init);
  return out.Finish();
}

Result<AggregationJobInitReq> DecodeAggregationJobInitReq(ByteSpan bytes) {
  return DecodeWhole("AggregationJobInitReq", bytes, [](Reader& in) {
    AggregationJobInitReq request;
    request.verification_key_id = in.U8("AggregationJobInitReq.verification_key_id");
    request.agg_param = in.Opaque("AggregationJobInitReq.agg_param", kVector32);
    request.extensions = ReadExtensions(in, "AggregationJobInitReq.extensions");
    while (!in.AtEnd()) request.verify_inits.push_back(ReadVerifyInit(in));
    return request;
  });
}

Result<Bytes> EncodeAggregationJobResp(const std::vector<VerifyResp>& responses) {
  Writer out;
  for (const VerifyResp& response : responses) WriteVerifyResp(out, response);
  return out.Finish();
}

Result<std::vector<VerifyResp>> DecodeAggregationJobResp(ByteSpan bytes) {
  return DecodeWhole("AggregationJobResp", bytes, [](Reader& in) {
    std::vector<VerifyResp> responses;
    while (!in.AtEnd()) responses.push_back(ReadVerifyResp(in));
    return responses;
  });
}

Result<Bytes> EncodeAggregationJobContinueReq(const AggregationJobContinueReq& request) {
  Writer out;
  out.U16(request.step);
  for (const VerifyContinue& verify_continue : request.verify_continues) {
    out.Fixed(verify_continue.report_id);
    out.Opaque("VerifyContinue.payload", kVector32NotEmpty, verify_continue.payload);
  }
  return out.Finish();
}

Result<AggregationJobContinueReq> DecodeAggregationJobContinueReq(ByteSpan bytes) {
  return DecodeWhole("AggregationJobContinueReq", bytes, [](Reader& in) {
    AggregationJobContinueReq request;
    request.step = in.U16("AggregationJobContinueReq.step");
    while (!in.AtEnd()) {
      VerifyContinue verify_continue;
      verify_continue.report_id = in.Fixed<16>("VerifyContinue.report_id");
      verify_continue.payload = in.Opaque("VerifyContinue.payload", kVector32NotEmpty);
      request.verify_continues.push_back(std::move(verify_continue));
    }
    return request;
  });
}

}  // namespace sotto::dap
