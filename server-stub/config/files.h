// Whole files that the operator names.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "sotto/base/result.h"

namespace sotto::server {

// kNotFound if it cannot be read, kResourceExhausted above `max_bytes`; the message names the file.
Result<std::string> ReadFile(const std::filesystem::path& file, size_t max_bytes = size_t{64} * 1024 * 1024);

}  // namespace sotto::server
