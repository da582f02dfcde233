// What indexes find, one call a line:
//   index kind(0 scan of floats, 1 scan of bytes) dimensions count, then as many bits of numbers
//   graph dimensions count, then as many bits of numbers: builds one and prints its file
//   search k excluded(count, items), then bits of a query
#include <iterator>
#include <memory>

#include "lines.h"
#include "sotto/recommend/search/hnsw.h"
#include "sotto/recommend/search/index.h"

namespace sotto::identity {
namespace {

std::vector<float> ReadNumbers(size_t count, std::istream& in) {
  std::vector<float> numbers;
  for (uint32_t bits = 0; numbers.size() < count && in >> bits;) numbers.push_back(std::bit_cast<float>(bits));
  return numbers;
}

void PrintFound(recommend::Index& index, std::istream& in) {
  size_t k = 0;
  size_t count = 0;
  in >> k >> count;
  std::vector<uint32_t> excluded(count);
  for (uint32_t& item : excluded) in >> item;
  const std::vector<float> query = ReadNumbers(index.dimensions(), in);
  std::vector<recommend::Hit> best(k);
  const auto found = index.Search(query, excluded, best);
  Line line;
  if (!found.ok()) {
    line.Failure(found.error()).Print();
    return;
  }
  best.resize(found.value());
  for (const recommend::Hit& hit : best) line.Int(hit.item).Bits(hit.score);
  line.Print();
}

std::unique_ptr<recommend::Index> MakeScan(std::istream& in) {
  uint32_t kind = 0;
  size_t dimensions = 0;
  size_t count = 0;
  in >> kind >> dimensions >> count;
  const auto numbers = ReadNumbers(count, in);
  using recommend::IndexKind;
  const recommend::IndexOptions options{.kind = kind == 0 ? IndexKind::kScanFloat : IndexKind::kScanInt8};
  auto made = recommend::MakeIndex(numbers, dimensions, options);
  if (!made.ok()) {
    Line().Failure(made.error()).Print();
    return nullptr;
  }
  Line().Int(static_cast<int64_t>(made.value()->items())).Print();
  return std::move(made).value();
}

std::unique_ptr<recommend::Index> MakeGraph(std::istream& in) {
  size_t dimensions = 0;
  size_t count = 0;
  in >> dimensions >> count;
  auto made = recommend::HnswIndex::Build(ReadNumbers(count, in), dimensions);
  if (!made.ok()) {
    Line().Failure(made.error()).Print();
    return nullptr;
  }
  Line().Hex(made.value().Serialise()).Print();
  return std::make_unique<recommend::HnswIndex>(std::move(made).value());
}

}  // namespace

void PrintSearches() {
  std::unique_ptr<recommend::Index> index;
  for (std::string text; std::getline(std::cin, text);) {
    std::istringstream in(text);
    std::string command;
    in >> command;
    if (command == "index") index = MakeScan(in);
    if (command == "graph") index = MakeGraph(in);
    if (command == "search" && index) PrintFound(*index, in);
  }
}

}  // namespace sotto::identity
