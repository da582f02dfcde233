// GET /v1/models/{id}/{version}: bytes that never change under their address.
#include "server-stub/http/conditional.h"
#include "server-stub/http/problem.h"
#include "server-stub/routes/routes.h"

namespace sotto::server {

void AddModelRoutes(Site& site, std::vector<Endpoint>& endpoints) {
  endpoints.push_back({.route = Route::kModel,
                       .pattern = "/v1/models/:id/:version",
                       .handler = [&site](const Request& request) -> Response {
                         const auto model = site.models.Find(request.parameters[0], request.parameters[1]);
                         if (!model) return Problem(404, "NOT_FOUND", "There is no such model or version.");
                         return Conditional(request, model->bytes, "\"" + model->sha256 + "\"",
                                            "application/octet-stream", "public, max-age=31536000, immutable");
                       }});
}

}  // namespace sotto::server
