// TOML -> Config.
#pragma once

#include <string>
#include <string_view>

#include "server-stub/config/config.h"
#include "sotto/base/result.h"

namespace sotto::server {

// Reads a configuration; relative paths in it are relative to `folder`. Touches no file.
// kMalformed if it is not TOML, a key is unknown, missing, of a wrong type or out of range, ids clash, or something
// names a stream that does not exist. The message has a line for each error, with the key and its line.
Result<Config> ReadConfig(std::string_view toml, const Path& folder);

// The same from a file, whose folder relative paths are relative to. kNotFound if it cannot be read.
Result<Config> LoadConfig(const Path& file);

}  // namespace sotto::server
