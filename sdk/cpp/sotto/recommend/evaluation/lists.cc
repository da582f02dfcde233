#include "sotto/recommend/evaluation/lists.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sotto/recommend/dot.h"
#include "sotto/recommend/models/sparse_rows.h"

namespace sotto::recommend {
namespace {

// Of the users of two items, ascending.
double Cosine(std::span<const uint32_t> one, std::span<const uint32_t> other) {
  if (one.empty() || other.empty()) return 0;
  size_t shared = 0;
  for (size_t i = 0, j = 0; i < one.size() && j < other.size();) {
    const uint32_t a = one[i];
    const uint32_t b = other[j];
    shared += a == b ? 1 : 0;
    i += a <= b ? 1 : 0;
    j += b <= a ? 1 : 0;
  }
  return static_cast<double>(shared) / std::sqrt(static_cast<double>(one.size()) * static_cast<double>(other.size()));
}

template <class Similarity>
double MeanDiversity(std::span<const std::vector<uint32_t>> lists, Similarity similarity) {
  double sum = 0;
  size_t counted = 0;
  for (const auto& list : lists) {
    if (list.size() < 2) continue;
    double similar = 0;
    for (size_t i = 0; i < list.size(); ++i) {
      for (size_t j = 0; j < i; ++j) similar += similarity(list[i], list[j]);
    }
    const auto pairs = static_cast<double>(list.size() * (list.size() - 1) / 2);
    sum += 1 - similar / pairs;
    ++counted;
  }
  return counted == 0 ? 0 : sum / static_cast<double>(counted);
}

double Gini(std::vector<uint64_t> counts) {
  std::ranges::sort(counts);
  double weighted = 0;
  double sum = 0;
  const auto n = static_cast<double>(counts.size());
  for (size_t i = 0; i < counts.size(); ++i) {
    weighted += (2.0 * static_cast<double>(i + 1) - n - 1) * static_cast<double>(counts[i]);
    sum += static_cast<double>(counts[i]);
  }
  return sum == 0 ? 0 : weighted / (n * sum);
}

}  // namespace

std::vector<uint32_t> TopK(std::span<const float> scores, std::span<const bool> exclude, uint32_t k) {
  std::vector<uint32_t> items;
  items.reserve(scores.size());
  for (uint32_t item = 0; item < scores.size(); ++item) {
    if (exclude.empty() || !exclude[item]) items.push_back(item);
  }
  const auto better = [&](uint32_t a, uint32_t b) {
    const bool a_is = !std::isnan(scores[a]);
    const bool b_is = !std::isnan(scores[b]);
    if (a_is != b_is) return a_is;
    return a_is && scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  };
  const auto kept = static_cast<ptrdiff_t>(std::min<size_t>(k, items.size()));
  std::ranges::partial_sort(items, items.begin() + kept, better);
  items.resize(static_cast<size_t>(kept));
  return items;
}

ListQuality MeasureLists(std::span<const std::vector<uint32_t>> lists, const Interactions& train,
                         const Matrix* vectors) {
  ListQuality quality;
  const std::vector<uint32_t> owners = train.ItemCounts();
  std::vector<uint64_t> counts(train.items(), 0);
  double information = 0;
  uint64_t listed = 0;
  for (const auto& list : lists) {
    for (const uint32_t item : list) {
      ++counts[item];
      ++listed;
      information += std::log2(static_cast<double>(train.users()) / std::max(1U, owners[item]));
    }
  }
  if (listed == 0) return quality;
  const auto shown = std::ranges::count_if(counts, [](uint64_t count) { return count > 0; });
  quality.coverage = static_cast<double>(shown) / static_cast<double>(counts.size());
  quality.novelty = information / static_cast<double>(listed);
  quality.gini = Gini(std::move(counts));
  if (vectors != nullptr) {
    const auto columns = static_cast<size_t>(vectors->cols());
    quality.diversity = MeanDiversity(lists, [&](uint32_t a, uint32_t b) {
      return double{Dot({vectors->data() + a * columns, columns}, {vectors->data() + b * columns, columns})};
    });
  } else {
    const SparseRows users = Transposed(RowsOf(train));
    quality.diversity =
        MeanDiversity(lists, [&](uint32_t a, uint32_t b) { return Cosine(users.ColumnsOf(a), users.ColumnsOf(b)); });
  }
  return quality;
}

}  // namespace sotto::recommend
