// GET /v1/models/{id}/{version}: bytes that never change under their address.
// POST /v1/streams/{stream}/models/{id}: an operator gives a stream its next model of that id.
#include <algorithm>

#include "server-stub/aggregator/answers.h"
#include "server-stub/aggregator/token.h"
#include "server-stub/app/assemble.h"
#include "server-stub/http/conditional.h"
#include "server-stub/http/problem.h"
#include "server-stub/routes/routes.h"
#include "server-stub/routes/token_limit.h"
#include "sotto/recommend/models/load.h"

namespace sotto::server {
namespace {

constexpr size_t kMaxModelBytes = size_t{64} * 1024 * 1024;

std::optional<Response> RefuseOperator(const Site& site, const Request& request) {
  const std::string& sha256 = site.config.server.operator_token_sha256;
  if (!sha256.empty() && IsAuthorised(request.authorization, sha256)) return std::nullopt;
  return Unauthorised("Send the operator's bearer token.");
}

// On the thread for chores: it waits for the disk.
Response StoreModel(Site& site, const std::string& stream, const std::string& id, const std::string& bytes) {
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): opened before the first connection
  const auto stored = site.model_store->Add(id, stream, bytes);
  if (!stored.ok()) return RetryLater(503, "UNAVAILABLE", "The model could not be stored.", 5);
  if (const auto published = PublishModel(site, stored.value()); !published.ok()) {
    return RetryLater(503, "INTERNAL", published.error().message, 5);
  }
  const std::string version = std::to_string(stored.value().version);
  return At({201, {{"Cache-Control", "no-store"}}, nullptr}, "/v1/models/" + id + "/" + version);
}

void PublishFromOperator(Site& site, const Request& request, const Reply& reply) {
  const std::string stream(request.parameters[0]);
  const std::string id(request.parameters[1]);
  if (!site.streams.contains(stream)) return reply(Problem(404, "NOT_FOUND", "There is no such stream."));
  const auto& fixed = site.config.models;
  if (std::any_of(fixed.begin(), fixed.end(), [&](const ModelConfig& model) { return model.id == id; })) {
    return reply(Problem(409, "CONFLICT", "This id is that of a model in the server's configuration."));
  }
  if (const auto model = recommend::LoadModel(AsBytes(request.body)); !model.ok()) {
    return reply(Problem(400, ErrorCodeName(model.error().code), model.error().message));
  }
  const bool taken = site.chores.Post(
      [&site, stream, id, bytes = request.body, reply] { reply(StoreModel(site, stream, id, bytes)); });
  if (!taken) reply(RetryLater(503, "UNAVAILABLE", "Too many models at once.", 5));
}

}  // namespace

void AddModelRoutes(Site& site, std::vector<Endpoint>& endpoints) {
  endpoints.push_back({.route = Route::kModel,
                       .pattern = "/v1/models/:id/:version",
                       .handler = [&site](const Request& request) -> Response {
                         const auto model = site.models.Find(request.parameters[0], request.parameters[1]);
                         if (!model) return Problem(404, "NOT_FOUND", "There is no such model or version.");
                         return Conditional(request, model->bytes, "\"" + model->sha256 + "\"",
                                            "application/octet-stream", "public, max-age=31536000, immutable");
                       }});
  endpoints.push_back(
      {.route = Route::kPublishModel,
       .method = Method::kPost,
       .pattern = "/v1/streams/:id/models/:id",
       .max_body = kMaxModelBytes,
       .admit = [&site](const Request& request) { return LimitTokens(site, request, RefuseOperator(site, request)); },
       .handler = LaterHandler(
           [&site](const Request& request, const Reply& reply) { PublishFromOperator(site, request, reply); })});
}

}  // namespace sotto::server
