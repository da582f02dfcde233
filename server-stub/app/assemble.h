// Fills a site from the files that the configuration names.
#pragma once

#include "server-stub/metrics/aggregator_metrics.h"
#include "server-stub/routes/site.h"
#include "sotto/base/result.h"

namespace sotto::server {

// Streams with their products, events and recorded comments; models; tasks with what they cost. Errors name the file or
// table. Every manifest is read back by the core before anyone else gets it.
Status AssembleSite(Site& site);

// Opens the storage, for this process alone: tasks that are still open go into their manifests, models of closed rounds
// with them, and streams go on with the broadcasts that they had. kUnavailable if another server has it open.
Status OpenStorage(Site& site, CommitThread::Observer& observer);

// Opens the storage of the aggregator part, if the site has one.
Status OpenAggregator(Site& site, AggregatorMetrics& metrics);

// Makes a stored model known: to the library, and to the manifest of its stream if that still exists.
Status PublishModel(Site& site, const StoredModel& stored);

}  // namespace sotto::server
