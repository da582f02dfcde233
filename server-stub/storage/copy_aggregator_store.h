// Moves what an aggregator has from one database to another, of either kind.
#pragma once

#include <cstdint>
#include <functional>

#include "server-stub/storage/aggregator_store.h"

namespace sotto::server {

// Told the rows that are copied, of all.
using CopyProgress = std::function<void(uint64_t done, uint64_t total)>;

// Copies everything, what was collected and spent among it, into a store that is empty, in one transaction there: all
// of it or nothing. Of `from` it copies one state; whatever writes to it meanwhile is not in the copy, so stop its
// servers before. Memory: some megabytes. kInvalidArgument if `to` is not empty; kUnavailable of either; kInternal if
// the copy has not as many rows.
Status CopyAggregatorStore(AggregatorStore& from, AggregatorStore& to, const CopyProgress& progress);

}  // namespace sotto::server
