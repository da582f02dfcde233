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

Result<federation::AffinityTask> RoomTask(const stream::TaskReference& reference) {
  const federation::AffinityTask task{reference.id,
                                      reference.items,
                                      reference.max_items,
                                      {reference.sigma_squared_numerator, reference.sigma_squared_denominator}};
  SOTTO_ASSIGN_OR_RETURN(const double rho, federation::TaskRho(task));
  if (std::fabs(rho - reference.rho) > 1e-9 * rho) {
    return Error{ErrorCode::kMismatch,
                 "task " + task.id + " states a rho of " + JsonNumber(reference.rho) + ", its parameters give " +
                     JsonNumber(rho) + ".",
                 ""};
  }
  return task;
}

Result<std::string> GuaranteeJson(const federation::AffinityTask& task, double delta) {
  SOTTO_ASSIGN_OR_RETURN(const double rho, federation::TaskRho(task));
  SOTTO_ASSIGN_OR_RETURN(const double epsilon, privacy::EpsilonOfZcdp(rho, delta));
  return "\"rho\":" + JsonNumber(rho) + ",\"epsilon\":" + JsonNumber(epsilon) + ",\"delta\":" + JsonNumber(delta);
}

}  // namespace sotto::cli
