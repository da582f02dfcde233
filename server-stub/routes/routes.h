// The server's paths: which there are and what they answer. docs/http-api.md is their manual.
#pragma once

#include <vector>

#include "server-stub/http/router.h"
#include "server-stub/routes/site.h"

namespace sotto::server {

// All endpoints. `site` must outlive them.
std::vector<Endpoint> MakeEndpoints(Site& site);

// The parts, by subject.
void AddHealthRoutes(Site& site, std::vector<Endpoint>& endpoints);
void AddStreamRoutes(Site& site, std::vector<Endpoint>& endpoints);
void AddModelRoutes(Site& site, std::vector<Endpoint>& endpoints);
void AddAggregatorRoutes(Site& site, std::vector<Endpoint>& endpoints);
void AddUpdateRoutes(Site& site, std::vector<Endpoint>& endpoints);

}  // namespace sotto::server
