// GET /healthz: the process answers. GET /readyz: send it requests. GET /metrics: for Prometheus.
#include "server-stub/http/problem.h"
#include "server-stub/routes/routes.h"

namespace sotto::server {
namespace {

Response Text(std::string_view content_type, std::string text) {
  return {200, {{"Content-Type", std::string(content_type)}, {"Cache-Control", "no-store"}}, Share(std::move(text))};
}

}  // namespace

void AddHealthRoutes(Site& site, std::vector<Endpoint>& endpoints) {
  endpoints.push_back({.route = Route::kHealth, .pattern = "/healthz", .handler = [](const Request&) {
                         return Text("application/json", R"({"status":"ok"})");
                       }});
  endpoints.push_back({.route = Route::kReady, .pattern = "/readyz", .handler = [&site](const Request&) {
                         if (site.draining) return RetryLater(503, "UNAVAILABLE", "The server is shutting down.", 5);
                         if (site.storage_away) return RetryLater(503, "UNAVAILABLE", "The storage is away.", 5);
                         return Text("application/json", R"({"status":"ready"})");
                       }});
  endpoints.push_back({.route = Route::kMetrics, .pattern = "/metrics", .handler = [&site](const Request&) {
                         return Text("text/plain; version=0.0.4; charset=utf-8", site.metrics.Text());
                       }});
}

}  // namespace sotto::server
