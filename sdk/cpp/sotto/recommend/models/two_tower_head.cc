#include "sotto/recommend/models/two_tower_head.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "sotto/base/deterministic_math.h"
#include "sotto/recommend/neural/kernels.h"

namespace sotto::recommend {
namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kEpsilon = 1e-8;

Status CheckOptions(const HeadOptions& options) {
  if (!(options.learning_rate > 0 && options.learning_rate <= 1)) {
    return Error{ErrorCode::kInvalidArgument, "the head's learning_rate is not above 0 and at most 1.", ""};
  }
  if (!(options.l2 >= 0 && options.l2 <= 1000)) {
    return Error{ErrorCode::kInvalidArgument, "the head's l2 is not from 0 to 1000.", ""};
  }
  return {};
}

Status CheckExample(const HeadExample& example, size_t index, uint32_t items) {
  const std::string where = "examples[" + std::to_string(index) + "]";
  if (const Status history = CheckHistory(example.history, items); !history.ok()) {
    return Error{history.error().code, where + ": " + history.error().message, history.error().hint};
  }
  if (example.item >= items) {
    return Error{ErrorCode::kInvalidArgument,
                 where + ".item is " + std::to_string(example.item) + ", there are " + std::to_string(items) + ".", ""};
  }
  if (!(example.weight > 0 && example.weight <= 1000)) {
    return Error{ErrorCode::kInvalidArgument, where + ".weight is not above 0 and at most 1000.", ""};
  }
  return {};
}

bool SameHistory(const HeadExample& one, const HeadExample& other) {
  return std::ranges::equal(one.history, other.history, [](const Engagement& a, const Engagement& b) {
    return a.item == b.item && a.weight == b.weight;
  });
}

}  // namespace

Result<HeadTuner> HeadTuner::Create(const TwoTowerModel& model, std::span<const HeadExample> examples,
                                    const HeadOptions& options) {
  SOTTO_RETURN_IF_ERROR(CheckOptions(options));
  if (examples.empty()) return Error{ErrorCode::kInvalidArgument, "there are no examples to fit the head to.", ""};
  if (examples.size() > kMaxExamples) {
    return Error{ErrorCode::kResourceExhausted,
                 "there are " + std::to_string(examples.size()) + " examples, more than 65,536.",
                 "Keep the newest ones."};
  }
  HeadTuner tuner;
  tuner.options_ = options;
  const auto rows = static_cast<Eigen::Index>(examples.size());
  tuner.users_.resize(rows, neural::AsIndex(model.dimensions()));
  tuner.items_.resize(rows, neural::AsIndex(model.dimensions()));
  for (size_t i = 0; i < examples.size(); ++i) {
    const HeadExample& example = examples[i];
    SOTTO_RETURN_IF_ERROR(CheckExample(example, i, model.items()));
    const auto row = static_cast<Eigen::Index>(i);
    if (i > 0 && SameHistory(example, examples[i - 1])) {
      tuner.users_.row(row) = tuner.users_.row(row - 1);
    } else {
      tuner.users_.row(row) = model.UserVector(example.history);
    }
    tuner.items_.row(row) = model.item_vectors().row(neural::AsIndex(example.item));
    tuner.biases_.push_back(model.parameters().item_bias(0, neural::AsIndex(example.item)));
    tuner.labels_.push_back(example.engaged ? 1.0F : 0.0F);
    tuner.shares_.push_back(example.weight / static_cast<float>(examples.size()));
  }
  tuner.start_ = model.Head();
  tuner.head_ = tuner.start_;
  tuner.first_.assign(tuner.head_.size(), 0);
  tuner.second_ = tuner.first_;
  return tuner;
}

std::vector<float> HeadTuner::Logits() const {
  const auto width = static_cast<size_t>(users_.cols());
  Matrix t = Eigen::Map<const Matrix>(head_.data() + width * width, 1, users_.cols()).replicate(users_.rows(), 1);
  neural::AddProduct(neural::In(users_), {head_.data(), width, width, width}, neural::Out(t));
  std::vector<float> logits = biases_;
  for (Eigen::Index i = 0; i < t.rows(); ++i) {
    float& logit = logits[static_cast<size_t>(i)];
    for (Eigen::Index j = 0; j < t.cols(); ++j) logit += t(i, j) * items_(i, j);
  }
  return logits;
}

void HeadTuner::Step(uint32_t steps) {
  const auto width = static_cast<size_t>(users_.cols());
  for (; steps > 0; --steps) {
    std::vector<float> probabilities = Logits();
    neural::Sigmoid(probabilities);
    // The gradient by t of each example; the head's is users^T of it, and its sum.
    Matrix dt = items_;
    for (Eigen::Index i = 0; i < dt.rows(); ++i) {
      const auto at = static_cast<size_t>(i);
      dt.row(i) *= (probabilities[at] - labels_[at]) * shares_[at];
    }
    std::vector<float> gradient(head_.size());
    for (size_t i = 0; i < gradient.size(); ++i) gradient[i] = options_.l2 * (head_[i] - start_[i]);
    neural::AddTransposedProduct(neural::In(users_), neural::In(dt), {gradient.data(), width, width, width});
    float* bias = gradient.data() + width * width;
    for (Eigen::Index i = 0; i < dt.rows(); ++i) {
      for (size_t j = 0; j < width; ++j) bias[j] += dt(i, static_cast<Eigen::Index>(j));
    }

    power1_ *= kBeta1;
    power2_ *= kBeta2;
    const double root = std::sqrt(1 - power2_);
    neural::Adam({.beta1 = static_cast<float>(kBeta1),
                  .beta2 = static_cast<float>(kBeta2),
                  .rate = static_cast<float>(static_cast<double>(options_.learning_rate) * root / (1 - power1_)),
                  .epsilon = static_cast<float>(kEpsilon * root)},
                 gradient, first_, second_, head_);
    for (float& number : head_) {
      number = std::clamp(number, -TwoTowerModel::kMaxParameter, TwoTowerModel::kMaxParameter);
    }
  }
}

double HeadTuner::Loss() const {
  const std::vector<float> logits = Logits();
  double loss = 0;
  for (size_t i = 0; i < logits.size(); ++i) {
    // -log sigmoid(x) = log(1 + e^-x), without overflow; x is the logit, turned around if the label is 0.
    const double x = labels_[i] > 0 ? static_cast<double>(logits[i]) : -static_cast<double>(logits[i]);
    loss += static_cast<double>(shares_[i]) * (Log(1 + Exp(-std::abs(x))) + std::max(-x, 0.0));
  }
  double squares = 0;
  for (size_t i = 0; i < head_.size(); ++i) {
    const double change = static_cast<double>(head_[i]) - static_cast<double>(start_[i]);
    squares += change * change;
  }
  return loss + static_cast<double>(options_.l2) / 2 * squares;
}

std::vector<float> HeadTuner::Change() const {
  std::vector<float> change(head_.size());
  for (size_t i = 0; i < change.size(); ++i) change[i] = head_[i] - start_[i];
  return change;
}

}  // namespace sotto::recommend
