#include "server-stub/rounds/task.h"

#include <algorithm>

#include "sotto/federation/local_update.h"
#include "sotto/privacy/zcdp.h"
#include "sotto/stream/clock.h"

namespace sotto::server {
namespace {

Error Named(const TaskConfig& config, const Error& error) {
  return {error.code, "task " + config.id + ": " + error.message, error.hint};
}

Result<std::vector<std::string>> ItemsOf(const TaskConfig& config,
                                         const std::vector<stream::ManifestProduct>& products) {
  std::vector<std::string> all;
  all.reserve(products.size());
  for (const stream::ManifestProduct& product : products) all.push_back(product.id);
  if (config.items.empty()) return all;
  for (const std::string& item : config.items) {
    if (std::find(all.begin(), all.end(), item) == all.end()) {
      return Error{ErrorCode::kInvalidArgument,
                   "task " + config.id + ": item " + item + " is no product of stream " + config.stream + ".", ""};
    }
  }
  return config.items;
}

Result<stream::TaskReference> Reference(const TaskConfig& config, const federation::AffinityTask& affinity) {
  SOTTO_ASSIGN_OR_RETURN(const double rho, federation::TaskRho(affinity));
  SOTTO_ASSIGN_OR_RETURN(const double epsilon, privacy::EpsilonOfZcdp(rho, config.delta));
  return stream::TaskReference{.id = config.id,
                               .kind = config.kind,
                               .trust = config.trust,
                               .url = "/v1/tasks/" + config.id + "/updates",
                               .items = affinity.items,
                               .max_items = affinity.max_items,
                               .sigma_squared_numerator = affinity.sigma_squared.numerator,
                               .sigma_squared_denominator = affinity.sigma_squared.denominator,
                               .rho = rho,
                               .epsilon = epsilon,
                               .delta = config.delta,
                               .minimum = config.minimum,
                               .expires = config.expires};
}

}  // namespace

Result<Task> MakeTask(const TaskConfig& config, const std::vector<stream::ManifestProduct>& products,
                      size_t max_update_bytes) {
  Task task;
  task.affinity.id = config.id;
  SOTTO_ASSIGN_OR_RETURN(task.affinity.items, ItemsOf(config, products));
  task.affinity.max_items = config.max_items;
  task.affinity.sigma_squared = {config.sigma_squared_numerator, config.sigma_squared_denominator};
  if (const auto valid = federation::ValidateTask(task.affinity); !valid.ok()) return Named(config, valid.error());
  task.stream = config.stream;
  task.model = config.model;
  task.minimum = config.minimum;
  SOTTO_ASSIGN_OR_RETURN(task.expires_ms, stream::ParseRfc3339(config.expires));
  auto reference = Reference(config, task.affinity);
  if (!reference.ok()) return Named(config, reference.error());
  task.reference = std::move(reference).value();
  const federation::LocalUpdate zeros{std::vector<int16_t>(federation::EntryCount(task.affinity))};
  const size_t update_bytes = federation::SerialiseUpdate(task.affinity, zeros).size();
  if (update_bytes > max_update_bytes) {
    return Error{ErrorCode::kInvalidArgument,
                 "task " + config.id + ": an update has " + std::to_string(update_bytes) +
                     " bytes, more than limits.body_bytes.",
                 "Raise limits.body_bytes or name fewer items."};
  }
  return task;
}

}  // namespace sotto::server
