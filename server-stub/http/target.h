// The target of a request line (RFC 9112, 3.2).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace sotto::server {

// The segments of the path: "/v1/models?x" -> {"v1", "models"}; "/" -> {""}. From the origin form or the absolute form;
// query and fragment are left out. Nothing is decoded, so that a segment never holds more than its characters say:
// "%2e%2e" stays six characters that no route knows. None for any other form.
std::optional<std::vector<std::string_view>> PathSegments(std::string_view target);

// The query of the target, without its '?'; empty if there is none.
std::string_view QueryOf(std::string_view target);

// The value of a query's parameter, not decoded; empty if it is not there, the first if it is there twice.
std::string_view QueryParameter(std::string_view query, std::string_view name);

}  // namespace sotto::server
