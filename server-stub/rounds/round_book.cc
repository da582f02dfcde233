#include "server-stub/rounds/round_book.h"

#include <set>

namespace sotto::server {

Result<RoundBook> RoundBook::Open(UpdateStore store, const std::vector<Task>& tasks) {
  RoundBook book(std::move(store));
  SOTTO_ASSIGN_OR_RETURN(BatchResult result, book.InTransaction([&] { return book.Register(tasks); }));
  book.failures_ = std::move(result.failures);
  return book;
}

Result<BatchResult> RoundBook::Apply(const std::vector<PendingUpdate>& updates) {
  return InTransaction([&] { return PutAll(updates); });
}

Result<BatchResult> RoundBook::InTransaction(const std::function<Result<BatchResult>()>& work) {
  // What memory knows must go back together with what the disk does.
  auto before = progress_;
  SOTTO_RETURN_IF_ERROR(store_.Begin());
  auto result = work();
  if (result.ok()) {
    if (auto committed = store_.Commit(); !committed.ok()) result = committed.error();
  }
  if (!result.ok()) {
    store_.Rollback();
    progress_ = std::move(before);
  }
  return result;
}

Result<BatchResult> RoundBook::Register(const std::vector<Task>& tasks) {
  BatchResult result;
  for (const Task& task : tasks) {
    const std::string& id = task.affinity.id;
    SOTTO_RETURN_IF_ERROR(store_.AddTask(id, federation::TaskDigest(task.affinity)));
    tasks_.emplace(id, task);
    Progress& progress = progress_[id];
    SOTTO_ASSIGN_OR_RETURN(progress.count, store_.CountUpdates(id));
    SOTTO_ASSIGN_OR_RETURN(progress.closed, store_.IsClosed(id));
    if (!progress.closed && progress.count >= task.minimum) SOTTO_RETURN_IF_ERROR(CloseFullRound(task, result));
  }
  return result;
}

Result<BatchResult> RoundBook::PutAll(const std::vector<PendingUpdate>& updates) {
  BatchResult result;
  std::set<std::string, std::less<>> changed;
  for (const PendingUpdate& update : updates) {
    Progress& progress = progress_.at(update.task);
    const bool accept_new = update.accept_new && !progress.closed;
    SOTTO_ASSIGN_OR_RETURN(const PutOutcome outcome,
                           store_.Put(update.task, update.id, AsBytes(update.bytes), accept_new));
    result.outcomes.push_back(outcome);
    if (outcome != PutOutcome::kStored) continue;
    changed.insert(update.task);
    const Task& task = tasks_.at(update.task);
    if (++progress.count >= task.minimum) SOTTO_RETURN_IF_ERROR(CloseFullRound(task, result));
  }
  for (const std::string& task : changed) {
    const Progress& progress = progress_.at(task);
    result.rounds.push_back({task, progress.count, progress.closed});
  }
  return result;
}

Status RoundBook::CloseFullRound(const Task& task, BatchResult& result) {
  const std::string& id = task.affinity.id;
  // Closed either way: a round that cannot be fitted takes no more updates, and loses none.
  progress_.at(id).closed = true;
  SOTTO_ASSIGN_OR_RETURN(const uint64_t version, store_.NextVersion(task.model));
  const auto updates = [&](const std::function<Status(ByteSpan)>& take) { return store_.ForEachUpdate(id, take); };
  auto round = CloseRound(task, std::to_string(version), updates);
  if (!round.ok()) {
    if (round.error().code == ErrorCode::kUnavailable) return round.error();
    result.failures.push_back({round.error().code, "task " + id + ": " + round.error().message, round.error().hint});
    return {};
  }
  StoredModel model{task.model, version, task.stream, std::move(round.value().model)};
  SOTTO_RETURN_IF_ERROR(store_.SaveRound(id, round.value(), model));
  result.models.push_back(std::move(model));
  return {};
}

std::vector<RoundState> RoundBook::Rounds() const {
  std::vector<RoundState> rounds;
  for (const auto& [id, progress] : progress_) rounds.push_back({id, progress.count, progress.closed});
  return rounds;
}

}  // namespace sotto::server
