#include "sotto/recommend/models/ease_sparse.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "sotto/recommend/models/finite.h"

namespace sotto::recommend {
namespace {

// Of the rows, once their lengths are known to fit.
Status CheckRows(const SparseWeights& weights, ErrorCode code) {
  const size_t items = weights.begin.size() - 1;
  for (size_t row = 0; row < items; ++row) {
    const auto wrong = [&](const char* what) {
      return Error{code, "row " + std::to_string(row) + " of the weights " + what, ""};
    };
    for (size_t i = weights.begin[row]; i < weights.begin[row + 1]; ++i) {
      if (weights.item[i] >= items) return wrong("names an item that does not exist.");
      if (weights.item[i] == row) return wrong("holds a weight of the item towards itself.");
      if (i > weights.begin[row] && weights.item[i] <= weights.item[i - 1]) return wrong("is not in ascending order.");
      if (!std::isfinite(weights.weight[i])) return wrong("holds a NaN or an infinity.");
    }
  }
  return {};
}

}  // namespace

Result<EaseSparseModel> EaseSparseModel::Fit(const Interactions& interactions, const EaseSparseOptions& options) {
  SOTTO_ASSIGN_OR_RETURN(SparseWeights weights, FitEaseSparse(interactions, options));
  return Create(std::move(weights));
}

Result<EaseSparseModel> EaseSparseModel::Create(SparseWeights weights) {
  const bool fits = weights.begin.size() > 1 && weights.begin.front() == 0 && std::ranges::is_sorted(weights.begin) &&
                    weights.begin.back() == weights.item.size() && weights.item.size() == weights.weight.size();
  if (!fits) {
    return Error{ErrorCode::kInvalidArgument, "the rows do not fit the weights.",
                 "Give at least one row, and as many items as weights."};
  }
  SOTTO_RETURN_IF_ERROR(CheckRows(weights, ErrorCode::kInvalidArgument));
  EaseSparseModel model;
  model.weights_ = std::move(weights);
  return model;
}

Result<EaseSparseModel> EaseSparseModel::Read(ByteReader& in, uint32_t items) {
  if (items == 0) return Error{ErrorCode::kMalformed, "the sparse EASE model has no items.", ""};
  if (items > in.remaining() / sizeof(uint32_t)) {
    return Error{ErrorCode::kTruncated, "the sparse EASE model ends before the lengths of its rows.", ""};
  }
  EaseSparseModel model;
  uint64_t total = 0;
  for (uint32_t row = 0; row < items; ++row) {
    SOTTO_ASSIGN_OR_RETURN(const uint32_t length, in.U32());
    if (length >= items) {
      return Error{ErrorCode::kMalformed,
                   "row " + std::to_string(row) + " of the weights is longer than there are other items.", ""};
    }
    total += length;
    model.weights_.begin.push_back(static_cast<size_t>(total));
  }
  if (total > in.remaining() / (sizeof(uint32_t) + sizeof(float))) {
    return Error{ErrorCode::kTruncated, "the sparse EASE model ends before its " + std::to_string(total) + " weights.",
                 ""};
  }
  model.weights_.item.reserve(static_cast<size_t>(total));
  model.weights_.weight.reserve(static_cast<size_t>(total));
  for (uint32_t row = 0; row < items; ++row) {
    const size_t length = model.weights_.begin[size_t{row} + 1] - model.weights_.begin[row];
    for (size_t i = 0; i < length; ++i) {
      SOTTO_ASSIGN_OR_RETURN(const uint32_t item, in.U32());
      model.weights_.item.push_back(item);
    }
    for (size_t i = 0; i < length; ++i) {
      SOTTO_ASSIGN_OR_RETURN(const float weight, in.F32());
      model.weights_.weight.push_back(weight);
    }
  }
  SOTTO_RETURN_IF_ERROR(CheckRows(model.weights_, ErrorCode::kMalformed));
  return model;
}

void EaseSparseModel::Write(ByteWriter& out) const {
  const auto& begin = weights_.begin;
  for (size_t row = 0; row + 1 < begin.size(); ++row) out.U32(static_cast<uint32_t>(begin[row + 1] - begin[row]));
  for (size_t row = 0; row + 1 < begin.size(); ++row) {
    for (size_t i = begin[row]; i < begin[row + 1]; ++i) out.U32(weights_.item[i]);
    for (size_t i = begin[row]; i < begin[row + 1]; ++i) out.F32(weights_.weight[i]);
  }
}

void EaseSparseModel::ScoreAll(std::span<const Engagement> history, std::span<float> scores) const {
  std::vector<double> sums(scores.size(), 0);
  for (const Engagement& engagement : history) {
    const double weight = engagement.weight;
    for (size_t i = weights_.begin[engagement.item]; i < weights_.begin[size_t{engagement.item} + 1]; ++i) {
      sums[weights_.item[i]] += weight * static_cast<double>(weights_.weight[i]);
    }
  }
  for (size_t i = 0; i < sums.size(); ++i) scores[i] = ToFiniteFloat(sums[i]);
}

std::optional<size_t> EaseSparseModel::Because(std::span<const Engagement> history, uint32_t item) const {
  std::optional<size_t> most;
  double largest = 0;
  for (size_t i = 0; i < history.size(); ++i) {
    const auto first = weights_.item.begin() + static_cast<ptrdiff_t>(weights_.begin[history[i].item]);
    const auto last = weights_.item.begin() + static_cast<ptrdiff_t>(weights_.begin[size_t{history[i].item} + 1]);
    const auto found = std::lower_bound(first, last, item);
    if (found == last || *found != item) continue;
    const double weight = weights_.weight[static_cast<size_t>(found - weights_.item.begin())];
    const double term = static_cast<double>(history[i].weight) * weight;
    if (term <= largest) continue;
    largest = term;
    most = i;
  }
  return most;
}

}  // namespace sotto::recommend
