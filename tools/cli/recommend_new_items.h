// What content alone can say of items that nobody has taken yet.
#pragma once

#include <cstdint>
#include <string>

#include "sotto/base/result.h"
#include "tools/cli/recommend_data.h"

namespace sotto::cli {

struct NewItemOptions {
  const DataOptions& data;
  double share;  // of the items that are held out
  uint32_t k;
  uint64_t seed;
  uint32_t threads;
  bool json;
};

// A table or JSON.
//
// With interactions: a share of the items is held out entirely. Each user is tested on one of the new items that they
// took, ranked among the new items and among all, by content and at random.
//
// With products alone, of which nobody knows who took them: each product is a query whose category is hidden, and the
// others of its full category path are what is looked for. That says whether the vectors find products of one kind. It
// says nothing of whether people like them.
//
// Errors: those of reading; kInvalidArgument if there is nothing to test.
Result<std::string> MeasureNewItems(const NewItemOptions& options);

}  // namespace sotto::cli
