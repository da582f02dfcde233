#include "server-stub/aggregator/verification.h"

namespace sotto::server {
namespace {

constexpr int64_t kMillisecondsOfSecond = 1'000;

// Extensions of ours there are none, so that every one is unknown.
bool HasExtensions(const dap::ReportMetadata& metadata, const dap::PlaintextInputShare& share) {
  return !metadata.public_extensions.empty() || !share.private_extensions.empty();
}

}  // namespace

std::optional<dap::ReportError> CheckTime(const AggregatorTask& task, dap::Time time, int64_t now) {
  const dap::Interval& interval = task.dap.interval;
  if (time < interval.start) return dap::ReportError::kTaskNotStarted;
  if (!interval.Contains(time)) return dap::ReportError::kTaskExpired;
  // Inside the interval, whose end is below 2^53 times 2^32 seconds.
  const auto starts = static_cast<double>(time) * static_cast<double>(task.file.terms.time_precision);
  if (starts > static_cast<double>(now + kClockSkewMs) / kMillisecondsOfSecond) {
    return dap::ReportError::kReportTooEarly;
  }
  return std::nullopt;
}

std::variant<vdaf::VerifyStart, dap::ReportError> StartVerification(const AggregatorTask& task, const HpkeKeyring& keys,
                                                                    const dap::ReportMetadata& metadata,
                                                                    ByteSpan public_share,
                                                                    const dap::HpkeCiphertext& sealed, int64_t now) {
  using dap::ReportError;
  if (const auto error = CheckTime(task, metadata.time, now)) return *error;
  const HpkeKeyPair* key = keys.Find(sealed.config_id);
  if (key == nullptr) return ReportError::kHpkeDecryptError;  // as the draft has it for an unknown id, too
  const auto aad = dap::InputShareAad(task.dap.id, task.dap.configuration, metadata, public_share);
  if (!aad.ok()) return ReportError::kInvalidMessage;
  const auto plaintext = OpenBase(*key, dap::InputShareInfo(task.role()), aad.value(), sealed);
  if (!plaintext.ok()) return ReportError::kHpkeDecryptError;
  const auto share = dap::DecodePlaintextInputShare(plaintext.value());
  if (!share.ok() || HasExtensions(metadata, share.value())) return ReportError::kInvalidMessage;
  const uint8_t aggregator = task.role() == dap::Role::kLeader ? 0 : 1;
  auto started = task.prio3.VerifyInit(task.file.verify_key, task.dap.vdaf_context, aggregator, metadata.report_id,
                                       public_share, share.value().payload);
  if (!started.ok()) return ReportError::kInvalidMessage;
  return std::move(started).value();
}

}  // namespace sotto::server
