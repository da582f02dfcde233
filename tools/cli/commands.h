// The subcommands of `sotto`. Each group lives in its own files, and main.cc only registers it:
//
//   void RegisterPrivacy(CLI::App& app) {
//     auto* group = app.add_subcommand("privacy", "What a budget is worth");
//     ...
//     command->callback([options] { ...; if (!result.ok()) throw CommandFailed(result.error()); });
//   }
//
// Results go to standard output, progress and errors to standard error.
// Exit codes: 0 done, 1 the work failed (`sotto: CODE: message hint` on standard error), 2 wrong usage.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "sotto/base/result.h"

namespace CLI {
class App;
}

namespace sotto::cli {

// Thrown by a subcommand's callback when its work failed: main prints the error and exits with 1.
class CommandFailed : public std::exception {
 public:
  explicit CommandFailed(const Error& error) : text_(ToString(error)) {}
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

// The value of `result`, or CommandFailed.
template <class T>
T ValueOrFail(Result<T> result) {
  if (!result.ok()) throw CommandFailed(result.error());
  return std::move(result).value();
}

inline void OkOrFail(const Status& status) {
  if (!status.ok()) throw CommandFailed(status.error());
}

void RegisterComments(CLI::App& app);
void RegisterRecommend(CLI::App& app);
void RegisterPrivacy(CLI::App& app);
void RegisterVdaf(CLI::App& app);
void RegisterTask(CLI::App& app);
void RegisterCollect(CLI::App& app);
void RegisterSwarm(CLI::App& app);
void RegisterRecording(CLI::App& app);
void RegisterHpke(CLI::App& app);
void RegisterStore(CLI::App& app);

}  // namespace sotto::cli
