#include "sotto/dap/upload.h"

#include "sotto/dap/structs.h"

namespace sotto::dap {
namespace {

void WriteReport(Writer& out, const Report& report) {
  WriteReportMetadata(out, report.report_metadata);
  out.Opaque("Report.public_share", kVector32, report.public_share);
  WriteHpkeCiphertext(out, report.leader_encrypted_input_share);
  WriteHpkeCiphertext(out, report.helper_encrypted_input_share);
}

Report ReadReport(Reader& in) {
  Report report;
  report.report_metadata = ReadReportMetadata(in);
  report.public_share = in.Opaque("Report.public_share", kVector32);
  report.leader_encrypted_input_share = ReadHpkeCiphertext(in);
  report.helper_encrypted_input_share = ReadHpkeCiphertext(in);
  return report;
}

}  // namespace

void WriteReportMetadata(Writer& out, const ReportMetadata& metadata) {
  out.Fixed(metadata.report_id);
  out.U64(metadata.time);
  WriteExtensions(out, "ReportMetadata.public_extensions", metadata.public_extensions);
}

ReportMetadata ReadReportMetadata(Reader& in) {
  ReportMetadata metadata;
  metadata.report_id = in.Fixed<16>("ReportMetadata.report_id");
  metadata.time = in.U64("ReportMetadata.time");
  metadata.public_extensions = ReadExtensions(in, "ReportMetadata.public_extensions");
  return metadata;
}

Result<Bytes> EncodeReport(const Report& report) {
  return EncodeWhole(report, WriteReport);
}

Result<Report> DecodeReport(ByteSpan bytes) {
  return DecodeWhole("Report", bytes, ReadReport);
}

Result<Bytes> EncodeUploadRequest(const std::vector<Report>& reports) {
  Writer out;
  for (const Report& report : reports) WriteReport(out, report);
  return out.Finish();
}

Result<std::vector<Report>> DecodeUploadRequest(ByteSpan bytes) {
  return DecodeWhole("UploadRequest", bytes, [](Reader& in) {
    std::vector<Report> reports;
    while (!in.AtEnd()) reports.push_back(ReadReport(in));
    return reports;
  });
}

Bytes EncodeUploadErrors(const std::vector<ReportUploadStatus>& errors) {
  Writer out;
  for (const ReportUploadStatus& status : errors) {
    out.Fixed(status.report_id);
    out.Enumeration(status.error);
  }
  return out.Release();
}

Result<std::vector<ReportUploadStatus>> DecodeUploadErrors(ByteSpan bytes) {
  return DecodeWhole("UploadErrors", bytes, [](Reader& in) {
    std::vector<ReportUploadStatus> errors;
    while (!in.AtEnd()) {
      ReportUploadStatus status;
      status.report_id = in.Fixed<16>("ReportUploadStatus.id");
      status.error = ReadReportError(in);
      errors.push_back(status);
    }
    return errors;
  });
}

Result<Bytes> EncodePlaintextInputShare(const PlaintextInputShare& share) {
  Writer out;
  WriteExtensions(out, "PlaintextInputShare.private_extensions", share.private_extensions);
  out.Opaque("PlaintextInputShare.payload", kVector32NotEmpty, share.payload);
  return out.Finish();
}

Result<PlaintextInputShare> DecodePlaintextInputShare(ByteSpan bytes) {
  return DecodeWhole("PlaintextInputShare", bytes, [](Reader& in) {
    PlaintextInputShare share;
    share.private_extensions = ReadExtensions(in, "PlaintextInputShare.private_extensions");
    share.payload = in.Opaque("PlaintextInputShare.payload", kVector32NotEmpty);
    return share;
  });
}

}  // namespace sotto::dap
