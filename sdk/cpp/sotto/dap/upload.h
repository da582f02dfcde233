// Reports on their way from a client: draft-ietf-ppm-dap-18, section 4.4.
#pragma once

#include "sotto/dap/basic.h"

namespace sotto::dap {

struct ReportMetadata {
  ReportId report_id{};
  Time time = 0;
  Extensions public_extensions;

  friend bool operator==(const ReportMetadata&, const ReportMetadata&) = default;
};

struct Report {
  ReportMetadata report_metadata;
  Bytes public_share;  // 0 to 2^32 - 1 bytes
  HpkeCiphertext leader_encrypted_input_share;
  HpkeCiphertext helper_encrypted_input_share;

  friend bool operator==(const Report&, const Report&) = default;
};

Result<Bytes> EncodeReport(const Report& report);
Result<Report> DecodeReport(ByteSpan bytes);

// UploadRequest: any number of reports, one after the other.
Result<Bytes> EncodeUploadRequest(const std::vector<Report>& reports);
Result<std::vector<Report>> DecodeUploadRequest(ByteSpan bytes);

// UploadErrors: the reports that were not accepted, in the order of the request.
struct ReportUploadStatus {
  ReportId report_id{};
  ReportError error = ReportError::kReportDropped;

  friend bool operator==(const ReportUploadStatus&, const ReportUploadStatus&) = default;
};
Bytes EncodeUploadErrors(const std::vector<ReportUploadStatus>& errors);
Result<std::vector<ReportUploadStatus>> DecodeUploadErrors(ByteSpan bytes);

struct PlaintextInputShare {
  Extensions private_extensions;
  Bytes payload;  // 1 to 2^32 - 1 bytes: the VDAF's input share

  friend bool operator==(const PlaintextInputShare&, const PlaintextInputShare&) = default;
};
Result<Bytes> EncodePlaintextInputShare(const PlaintextInputShare& share);
Result<PlaintextInputShare> DecodePlaintextInputShare(ByteSpan bytes);

}  // namespace sotto::dap
