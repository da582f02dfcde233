// The rules of rounds, on top of the store: which updates count, what they add up to, and that a full round closes
// exactly once. For the storage thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server-stub/rounds/task.h"
#include "server-stub/storage/update_store.h"
#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/federation/local_update.h"
#include "sotto/federation/round.h"

namespace sotto::server {

struct PendingUpdate {
  std::string task;
  std::string id;
  Bytes sha256;  // of the bytes as they came
  federation::LocalUpdate update;
  bool accept_new = true;  // false once the task has expired: only duplicates are recognised then
};

// What is true of a task after a commit.
struct RoundState {
  std::string task;
  uint64_t count = 0;
  bool closed = false;
};

struct BatchResult {
  std::vector<PutOutcome> outcomes;  // of the updates, in their order
  std::vector<RoundState> rounds;    // that changed
  std::vector<StoredModel> models;   // new ones, of rounds that closed
  std::vector<Error> failures;       // rounds that are full but could not be fitted: a defect, tried again at the start
};

class RoundBook {
 public:
  // Registers the tasks with the store, and closes rounds that are full but open, as when `minimum` was lowered.
  // Errors: kMismatch if a task's parameters changed, kUnavailable.
  static Result<RoundBook> Open(UpdateStore store, const std::vector<Task>& tasks);

  // Adds a batch to its rounds and closes every round that it fills, all in one transaction: when this returns a value,
  // everything in it is on disk; when it returns an error, nothing is. A round takes exactly its minimum of updates.
  // Precondition: each update names a task of Open and has been parsed for it.
  Result<BatchResult> Apply(const std::vector<PendingUpdate>& updates);

  std::vector<RoundState> Rounds() const;
  Result<std::vector<StoredModel>> Models() { return store_.Models(); }
  // What Open could not fit.
  const std::vector<Error>& failures() const { return failures_; }

 private:
  struct Progress {
    federation::Round round;
    bool closed = false;
  };

  explicit RoundBook(UpdateStore store) : store_(std::move(store)) {}
  Result<BatchResult> InTransaction(const std::function<Result<BatchResult>()>& work);
  Result<BatchResult> Register(const std::vector<Task>& tasks);
  Result<BatchResult> PutAll(const std::vector<PendingUpdate>& updates);
  Status CloseFullRound(const Task& task, BatchResult& result);

  UpdateStore store_;
  std::map<std::string, Task, std::less<>> tasks_;
  std::map<std::string, Progress, std::less<>> progress_;
  std::vector<Error> failures_;
};

}  // namespace sotto::server
