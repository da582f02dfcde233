#include "sotto/recommend/models/user_knn.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "sotto/recommend/models/bounded_weights.h"
#include "sotto/recommend/models/take_array.h"

namespace sotto::recommend {
namespace {

struct Neighbour {
  uint32_t user;
  float similarity;
};

// A history as one row: each item once, ascending, what was given to it added up.
SparseRows RowOf(std::span<const Engagement> history, uint32_t items) {
  const std::vector<float> weights = BoundedWeights(history);
  std::vector<std::pair<uint32_t, float>> entries;
  for (size_t i = 0; i < history.size(); ++i) entries.emplace_back(history[i].item, weights[i]);
  std::ranges::stable_sort(entries, {}, &std::pair<uint32_t, float>::first);
  SparseRows row;
  row.columns = items;
  for (const auto& [item, weight] : entries) {
    if (!row.column.empty() && row.column.back() == item) {
      row.value.back() += weight;
    } else {
      row.column.push_back(item);
      row.value.push_back(weight);
    }
  }
  row.begin.push_back(row.column.size());
  return row;
}

}  // namespace

Result<UserKnnModel> UserKnnModel::Create(SparseRows given, const UserKnnOptions& options) {
  if (options.k == 0) return Error{ErrorCode::kInvalidArgument, "k is 0.", "It must be 1 or more."};
  if (!(options.shrink >= 0 && std::isfinite(options.shrink))) {
    return Error{ErrorCode::kInvalidArgument, "shrink is negative or not finite.", ""};
  }
  if (!std::ranges::all_of(given.value, [](float value) { return value <= kMaxModelValue; })) {
    return Error{ErrorCode::kInvalidArgument, "a weight is above 1e24.", "Scale the weights down."};
  }
  UserKnnModel model;
  model.options_ = options;
  SparseRows weighed = given;
  if (options.weighting == KnnWeighting::kBm25) {
    SOTTO_ASSIGN_OR_RETURN(const Bm25 bm25, Bm25::Create(given, options.bm25));
    bm25.Weigh(weighed);
    model.bm25_ = bm25;
  }
  NormaliseRows(weighed);
  model.by_item_ = Transposed(weighed);
  model.given_ = std::move(given);
  return model;
}

Result<UserKnnModel> UserKnnModel::Fit(const Interactions& interactions, const UserKnnOptions& options) {
  return Create(RowsOf(interactions), options);
}

Result<UserKnnModel> UserKnnModel::Read(ByteReader& in, uint32_t items) {
  UserKnnOptions options;
  SOTTO_ASSIGN_OR_RETURN(options.k, in.U32());
  SOTTO_ASSIGN_OR_RETURN(const uint8_t weighting, in.U8());
  if (weighting > static_cast<uint8_t>(KnnWeighting::kBm25)) {
    return Error{ErrorCode::kMalformed, "the weighting is " + std::to_string(weighting) + ".", "It must be 0 or 1."};
  }
  options.weighting = static_cast<KnnWeighting>(weighting);
  SOTTO_ASSIGN_OR_RETURN(options.bm25.k1, in.F32());
  SOTTO_ASSIGN_OR_RETURN(options.bm25.b, in.F32());
  SOTTO_ASSIGN_OR_RETURN(options.shrink, in.F32());
  SOTTO_ASSIGN_OR_RETURN(const uint32_t users, in.U32());
  if (users > kMaxUsers) {
    return Error{ErrorCode::kResourceExhausted, "a model of " + std::to_string(users) + " users, more than 10000000.",
                 ""};
  }
  SparseRows given;
  given.columns = items;
  for (uint32_t user = 0; user < users; ++user) {
    const auto malformed = [user](const char* what) {
      return Error{ErrorCode::kMalformed, "user " + std::to_string(user) + " " + what, ""};
    };
    SOTTO_ASSIGN_OR_RETURN(const uint32_t count, in.U32());
    SOTTO_ASSIGN_OR_RETURN(const ByteSpan raw, TakeArray(in, count, sizeof(uint32_t) + sizeof(float)));
    ByteReader entries(raw);
    for (uint32_t i = 0; i < count; ++i) {
      SOTTO_ASSIGN_OR_RETURN(const uint32_t item, entries.U32());
      SOTTO_ASSIGN_OR_RETURN(const float weight, entries.F32());
      if (item >= items) return malformed("has an item out of range.");
      if (i > 0 && item <= given.column.back()) return malformed("has items that do not ascend.");
      if (!(weight > 0 && weight <= kMaxModelValue)) return malformed("has a weight that is none.");
      given.column.push_back(item);
      given.value.push_back(weight);
    }
    given.begin.push_back(given.column.size());
  }
  SOTTO_RETURN_IF_ERROR(in.ExpectEnd());
  auto model = Create(std::move(given), options);
  if (!model.ok()) return Error{ErrorCode::kMalformed, model.error().message, model.error().hint};
  return model;
}

void UserKnnModel::Write(ByteWriter& out) const {
  out.U32(options_.k);
  out.U8(static_cast<uint8_t>(options_.weighting));
  out.F32(options_.bm25.k1);
  out.F32(options_.bm25.b);
  out.F32(options_.shrink);
  out.U32(given_.rows());
  for (uint32_t user = 0; user < given_.rows(); ++user) {
    const auto items = given_.ColumnsOf(user);
    const auto weights = given_.ValuesOf(user);
    out.U32(static_cast<uint32_t>(items.size()));
    for (size_t i = 0; i < items.size(); ++i) {
      out.U32(items[i]);
      out.F32(weights[i]);
    }
  }
}

void UserKnnModel::ScoreAll(std::span<const Engagement> history, std::span<float> scores) const {
  SparseRows viewer = RowOf(history, items());
  if (bm25_) bm25_->Weigh(viewer);
  NormaliseRows(viewer);

  std::vector<float> sums(given_.rows(), 0);
  std::vector<uint32_t> shared(given_.rows(), 0);
  std::vector<uint32_t> touched;
  for (size_t i = 0; i < viewer.column.size(); ++i) {
    const auto users = by_item_.ColumnsOf(viewer.column[i]);
    const auto values = by_item_.ValuesOf(viewer.column[i]);
    for (size_t j = 0; j < users.size(); ++j) {
      if (shared[users[j]]++ == 0) touched.push_back(users[j]);
      sums[users[j]] += viewer.value[i] * values[j];
    }
  }
  std::vector<Neighbour> neighbours;
  for (const uint32_t user : touched) {
    const auto count = static_cast<float>(shared[user]);
    const float similarity = sums[user] * (count / (count + options_.shrink));
    if (similarity > 0) neighbours.push_back({user, similarity});
  }
  const size_t k = std::min<size_t>(options_.k, neighbours.size());
  std::ranges::partial_sort(neighbours, neighbours.begin() + static_cast<ptrdiff_t>(k),
                            [](const Neighbour& a, const Neighbour& b) {
                              return a.similarity != b.similarity ? a.similarity > b.similarity : a.user < b.user;
                            });
  neighbours.resize(k);
  for (const Neighbour& one : neighbours) {
    const auto items_of = given_.ColumnsOf(one.user);
    const auto weights = given_.ValuesOf(one.user);
    for (size_t i = 0; i < items_of.size(); ++i) scores[items_of[i]] += one.similarity * weights[i];
  }
}

}  // namespace sotto::recommend
