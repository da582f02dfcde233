// Whole files in and out, with errors that name the path.
#pragma once

#include <cstddef>
#include <string>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::cli {

// Errors: kNotFound if it cannot be opened, kUnavailable if reading fails, kResourceExhausted above `limit` bytes.
Result<Bytes> ReadFile(const std::string& path, size_t limit);

// Writes beside the target and renames, so that a reader never sees half a file. Errors: kUnavailable.
Status WriteFile(const std::string& path, ByteSpan bytes);

}  // namespace sotto::cli
