// What indexes find, one call a line:
//   index kind(0 scan of floats, 1 scan of bytes) dimensions count, then as many bits of numbers
//   search k excluded(count, items), then bits of a query
#include <iterator>
#include <memory>

#include "lines.h"
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

}  // namespace

void PrintSearches() {
  std::unique_ptr<recommend::Index> index;
  for (std::string text; std::getline(std::cin, text);) {
    std::istringstream in(text);
    std::string command;
    in >> command;
    if (command == "search" && index) PrintFound(*index, in);
    if (command != "index") continue;
    uint32_t kind = 0;
    size_t dimensions = 0;
    size_t count = 0;
    in >> kind >> dimensions >> count;
    const auto numbers = ReadNumbers(count, in);
    using recommend::IndexKind;
    auto made =
        recommend::MakeIndex(numbers, dimensions, {.kind = kind == 0 ? IndexKind::kScanFloat : IndexKind::kScanInt8});
    if (!made.ok()) {
      Line().Failure(made.error()).Print();
      continue;
    }
    index = std::move(made).value();
    Line().Int(static_cast<int64_t>(index->items())).Print();
  }
}

}  // namespace sotto::identity
