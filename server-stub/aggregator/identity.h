// Ids and URLs of what is made for a request.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "server-stub/aggregator/task.h"

namespace sotto::server {

// 16 bytes of SHA-256 over `kind`, the task's id and the request: the same request makes the same resource.
std::array<uint8_t, 16> ResourceId(std::string_view kind, const dap::TaskId& task, ByteSpan request);

// "{aggregator}/tasks/{task-id}/{collection}[/{id}]".
std::string ResourceUrl(const AggregatorTask& task, dap::Role aggregator, std::string_view collection,
                        std::string_view id = "");
// The same without scheme and host: what a Location header has, wherever a proxy put the server.
std::string ResourcePath(const AggregatorTask& task, dap::Role aggregator, std::string_view collection,
                         std::string_view id);

// The id at the end of a Location header's path; empty if there is none of 16 bytes. Nothing else of a location is
// believed: whatever the peer says, requests go to the URL that the task has.
std::string IdOfLocation(std::string_view location);

}  // namespace sotto::server
