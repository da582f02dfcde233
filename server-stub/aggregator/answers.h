// Responses as DAP has them: messages with their media type, problem documents with its problem types.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server-stub/http/message.h"
#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/dap/http.h"

namespace sotto::server {

// 200 with a message.
Response DapMessage(dap::Message message, ByteSpan body);

// 200 without a body: the answer is not ready. Retry-After in seconds.
Response DapLater(unsigned retry_after);

// {"type":"urn:ietf:params:ppm:dap:error:...","title":...,"status":...,"detail":...,"taskid":...}. `task` is the id in
// base64url, empty while it is not known. Status 400, but 404 for a task or job that is not known.
Response DapProblem(dap::Problem problem, std::string_view task, std::string_view detail);
// unsupportedExtension, with the types that nobody knows.
Response DapUnsupportedExtension(std::string_view task, const std::vector<uint16_t>& types);

// 401, for a request without the right bearer token.
Response Unauthorised(std::string_view detail = "Send the bearer token of this task.");
// 503: the storage is away, or something is wrong with it. Nothing happened, or it did and sending it again is safe.
Response StorageFailed(const Error& error);
// 415.
Response WrongMediaType(dap::Message expected);

// With a Location header.
Response At(Response response, std::string location);

}  // namespace sotto::server
