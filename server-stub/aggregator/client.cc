#include "server-stub/aggregator/client.h"

#include "server-stub/hpke/hpke.h"

namespace sotto::server {

Result<dap::Report> MakeReport(const federation::DapTask& task, const vdaf::Prio3& prio3, const dap::HpkeConfig& leader,
                               const dap::HpkeConfig& helper, dap::Time time, std::span<const uint64_t> measurement,
                               RandomSource& random) {
  dap::Report report;
  report.report_metadata.time = time;
  SOTTO_RETURN_IF_ERROR(random.Fill(report.report_metadata.report_id));
  Bytes rand(prio3.rand_size());
  SOTTO_RETURN_IF_ERROR(random.Fill(rand));
  SOTTO_ASSIGN_OR_RETURN(vdaf::Report shares,
                         prio3.Shard(task.vdaf_context, measurement, report.report_metadata.report_id, rand));
  report.public_share = std::move(shares.public_share);
  SOTTO_ASSIGN_OR_RETURN(const Bytes aad,
                         dap::InputShareAad(task.id, task.configuration, report.report_metadata, report.public_share));
  const auto seal = [&](const dap::HpkeConfig& config, dap::Role role, Bytes& share) -> Result<dap::HpkeCiphertext> {
    SOTTO_ASSIGN_OR_RETURN(const Bytes plaintext, dap::EncodePlaintextInputShare({{}, std::move(share)}));
    return SealBase(config, dap::InputShareInfo(role), aad, plaintext, random);
  };
  SOTTO_ASSIGN_OR_RETURN(report.leader_encrypted_input_share, seal(leader, dap::Role::kLeader, shares.input_shares[0]));
  SOTTO_ASSIGN_OR_RETURN(report.helper_encrypted_input_share, seal(helper, dap::Role::kHelper, shares.input_shares[1]));
  return report;
}

}  // namespace sotto::server
