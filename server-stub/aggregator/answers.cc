#include "server-stub/aggregator/answers.h"

#include "server-stub/http/problem.h"
#include "sotto/stream/json_writer.h"

namespace sotto::server {
namespace {

constexpr unsigned kRetryStorage = 5;  // seconds

unsigned StatusOf(dap::Problem problem) {
  const bool unknown =
      problem == dap::Problem::kUnrecognizedTask || problem == dap::Problem::kUnrecognizedAggregationJob;
  return unknown ? 404 : 400;
}

stream::JsonWriter Begin(dap::Problem problem, std::string_view task, std::string_view detail) {
  stream::JsonWriter json;
  const unsigned status = StatusOf(problem);
  json.BeginObject().Key("type").String(dap::ProblemType(problem)).Key("title").String(dap::ProblemName(problem));
  json.Key("status").Uint(status).Key("detail").String(detail);
  if (!task.empty()) json.Key("taskid").String(task);
  return json;
}

Response Finish(dap::Problem problem, stream::JsonWriter json) {
  json.EndObject();
  return {StatusOf(problem),
          {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
          Share(json.Release())};
}

}  // namespace

Response DapMessage(dap::Message message, ByteSpan body) {
  return {200,
          {{"Content-Type", std::string(dap::MediaType(message))}, {"Cache-Control", "no-store"}},
          Share(std::string(body.begin(), body.end()))};
}

Response DapLater(unsigned retry_after) {
  return {200, {{"Cache-Control", "no-store"}, {"Retry-After", std::to_string(retry_after)}}, nullptr};
}

Response DapProblem(dap::Problem problem, std::string_view task, std::string_view detail) {
  return Finish(problem, Begin(problem, task, detail));
}

Response DapUnsupportedExtension(std::string_view task, const std::vector<uint16_t>& types) {
  constexpr auto kProblem = dap::Problem::kUnsupportedExtension;
  stream::JsonWriter json = Begin(kProblem, task, "The extensions listed are not known here.");
  json.Key("unsupported_extensions").BeginArray();
  for (const uint16_t type : types) json.Uint(type);
  json.EndArray();
  return Finish(kProblem, std::move(json));
}

Response Unauthorised(std::string_view detail) {
  Response response = Problem(401, "UNAUTHORIZED", detail);
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

Response StorageFailed(const Error& error) {
  const bool away = error.code == ErrorCode::kUnavailable;
  return RetryLater(503, away ? "UNAVAILABLE" : "INTERNAL", "The aggregator cannot do this now. Send it again.",
                    kRetryStorage);
}

Response WrongMediaType(dap::Message expected) {
  return Problem(415, "UNSUPPORTED_MEDIA_TYPE", "Send " + std::string(dap::MediaType(expected)) + ".");
}

Response At(Response response, std::string location) {
  response.headers.emplace_back("Location", std::move(location));
  return response;
}

}  // namespace sotto::server
