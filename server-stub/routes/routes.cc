#include "server-stub/routes/routes.h"

namespace sotto::server {

std::vector<Endpoint> MakeEndpoints(Site& site) {
  std::vector<Endpoint> endpoints;
  AddHealthRoutes(site, endpoints);
  AddStreamRoutes(site, endpoints);
  AddModelRoutes(site, endpoints);
  AddUpdateRoutes(site, endpoints);
  AddAggregatorRoutes(site, endpoints);
  return endpoints;
}

}  // namespace sotto::server
