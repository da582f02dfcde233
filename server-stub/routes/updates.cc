// PUT /v1/tasks/{task}/updates/{id}: a device's contribution. 201 means that it is in the sums on disk, once.
#include <boost/beast/core/string.hpp>

#include "server-stub/http/problem.h"
#include "server-stub/models/sha256.h"
#include "server-stub/routes/routes.h"
#include "sotto/federation/local_update.h"
#include "sotto/stream/names.h"

namespace sotto::server {
namespace {

constexpr std::string_view kBusy = "Too many updates are waiting for the disk.";

Response Stored(unsigned status) {
  return {status, {{"Cache-Control", "no-store"}}, nullptr};
}

Response OutcomeResponse(PutOutcome outcome) {
  switch (outcome) {
    case PutOutcome::kStored:
      return Stored(201);
    case PutOutcome::kDuplicate:
      return Stored(200);
    case PutOutcome::kConflict:
      return Problem(409, "CONFLICT",
                     "Another update was stored under this id. Draw a new random id for a new update.");
    case PutOutcome::kClosed:
      return Problem(410, "EXPIRED", "This task takes no more updates. Do not send this one again.");
  }
  return Problem(503, "INTERNAL", "");
}

std::string_view OutcomeName(PutOutcome outcome) {
  switch (outcome) {
    case PutOutcome::kStored:
      return "accepted";
    case PutOutcome::kDuplicate:
      return "duplicate";
    case PutOutcome::kConflict:
      return "conflict";
    case PutOutcome::kClosed:
      return "closed";
  }
  return "";
}

// Media types are case-insensitive, and may have parameters (RFC 9110, 8.3.1).
bool IsOctetStream(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return boost::beast::iequals({type.data(), type.size()}, "application/octet-stream");
}

class UpdateHandler {
 public:
  explicit UpdateHandler(Site& site) : site_(site) {}

  void operator()(const Request& request, const Reply& reply) const {
    const auto refuse = [&](std::string_view result, Response response) {
      site_.metrics.CountUpdate(result);
      reply(std::move(response));
    };
    const auto found = site_.tasks.find(request.parameters[0]);
    if (found == site_.tasks.end()) return refuse("unknown_task", Problem(404, "NOT_FOUND", "There is no such task."));
    const std::string_view id = request.parameters[1];
    if (!stream::IsId(id)) {
      return refuse("malformed", Problem(400, "MALFORMED", "The update's id is not 1 to 64 of A-Z a-z 0-9 _ -."));
    }
    if (!IsOctetStream(request.content_type)) {
      return refuse("malformed", Problem(415, "UNSUPPORTED_MEDIA_TYPE", "Send application/octet-stream."));
    }
    if (const unsigned wait = site_.update_rate.Take(request.client, SteadyNow()); wait > 0) {
      return refuse("limited", RetryLater(429, "RATE_LIMITED", "Too many updates from this address.", wait));
    }
    const Task& task = found->second;
    auto parsed = federation::ParseUpdate(task.affinity, AsBytes(request.body));
    if (!parsed.ok()) {
      const Error& error = parsed.error();
      return refuse("malformed", Problem(400, ErrorCodeName(error.code), error.message));
    }
    Store({task.affinity.id, std::string(id), Sha256(AsBytes(request.body)), std::move(parsed).value(),
           UnixNow() < task.expires_ms},
          reply);
  }

 private:
  void Store(PendingUpdate update, const Reply& reply) const {
    const auto done = [&metrics = site_.metrics, reply](const Result<PutOutcome>& outcome) {
      if (outcome.ok()) {
        metrics.CountUpdate(OutcomeName(outcome.value()));
        reply(OutcomeResponse(outcome.value()));
      } else {
        metrics.CountUpdate("failed");
        reply(RetryLater(503, "UNAVAILABLE", "The update could not be stored. Send the same one again.", 5));
      }
    };
    if (!site_.storage->Put(std::move(update), done)) {
      site_.metrics.CountUpdate("busy");
      reply(RetryLater(503, "UNAVAILABLE", kBusy, 1));
    }
  }

  Site& site_;
};

}  // namespace

void AddUpdateRoutes(Site& site, std::vector<Endpoint>& endpoints) {
  endpoints.push_back({.route = Route::kUpdate,
                       .method = Method::kPut,
                       .pattern = "/v1/tasks/:id/updates/:any",
                       .max_body = site.config.limits.body_bytes,
                       .handler = LaterHandler(UpdateHandler(site))});
}

}  // namespace sotto::server
