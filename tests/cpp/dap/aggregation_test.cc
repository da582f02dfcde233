#include "sotto/dap/aggregation.h"

#include "dap/checks.h"
#include "sotto/dap/collection.h"

namespace sotto::dap {
namespace {

VerifyInit ExampleVerifyInit() {
  return {.report_share = {.report_metadata = {.report_id = Filled<16>(0x11), .time = 0x0102, .public_extensions = {}},
                           .public_share = BytesOf("0123"),
                           .encrypted_input_share = {42, BytesOf("012345"), BytesOf("543210")}},
          .payload = BytesOf("012345")};
}

constexpr const char* kVerifyInit =
    "11111111111111111111111111111111"  // report_share.report_metadata.report_id
    "0000000000000102"                  // report_share.report_metadata.time
    "0000"                              // report_share.report_metadata.public_extensions: 0 bytes
    "00000004"                          // report_share.public_share: 4 bytes
    "30313233"                          //
    "2a"                                // report_share.encrypted_input_share.config_id
    "0006"                              // report_share.encrypted_input_share.enc: 6 bytes
    "303132333435"                      //
    "00000006"                          // report_share.encrypted_input_share.payload: 6 bytes
    "353433323130"                      //
    "00000006"                          // payload: 6 bytes
    "303132333435";

TEST(DapAggregationJobInitReq, OfTheLeaderSelectedModeIsEncodedAsTheDraftSays) {
  BatchId batch{};  // 1f 1e ... 00, as in the draft's example
  for (size_t i = 0; i < batch.size(); ++i) batch[i] = static_cast<uint8_t>(0x1f - i);
  const AggregationJobInitReq request{
      .verification_key_id = 7,
      .agg_param = {0x00, 0x01, 0x02, 0x04},
      .extensions = {{kLeaderSelectedBatchIdExtension, EncodeBatchId(batch)}},
      .verify_inits = {ExampleVerifyInit()},
  };
  const std::string before =
      "07"        // verification_key_id
      "00000004"  // agg_param: 4 bytes
      "00010204"  //
      "0024"      // extensions: 36 bytes
      "0001"      // [0].extension_type: leader_selected_batch_id
      "0020"      // [0].extension_data: 32 bytes
      "1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100";  //
  const Bytes bytes = Hex(before + kVerifyInit);
  ExpectMessage(request, bytes, EncodeAggregationJobInitReq, DecodeAggregationJobInitReq, {before.size() / 2});
  ExpectOneEncoding(bytes, EncodeAggregationJobInitReq, DecodeAggregationJobInitReq);
}

TEST(DapAggregationJobInitReq, OfPrio3AndTimeIntervalsHasNeitherParameterNorExtension) {
  const AggregationJobInitReq request{.verification_key_id = 0,
                                      .agg_param = {},
                                      .extensions = {},
                                      .verify_inits = {ExampleVerifyInit(), ExampleVerifyInit()}};
  const Bytes one = Hex(kVerifyInit);
  Bytes bytes =
      Hex("00"        // verification_key_id
          "00000000"  // agg_param: 0 bytes
          "0000");    // extensions: 0 bytes
  const size_t before = bytes.size();
  for (int i = 0; i < 2; ++i) bytes.insert(bytes.end(), one.begin(), one.end());
  ExpectMessage(request, bytes, EncodeAggregationJobInitReq, DecodeAggregationJobInitReq,
                {before, before + one.size()});
}

TEST(DapAggregationJobInitReq, RefusesAnEmptyPayloadBothWays) {
  AggregationJobInitReq request{
      .verification_key_id = 0, .agg_param = {}, .extensions = {}, .verify_inits = {ExampleVerifyInit()}};
  request.verify_inits[0].payload.clear();
  ExpectRefused(EncodeAggregationJobInitReq(request), ErrorCode::kInvalidArgument, "VerifyInit.payload");
  Bytes bytes = Hex(std::string("00 00000000 0000") + kVerifyInit);
  bytes.resize(bytes.size() - 6);
  bytes.back() = 0;
  ExpectRefused(DecodeAggregationJobInitReq(bytes), ErrorCode::kMalformed, "VerifyInit.payload");
}

TEST(DapAggregationJobResp, ContinuesFinishesAndRejectsAsTheDraftSays) {
  const std::vector<VerifyResp> responses{
      {Filled<16>(0x01), VerifyContinued{BytesOf("012")}},
      {Filled<16>(0x02), VerifyFinished{}},
      {Filled<16>(0x03), ReportError::kVdafVerifyError},
  };
  const Bytes bytes =
      Hex("01010101010101010101010101010101"  // verify_resps[0].report_id
          "00"                                // verify_resps[0].verify_resp_type: continue
          "00000003"                          // verify_resps[0].payload: 3 bytes
          "303132"                            //
          "02020202020202020202020202020202"  // verify_resps[1].report_id
          "01"                                // verify_resps[1].verify_resp_type: finish
          "03030303030303030303030303030303"  // verify_resps[2].report_id
          "02"                                // verify_resps[2].verify_resp_type: reject
          "06");                              // verify_resps[2].report_error: vdaf_verify_error
  ExpectMessage(responses, bytes, EncodeAggregationJobResp, DecodeAggregationJobResp, {0, 24, 41});
  ExpectOneEncoding(bytes, EncodeAggregationJobResp, DecodeAggregationJobResp);
}

TEST(DapAggregationJobResp, RefusesATypeAnErrorAndAPayloadThatTheDraftDoesNotHave) {
  const std::string id = "01010101010101010101010101010101";
  ExpectRefused(DecodeAggregationJobResp(Hex(id + "03")), ErrorCode::kMalformed, "verify_resp_type");
  ExpectRefused(DecodeAggregationJobResp(Hex(id + "ff")), ErrorCode::kMalformed, "verify_resp_type");
  ExpectRefused(DecodeAggregationJobResp(Hex(id + "02 00")), ErrorCode::kMalformed, "ReportError");
  ExpectRefused(DecodeAggregationJobResp(Hex(id + "02 0c")), ErrorCode::kMalformed, "ReportError");
  ExpectRefused(DecodeAggregationJobResp(Hex(id + "00 00000000")), ErrorCode::kMalformed, "payload");
  ExpectRefused(EncodeAggregationJobResp({{Filled<16>(1), VerifyContinued{}}}), ErrorCode::kInvalidArgument, "payload");
}

TEST(DapAggregationJobContinueReq, IsEncodedAsTheDraftSays) {
  const AggregationJobContinueReq request{
      .step = 0x0102, .verify_continues = {{Filled<16>(0x0a), {0x2a}}, {Filled<16>(0x0b), BytesOf("01")}}};
  const Bytes bytes =
      Hex("0102"                              // step
          "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"  // verify_continues[0].report_id
          "00000001"                          // verify_continues[0].payload: 1 byte
          "2a"                                //
          "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"  // verify_continues[1].report_id
          "00000002"                          // verify_continues[1].payload: 2 bytes
          "3031");
  ExpectMessage(request, bytes, EncodeAggregationJobContinueReq, DecodeAggregationJobContinueReq, {2, 23});
  ExpectOneEncoding(bytes, EncodeAggregationJobContinueReq, DecodeAggregationJobContinueReq);
}

RC_GTEST_PROP(DapAggregationJobInitReq, RoundTrips, ()) {
  const auto any_share =
      rc::gen::build<ReportShare>(rc::gen::set(&ReportShare::report_metadata, AnyMetadata()),
                                  rc::gen::set(&ReportShare::public_share, AnyBytes(0, 40)),
                                  rc::gen::set(&ReportShare::encrypted_input_share, AnyCiphertext()));
  const auto any_init = rc::gen::build<VerifyInit>(rc::gen::set(&VerifyInit::report_share, any_share),
                                                   rc::gen::set(&VerifyInit::payload, AnyBytes(1, 40)));
  const auto any_request = rc::gen::build<AggregationJobInitReq>(
      rc::gen::set(&AggregationJobInitReq::verification_key_id),
      rc::gen::set(&AggregationJobInitReq::agg_param, AnyBytes(0, 40)),
      rc::gen::set(&AggregationJobInitReq::extensions, AnyExtensions()),
      rc::gen::set(&AggregationJobInitReq::verify_inits, rc::gen::container<std::vector<VerifyInit>>(any_init)));
  CheckRoundTrip(*rc::gen::resize(10, any_request), EncodeAggregationJobInitReq, DecodeAggregationJobInitReq);
}

RC_GTEST_PROP(DapAggregationJobResp, RoundTrips, ()) {
  std::vector<VerifyResp> responses(*rc::gen::inRange<size_t>(0, 20));
  for (VerifyResp& response : responses) {
    response.report_id = *AnyId<16>();
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        response.result = VerifyContinued{*AnyBytes(1, 40)};
        break;
      case 1:
        response.result = VerifyFinished{};
        break;
      default:
        response.result = *AnyReportError();
    }
  }
  CheckRoundTrip(responses, EncodeAggregationJobResp, DecodeAggregationJobResp);
}

RC_GTEST_PROP(DapAggregationJobContinueReq, RoundTrips, ()) {
  const auto any_continue = rc::gen::build<VerifyContinue>(rc::gen::set(&VerifyContinue::report_id, AnyId<16>()),
                                                           rc::gen::set(&VerifyContinue::payload, AnyBytes(1, 40)));
  CheckRoundTrip(*rc::gen::build<AggregationJobContinueReq>(
                     rc::gen::set(&AggregationJobContinueReq::step),
                     rc::gen::set(&AggregationJobContinueReq::verify_continues,
                                  rc::gen::container<std::vector<VerifyContinue>>(any_continue))),
                 EncodeAggregationJobContinueReq, DecodeAggregationJobContinueReq);
}

}  // namespace
}  // namespace sotto::dap
