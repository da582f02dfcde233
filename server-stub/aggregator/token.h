// Bearer tokens (RFC 6750) between the parties of a task. Whoever is shown one keeps its SHA-256 only.
#pragma once

#include <string_view>

namespace sotto::server {

// True if `authorization`, the header's value, is "Bearer TOKEN" and TOKEN has this SHA-256 (64 hexadecimal digits).
// Time does not depend on where they differ.
bool IsAuthorised(std::string_view authorization, std::string_view sha256);

}  // namespace sotto::server
