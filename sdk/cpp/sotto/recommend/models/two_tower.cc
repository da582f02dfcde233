#include "sotto/recommend/models/two_tower.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "sotto/recommend/neural/bag.h"
#include "sotto/recommend/neural/dense.h"
#include "sotto/recommend/neural/matrix_bytes.h"

namespace sotto::recommend {
namespace {

struct Named {
  const char* name;
  Matrix TwoTowerParameters::* matrix;
};

// In the order of the struct, which is that of the file.
constexpr std::array kMatrices = {
    Named{"user_input", &TwoTowerParameters::user_input},
    Named{"user_input_bias", &TwoTowerParameters::user_input_bias},
    Named{"user_weight", &TwoTowerParameters::user_weight},
    Named{"user_bias", &TwoTowerParameters::user_bias},
    Named{"head_weight", &TwoTowerParameters::head_weight},
    Named{"head_bias", &TwoTowerParameters::head_bias},
    Named{"item_input", &TwoTowerParameters::item_input},
    Named{"item_hidden_weight", &TwoTowerParameters::item_hidden_weight},
    Named{"item_hidden_bias", &TwoTowerParameters::item_hidden_bias},
    Named{"item_weight", &TwoTowerParameters::item_weight},
    Named{"item_bias", &TwoTowerParameters::item_bias},
    Named{"content_to_user", &TwoTowerParameters::content_to_user},
    Named{"content_to_item", &TwoTowerParameters::content_to_item},
};

struct Sizes {
  Eigen::Index items;
  Eigen::Index dimensions;
  Eigen::Index hidden;
  Eigen::Index item_hidden;
  Eigen::Index content;
};

// Rows and columns of each matrix of kMatrices.
std::array<std::pair<Eigen::Index, Eigen::Index>, kMatrices.size()> ShapesOf(const Sizes& s) {
  return {{{s.items, s.hidden},
           {1, s.hidden},
           {s.hidden, s.dimensions},
           {1, s.dimensions},
           {s.dimensions, s.dimensions},
           {1, s.dimensions},
           {s.items, s.dimensions},
           {s.dimensions, s.item_hidden},
           {1, s.item_hidden},
           {s.item_hidden, s.dimensions},
           {1, s.items},
           {s.content, s.hidden},
           {s.content, s.dimensions}}};
}

std::vector<neural::BagEntry> BagOf(std::span<const Engagement> history) {
  std::vector<neural::BagEntry> bag;
  bag.reserve(history.size());
  for (const Engagement& engagement : history) bag.push_back({engagement.item, engagement.weight});
  neural::ScaleToUnit(bag);
  return bag;
}

// h of one viewer.
Matrix HiddenOf(const TwoTowerParameters& p, std::span<const Engagement> history) {
  const std::array bags = {BagOf(history)};
  Matrix h = neural::BagForward(bags, p.user_input);
  h += p.user_input_bias;
  neural::Relu(h);
  return h;
}

Matrix ItemTower(const TwoTowerParameters& p, const Matrix& x) {
  Matrix hidden = neural::Dense(x, p.item_hidden_weight, p.item_hidden_bias);
  neural::Relu(hidden);
  return x + neural::Product(hidden, p.item_weight);
}

}  // namespace

Result<TwoTowerModel> TwoTowerModel::Create(TwoTowerParameters parameters) {
  const TwoTowerParameters& p = parameters;
  const Sizes sizes = {p.item_bias.cols(), p.user_bias.cols(), p.user_input_bias.cols(), p.item_hidden_bias.cols(),
                       p.content_to_user.rows()};
  if (sizes.items == 0 || sizes.dimensions == 0 || sizes.hidden == 0 || sizes.item_hidden == 0) {
    return Error{ErrorCode::kInvalidArgument, "a two-tower network without items, or with a layer of no units.", ""};
  }
  const auto shapes = ShapesOf(sizes);
  for (size_t i = 0; i < kMatrices.size(); ++i) {
    const Matrix& m = p.*kMatrices[i].matrix;
    if (m.size() == 0 && sizes.content == 0 && shapes[i].first == 0) continue;
    SOTTO_RETURN_IF_ERROR(neural::CheckMatrix(m, shapes[i].first, shapes[i].second, kMaxParameter, kMatrices[i].name));
  }
  TwoTowerModel model;
  model.parameters_ = std::move(parameters);
  model.item_vectors_ = ItemTower(model.parameters_, model.parameters_.item_input);
  model.transposed_vectors_ = model.item_vectors_.transpose();
  return model;
}

Result<TwoTowerModel> TwoTowerModel::Read(ByteReader& in, uint32_t items) {
  SOTTO_ASSIGN_OR_RETURN(const uint32_t dimensions, in.U32());
  SOTTO_ASSIGN_OR_RETURN(const uint32_t hidden, in.U32());
  SOTTO_ASSIGN_OR_RETURN(const uint32_t item_hidden, in.U32());
  SOTTO_ASSIGN_OR_RETURN(const uint32_t content, in.U32());
  if (dimensions == 0 || dimensions > kMaxDimensions || hidden == 0 || hidden > kMaxHidden || item_hidden == 0 ||
      item_hidden > kMaxHidden || content > kMaxContent) {
    return Error{ErrorCode::kMalformed, "the two-tower network has a layer of a size out of range.", ""};
  }
  TwoTowerParameters p;
  const auto index = [](uint32_t size) { return static_cast<Eigen::Index>(size); };
  const auto shapes = ShapesOf({.items = index(items),
                                .dimensions = index(dimensions),
                                .hidden = index(hidden),
                                .item_hidden = index(item_hidden),
                                .content = index(content)});
  for (size_t i = 0; i < kMatrices.size(); ++i) {
    SOTTO_ASSIGN_OR_RETURN(p.*kMatrices[i].matrix, neural::ReadMatrix(shapes[i].first, shapes[i].second, in));
  }
  auto model = Create(std::move(p));
  if (model.ok()) return model;
  return Error{ErrorCode::kMalformed, "the two-tower network is not valid: " + model.error().message, ""};
}

void TwoTowerModel::Write(ByteWriter& out) const {
  const TwoTowerParameters& p = parameters_;
  for (const Eigen::Index size :
       {p.user_bias.cols(), p.user_input_bias.cols(), p.item_hidden_bias.cols(), p.content_to_user.rows()}) {
    out.U32(static_cast<uint32_t>(size));
  }
  for (const Named& named : kMatrices) neural::WriteMatrix(p.*named.matrix, out);
}

Matrix TwoTowerModel::UserVector(std::span<const Engagement> history) const {
  return neural::Dense(HiddenOf(parameters_, history), parameters_.user_weight, parameters_.user_bias);
}

Matrix TwoTowerModel::HeadVector(std::span<const Engagement> history) const {
  return neural::Dense(UserVector(history), parameters_.head_weight, parameters_.head_bias);
}

std::vector<float> TwoTowerModel::Head() const {
  const Matrix& w = parameters_.head_weight;
  const Matrix& b = parameters_.head_bias;
  std::vector<float> head(w.data(), w.data() + w.size());
  head.insert(head.end(), b.data(), b.data() + b.size());
  return head;
}

Status TwoTowerModel::SetHead(std::span<const float> head) {
  Matrix& w = parameters_.head_weight;
  Matrix& b = parameters_.head_bias;
  if (head.size() != static_cast<size_t>(w.size() + b.size())) {
    return Error{
        ErrorCode::kInvalidArgument,
        "the head has " + std::to_string(w.size() + b.size()) + " numbers, not " + std::to_string(head.size()) + ".",
        ""};
  }
  for (const float number : head) {
    if (!(std::abs(number) <= kMaxParameter)) {
      return Error{ErrorCode::kInvalidArgument, "a number of the head is not finite or beyond 1000.", ""};
    }
  }
  std::copy_n(head.data(), w.size(), w.data());
  std::copy_n(head.data() + w.size(), b.size(), b.data());
  return {};
}

Result<TwoTowerModel> TwoTowerModel::WithNewItems(const Matrix& content) const {
  const TwoTowerParameters& p = parameters_;
  if (content.rows() > 0 && (p.content_to_user.rows() == 0 || content.cols() != p.content_to_user.rows())) {
    return Error{ErrorCode::kInvalidArgument,
                 "content of " + std::to_string(content.cols()) + " columns, the model knows " +
                     std::to_string(p.content_to_user.rows()) + ".",
                 p.content_to_user.rows() == 0 ? "Fit the model with content." : ""};
  }
  if (!content.allFinite()) return Error{ErrorCode::kInvalidArgument, "a number of the content is not finite.", ""};
  TwoTowerParameters longer = p;
  const auto append = [](Matrix& m, const Matrix& rows) {
    m.conservativeResize(m.rows() + rows.rows(), Eigen::NoChange);
    m.bottomRows(rows.rows()) = rows;
  };
  if (content.rows() > 0) {
    append(longer.user_input, neural::Product(content, p.content_to_user));
    append(longer.item_input, neural::Product(content, p.content_to_item));
    double sum = 0;
    for (Eigen::Index i = 0; i < p.item_bias.cols(); ++i) sum += static_cast<double>(p.item_bias(0, i));
    longer.item_bias.conservativeResize(Eigen::NoChange, p.item_bias.cols() + content.rows());
    longer.item_bias.rightCols(content.rows())
        .setConstant(static_cast<float>(sum / static_cast<double>(p.item_bias.cols())));
  }
  return Create(std::move(longer));
}

void TwoTowerModel::ScoreAll(std::span<const Engagement> history, std::span<float> scores) const {
  const Matrix logits = neural::Dense(HeadVector(history), transposed_vectors_, parameters_.item_bias);
  std::copy_n(logits.data(), scores.size(), scores.data());
}

std::optional<size_t> TwoTowerModel::Because(std::span<const Engagement> history, uint32_t item) const {
  const TwoTowerParameters& p = parameters_;
  const Matrix h = HiddenOf(p, history);
  // The gradient of the logit by the bag.
  Matrix gradient = neural::Product(item_vectors_.row(neural::AsIndex(item)), p.head_weight.transpose());
  gradient = neural::Product(gradient, p.user_weight.transpose());
  neural::ReluBackward(h, gradient);
  const std::vector<neural::BagEntry> bag = BagOf(history);
  std::optional<size_t> best;
  double most = 0;
  for (size_t i = 0; i < bag.size(); ++i) {
    double term = 0;
    for (Eigen::Index j = 0; j < gradient.cols(); ++j) {
      term += static_cast<double>(gradient(0, j)) * static_cast<double>(p.user_input(neural::AsIndex(bag[i].row), j));
    }
    term *= static_cast<double>(bag[i].weight);
    if (term > most) {
      most = term;
      best = i;
    }
  }
  return best;
}

}  // namespace sotto::recommend
