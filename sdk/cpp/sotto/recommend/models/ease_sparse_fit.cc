#include "sotto/recommend/models/ease_sparse_fit.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "sotto/recommend/models/sparse_rows.h"

namespace sotto::recommend {
namespace {

constexpr uint32_t kItemsOfATask = 16;

struct Neighbour {
  uint32_t item = 0;
  uint32_t count = 0;
};

// The co-occurrence counts off the diagonal, by items in ascending order.
struct Counts {
  std::vector<size_t> begin{0};
  std::vector<Neighbour> pair;
  std::vector<uint32_t> own;  // the diagonal

  std::span<const Neighbour> Of(uint32_t item) const {
    return std::span<const Neighbour>(pair).subspan(begin[item], begin[item + 1] - begin[item]);
  }
};

Result<Counts> CoOccurrences(const Interactions& interactions) {
  const SparseRows users = Transposed(RowsOf(interactions));
  Counts counts;
  counts.own = interactions.ItemCounts();
  std::vector<uint32_t> count(interactions.items(), 0);
  std::vector<uint32_t> met;
  for (uint32_t item = 0; item < interactions.items(); ++item) {
    met.clear();
    for (const uint32_t user : users.ColumnsOf(item)) {
      for (const uint32_t other : interactions.ItemsOf(user)) {
        if (other != item && count[other]++ == 0) met.push_back(other);
      }
    }
    if (counts.pair.size() + met.size() > kMaxCoOccurrences) {
      return Error{ErrorCode::kResourceExhausted, "more than 200000000 pairs of items have a user in common.",
                   "Keep the most frequent items, or each user's latest."};
    }
    std::ranges::sort(met);
    for (const uint32_t other : met) counts.pair.push_back({other, std::exchange(count[other], 0)});
    counts.begin.push_back(counts.pair.size());
  }
  return counts;
}

// The nearest by cosine, in ascending order of items.
std::vector<Neighbour> Nearest(const Counts& counts, uint32_t item, uint32_t most) {
  const auto all = counts.Of(item);
  std::vector<Neighbour> nearest(all.begin(), all.end());
  if (nearest.size() > most) {
    const auto cosine = [&](const Neighbour& one) {  // squared, and without the item's own length
      return static_cast<double>(one.count) * static_cast<double>(one.count) /
             static_cast<double>(counts.own[one.item]);
    };
    std::ranges::nth_element(nearest, nearest.begin() + static_cast<std::ptrdiff_t>(most),
                             [&](const Neighbour& a, const Neighbour& b) {
                               const double one = cosine(a);
                               const double other = cosine(b);
                               return one != other ? one > other : a.item < b.item;
                             });
    nearest.resize(most);
    std::ranges::sort(nearest, {}, &Neighbour::item);
  }
  return nearest;
}

// Solves one column after another; `place` is scratch of one number for each item, all -1 between columns.
class ColumnSolver {
 public:
  ColumnSolver(const Counts& counts, double l2) : counts_(counts), l2_(l2), place_(counts.own.size(), -1) {}

  // The weights of the neighbours towards the item whose counts they bring.
  std::vector<float> Solve(const std::vector<Neighbour>& neighbours) {
    const auto size = static_cast<Eigen::Index>(neighbours.size());
    for (Eigen::Index i = 0; i < size; ++i) place_[neighbours[static_cast<size_t>(i)].item] = static_cast<int32_t>(i);
    matrix_.setZero(size, size);
    right_.resize(size);
    for (Eigen::Index i = 0; i < size; ++i) {
      const Neighbour& one = neighbours[static_cast<size_t>(i)];
      matrix_(i, i) = static_cast<double>(counts_.own[one.item]) + l2_;
      right_(i) = static_cast<double>(one.count);
      for (const Neighbour& other : counts_.Of(one.item)) {
        const int32_t j = place_[other.item];
        if (j >= 0) matrix_(j, i) = static_cast<double>(other.count);
      }
    }
    for (const Neighbour& one : neighbours) place_[one.item] = -1;
    const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> cholesky(matrix_);  // in place
    cholesky.solveInPlace(right_);
    std::vector<float> weights(neighbours.size());
    for (Eigen::Index i = 0; i < size; ++i) weights[static_cast<size_t>(i)] = static_cast<float>(right_(i));
    return weights;
  }

 private:
  const Counts& counts_;
  double l2_;
  std::vector<int32_t> place_;
  Eigen::MatrixXd matrix_;
  Eigen::VectorXd right_;
};

struct Column {
  std::vector<Neighbour> neighbours;
  std::vector<float> weights;
};

SparseWeights RowsOfColumns(const std::vector<Column>& columns) {
  SparseRows by_column;
  by_column.columns = static_cast<uint32_t>(columns.size());
  for (const Column& column : columns) {
    for (const Neighbour& one : column.neighbours) by_column.column.push_back(one.item);
    by_column.value.insert(by_column.value.end(), column.weights.begin(), column.weights.end());
    by_column.begin.push_back(by_column.column.size());
  }
  SparseRows rows = Transposed(by_column);
  return {std::move(rows.begin), std::move(rows.column), std::move(rows.value)};
}

}  // namespace

Result<SparseWeights> FitEaseSparse(const Interactions& interactions, const EaseSparseOptions& options) {
  if (!(std::isfinite(options.l2) && options.l2 > 0)) {
    return Error{ErrorCode::kInvalidArgument, "l2 is " + std::to_string(options.l2) + ".", "It must be above 0."};
  }
  if (options.neighbours < 1 || options.neighbours > kMaxNeighbours) {
    return Error{ErrorCode::kInvalidArgument, "neighbours is " + std::to_string(options.neighbours) + ".",
                 "It must be from 1 to 1024."};
  }
  const uint32_t items = interactions.items();
  if (items == 0) return Error{ErrorCode::kInvalidArgument, "there are no items.", ""};
  SOTTO_ASSIGN_OR_RETURN(const Counts counts, CoOccurrences(interactions));

  std::vector<Column> columns(items);
  RunAll(options.parallel, (size_t{items} + kItemsOfATask - 1) / kItemsOfATask, [&](size_t task) {
    ColumnSolver solver(counts, static_cast<double>(options.l2));
    const auto first = static_cast<uint32_t>(task) * kItemsOfATask;
    for (uint32_t item = first; item < std::min(first + kItemsOfATask, items); ++item) {
      columns[item].neighbours = Nearest(counts, item, options.neighbours);
      columns[item].weights = solver.Solve(columns[item].neighbours);
    }
  });
  SparseWeights weights = RowsOfColumns(columns);
  for (const float weight : weights.weight) {
    if (!std::isfinite(weight)) {
      return Error{ErrorCode::kInvalidArgument, "l2 is so small that the weights overflow.",
                   "Choose an l2 nearer to the counts."};
    }
  }
  return weights;
}

}  // namespace sotto::recommend
