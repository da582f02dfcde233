#include "sotto/dap/upload.h"

#include "dap/checks.h"

namespace sotto::dap {
namespace {

// The values of the draft's example of an upload (section "Upload Request"), where it gives them.
Report ExampleReport() {
  return {.report_metadata = {.report_id = {0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15,
                                            0x16, 0x17, 0x18, 0x19},
                              .time = 17419860,
                              .public_extensions = {}},
          .public_share = {0x0a, 0x0b},
          .leader_encrypted_input_share = {1, {0x0f, 0x0e, 0x0d, 0x0c}, {0x0b, 0x0a, 0x09, 0x08}},
          .helper_encrypted_input_share = {2, {0x0c, 0x0d, 0x0e, 0x0f}, {0x08, 0x00, 0x0a, 0x0b}}};
}

Bytes ExampleReportBytes() {
  return Hex(
      "0a0b0c0d0e0f10111213141516171819"  // report_metadata.report_id
      "000000000109ce54"                  // report_metadata.time: 17,419,860
      "0000"                              // report_metadata.public_extensions: 0 bytes
      "00000002"                          // public_share: 2 bytes
      "0a0b"                              //
      "01"                                // leader_encrypted_input_share.config_id
      "0004"                              // leader_encrypted_input_share.enc: 4 bytes
      "0f0e0d0c"                          //
      "00000004"                          // leader_encrypted_input_share.payload: 4 bytes
      "0b0a0908"                          //
      "02"                                // helper_encrypted_input_share.config_id
      "0004"                              // helper_encrypted_input_share.enc: 4 bytes
      "0c0d0e0f"                          //
      "00000004"                          // helper_encrypted_input_share.payload: 4 bytes
      "08000a0b");
}

TEST(DapReport, IsEncodedAsTheDraftSays) {
  ExpectMessage(ExampleReport(), ExampleReportBytes(), EncodeReport, DecodeReport);
  ExpectOneEncoding(ExampleReportBytes(), EncodeReport, DecodeReport);
}

TEST(DapReport, CarriesPublicExtensionsInTheOrderOfTheSender) {
  Report report = ExampleReport();
  report.report_metadata.public_extensions = {{0xff00, {0xde, 0xad}}, {0x0001, {}}};
  const Bytes bytes =
      Hex("0a0b0c0d0e0f10111213141516171819"      // report_metadata.report_id
          "000000000109ce54"                      // report_metadata.time
          "000a"                                  // report_metadata.public_extensions: 10 bytes
          "ff00"                                  // [0].extension_type
          "0002"                                  // [0].extension_data: 2 bytes
          "dead"                                  //
          "0001"                                  // [1].extension_type
          "0000"                                  // [1].extension_data: 0 bytes
          "00000002 0a0b"                         // public_share
          "01 0004 0f0e0d0c 00000004 0b0a0908"    // leader_encrypted_input_share
          "02 0004 0c0d0e0f 00000004 08000a0b");  // helper_encrypted_input_share
  ExpectMessage(report, bytes, EncodeReport, DecodeReport);
  ExpectOneEncoding(bytes, EncodeReport, DecodeReport);
}

TEST(DapReport, MayHaveAnEmptyPublicShare) {
  Report report = ExampleReport();
  report.public_share.clear();
  const auto encoded = EncodeReport(report);
  ASSERT_TRUE(encoded.ok());
  const auto decoded = DecodeReport(encoded.value());
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded.value(), report);
}

TEST(DapUploadRequest, IsItsReportsOneAfterTheOther) {
  Report second = ExampleReport();
  second.report_metadata.report_id[0] = 0xff;
  Bytes bytes = ExampleReportBytes();
  const size_t first = bytes.size();
  bytes.insert(bytes.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(first));
  bytes[first] = 0xff;
  ExpectMessage(std::vector<Report>{ExampleReport(), second}, bytes, EncodeUploadRequest, DecodeUploadRequest,
                {0, first});
}

TEST(DapUploadErrors, IsEncodedAsTheDraftSays) {
  const std::vector<ReportUploadStatus> errors{{Filled<16>(0x5a), ReportError::kReportReplayed},
                                               {Filled<16>(0xa5), ReportError::kOutdatedConfig}};
  const Bytes bytes =
      Hex("5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"  // status[0].id
          "02"                                // status[0].error: report_replayed
          "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5"  // status[1].id
          "0b");                              // status[1].error: outdated_config
  ExpectMessage(errors, bytes, EncodeUploadErrors, DecodeUploadErrors, {0, 17});
  ExpectOneEncoding(bytes, EncodeUploadErrors, DecodeUploadErrors);
}

TEST(DapUploadErrors, RefusesAnErrorThatTheDraftDoesNotHave) {
  for (const uint8_t error : Hex("000cff")) {
    Bytes bytes(16, 0x5a);
    bytes.push_back(error);
    ExpectRefused(DecodeUploadErrors(bytes), ErrorCode::kMalformed, "ReportError");
  }
}

TEST(DapPlaintextInputShare, IsEncodedAsTheDraftSays) {
  const PlaintextInputShare share{.private_extensions = {{0x0017, {0x2a}}}, .payload = BytesOf("0123")};
  const Bytes bytes =
      Hex("0005"      // private_extensions: 5 bytes
          "0017"      // [0].extension_type
          "0001"      // [0].extension_data: 1 byte
          "2a"        //
          "00000004"  // payload: 4 bytes
          "30313233");
  ExpectMessage(share, bytes, EncodePlaintextInputShare, DecodePlaintextInputShare);
  ExpectOneEncoding(bytes, EncodePlaintextInputShare, DecodePlaintextInputShare);
}

TEST(DapPlaintextInputShare, RefusesAnEmptyPayloadBothWays) {
  ExpectRefused(DecodePlaintextInputShare(Hex("0000 00000000")), ErrorCode::kMalformed, "payload");
  ExpectRefused(EncodePlaintextInputShare({}), ErrorCode::kInvalidArgument, "payload");
}

TEST(DapReport, RefusesCiphertextsOutsideTheDraftsLengths) {
  Report report = ExampleReport();
  report.leader_encrypted_input_share.enc.clear();
  ExpectRefused(EncodeReport(report), ErrorCode::kInvalidArgument, "HpkeCiphertext.enc");
  report.leader_encrypted_input_share.enc = Bytes(65'536);
  ExpectRefused(EncodeReport(report), ErrorCode::kInvalidArgument, "HpkeCiphertext.enc");
  report.leader_encrypted_input_share.enc = Bytes(65'535);
  EXPECT_TRUE(EncodeReport(report).ok());
  report.helper_encrypted_input_share.payload.clear();
  ExpectRefused(EncodeReport(report), ErrorCode::kInvalidArgument, "HpkeCiphertext.payload");
}

TEST(DapReport, RefusesExtensionsAbove65535BytesTogether) {
  Report report = ExampleReport();
  report.report_metadata.public_extensions = {{1, Bytes(65'531)}};
  EXPECT_TRUE(EncodeReport(report).ok());
  report.report_metadata.public_extensions.push_back({2, {}});
  ExpectRefused(EncodeReport(report), ErrorCode::kInvalidArgument, "public_extensions");
  report.report_metadata.public_extensions = {{1, Bytes(65'536)}};
  ExpectRefused(EncodeReport(report), ErrorCode::kInvalidArgument, "extension_data");
}

TEST(DapReport, RefusesAnExtensionThatEndsBeyondItsVector) {
  // More bytes would not help, so this is no truncation.
  const Bytes bytes =
      Hex("0a0b0c0d0e0f10111213141516171819"  // report_id
          "000000000109ce54"                  // time
          "0005"                              // public_extensions: 5 bytes
          "0001"                              // [0].extension_type
          "0002"                              // [0].extension_data: 2 bytes, but 1 is left
          "2a 2a 2a 2a");
  ExpectRefused(DecodeReport(bytes), ErrorCode::kMalformed, "extension_data");
}

TEST(DapReport, ALengthBeyondTheMessageIsRefusedBeforeAnythingIsReserved) {
  // public_share of 4 GiB - 1: under a sanitizer's allocator this would fail, elsewhere it would be slow.
  const Bytes bytes = Hex("0a0b0c0d0e0f10111213141516171819 000000000109ce54 0000 ffffffff 0a0b");
  ExpectRefused(DecodeReport(bytes), ErrorCode::kTruncated, "public_share");
}

rc::Gen<Report> AnyReport() {
  return rc::gen::build<Report>(rc::gen::set(&Report::report_metadata, AnyMetadata()),
                                rc::gen::set(&Report::public_share, AnyBytes(0, 70)),
                                rc::gen::set(&Report::leader_encrypted_input_share, AnyCiphertext()),
                                rc::gen::set(&Report::helper_encrypted_input_share, AnyCiphertext()));
}

RC_GTEST_PROP(DapReport, RoundTrips, ()) {
  CheckRoundTrip(*AnyReport(), EncodeReport, DecodeReport);
}

RC_GTEST_PROP(DapUploadRequest, RoundTrips, ()) {
  CheckRoundTrip(*rc::gen::resize(10, rc::gen::container<std::vector<Report>>(AnyReport())), EncodeUploadRequest,
                 DecodeUploadRequest);
}

RC_GTEST_PROP(DapUploadErrors, RoundTrips, ()) {
  const auto any_status =
      rc::gen::build<ReportUploadStatus>(rc::gen::set(&ReportUploadStatus::report_id, AnyId<16>()),
                                         rc::gen::set(&ReportUploadStatus::error, AnyReportError()));
  CheckRoundTrip(*rc::gen::container<std::vector<ReportUploadStatus>>(any_status), EncodeUploadErrors,
                 DecodeUploadErrors);
}

RC_GTEST_PROP(DapPlaintextInputShare, RoundTrips, ()) {
  CheckRoundTrip(
      *rc::gen::build<PlaintextInputShare>(rc::gen::set(&PlaintextInputShare::private_extensions, AnyExtensions()),
                                           rc::gen::set(&PlaintextInputShare::payload, AnyBytes(1, 70))),
      EncodePlaintextInputShare, DecodePlaintextInputShare);
}

}  // namespace
}  // namespace sotto::dap
