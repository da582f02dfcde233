#include "server-stub/routes/site.h"

#include <chrono>

namespace sotto::server {

int64_t UnixNow() {
  using std::chrono::system_clock;
  return std::chrono::duration_cast<std::chrono::milliseconds>(system_clock::now().time_since_epoch()).count();
}

double SteadyNow() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double ProgrammeNow(const Room& room) {
  const auto epoch = room.epoch_ms();
  return epoch ? static_cast<double>(UnixNow() - *epoch) / 1000 : 0;
}

}  // namespace sotto::server
