// The file of an HNSW graph (hnsw.h), and its translation from and to the stream of USearch, which trusts its bytes.
// Internal to this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::recommend {

inline constexpr uint32_t kMaxConnectivity = 64;

struct GraphFile {
  uint64_t vectors = 0;  // FNV-1a
  uint32_t dimensions = 0;
  uint32_t connectivity = 0;    // in levels above 0; twice as many in level 0
  uint32_t highest = 0;         // level
  uint32_t entry = 0;           // an item of that level
  std::vector<uint8_t> levels;  // of each item
  std::vector<size_t> begin;    // of each item's lists in `lists`
  std::vector<uint32_t> lists;  // for each level of each item: how many neighbours, and these

  size_t items() const { return levels.size(); }

  // Every neighbour is an item that has the level in question, and no list is longer than there is place for.
  // Errors: kMalformed, kTruncated, kUnsupportedVersion, kMismatch (checksum).
  static Result<GraphFile> Read(ByteSpan file);
  Bytes Write() const;

  // USearch's stream, in its order. Node: key and level of the item, then a place for each possible neighbour.
  Bytes Header() const;
  Bytes Levels() const;
  Bytes Node(size_t item) const;
  // Preconditions: the stream of a graph with at most kMaxConnectivity.
  void TakeHeader(ByteSpan bytes);
  void TakeNode(ByteSpan bytes);
};

}  // namespace sotto::recommend
