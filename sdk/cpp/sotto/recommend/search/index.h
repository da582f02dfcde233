// The items whose vectors have the largest inner products with a query: top-k search, behind one interface.
//
//   ScanIndex   looks at every item: exact. 32 or 8 bits a number (scan.h)
//   HnswIndex   follows a graph of near neighbours: finds nearly all, much faster where there are many items (hnsw.h)
//
// MakeIndex chooses by the number of items; docs/recommend.md has the measurement behind the choice: a graph answers
// sooner from some 10,000 items on, but what it saves pays for building it only after tens of thousands of searches. So
// a page scans; a graph is for more items than a scan can do in time, or is built once, elsewhere, and loaded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"

namespace sotto::recommend {

inline constexpr size_t kMaxSearchDimensions = 4096;
inline constexpr float kMaxSearchNumber = 1e15F;  // so that no inner product overflows

struct Hit {
  uint32_t item = 0;
  float score = 0;  // the inner product, as exact as the index's numbers are; higher is better

  // The order of every answer: the best first, of equal scores the lower item.
  friend bool operator<(const Hit& a, const Hit& b) {
    return a.score > b.score || (a.score == b.score && a.item < b.item);
  }
  friend bool operator==(const Hit&, const Hit&) = default;
};

class Index {
 public:
  virtual ~Index() = default;

  virtual std::string_view kind() const = 0;  // "scan-f32", "scan-i8" or "hnsw"
  size_t items() const { return items_; }
  size_t dimensions() const { return dimensions_; }

  // Writes the best items, at most best.size() of them, into `best` and returns how many: the smaller of best.size()
  // and the number of items that are not excluded (HnswIndex may miss some).
  //   query     dimensions() numbers, each finite and of at most kMaxSearchNumber
  //   excluded  items that must not be in the answer, in any order; what is no item is ignored
  // The index keeps its working memory, so that after the first call none is allocated (but for more results or
  // exclusions than before): one thread at a time. The same bits on every platform.
  // Errors: kInvalidArgument for a query of another length or with a number that is not finite or too large.
  Result<size_t> Search(std::span<const float> query, std::span<const uint32_t> excluded, std::span<Hit> best);

 protected:
  Index(size_t items, size_t dimensions) : items_(items), dimensions_(dimensions) {}
  Index(const Index&) = default;
  Index(Index&&) = default;
  Index& operator=(const Index&) = default;
  Index& operator=(Index&&) = default;

  // Search, once everything was checked; `excluded` is ascending, `best` is not empty, items() is not 0.
  virtual size_t Find(std::span<const float> query, std::span<const uint32_t> excluded, std::span<Hit> best) = 0;

 private:
  size_t items_;
  size_t dimensions_;
  std::vector<uint32_t> excluded_;
};

enum class IndexKind : uint8_t {
  kAuto,       // kScanInt8 up to `most_scanned` items, kHnsw above
  kScanFloat,  // exact
  kScanInt8,   // exact for numbers rounded to 8 bits: about 1 % of an inner product, a quarter of the memory and time
  kHnsw,
};

struct IndexOptions {
  IndexKind kind = IndexKind::kAuto;
  uint32_t most_scanned = 1'000'000;  // a scan of so many takes 3 ms in a page, building a graph of them minutes
};

// An index of `vectors`, items x dimensions, row by row, which are copied.
// Errors: kInvalidArgument if dimensions is not from 1 to kMaxSearchDimensions, the numbers are not whole rows, or one
// is not finite or larger than kMaxSearchNumber, naming its row; kResourceExhausted above kMaxItems rows.
Result<std::unique_ptr<Index>> MakeIndex(std::span<const float> vectors, size_t dimensions,
                                         const IndexOptions& options = {});

// What MakeIndex checks of `vectors`.
Status CheckVectors(std::span<const float> vectors, size_t dimensions);

}  // namespace sotto::recommend
