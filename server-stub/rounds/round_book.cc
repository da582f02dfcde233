#include "server-stub/rounds/round_book.h"

#include <set>

#include "sotto/recommend/model_file.h"

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
  } else if (!result.value().models.empty()) {
    store_.EmptyLog();
  }
  return result;
}

Result<BatchResult> RoundBook::Register(const std::vector<Task>& tasks) {
  BatchResult result;
  for (const Task& task : tasks) {
    const std::string& id = task.affinity.id;
    SOTTO_RETURN_IF_ERROR(
        store_.AddTask(id, federation::TaskDigest(task.affinity), federation::EntryCount(task.affinity)));
    SOTTO_ASSIGN_OR_RETURN(StoredRound stored, store_.Round(id));
    SOTTO_ASSIGN_OR_RETURN(federation::Round round,
                           federation::Round::Restore(task.affinity, std::move(stored.sums), stored.count));
    tasks_.emplace(id, task);
    progress_.emplace(id, Progress{std::move(round), stored.closed});
    if (!stored.closed && stored.count >= task.minimum) SOTTO_RETURN_IF_ERROR(CloseFullRound(task, result));
  }
  return result;
}

Result<BatchResult> RoundBook::PutAll(const std::vector<PendingUpdate>& updates) {
  BatchResult result;
  std::set<std::string, std::less<>> changed;
  for (const PendingUpdate& update : updates) {
    Progress& progress = progress_.at(update.task);
    const bool accept_new = update.accept_new && !progress.closed;
    SOTTO_ASSIGN_OR_RETURN(const PutOutcome outcome, store_.Put(update.task, update.id, update.sha256, accept_new));
    result.outcomes.push_back(outcome);
    if (outcome != PutOutcome::kStored) continue;
    changed.insert(update.task);
    SOTTO_RETURN_IF_ERROR(progress.round.Add(update.update));
    const Task& task = tasks_.at(update.task);
    if (progress.round.count() >= task.minimum) SOTTO_RETURN_IF_ERROR(CloseFullRound(task, result));
  }
  for (const std::string& task : changed) {
    const Progress& progress = progress_.at(task);
    SOTTO_RETURN_IF_ERROR(store_.SaveSums(task, progress.round.count(), progress.round.sums()));
    result.rounds.push_back({task, progress.round.count(), progress.closed});
  }
  return result;
}

Status RoundBook::CloseFullRound(const Task& task, BatchResult& result) {
  const std::string& id = task.affinity.id;
  Progress& progress = progress_.at(id);
  // Closed either way: a round that cannot be fitted takes no more updates, and loses none.
  progress.closed = true;
  SOTTO_ASSIGN_OR_RETURN(const uint64_t version, store_.NextVersion(task.model));
  const auto fitted = progress.round.Close(std::to_string(version));
  if (!fitted.ok()) {
    result.failures.push_back({fitted.error().code, "task " + id + ": " + fitted.error().message, fitted.error().hint});
    return {};
  }
  SOTTO_ASSIGN_OR_RETURN(const Bytes file, recommend::WriteModelFile(*fitted.value().model, fitted.value().info));
  StoredModel model{task.model, version, task.stream, {file.begin(), file.end()}};
  SOTTO_RETURN_IF_ERROR(store_.CloseRound(id, model));
  result.models.push_back(std::move(model));
  return {};
}

std::vector<RoundState> RoundBook::Rounds() const {
  std::vector<RoundState> rounds;
  rounds.reserve(progress_.size());
  for (const auto& [id, progress] : progress_) rounds.push_back({id, progress.round.count(), progress.closed});
  return rounds;
}

}  // namespace sotto::server
