#include "server-stub/rounds/closed_round.h"

#include "sotto/federation/local_update.h"
#include "sotto/federation/round.h"

namespace sotto::server {

Result<ClosedRound> CloseRound(const Task& task, const std::string& model_version, const UpdateSource& updates) {
  SOTTO_ASSIGN_OR_RETURN(federation::Round round, federation::Round::Create(task.affinity));
  ClosedRound closed;
  closed.model_version = model_version;
  closed.sums.resize(federation::EntryCount(task.affinity));
  const auto add = [&](ByteSpan bytes) -> Status {
    SOTTO_ASSIGN_OR_RETURN(const federation::LocalUpdate update, federation::ParseUpdate(task.affinity, bytes));
    SOTTO_RETURN_IF_ERROR(round.Add(update));
    for (size_t i = 0; i < closed.sums.size(); ++i) closed.sums[i] += update.entries[i];
    return {};
  };
  SOTTO_RETURN_IF_ERROR(updates(add));
  SOTTO_ASSIGN_OR_RETURN(const recommend::EaseModel model, round.Close(model_version));
  const Bytes file = model.Serialise();
  closed.count = round.count();
  closed.model.assign(file.begin(), file.end());
  return closed;
}

}  // namespace sotto::server
