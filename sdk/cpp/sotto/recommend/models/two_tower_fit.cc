#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "sotto/base/deterministic_math.h"
#include "sotto/recommend/models/two_tower.h"
#include "sotto/recommend/neural/adam.h"
#include "sotto/recommend/neural/bag.h"
#include "sotto/recommend/neural/dense.h"
#include "sotto/recommend/neural/draw.h"
#include "sotto/recommend/neural/holdout.h"
#include "sotto/recommend/neural/loss.h"

namespace sotto::recommend {
namespace {

using neural::BagEntry;
using neural::Draw;
using neural::Parameter;

constexpr uint64_t kMaxParameters = uint64_t{1} << 28U;

Error OutOfRange(std::string_view option) {
  return Error{ErrorCode::kInvalidArgument, "the two-tower option " + std::string(option) + " is out of its range.",
               "models/two_tower.h states the ranges."};
}

Status CheckOptions(const TwoTowerOptions& o) {
  const auto within = [](uint32_t value, uint32_t most) { return value >= 1 && value <= most; };
  const auto share = [](float value) { return value >= 0 && value <= 0.95F; };
  if (!within(o.dimensions, TwoTowerModel::kMaxDimensions)) return OutOfRange("dimensions");
  if (!within(o.hidden, TwoTowerModel::kMaxHidden)) return OutOfRange("hidden");
  if (!within(o.item_hidden, TwoTowerModel::kMaxHidden)) return OutOfRange("item_hidden");
  if (!(o.learning_rate > 0 && o.learning_rate <= 1)) return OutOfRange("learning_rate");
  if (!(o.l2 >= 0 && o.l2 <= 1)) return OutOfRange("l2");
  if (!share(o.history_dropout)) return OutOfRange("history_dropout");
  if (!share(o.item_dropout)) return OutOfRange("item_dropout");
  if (!within(o.batch_users, 65'536)) return OutOfRange("batch_users");
  if (!within(o.max_epochs, 10'000)) return OutOfRange("max_epochs");
  if (!within(o.patience, 1000)) return OutOfRange("patience");
  if (!within(o.candidates, 65'536)) return OutOfRange("candidates");
  return {};
}

Status CheckData(const Interactions& interactions, const TwoTowerOptions& options, const Matrix* content) {
  if (interactions.items() == 0 || interactions.size() == 0) {
    return Error{ErrorCode::kInvalidArgument, "there are no interactions to learn from.", ""};
  }
  if (content != nullptr) {
    if (content->rows() != static_cast<Eigen::Index>(interactions.items()) || content->cols() == 0) {
      return Error{ErrorCode::kInvalidArgument,
                   "there are " + std::to_string(content->rows()) + " x " + std::to_string(content->cols()) +
                       " numbers of content for " + std::to_string(interactions.items()) + " items.",
                   "Give one row for each item."};
    }
    if (!content->allFinite()) return Error{ErrorCode::kInvalidArgument, "a number of the content is not finite.", ""};
  }
  const uint64_t width = uint64_t{options.hidden} + options.dimensions + 1;
  const uint64_t columns = content != nullptr ? static_cast<uint64_t>(content->cols()) : 0;
  if ((interactions.items() + columns) * width > kMaxParameters) {
    return Error{ErrorCode::kResourceExhausted,
                 "a two-tower network of " + std::to_string(interactions.items()) +
                     " items would have more than 2^28 "
                     "parameters.",
                 "Take fewer hidden units or dimensions."};
  }
  return {};
}

// What is known of the viewers, and what is held back.
struct Viewers {
  std::vector<std::vector<BagEntry>> histories;
  std::vector<std::vector<uint32_t>> items;              // of the histories, ascending
  std::vector<std::pair<uint32_t, uint32_t>> held_back;  // viewer, item
};

Viewers Prepare(const Interactions& interactions, Draw& draw) {
  Viewers viewers;
  viewers.histories.resize(interactions.users());
  viewers.items.resize(interactions.users());
  for (uint32_t user = 0; user < interactions.users(); ++user) {
    const auto items = interactions.ItemsOf(user);
    const auto weights = interactions.WeightsOf(user);
    for (size_t i = 0; i < items.size(); ++i) viewers.histories[user].push_back({items[i], weights[i]});
  }
  for (const uint32_t user : neural::HoldoutUsers(interactions, draw)) {
    auto& history = viewers.histories[user];
    const auto place = history.begin() + neural::AsIndex(draw.Below(static_cast<uint32_t>(history.size())));
    viewers.held_back.emplace_back(user, place->row);
    history.erase(place);
  }
  for (uint32_t user = 0; user < interactions.users(); ++user) {
    for (const BagEntry& entry : viewers.histories[user]) viewers.items[user].push_back(entry.row);
    std::ranges::sort(viewers.items[user]);
  }
  return viewers;
}

// The items that a step has as targets, and where each stands among them.
struct Targets {
  std::vector<uint32_t> items;   // ascending
  std::vector<int32_t> columns;  // of each item of the catalogue; -1 if it is none

  void Use(uint32_t catalogue) {
    columns.assign(catalogue, -1);
    for (size_t i = 0; i < items.size(); ++i) columns[items[i]] = static_cast<int32_t>(i);
  }
};

class Trainer {
 public:
  Trainer(const Interactions& interactions, const TwoTowerOptions& options, const Matrix* content)
      : options_(options),
        content_(content),
        items_(interactions.items()),
        draw_(options.seed),
        viewers_(Prepare(interactions, draw_)),
        p_(Initial(interactions)),
        user_input_(p_.user_input, true),
        user_input_bias_(p_.user_input_bias, false),
        user_weight_(p_.user_weight, true),
        user_bias_(p_.user_bias, false),
        item_input_(p_.item_input, true),
        item_hidden_weight_(p_.item_hidden_weight, true),
        item_hidden_bias_(p_.item_hidden_bias, false),
        item_weight_(p_.item_weight, true),
        item_bias_(p_.item_bias, false),
        content_to_user_(p_.content_to_user, true),
        content_to_item_(p_.content_to_item, true),
        optimiser_({.learning_rate = options.learning_rate, .decay = options.l2}) {
    every_item_.resize(items_);
    std::iota(every_item_.begin(), every_item_.end(), 0U);
    pool_ = every_item_;
  }

  TwoTowerParameters Train();

 private:
  TwoTowerParameters Initial(const Interactions& interactions);
  void Step(std::span<const uint32_t> users);
  double Validate();

  Targets DrawTargets();
  std::vector<uint8_t> DrawKept();  // for each item whether its own embeddings take part
  Matrix UserTable(const std::vector<uint8_t>& kept) const;
  Matrix ItemInputs(std::span<const uint32_t> items, const std::vector<uint8_t>& kept) const;
  Matrix ContentOf(std::span<const uint32_t> items) const;

  const TwoTowerOptions& options_;
  const Matrix* content_;
  uint32_t items_;
  Draw draw_;
  Viewers viewers_;
  TwoTowerParameters p_;
  Parameter user_input_;
  Parameter user_input_bias_;
  Parameter user_weight_;
  Parameter user_bias_;
  Parameter item_input_;
  Parameter item_hidden_weight_;
  Parameter item_hidden_bias_;
  Parameter item_weight_;
  Parameter item_bias_;
  Parameter content_to_user_;
  Parameter content_to_item_;
  neural::AdamOptimiser optimiser_;
  std::vector<uint32_t> every_item_;
  std::vector<uint32_t> pool_;  // from which targets are drawn
};

// Glorot and Bengio, AISTATS 2010, eq. 16.
float Limit(uint64_t in, uint64_t out) {
  return std::sqrt(6.0F / static_cast<float>(in + out));
}

TwoTowerParameters Trainer::Initial(const Interactions& interactions) {
  const auto items = static_cast<Eigen::Index>(items_);
  const auto hidden = static_cast<Eigen::Index>(options_.hidden);
  const auto width = static_cast<Eigen::Index>(options_.dimensions);
  const auto item_hidden = static_cast<Eigen::Index>(options_.item_hidden);
  const Eigen::Index content = content_ != nullptr ? content_->cols() : 0;
  TwoTowerParameters p;
  p.user_input = draw_.Uniform(items, hidden, Limit(options_.hidden, options_.hidden));
  p.user_input_bias = Matrix::Zero(1, hidden);
  p.user_weight = draw_.Uniform(hidden, width, Limit(options_.hidden, options_.dimensions));
  p.user_bias = Matrix::Zero(1, width);
  p.head_weight = Matrix::Identity(width, width);
  p.head_bias = Matrix::Zero(1, width);
  p.item_input = draw_.Uniform(items, width, Limit(options_.dimensions, options_.dimensions));
  p.item_hidden_weight = draw_.Uniform(width, item_hidden, Limit(options_.dimensions, options_.item_hidden));
  p.item_hidden_bias = Matrix::Zero(1, item_hidden);
  p.item_weight = Matrix::Zero(item_hidden, width);  // x itself at first: the hidden layer learns what to add
  // The logit of an item's popularity, so that the towers need not learn it.
  p.item_bias = Matrix::Zero(1, items);
  const std::vector<uint32_t> counts = interactions.ItemCounts();
  for (Eigen::Index i = 0; i < items; ++i) {
    const double count = counts[static_cast<size_t>(i)];
    p.item_bias(0, i) = static_cast<float>(Log((count + 0.5) / (interactions.users() - count + 0.5)));
  }
  p.content_to_user = draw_.Uniform(content, hidden, Limit(options_.hidden, options_.hidden));
  p.content_to_item = draw_.Uniform(content, width, Limit(options_.dimensions, options_.dimensions));
  return p;
}

Targets Trainer::DrawTargets() {
  Targets targets;
  if (items_ <= options_.candidates) {
    targets.items = every_item_;
  } else {
    for (uint32_t i = 0; i < options_.candidates; ++i) std::swap(pool_[i], pool_[i + draw_.Below(items_ - i)]);
    targets.items.assign(pool_.begin(), pool_.begin() + neural::AsIndex(options_.candidates));
    std::ranges::sort(targets.items);
  }
  targets.Use(items_);
  return targets;
}

std::vector<uint8_t> Trainer::DrawKept() {
  std::vector<uint8_t> kept(items_, 1);
  if (content_ == nullptr) return kept;
  for (uint8_t& one : kept) one = draw_.Unit() >= options_.item_dropout ? 1 : 0;
  return kept;
}

Matrix Trainer::ContentOf(std::span<const uint32_t> items) const {
  Matrix rows(static_cast<Eigen::Index>(items.size()), content_->cols());
  for (size_t i = 0; i < items.size(); ++i)
    rows.row(static_cast<Eigen::Index>(i)) = content_->row(neural::AsIndex(items[i]));
  return rows;
}

Matrix Trainer::UserTable(const std::vector<uint8_t>& kept) const {
  Matrix table = p_.user_input;
  for (uint32_t i = 0; i < items_; ++i) {
    if (kept[i] == 0) table.row(neural::AsIndex(i)).setZero();
  }
  if (content_ != nullptr) {
    neural::AddProduct(neural::In(*content_), neural::In(p_.content_to_user), neural::Out(table), options_.parallel);
  }
  return table;
}

Matrix Trainer::ItemInputs(std::span<const uint32_t> items, const std::vector<uint8_t>& kept) const {
  Matrix x = Matrix::Zero(static_cast<Eigen::Index>(items.size()), p_.item_input.cols());
  for (size_t i = 0; i < items.size(); ++i) {
    if (kept[items[i]] != 0) x.row(static_cast<Eigen::Index>(i)) = p_.item_input.row(neural::AsIndex(items[i]));
  }
  if (content_ != nullptr) {
    neural::AddProduct(neural::In(ContentOf(items)), neural::In(p_.content_to_item), neural::Out(x), options_.parallel);
  }
  return x;
}

void Trainer::Step(std::span<const uint32_t> users) {
  const Parallel& parallel = options_.parallel;
  const Targets targets = DrawTargets();
  const std::vector<uint8_t> kept = DrawKept();
  std::vector<std::vector<BagEntry>> bags(users.size());
  std::vector<std::vector<uint32_t>> positives(users.size());
  for (size_t i = 0; i < users.size(); ++i) {
    for (const BagEntry& entry : viewers_.histories[users[i]]) {
      if (draw_.Unit() >= options_.history_dropout) bags[i].push_back(entry);
    }
    neural::ScaleToUnit(bags[i]);
    for (const uint32_t item : viewers_.items[users[i]]) {
      if (targets.columns[item] >= 0) positives[i].push_back(static_cast<uint32_t>(targets.columns[item]));
    }
  }

  Matrix h = neural::BagForward(bags, UserTable(kept));
  h.rowwise() += p_.user_input_bias.row(0);
  neural::Relu(h);
  const Matrix u = neural::Dense(h, p_.user_weight, p_.user_bias, parallel);
  const Matrix x = ItemInputs(targets.items, kept);
  Matrix hidden = neural::Dense(x, p_.item_hidden_weight, p_.item_hidden_bias, parallel);
  neural::Relu(hidden);
  Matrix v = x;
  neural::AddProduct(neural::In(hidden), neural::In(p_.item_weight), neural::Out(v), parallel);
  Matrix bias(1, v.rows());
  for (size_t i = 0; i < targets.items.size(); ++i) {
    bias(0, static_cast<Eigen::Index>(i)) = p_.item_bias(0, neural::AsIndex(targets.items[i]));
  }
  Matrix logits = neural::Dense(u, v.transpose(), bias, parallel);
  neural::LogisticLoss(positives, 1.0F / static_cast<float>(users.size()), logits, parallel);

  // What the network was shown it need not predict: only what the dropout took from the history.
  for (size_t i = 0; i < users.size(); ++i) {
    for (const BagEntry& entry : bags[i]) {
      const int32_t column = targets.columns[entry.row];
      if (column >= 0) logits(static_cast<Eigen::Index>(i), column) = 0;
    }
  }

  const Matrix du = neural::Product(logits, v, parallel);
  Matrix dv = neural::TransposedProduct(logits, u, parallel);
  Matrix dbias = Matrix::Zero(1, v.rows());
  neural::AddRowSum(logits, dbias);
  Matrix dh = neural::DenseBackward(h, p_.user_weight, du, user_weight_.gradient(), user_bias_.gradient(), parallel);
  neural::ReluBackward(h, dh);
  neural::AddRowSum(dh, user_input_bias_.gradient());

  neural::AddTransposedProduct(neural::In(hidden), neural::In(dv), neural::Out(item_weight_.gradient()), parallel);
  Matrix dhidden = neural::Product(dv, p_.item_weight.transpose(), parallel);
  neural::ReluBackward(hidden, dhidden);
  dv += neural::DenseBackward(x, p_.item_hidden_weight, dhidden, item_hidden_weight_.gradient(),
                              item_hidden_bias_.gradient(), parallel);
  for (size_t i = 0; i < targets.items.size(); ++i) {
    const uint32_t item = targets.items[i];
    item_bias_.gradient()(0, neural::AsIndex(item)) += dbias(0, static_cast<Eigen::Index>(i));
    if (kept[item] != 0) item_input_.gradient().row(neural::AsIndex(item)) += dv.row(static_cast<Eigen::Index>(i));
  }

  if (content_ == nullptr) {
    neural::BagBackward(bags, dh, user_input_.gradient());
  } else {
    Matrix dtable = Matrix::Zero(p_.user_input.rows(), p_.user_input.cols());
    neural::BagBackward(bags, dh, dtable);
    neural::AddTransposedProduct(neural::In(*content_), neural::In(dtable), neural::Out(content_to_user_.gradient()),
                                 parallel);
    neural::AddTransposedProduct(neural::In(ContentOf(targets.items)), neural::In(dv),
                                 neural::Out(content_to_item_.gradient()), parallel);
    for (uint32_t i = 0; i < items_; ++i) {
      if (kept[i] != 0) user_input_.gradient().row(neural::AsIndex(i)) += dtable.row(neural::AsIndex(i));
    }
  }

  Parameter* const learned[] = {&user_input_, &user_input_bias_,    &user_weight_,      &user_bias_,
                                &item_input_, &item_hidden_weight_, &item_hidden_bias_, &item_weight_,
                                &item_bias_,  &content_to_user_,    &content_to_item_};
  optimiser_.Step(learned);
}

// The network with the embeddings and what content says of them in one, as it is used.
TwoTowerParameters WithContentAdded(const TwoTowerParameters& p, const Matrix* content, const Parallel& parallel) {
  TwoTowerParameters added = p;
  if (content != nullptr) {
    neural::AddProduct(neural::In(*content), neural::In(p.content_to_user), neural::Out(added.user_input), parallel);
    neural::AddProduct(neural::In(*content), neural::In(p.content_to_item), neural::Out(added.item_input), parallel);
  }
  return added;
}

double Trainer::Validate() {
  constexpr size_t kBatch = 256;
  const std::vector<uint8_t> all(items_, 1);
  const Matrix table = UserTable(all);
  Matrix v = ItemInputs(every_item_, all);
  Matrix hidden = neural::Dense(v, p_.item_hidden_weight, p_.item_hidden_bias, options_.parallel);
  neural::Relu(hidden);
  neural::AddProduct(neural::In(hidden), neural::In(p_.item_weight), neural::Out(v), options_.parallel);
  const Matrix columns = v.transpose();
  double gain = 0;
  for (size_t first = 0; first < viewers_.held_back.size(); first += kBatch) {
    const size_t count = std::min(kBatch, viewers_.held_back.size() - first);
    std::vector<std::vector<BagEntry>> bags(count);
    for (size_t i = 0; i < count; ++i) {
      bags[i] = viewers_.histories[viewers_.held_back[first + i].first];
      neural::ScaleToUnit(bags[i]);
    }
    Matrix h = neural::BagForward(bags, table);
    h.rowwise() += p_.user_input_bias.row(0);
    neural::Relu(h);
    const Matrix u = neural::Dense(h, p_.user_weight, p_.user_bias, options_.parallel);
    const Matrix scores = neural::Dense(u, columns, p_.item_bias, options_.parallel);
    for (size_t i = 0; i < count; ++i) {
      const auto& [user, item] = viewers_.held_back[first + i];
      gain += neural::HoldoutGain({scores.data() + static_cast<Eigen::Index>(i) * scores.cols(), items_}, item,
                                  viewers_.items[user]);
    }
  }
  return gain / static_cast<double>(viewers_.held_back.size());
}

TwoTowerParameters Trainer::Train() {
  std::vector<uint32_t> users;
  for (uint32_t user = 0; user < viewers_.histories.size(); ++user) {
    if (!viewers_.histories[user].empty()) users.push_back(user);
  }
  TwoTowerParameters best = p_;
  neural::Schedule schedule(options_.patience);
  for (uint32_t epoch = 0; epoch < options_.max_epochs && !schedule.stop(); ++epoch) {
    draw_.Shuffle(std::span(users));
    for (size_t first = 0; first < users.size(); first += options_.batch_users) {
      Step(std::span(users).subspan(first, std::min<size_t>(options_.batch_users, users.size() - first)));
    }
    // Too few viewers to hold anything back: all epochs.
    const double gain = viewers_.held_back.empty() ? static_cast<double>(epoch) : Validate();
    if (schedule.Better(gain)) best = p_;
    if (schedule.halve()) optimiser_.HalveLearningRate();
  }
  return WithContentAdded(best, content_, options_.parallel);
}

}  // namespace

Result<TwoTowerModel> TwoTowerModel::Fit(const Interactions& interactions, const TwoTowerOptions& options,
                                         const Matrix* content) {
  SOTTO_RETURN_IF_ERROR(CheckOptions(options));
  SOTTO_RETURN_IF_ERROR(CheckData(interactions, options, content));
  auto model = Create(Trainer(interactions, options, content).Train());
  if (model.ok()) return model;
  return Error{ErrorCode::kInternal, "training diverged: " + model.error().message, "Take a lower learning rate."};
}

}  // namespace sotto::recommend
