#include "sotto/recommend/models/item_knn.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "sotto/recommend/models/bounded_weights.h"
#include "sotto/recommend/models/take_array.h"

namespace sotto::recommend {
namespace {

struct Neighbour {
  uint32_t item;
  float similarity;
};

// Keeps the k most similar, by item.
void KeepNearest(std::vector<Neighbour>& neighbours, size_t k) {
  if (neighbours.size() > k) {
    const auto nearer = [](const Neighbour& a, const Neighbour& b) {
      return a.similarity != b.similarity ? a.similarity > b.similarity : a.item < b.item;
    };
    std::ranges::nth_element(neighbours, neighbours.begin() + static_cast<ptrdiff_t>(k), nearer);
    neighbours.resize(k);
  }
  std::ranges::sort(neighbours, {}, &Neighbour::item);
}

Status CheckOptions(const ItemKnnOptions& options) {
  if (options.k == 0) return Error{ErrorCode::kInvalidArgument, "k is 0.", "It must be 1 or more."};
  if (!(options.shrink >= 0 && std::isfinite(options.shrink))) {
    return Error{ErrorCode::kInvalidArgument, "shrink is negative or not finite.", ""};
  }
  return {};
}

}  // namespace

Result<ItemKnnModel> ItemKnnModel::Fit(const Interactions& interactions, const ItemKnnOptions& options) {
  SOTTO_RETURN_IF_ERROR(CheckOptions(options));
  SparseRows by_item = Transposed(RowsOf(interactions));
  if (options.weighting == KnnWeighting::kBm25) {
    SOTTO_ASSIGN_OR_RETURN(const Bm25 bm25, Bm25::Create(by_item, options.bm25));
    bm25.Weigh(by_item);
  }
  NormaliseRows(by_item);
  const SparseRows by_user = Transposed(by_item);

  ItemKnnModel model;
  model.similar_.columns = interactions.items();
  std::vector<double> sums(interactions.items(), 0);
  std::vector<uint32_t> shared(interactions.items(), 0);
  std::vector<uint32_t> touched;
  std::vector<Neighbour> neighbours;
  for (uint32_t item = 0; item < interactions.items(); ++item) {
    const auto users = by_item.ColumnsOf(item);
    const auto values = by_item.ValuesOf(item);
    for (size_t i = 0; i < users.size(); ++i) {
      const auto others = by_user.ColumnsOf(users[i]);
      const auto their = by_user.ValuesOf(users[i]);
      for (size_t j = 0; j < others.size(); ++j) {
        if (shared[others[j]]++ == 0) touched.push_back(others[j]);
        sums[others[j]] += double{values[i]} * their[j];
      }
    }
    neighbours.clear();
    for (const uint32_t other : touched) {
      const double count = shared[other];
      const auto similarity = static_cast<float>(sums[other] * (count / (count + options.shrink)));
      if (other != item && similarity > 0) neighbours.push_back({other, similarity});
      sums[other] = 0;
      shared[other] = 0;
    }
    touched.clear();
    KeepNearest(neighbours, options.k);
    for (const Neighbour& one : neighbours) {
      model.similar_.column.push_back(one.item);
      model.similar_.value.push_back(one.similarity);
    }
    model.similar_.begin.push_back(model.similar_.column.size());
  }
  // Rows belong to what was engaged with, whoever chose the neighbours.
  if (options.neighbours == KnnNeighbours::kOfCandidate) model.similar_ = Transposed(model.similar_);
  return model;
}

Result<ItemKnnModel> ItemKnnModel::Read(ByteReader& in, uint32_t items) {
  ItemKnnModel model;
  SparseRows& similar = model.similar_;
  similar.columns = items;
  for (uint32_t item = 0; item < items; ++item) {
    const auto malformed = [item](const char* what) {
      return Error{ErrorCode::kMalformed, "item " + std::to_string(item) + " " + what, ""};
    };
    SOTTO_ASSIGN_OR_RETURN(const uint32_t count, in.U32());
    SOTTO_ASSIGN_OR_RETURN(const ByteSpan raw, TakeArray(in, count, sizeof(uint32_t) + sizeof(float)));
    ByteReader neighbours(raw);
    for (uint32_t i = 0; i < count; ++i) {
      SOTTO_ASSIGN_OR_RETURN(const uint32_t other, neighbours.U32());
      SOTTO_ASSIGN_OR_RETURN(const float similarity, neighbours.F32());
      if (other >= items || other == item) return malformed("has a neighbour that is no other item.");
      if (i > 0 && other <= similar.column.back()) return malformed("has neighbours that do not ascend.");
      if (!(similarity > 0 && similarity <= kMaxModelValue)) return malformed("has a similarity that is none.");
      similar.column.push_back(other);
      similar.value.push_back(similarity);
    }
    similar.begin.push_back(similar.column.size());
  }
  SOTTO_RETURN_IF_ERROR(in.ExpectEnd());
  return model;
}

void ItemKnnModel::Write(ByteWriter& out) const {
  for (uint32_t item = 0; item < items(); ++item) {
    const auto others = similar_.ColumnsOf(item);
    const auto values = similar_.ValuesOf(item);
    out.U32(static_cast<uint32_t>(others.size()));
    for (size_t i = 0; i < others.size(); ++i) {
      out.U32(others[i]);
      out.F32(values[i]);
    }
  }
}

void ItemKnnModel::ScoreAll(std::span<const Engagement> history, std::span<float> scores) const {
  const std::vector<float> weights = BoundedWeights(history);
  for (size_t i = 0; i < history.size(); ++i) {
    const auto others = similar_.ColumnsOf(history[i].item);
    const auto values = similar_.ValuesOf(history[i].item);
    for (size_t j = 0; j < others.size(); ++j) scores[others[j]] += weights[i] * values[j];
  }
}

std::optional<size_t> ItemKnnModel::Because(std::span<const Engagement> history, uint32_t item) const {
  std::optional<size_t> most;
  float largest = 0;
  const std::vector<float> weights = BoundedWeights(history);
  for (size_t i = 0; i < history.size(); ++i) {
    const auto others = similar_.ColumnsOf(history[i].item);
    const auto found = std::ranges::lower_bound(others, item);
    if (found == others.end() || *found != item) continue;
    const float part = weights[i] * similar_.ValuesOf(history[i].item)[static_cast<size_t>(found - others.begin())];
    if (part > largest) {
      largest = part;
      most = i;
    }
  }
  return most;
}

}  // namespace sotto::recommend
