// What both aggregators do with a report share before its proof is looked at: open it, check it, start verification.
// draft-ietf-ppm-dap-18, sections "Input Share Decryption" and "Input Share Validation".
#pragma once

#include <variant>

#include "server-stub/aggregator/keyring.h"
#include "server-stub/aggregator/task.h"
#include "sotto/dap/upload.h"

namespace sotto::server {

// How far a device's clock may be ahead of ours.
inline constexpr int64_t kClockSkewMs = 300'000;

// Why a report of this time is not counted now: kReportTooEarly, kTaskNotStarted, kTaskExpired; none if it is in time.
// now: Unix milliseconds.
std::optional<dap::ReportError> CheckTime(const AggregatorTask& task, dap::Time time, int64_t now);

// The state of the task's verification for the role, or why the report is not counted.
std::variant<vdaf::VerifyStart, dap::ReportError> StartVerification(const AggregatorTask& task, const HpkeKeyring& keys,
                                                                    const dap::ReportMetadata& metadata,
                                                                    ByteSpan public_share,
                                                                    const dap::HpkeCiphertext& sealed, int64_t now);

}  // namespace sotto::server
