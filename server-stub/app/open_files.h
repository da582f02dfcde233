// How many files, connections among them, this process may have open (getrlimit(2), RLIMIT_NOFILE).
#pragma once

#include <cstdint>

namespace sotto::server {

// Raises the limit as far as the process itself may, and returns what it is then.
uint64_t RaiseOpenFileLimit();

}  // namespace sotto::server
