// Progress of long work on standard error: a bar where somebody watches a terminal, a plain line at every tenth
// otherwise (so that a log stays readable).
//
//   Progress progress("reading shop10", rows);
//   for (...) progress.Advance();
//   // the destructor ends the line
#pragma once

#include <cstdint>
#include <string>

namespace sotto::cli {

class Progress {
 public:
  // `total` steps; 0 is shown as done.
  Progress(std::string what, uint64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Advance(uint64_t steps = 1);

 private:
  void Draw() const;

  std::string what_;
  uint64_t total_;
  uint64_t done_ = 0;
  uint64_t shown_percent_ = 0;
  bool terminal_;
};

}  // namespace sotto::cli
