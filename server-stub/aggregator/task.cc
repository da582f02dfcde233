#include "server-stub/aggregator/task.h"

#include <algorithm>

#include "sotto/privacy/zcdp.h"
#include "sotto/stream/clock.h"

namespace sotto::server {
namespace {

// An empty list of extensions and the payload's length.
constexpr size_t kPlaintextShareHeader = 2 + 4;
constexpr size_t kAeadTag = 16;

Error Named(const TaskFile& file, const Error& error) {
  return {error.code, "task " + file.split.id + ": " + error.message, error.hint};
}

stream::HpkeConfig ForManifest(const dap::HpkeConfig& config) {
  return {config.id, config.kem_id, config.kdf_id, config.aead_id, dap::ToBase64Url(config.public_key)};
}

Result<AggregatorTask> Make(TaskFile file) {
  if (file.role != dap::Role::kLeader && file.role != dap::Role::kHelper) {
    return Error{ErrorCode::kInvalidArgument, "this is the collector's file.",
                 "A server takes the leader's or the helper's."};
  }
  SOTTO_ASSIGN_OR_RETURN(federation::DapTask dap, federation::MakeDapTask(file.split, file.terms));
  SOTTO_ASSIGN_OR_RETURN(const vdaf::Prio3Parameters parameters, federation::VdafParameters(file.split));
  SOTTO_ASSIGN_OR_RETURN(vdaf::Prio3 prio3, vdaf::Prio3::Create(parameters));
  SOTTO_ASSIGN_OR_RETURN(const int64_t expires_ms, stream::ParseRfc3339(file.expires));
  SOTTO_ASSIGN_OR_RETURN(const privacy::MicroRho cost, federation::TaskMicroRho(file.split));
  SOTTO_ASSIGN_OR_RETURN(const double rho, federation::TaskRho(file.split));
  SOTTO_ASSIGN_OR_RETURN(const double epsilon, privacy::EpsilonOfZcdp(rho, file.delta));
  std::string name = dap::ToBase64Url(dap.id);
  return AggregatorTask{.file = std::move(file),
                        .dap = std::move(dap),
                        .prio3 = std::move(prio3),
                        .expires_ms = expires_ms,
                        .cost = cost,
                        .rho = rho,
                        .epsilon = epsilon,
                        .name = std::move(name)};
}

const std::vector<std::string>* ItemsOf(const federation::SplitTask& task) {
  if (const auto* popularity = std::get_if<federation::SplitPopularity>(&task.what)) return &popularity->items;
  if (const auto* affinity = std::get_if<federation::SplitAffinity>(&task.what)) return &affinity->items;
  return nullptr;
}

uint32_t MaxItemsOf(const federation::SplitTask& task) {
  if (const auto* popularity = std::get_if<federation::SplitPopularity>(&task.what)) return popularity->max_items;
  if (const auto* affinity = std::get_if<federation::SplitAffinity>(&task.what)) return affinity->max_items;
  return 0;
}

}  // namespace

BucketId AggregatorTask::BucketAt(dap::Time time) {
  BucketId bucket(8);
  for (size_t i = 0; i < bucket.size(); ++i) bucket[i] = static_cast<uint8_t>(time >> (8 * (7 - i)));
  return bucket;
}

size_t AggregatorTask::SealedShareSize(dap::Role receiver) const {
  return kPlaintextShareHeader + prio3.input_share_size(receiver == dap::Role::kLeader ? 0 : 1) + kAeadTag;
}

TaskRecord AggregatorTask::Record() const {
  return {dap.id, dap.configuration, file.role, file.terms.batch_mode, file.split.min_batch_size};
}

Result<AggregatorTask> MakeAggregatorTask(TaskFile file) {
  const TaskFile copy = file;
  auto task = Make(std::move(file));
  if (!task.ok()) return Named(copy, task.error());
  return task;
}

stream::TaskReference ReferenceTo(const AggregatorTask& task, const dap::HpkeConfig& leader,
                                  const dap::HpkeConfig& helper) {
  const TaskFile& file = task.file;
  stream::SplitReference split;
  split.epoch = file.split.epoch;
  split.time_precision = file.terms.time_precision;
  split.duration = file.terms.duration;
  split.batch_mode = task.time_interval() ? "time-interval" : "leader-selected";
  split.leader = {file.leader_operator, file.terms.leader, ForManifest(leader)};
  split.helper = {file.helper_operator, file.terms.helper, ForManifest(helper)};
  if (const auto* mood = std::get_if<federation::SplitMood>(&file.split.what)) split.minute = mood->minute;
  if (const auto* delta = std::get_if<federation::SplitDelta>(&file.split.what)) {
    split.model = delta->model;
    split.dimension = delta->dimension;
    split.clip = delta->clip;
    split.entry_bits = delta->entry_bits;
    split.step = delta->step;
    split.rotation_seed = delta->rotation_seed;
  }
  stream::TaskReference reference;
  reference.id = file.split.id;
  reference.kind = federation::KindName(file.split);
  reference.trust = "split";
  if (const auto* items = ItemsOf(file.split)) reference.items = *items;
  reference.max_items = MaxItemsOf(file.split);
  reference.sigma_squared_numerator = file.split.sigma_squared.numerator;
  reference.sigma_squared_denominator = file.split.sigma_squared.denominator;
  reference.rho = task.rho;
  reference.epsilon = task.epsilon;
  reference.delta = file.delta;
  reference.minimum = file.split.min_batch_size;
  reference.expires = file.expires;
  reference.split = std::move(split);
  return reference;
}

Status TaskBook::Add(AggregatorTask task) {
  for (const auto& [name, other] : tasks_) {
    if (other.file.split.id != task.file.split.id && name != task.name) continue;
    return Error{ErrorCode::kInvalidArgument, "task " + task.file.split.id + " is there twice.",
                 "Give each task one file in this server's folder."};
  }
  std::string name = task.name;
  tasks_.emplace(std::move(name), std::move(task));
  return {};
}

const AggregatorTask* TaskBook::Find(std::string_view name) const {
  const auto found = tasks_.find(name);
  return found == tasks_.end() ? nullptr : &found->second;
}

const AggregatorTask* TaskBook::Find(const dap::TaskId& id) const {
  return Find(dap::ToBase64Url(id));
}

}  // namespace sotto::server
