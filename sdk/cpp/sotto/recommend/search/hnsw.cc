#include "sotto/recommend/search/hnsw.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <usearch/index.hpp>
#include <utility>
#include <vector>

#include "sotto/base/fnv1a.h"
#include "sotto/recommend/dot.h"
#include "sotto/recommend/search/graph_file.h"

namespace sotto::recommend {
namespace {

namespace us = unum::usearch;

// Distance, key and slot.
using Graph = us::index_gt<float, uint32_t, uint32_t>;
using Place = Graph::member_citerator_t;

Status CheckOptions(const HnswOptions& options) {
  const auto in_range = [](uint32_t value, uint32_t least, uint32_t most) { return value >= least && value <= most; };
  if (!in_range(options.connectivity, 2, kMaxConnectivity) || !in_range(options.build_effort, 1, 4096) ||
      !in_range(options.search_effort, 1, 4096)) {
    return Error{ErrorCode::kInvalidArgument, "an option of the graph is out of range.",
                 "connectivity must be from 2 to 64, the efforts from 1 to 4096."};
  }
  return {};
}

Error OutOfMemory() {
  return {ErrorCode::kResourceExhausted, "there is not enough memory for the graph.", "Scan the items instead."};
}

// The library's errors throw when nobody has looked at them.
template <class T>
bool Succeeded(T& result) {
  return result.error.release() == nullptr;
}

uint64_t Fingerprint(std::span<const float> vectors) {
  return Fnv1a64({reinterpret_cast<const uint8_t*>(vectors.data()), vectors.size_bytes()});
}

}  // namespace

struct HnswIndex::Parts {
  size_t dimensions;
  std::vector<float> vectors;
  HnswOptions options;
  Graph graph;

  std::span<const float> Item(size_t item) const { return std::span(vectors).subspan(item * dimensions, dimensions); }

  // Smaller is nearer.
  struct Distance {
    const Parts* parts;
    float operator()(std::span<const float> one, const Place& other) const {
      return -Dot(one, parts->Item(get_slot(other)));
    }
    float operator()(const Place& one, const Place& other) const { return (*this)(parts->Item(get_slot(one)), other); }
  };

  static Result<std::unique_ptr<Parts>> Create(std::span<const float> vectors, size_t dimensions,
                                               const HnswOptions& options) {
    SOTTO_RETURN_IF_ERROR(CheckVectors(vectors, dimensions));
    SOTTO_RETURN_IF_ERROR(CheckOptions(options));
    auto made = Graph::make({options.connectivity, size_t{2} * options.connectivity});
    if (!Succeeded(made)) return OutOfMemory();
    auto parts =
        std::unique_ptr<Parts>(new Parts{dimensions, {vectors.begin(), vectors.end()}, options, std::move(made.index)});
    if (!parts->graph.try_reserve({std::max<size_t>(1, vectors.size() / dimensions), 1})) return OutOfMemory();
    return parts;
  }
};

HnswIndex::HnswIndex(size_t items, size_t dimensions, std::unique_ptr<Parts> parts)
    : Index(items, dimensions), parts_(std::move(parts)) {}
HnswIndex::HnswIndex(HnswIndex&&) noexcept = default;
HnswIndex& HnswIndex::operator=(HnswIndex&&) noexcept = default;
HnswIndex::~HnswIndex() = default;

Result<HnswIndex> HnswIndex::Build(std::span<const float> vectors, size_t dimensions, const HnswOptions& options) {
  SOTTO_ASSIGN_OR_RETURN(auto parts, Parts::Create(vectors, dimensions, options));
  const size_t items = vectors.size() / dimensions;
  for (uint32_t item = 0; item < items; ++item) {
    auto added = parts->graph.add(item, parts->Item(item), Parts::Distance{parts.get()}, {options.build_effort, 0});
    if (!Succeeded(added)) return OutOfMemory();
  }
  return HnswIndex(items, dimensions, std::move(parts));
}

Result<HnswIndex> HnswIndex::Load(std::span<const float> vectors, size_t dimensions, ByteSpan graph,
                                  const HnswOptions& options) {
  SOTTO_ASSIGN_OR_RETURN(auto parts, Parts::Create(vectors, dimensions, options));
  SOTTO_ASSIGN_OR_RETURN(const GraphFile file, GraphFile::Read(graph));
  const size_t items = vectors.size() / dimensions;
  if (file.items() != items || file.dimensions != dimensions || file.vectors != Fingerprint(vectors)) {
    return Error{ErrorCode::kMismatch, "the graph links other vectors than these.",
                 "Build it anew, or fetch both again."};
  }
  if (items > 0) {
    // The stream that the library would have written: its header, the levels, each item's lists.
    size_t step = 0;
    auto loaded = parts->graph.load_from_stream([&](void* to, size_t size) {
      const Bytes bytes = step == 0 ? file.Header() : step == 1 ? file.Levels() : file.Node(step - 2);
      ++step;
      if (bytes.size() != size) return false;
      std::memcpy(to, bytes.data(), size);
      return true;
    });
    if (!Succeeded(loaded)) return OutOfMemory();
  }
  return HnswIndex(items, dimensions, std::move(parts));
}

Bytes HnswIndex::Serialise() const {
  GraphFile file;
  file.vectors = Fingerprint(parts_->vectors);
  file.dimensions = static_cast<uint32_t>(dimensions());
  size_t step = 0;
  auto saved = parts_->graph.save_to_stream([&](const void* from, size_t size) {
    const ByteSpan bytes(static_cast<const uint8_t*>(from), size);
    if (step == 0) file.TakeHeader(bytes);
    if (step > items()) file.TakeNode(bytes);  // the steps before that repeat each node's level
    ++step;
    return true;
  });
  Succeeded(saved);
  return file.Write();
}

size_t HnswIndex::Find(std::span<const float> query, std::span<const uint32_t> excluded, std::span<Hit> best) {
  const auto allowed = [&](const auto& member) { return !std::ranges::binary_search(excluded, get_key(member)); };
  const size_t wanted = std::min(best.size(), items());
  auto found =
      parts_->graph.search(query, wanted, Parts::Distance{parts_.get()}, {parts_->options.search_effort, 0}, allowed);
  if (!Succeeded(found)) return 0;
  const size_t count = std::min(wanted, found.size());
  for (size_t i = 0; i < count; ++i) {
    const auto item = static_cast<uint32_t>(get_slot(found[i].member));
    // Added up as a scan does, so that an item's score does not depend on how it was found.
    float score = 0;
    const auto numbers = parts_->Item(item);
    for (size_t column = 0; column < numbers.size(); ++column) score += query[column] * numbers[column];
    best[i] = {item, score};
  }
  std::sort(best.begin(), best.begin() + static_cast<std::ptrdiff_t>(count));
  return count;
}

}  // namespace sotto::recommend
