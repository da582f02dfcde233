#include "sotto/recommend/search/index.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "sotto/recommend/interactions.h"
#include "sotto/recommend/search/hnsw.h"
#include "sotto/recommend/search/scan.h"

namespace sotto::recommend {
namespace {

constexpr std::string_view kHint = "Every number must be finite and at most 1e15.";

bool Fits(float number) {
  return std::fabs(number) <= kMaxSearchNumber;  // false for NaN
}

template <class T>
Result<std::unique_ptr<Index>> Owned(Result<T> index) {
  if (!index.ok()) return index.error();
  return std::unique_ptr<Index>(std::make_unique<T>(std::move(index).value()));
}

}  // namespace

Result<size_t> Index::Search(std::span<const float> query, std::span<const uint32_t> excluded, std::span<Hit> best) {
  if (query.size() != dimensions_) {
    return Error{ErrorCode::kInvalidArgument,
                 "the query has " + std::to_string(query.size()) + " numbers, the index " +
                     std::to_string(dimensions_) + " dimensions.",
                 ""};
  }
  for (size_t i = 0; i < query.size(); ++i) {
    if (!Fits(query[i])) {
      return Error{ErrorCode::kInvalidArgument, "query[" + std::to_string(i) + "] is " + std::to_string(query[i]) + ".",
                   std::string(kHint)};
    }
  }
  if (items_ == 0 || best.empty()) return size_t{0};
  excluded_.assign(excluded.begin(), excluded.end());
  std::ranges::sort(excluded_);
  return Find(query, excluded_, best);
}

Status CheckVectors(std::span<const float> vectors, size_t dimensions) {
  if (dimensions == 0 || dimensions > kMaxSearchDimensions) {
    return Error{ErrorCode::kInvalidArgument, "vectors of " + std::to_string(dimensions) + " dimensions.",
                 "They must have 1 to 4096."};
  }
  if (vectors.size() % dimensions != 0) {
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(vectors.size()) + " numbers are no whole rows of " + std::to_string(dimensions) + ".",
                 ""};
  }
  if (vectors.size() / dimensions > kMaxItems) {
    return Error{ErrorCode::kResourceExhausted,
                 "vectors of " + std::to_string(vectors.size() / dimensions) + " items, more than 4000000.", ""};
  }
  const auto wrong = std::ranges::find_if_not(vectors, Fits);
  if (wrong != vectors.end()) {
    const auto at = static_cast<size_t>(wrong - vectors.begin());
    return Error{ErrorCode::kInvalidArgument,
                 "vectors, row " + std::to_string(at / dimensions) + ", column " + std::to_string(at % dimensions) +
                     " is " + std::to_string(*wrong) + ".",
                 std::string(kHint)};
  }
  return {};
}

Result<std::unique_ptr<Index>> MakeIndex(std::span<const float> vectors, size_t dimensions,
                                         const IndexOptions& options) {
  SOTTO_RETURN_IF_ERROR(CheckVectors(vectors, dimensions));
  const bool scan = vectors.size() / dimensions <= options.most_scanned;
  switch (options.kind == IndexKind::kAuto ? (scan ? IndexKind::kScanInt8 : IndexKind::kHnsw) : options.kind) {
    case IndexKind::kScanFloat:
      return Owned(ScanIndex::Create(vectors, dimensions, ScanNumbers::kFloat));
    case IndexKind::kScanInt8:
      return Owned(ScanIndex::Create(vectors, dimensions, ScanNumbers::kInt8));
    case IndexKind::kHnsw:
    case IndexKind::kAuto:
      break;
  }
  return Owned(HnswIndex::Build(vectors, dimensions));
}

}  // namespace sotto::recommend
