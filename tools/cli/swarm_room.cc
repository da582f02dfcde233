#include "tools/cli/swarm_room.h"

#include <cmath>

#include "sotto/privacy/zcdp.h"
#include "tools/cli/json.h"

namespace sotto::cli {

std::vector<recommend::Product> RoomProducts(const std::vector<stream::ManifestProduct>& products) {
  std::vector<recommend::Product> room;
  for (const stream::ManifestProduct& product : products) {
    const bool one_language = product.title.zh == product.title.en;
    room.push_back({product.id, one_language ? product.title.zh : product.title.zh + " " + product.title.en,
                    product.category, product.price_amount});
  }
  return room;
}

namespace {

Status CheckRho(const stream::TaskReference& reference, double rho) {
  if (std::fabs(rho - reference.rho) <= 1e-9 * rho) return {};
  return Error{ErrorCode::kMismatch,
               "task " + reference.id + " states a rho of " + JsonNumber(reference.rho) + ", its parameters give " +
                   JsonNumber(rho) + ".",
               ""};
}

}  // namespace

Result<federation::AffinityTask> RoomTask(const stream::TaskReference& reference) {
  const federation::AffinityTask task{reference.id,
                                      reference.items,
                                      reference.max_items,
                                      {reference.sigma_squared_numerator, reference.sigma_squared_denominator}};
  SOTTO_ASSIGN_OR_RETURN(const double rho, federation::TaskRho(task));
  SOTTO_RETURN_IF_ERROR(CheckRho(reference, rho));
  return task;
}

namespace {

Result<dap::HpkeConfig> KeyOf(const stream::AggregatorReference& aggregator) {
  SOTTO_ASSIGN_OR_RETURN(Bytes key, dap::FromBase64Url(aggregator.hpke.public_key));
  return dap::HpkeConfig{aggregator.hpke.id, aggregator.hpke.kem_id, aggregator.hpke.kdf_id, aggregator.hpke.aead_id,
                         std::move(key)};
}

}  // namespace

Result<SplitRoomTask> RoomSplitTask(const stream::TaskReference& reference) {
  if (!reference.split || reference.kind != "affinity") {
    return Error{ErrorCode::kInvalidArgument, "task " + reference.id + " is none of pairs under split trust.",
                 "Simulated viewers have nothing else to report."};
  }
  const stream::SplitReference& given = *reference.split;
  SplitRoomTask task;
  task.split = {.id = reference.id,
                .what = federation::SplitAffinity{reference.items, reference.max_items},
                .sigma_squared = {reference.sigma_squared_numerator, reference.sigma_squared_denominator},
                .min_batch_size = reference.minimum,
                .epoch = given.epoch};
  task.terms = {
      given.leader.url, given.helper.url, given.time_precision, given.duration,
      given.batch_mode == "leader-selected" ? dap::BatchMode::kLeaderSelected : dap::BatchMode::kTimeInterval};
  task.one_operator = stream::OneOperator(given);
  SOTTO_ASSIGN_OR_RETURN(task.leader, KeyOf(given.leader));
  SOTTO_ASSIGN_OR_RETURN(task.helper, KeyOf(given.helper));
  SOTTO_ASSIGN_OR_RETURN(const double rho, federation::TaskRho(task.split));
  SOTTO_RETURN_IF_ERROR(CheckRho(reference, rho));
  return task;
}

Result<std::string> GuaranteeJson(double rho, double delta) {
  SOTTO_ASSIGN_OR_RETURN(const double epsilon, privacy::EpsilonOfZcdp(rho, delta));
  return "\"rho\":" + JsonNumber(rho) + ",\"epsilon\":" + JsonNumber(epsilon) + ",\"delta\":" + JsonNumber(delta);
}

}  // namespace sotto::cli
