// Files that hold secrets of this server, and who can read them.
#pragma once

#include <string>
#include <vector>

#include "server-stub/config/config.h"

namespace sotto::server {

// A sentence for each that everybody on this machine can read: task files, the key of mutual TLS, and `config_file`
// itself if its storage has a password. HPKE keys are not among them: with one that everybody can read no server
// starts.
std::vector<std::string> ReadableByOthers(const Path& config_file, const Config& config);

}  // namespace sotto::server
