// /dap/...: the resources of draft-ietf-ppm-dap-18, appendix "HTTP Resources Reference". A server without an aggregator
// part has none of them.
#include "server-stub/aggregator/aggregator.h"
#include "server-stub/http/problem.h"
#include "server-stub/http/target.h"
#include "server-stub/routes/routes.h"
#include "server-stub/routes/token_limit.h"

namespace sotto::server {
namespace {

DapRequest DapRequestOf(const Request& request) {
  DapRequest dap;
  dap.task = request.parameters[0];
  if (request.parameters.size() > 1) dap.id = request.parameters[1];
  dap.step = QueryParameter(request.query, "step");
  dap.authorization = request.authorization;
  dap.content_type = request.content_type;
  dap.body = request.body;
  return dap;
}

class Builder {
 public:
  Builder(Site& site, const AggregatorConfig& config, std::vector<Endpoint>& endpoints)
      : site_(site), config_(config), endpoints_(endpoints) {}

  // A resource that only the leader, or only the collector, may ask for.
  void Add(Route route, Method method, std::string pattern, dap::Role asked, LaterHandler handler) {
    const bool has_body = method == Method::kPost;
    endpoints_.push_back({.route = route,
                          .method = method,
                          .pattern = std::move(pattern),
                          .max_body = has_body ? config_.request_bytes : 0,
                          .admit =
                              [&site = site_, asked](const Request& request) {
                                return LimitTokens(site, request,
                                                   site.aggregator->Refuse(asked, DapRequestOf(request)));
                              },
                          .handler = std::move(handler)});
  }

  LaterHandler ByLeader(Response (Leader::*answer)(const DapRequest&)) {
    return [&site = site_, answer](const Request& request, const Reply& reply) {
      site.aggregator->AsLeader(answer, DapRequestOf(request), reply);
    };
  }

  LaterHandler ByHelper(Response (Helper::*answer)(const DapRequest&)) {
    return [&site = site_, answer](const Request& request, const Reply& reply) {
      site.aggregator->AsHelper(answer, DapRequestOf(request), reply);
    };
  }

  // Open to every device: limited by address, before a body is read.
  void AddUpload() {
    endpoints_.push_back({.route = Route::kUpload,
                          .method = Method::kPost,
                          .pattern = "/dap/tasks/:id/reports",
                          .max_body = config_.upload_bytes,
                          .admit = [&site = site_](const Request& request) -> std::optional<Response> {
                            const unsigned wait = site.report_rate.Take(request.client, SteadyNow());
                            if (wait == 0) return std::nullopt;
                            return RetryLater(429, "RATE_LIMITED", "Too many reports from this address.", wait);
                          },
                          .handler = LaterHandler([&site = site_](const Request& request, const Reply& reply) {
                            site.aggregator->Upload(DapRequestOf(request), reply);
                          })});
  }

 private:
  Site& site_;
  const AggregatorConfig& config_;
  std::vector<Endpoint>& endpoints_;
};

}  // namespace

void AddAggregatorRoutes(Site& site, std::vector<Endpoint>& endpoints) {
  const std::optional<AggregatorConfig>& config = site.config.aggregator;
  if (!config) return;
  using dap::Role;
  endpoints.push_back({.route = Route::kHpkeConfig, .pattern = "/dap/hpke_config", .handler = [&site](const Request&) {
                         return site.aggregator->HpkeConfigs();
                       }});
  Builder builder(site, *config, endpoints);
  builder.AddUpload();

  const std::string jobs = "/dap/tasks/:id/aggregation_jobs";
  builder.Add(Route::kAggregationJob, Method::kPost, jobs, Role::kHelper,
              [&site](const Request& request, const Reply& reply) {
                site.aggregator->CreateAggregationJob(DapRequestOf(request), reply);
              });
  const std::string job = jobs + "/:id";
  builder.Add(Route::kAggregationJob, Method::kGet, job, Role::kHelper, builder.ByHelper(&Helper::GetAggregationJob));
  builder.Add(Route::kAggregationJob, Method::kPost, job, Role::kHelper,
              builder.ByHelper(&Helper::ContinueAggregationJob));
  builder.Add(Route::kAggregationJob, Method::kDelete, job, Role::kHelper,
              builder.ByHelper(&Helper::DeleteAggregationJob));

  const std::string shares = "/dap/tasks/:id/aggregate_shares";
  builder.Add(Route::kAggregateShare, Method::kPost, shares, Role::kHelper,
              builder.ByHelper(&Helper::CreateAggregateShare));
  builder.Add(Route::kAggregateShare, Method::kGet, shares + "/:id", Role::kHelper,
              builder.ByHelper(&Helper::GetAggregateShare));
  builder.Add(Route::kAggregateShare, Method::kDelete, shares + "/:id", Role::kHelper,
              builder.ByHelper(&Helper::DeleteAggregateShare));

  const std::string collections = "/dap/tasks/:id/collection_jobs";
  builder.Add(Route::kCollectionJob, Method::kPost, collections, Role::kLeader,
              builder.ByLeader(&Leader::CreateCollectionJob));
  builder.Add(Route::kCollectionJob, Method::kGet, collections + "/:id", Role::kLeader,
              builder.ByLeader(&Leader::GetCollectionJob));
  builder.Add(Route::kCollectionJob, Method::kDelete, collections + "/:id", Role::kLeader,
              builder.ByLeader(&Leader::DeleteCollectionJob));
}

}  // namespace sotto::server
