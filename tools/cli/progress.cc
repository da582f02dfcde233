#include "tools/cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <utility>

namespace sotto::cli {
namespace {

constexpr uint64_t kBarWidth = 30;

uint64_t Percent(uint64_t done, uint64_t total) {
  return total == 0 ? 100 : std::min(done, total) * 100 / total;
}

}  // namespace

Progress::Progress(std::string what, uint64_t total)
    : what_(std::move(what)), total_(total), terminal_(isatty(STDERR_FILENO) == 1) {
  Draw();
}

Progress::~Progress() {
  if (terminal_) std::cerr << '\n';
}

void Progress::Advance(uint64_t steps) {
  done_ += steps;
  const uint64_t percent = Percent(done_, total_);
  const uint64_t step = terminal_ ? 1 : 10;
  if (percent / step == shown_percent_ / step) return;
  shown_percent_ = percent;
  Draw();
}

void Progress::Draw() const {
  const uint64_t percent = Percent(done_, total_);
  if (!terminal_) {
    std::cerr << what_ << ": " << percent << " %\n";
    return;
  }
  const uint64_t filled = percent * kBarWidth / 100;
  std::cerr << '\r' << what_ << " [" << std::string(filled, '#') << std::string(kBarWidth - filled, '.') << "] "
            << percent << " %" << std::flush;
}

}  // namespace sotto::cli
