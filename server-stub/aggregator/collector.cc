#include "server-stub/aggregator/collector.h"

#include <array>

#include "server-stub/hpke/hpke.h"
#include "sotto/dap/binding.h"

namespace sotto::server {

dap::CollectionJobReq CollectAll(const TaskFile& file) {
  dap::CollectionJobReq request;
  request.query.batch_mode = file.terms.batch_mode;
  if (file.terms.batch_mode == dap::BatchMode::kTimeInterval) {
    request.query.config = dap::EncodeInterval({file.split.epoch, file.terms.duration});
  }
  return request;
}

Result<federation::Release> OpenCollection(const TaskFile& file, const dap::CollectionJobReq& request,
                                           const dap::CollectionJobResp& response) {
  SOTTO_ASSIGN_OR_RETURN(const federation::DapTask task, federation::MakeDapTask(file.split, file.terms));
  SOTTO_ASSIGN_OR_RETURN(const Bytes aad, dap::AggregateShareAad(task.id, task.configuration, request));
  const HpkeKeyPair key{file.collector, file.collector_private_key};
  SOTTO_ASSIGN_OR_RETURN(Bytes leader, OpenBase(key, dap::AggregateShareInfo(dap::Role::kLeader), aad,
                                                response.leader_encrypted_agg_share));
  SOTTO_ASSIGN_OR_RETURN(Bytes helper, OpenBase(key, dap::AggregateShareInfo(dap::Role::kHelper), aad,
                                                response.helper_encrypted_agg_share));
  const std::array<Bytes, 2> shares = {std::move(leader), std::move(helper)};
  // The leader counts for both: it only gets the helper's share if both count the same.
  const std::array<uint64_t, 2> counts = {response.report_count, response.report_count};
  return federation::Combine(file.split, shares, counts);
}

}  // namespace sotto::server
