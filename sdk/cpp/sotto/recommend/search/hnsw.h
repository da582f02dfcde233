// Approximate top-k search on a hierarchical navigable small world graph. Y. Malkov, D. Yashunin, "Efficient and Robust
// Approximate Nearest Neighbor Search Using Hierarchical Navigable Small World Graphs", IEEE TPAMI 2020. The graph is
// that of the library USearch.
//
// What is near is what has a large inner product, although that is no distance: a long vector is near to everything.
// Graphs of this kind find the largest inner products nonetheless, and better than after the vectors were made equally
// long by one more dimension. (S. Morozov, A. Babenko, "Non-metric Similarity Graphs for Maximum Inner Product Search",
// NeurIPS 2018.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/recommend/search/index.h"

namespace sotto::recommend {

struct HnswOptions {
  uint32_t connectivity = 16;    // M: neighbours of an item, twice as many in the lowest level; 2 to 64
  uint32_t build_effort = 128;   // efConstruction: candidates among which neighbours are chosen; 1 to 4,096
  uint32_t search_effort = 128;  // ef: candidates that a search keeps, or as many as it shall find; 1 to 4,096
};

class HnswIndex final : public Index {
 public:
  // Links the items in their order. The same build of this code makes the same graph every time. Builds for different
  // platforms draw the levels from different generators: their graphs differ, and so may what a search misses. Where
  // that must not be, build once, Serialise, and Load everywhere.
  // Errors as MakeIndex; kInvalidArgument for options out of range, kResourceExhausted when out of memory.
  static Result<HnswIndex> Build(std::span<const float> vectors, size_t dimensions, const HnswOptions& options = {});

  // A graph that Serialise wrote for the same vectors. Every link is checked before it is followed, so that no bytes
  // can lead a search outside the graph; wrong links only find less.
  // Errors as Build; kMalformed, kTruncated, kUnsupportedVersion, kMismatch for the checksum or other vectors.
  static Result<HnswIndex> Load(std::span<const float> vectors, size_t dimensions, ByteSpan graph,
                                const HnswOptions& options = {});

  // The graph, without the vectors:
  //   magic "SOHG", u16 format version (1), u64 FNV-1a of the vectors' bytes, u32 items, u32 dimensions, u8 M,
  //   u8 highest level, u32 the item where searches start; for each item u8 its level, and for each level from 0 to
  //   that u8 the number of neighbours and u32 each; u64 FNV-1a of all bytes before it. Little-endian.
  Bytes Serialise() const;

  std::string_view kind() const override { return "hnsw"; }

  HnswIndex(HnswIndex&&) noexcept;
  HnswIndex& operator=(HnswIndex&&) noexcept;
  ~HnswIndex() override;

 private:
  struct Parts;

  HnswIndex(size_t items, size_t dimensions, std::unique_ptr<Parts> parts);
  size_t Find(std::span<const float> query, std::span<const uint32_t> excluded, std::span<Hit> best) override;

  std::unique_ptr<Parts> parts_;
};

}  // namespace sotto::recommend
