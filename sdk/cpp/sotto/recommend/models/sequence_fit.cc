#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "sotto/base/deterministic_math.h"
#include "sotto/recommend/models/sequence.h"
#include "sotto/recommend/neural/adam.h"
#include "sotto/recommend/neural/dense.h"
#include "sotto/recommend/neural/draw.h"
#include "sotto/recommend/neural/gru.h"
#include "sotto/recommend/neural/holdout.h"
#include "sotto/recommend/neural/loss.h"

namespace sotto::recommend {
namespace {

using neural::Draw;
using neural::Parameter;

constexpr uint64_t kMaxParameters = uint64_t{1} << 28U;
constexpr size_t kParts = 4;  // of a batch, which are computed side by side

Error OutOfRange(std::string_view option) {
  return Error{ErrorCode::kInvalidArgument,
               "the option " + std::string(option) + " of the sequence model is out of range.",
               "models/sequence.h states the ranges."};
}

Status CheckOptions(const SequenceOptions& o) {
  const auto within = [](uint32_t value, uint32_t most) { return value >= 1 && value <= most; };
  if (!within(o.dimensions, SequenceModel::kMaxDimensions)) return OutOfRange("dimensions");
  if (!within(o.hidden, SequenceModel::kMaxHidden)) return OutOfRange("hidden");
  if (!within(o.length, SequenceModel::kMaxLength)) return OutOfRange("length");
  if (!(o.learning_rate > 0 && o.learning_rate <= 1)) return OutOfRange("learning_rate");
  if (!(o.l2 >= 0 && o.l2 <= 1)) return OutOfRange("l2");
  if (!(o.dropout >= 0 && o.dropout <= 0.95F)) return OutOfRange("dropout");
  if (!within(o.batch, 65'536)) return OutOfRange("batch");
  if (!within(o.max_epochs, 10'000)) return OutOfRange("max_epochs");
  if (!within(o.patience, 1000)) return OutOfRange("patience");
  if (!within(o.negatives, 65'536)) return OutOfRange("negatives");
  return {};
}

Status CheckData(const Interactions& interactions, const SequenceOptions& options) {
  bool any = false;
  for (uint32_t user = 0; user < interactions.users() && !any; ++user) any = interactions.ItemsOf(user).size() >= 2;
  if (!any) return Error{ErrorCode::kInvalidArgument, "no viewer has two interactions, so that nothing follows.", ""};
  if (!interactions.timed() && !options.given_in_order) {
    return Error{ErrorCode::kInvalidArgument,
                 "the interactions have no times, and in whatever order they stand, it means nothing.",
                 "Give times, or say given_in_order if you know that they stand in order."};
  }
  if (interactions.items() * (uint64_t{options.dimensions} + 1) > kMaxParameters) {
    return Error{
        ErrorCode::kResourceExhausted,
        "a sequence model of " + std::to_string(interactions.items()) + " items would have more than 2^28 parameters.",
        "Take fewer dimensions."};
  }
  return {};
}

// A stretch of one viewer's items: each of all but the last is followed by the next.
struct Window {
  std::span<const uint32_t> items;
};

// Of windows sorted by falling length, packed by time (gru.h): the item of each row, and the one that follows.
struct Packed {
  std::vector<uint32_t> items;
  std::vector<uint32_t> next;
  std::vector<size_t> counts;
};

Packed Pack(std::span<const Window> windows) {
  Packed packed;
  for (size_t t = 0; t + 1 < windows.front().items.size(); ++t) {
    size_t count = 0;
    while (count < windows.size() && t + 1 < windows[count].items.size()) {
      packed.items.push_back(windows[count].items[t]);
      packed.next.push_back(windows[count].items[t + 1]);
      ++count;
    }
    packed.counts.push_back(count);
  }
  return packed;
}

Matrix RowsOf(const Matrix& table, std::span<const uint32_t> rows) {
  Matrix m(static_cast<Eigen::Index>(rows.size()), table.cols());
  for (size_t i = 0; i < rows.size(); ++i) m.row(static_cast<Eigen::Index>(i)) = table.row(neural::AsIndex(rows[i]));
  return m;
}

void AddToRows(const Matrix& m, std::span<const uint32_t> rows, Matrix& table) {
  for (size_t i = 0; i < rows.size(); ++i) table.row(neural::AsIndex(rows[i])) += m.row(static_cast<Eigen::Index>(i));
}

// Inverted dropout: what is kept grows by as much as is lost. Returns the factors.
Matrix DropOut(float share, Draw& draw, Matrix& x) {
  Matrix factors(x.rows(), x.cols());
  const auto below = static_cast<uint32_t>(share * 256);
  const float kept = 256.0F / static_cast<float>(256 - below);
  for (Eigen::Index i = 0; i < x.size(); i += 4) {
    uint32_t bits = draw.Bits();
    for (Eigen::Index j = i; j < std::min(i + 4, x.size()); ++j, bits >>= 8U) {
      factors.data()[j] = (bits & 255U) < below ? 0.0F : kept;
    }
  }
  x.array() *= factors.array();
  return factors;
}

// The gradients of one part of a batch. Those by embeddings are by rows: of the inputs, the next items and the sample.
struct Part {
  Packed packed;
  Matrix input_weight;
  Matrix input_bias;
  Matrix recurrent_weight;
  Matrix recurrent_bias;
  Matrix output_weight;
  Matrix output_bias;
  Matrix dx;
  Matrix dnext;       // without a sample: no rows
  Matrix dnext_bias;  // 1 x rows
  Matrix dsample;
  Matrix dsample_bias;  // 1 x sample
};

class Trainer {
 public:
  Trainer(const Interactions& interactions, const SequenceOptions& options)
      : options_(options),
        items_(interactions.items()),
        draw_(options.seed),
        p_(Initial(interactions)),
        embedding_(p_.embedding, true),
        input_weight_(p_.input_weight, true),
        input_bias_(p_.input_bias, false),
        recurrent_weight_(p_.recurrent_weight, true),
        recurrent_bias_(p_.recurrent_bias, false),
        output_weight_(p_.output_weight, true),
        output_bias_(p_.output_bias, false),
        item_bias_(p_.item_bias, false),
        optimiser_({.learning_rate = options.learning_rate, .decay = options.l2}) {
    pool_.resize(items_);
    std::iota(pool_.begin(), pool_.end(), 0U);
    for (uint32_t user = 0; user < interactions.users(); ++user) sequences_.push_back(interactions.ItemsOf(user));
    for (const uint32_t user : neural::HoldoutUsers(interactions, draw_)) {
      held_back_.emplace_back(user, sequences_[user].back());
      sequences_[user] = sequences_[user].first(sequences_[user].size() - 1);
    }
  }

  SequenceParameters Train();

 private:
  SequenceParameters Initial(const Interactions& interactions);
  neural::GruWeights Gru() const { return {p_.input_weight, p_.input_bias, p_.recurrent_weight, p_.recurrent_bias}; }
  bool whole() const { return items_ <= options_.negatives; }
  std::vector<Window> CutWindows();
  std::vector<uint32_t> DrawSample();
  void Step(std::span<const Window> windows);
  void Compute(std::span<const uint32_t> sample, float scale, Draw& draw, Part& part) const;
  double Validate() const;

  const SequenceOptions& options_;
  uint32_t items_;
  Draw draw_;
  SequenceParameters p_;
  Parameter embedding_;
  Parameter input_weight_;
  Parameter input_bias_;
  Parameter recurrent_weight_;
  Parameter recurrent_bias_;
  Parameter output_weight_;
  Parameter output_bias_;
  Parameter item_bias_;
  neural::AdamOptimiser optimiser_;
  std::vector<uint32_t> pool_;  // from which samples are drawn
  std::vector<std::span<const uint32_t>> sequences_;
  std::vector<std::pair<uint32_t, uint32_t>> held_back_;  // viewer, item
};

// Glorot and Bengio, AISTATS 2010, eq. 16.
float Limit(uint64_t in, uint64_t out) {
  return std::sqrt(6.0F / static_cast<float>(in + out));
}

SequenceParameters Trainer::Initial(const Interactions& interactions) {
  const auto items = static_cast<Eigen::Index>(items_);
  const auto hidden = static_cast<Eigen::Index>(options_.hidden);
  const auto width = static_cast<Eigen::Index>(options_.dimensions);
  SequenceParameters p;
  p.embedding = draw_.Uniform(items, width, Limit(options_.dimensions, options_.dimensions));
  p.input_weight = draw_.Uniform(width, 3 * hidden, Limit(options_.dimensions, options_.hidden));
  p.input_bias = Matrix::Zero(1, 3 * hidden);
  p.recurrent_weight = draw_.Uniform(hidden, 3 * hidden, Limit(options_.hidden, options_.hidden));
  p.recurrent_bias = Matrix::Zero(1, 3 * hidden);
  p.output_weight = draw_.Uniform(hidden, width, Limit(options_.hidden, options_.dimensions));
  p.output_bias = Matrix::Zero(1, width);
  // What a state that knows nothing predicts: popularity.
  p.item_bias = Matrix::Zero(1, items);
  const std::vector<uint32_t> counts = interactions.ItemCounts();
  const double mean = static_cast<double>(interactions.size()) / items_;
  for (Eigen::Index i = 0; i < items; ++i) {
    p.item_bias(0, i) = static_cast<float>(Log((counts[static_cast<size_t>(i)] + 1.0) / (mean + 1.0)));
  }
  return p;
}

// Every sequence from its end in stretches of `length` steps; the first cut is drawn, so that an epoch shows each item
// after another number of predecessors.
std::vector<Window> Trainer::CutWindows() {
  std::vector<Window> windows;
  for (const std::span<const uint32_t> sequence : sequences_) {
    if (sequence.size() < 2) continue;
    const size_t steps = sequence.size() - 1;
    size_t end = steps;
    size_t stretch = steps > options_.length ? options_.length - draw_.Below(options_.length) : steps;
    while (end > 0) {
      stretch = std::min(stretch, end);
      windows.push_back({sequence.subspan(end - stretch, stretch + 1)});
      end -= stretch;
      stretch = options_.length;
    }
  }
  draw_.Shuffle(std::span(windows));
  return windows;
}

std::vector<uint32_t> Trainer::DrawSample() {
  if (whole()) return pool_;
  for (uint32_t i = 0; i < options_.negatives; ++i) std::swap(pool_[i], pool_[i + draw_.Below(items_ - i)]);
  return {pool_.begin(), pool_.begin() + neural::AsIndex(options_.negatives)};
}

void Trainer::Compute(std::span<const uint32_t> sample, float scale, Draw& draw, Part& part) const {
  const auto hidden = static_cast<Eigen::Index>(options_.hidden);
  const auto width = static_cast<Eigen::Index>(options_.dimensions);
  const auto rows = static_cast<Eigen::Index>(part.packed.items.size());
  Matrix x = RowsOf(p_.embedding, part.packed.items);
  const Matrix x_factors = DropOut(options_.dropout, draw, x);
  const neural::GruTrace trace = neural::GruForward(x, part.packed.counts, Gru());
  Matrix states = trace.states;
  const Matrix factors = DropOut(options_.dropout, draw, states);
  const Matrix u = neural::Dense(states, p_.output_weight, p_.output_bias);

  // Logits against the sample, and, unless it is the whole catalogue, against the next item in a last column.
  const Matrix e = RowsOf(p_.embedding, sample);
  const auto columns = static_cast<Eigen::Index>(sample.size());
  Matrix bias = Matrix::Zero(1, columns + (whole() ? 0 : 1));
  for (Eigen::Index j = 0; j < columns; ++j)
    bias(0, j) = p_.item_bias(0, neural::AsIndex(sample[static_cast<size_t>(j)]));
  Matrix logits = bias.replicate(rows, 1);
  const auto against_sample = neural::Out(logits).Cols(0, sample.size());
  neural::AddProduct(neural::In(u), neural::In(Matrix(e.transpose())), against_sample);
  std::vector<uint32_t> targets = part.packed.next;
  Matrix next;
  if (!whole()) {
    next = RowsOf(p_.embedding, part.packed.next);
    std::vector<int32_t> place(items_, -1);
    for (size_t j = 0; j < sample.size(); ++j) place[sample[j]] = static_cast<int32_t>(j);
    for (Eigen::Index i = 0; i < rows; ++i) {
      const uint32_t item = part.packed.next[static_cast<size_t>(i)];
      float logit = p_.item_bias(0, neural::AsIndex(item));
      for (Eigen::Index j = 0; j < width; ++j) logit += u(i, j) * next(i, j);
      logits(i, columns) = logit;
      if (place[item] >= 0) logits(i, place[item]) = -neural::kNoLogit;
    }
    std::ranges::fill(targets, static_cast<uint32_t>(columns));
  }
  neural::SoftmaxLoss(targets, scale, logits);

  const auto by_sample = neural::In(logits).Cols(0, sample.size());
  Matrix du = Matrix::Zero(rows, width);
  neural::AddProduct(by_sample, neural::In(e), neural::Out(du));
  part.dsample = Matrix::Zero(columns, width);
  neural::AddTransposedProduct(by_sample, neural::In(u), neural::Out(part.dsample));
  part.dsample_bias = Matrix::Zero(1, columns);
  for (Eigen::Index i = 0; i < rows; ++i) part.dsample_bias += logits.row(i).head(columns);
  if (!whole()) {
    part.dnext_bias = logits.col(columns).transpose();
    part.dnext.resize(rows, width);
    for (Eigen::Index i = 0; i < rows; ++i) {
      du.row(i) += logits(i, columns) * next.row(i);
      part.dnext.row(i) = logits(i, columns) * u.row(i);
    }
  }

  part.output_weight = Matrix::Zero(hidden, width);
  part.output_bias = Matrix::Zero(1, width);
  part.input_weight = Matrix::Zero(width, 3 * hidden);
  part.input_bias = Matrix::Zero(1, 3 * hidden);
  part.recurrent_weight = Matrix::Zero(hidden, 3 * hidden);
  part.recurrent_bias = Matrix::Zero(1, 3 * hidden);
  Matrix dstates = neural::DenseBackward(states, p_.output_weight, du, part.output_weight, part.output_bias);
  dstates.array() *= factors.array();
  part.dx = neural::GruBackward(x, part.packed.counts, Gru(), trace, dstates,
                                {part.input_weight, part.input_bias, part.recurrent_weight, part.recurrent_bias});
  part.dx.array() *= x_factors.array();
}

void Trainer::Step(std::span<const Window> windows) {
  std::vector<Window> sorted(windows.begin(), windows.end());
  std::ranges::stable_sort(sorted, std::ranges::greater(), [](const Window& window) { return window.items.size(); });
  const std::vector<uint32_t> sample = DrawSample();
  // The parts take turns, so that each has windows of all lengths.
  const size_t count = std::min(kParts, sorted.size());
  std::vector<Part> parts(count);
  std::vector<Draw> draws;
  size_t rows = 0;
  for (size_t i = 0; i < count; ++i) {
    std::vector<Window> own;
    for (size_t j = i; j < sorted.size(); j += count) own.push_back(sorted[j]);
    parts[i].packed = Pack(own);
    rows += parts[i].packed.items.size();
    draws.emplace_back(uint64_t{draw_.Bits()} << 32U | draw_.Bits());
  }
  const float scale = 1.0F / static_cast<float>(rows);
  RunAll(options_.parallel, count, [&](size_t i) { Compute(sample, scale, draws[i], parts[i]); });

  for (const Part& part : parts) {
    input_weight_.gradient() += part.input_weight;
    input_bias_.gradient() += part.input_bias;
    recurrent_weight_.gradient() += part.recurrent_weight;
    recurrent_bias_.gradient() += part.recurrent_bias;
    output_weight_.gradient() += part.output_weight;
    output_bias_.gradient() += part.output_bias;
    AddToRows(part.dx, part.packed.items, embedding_.gradient());
    AddToRows(part.dsample, sample, embedding_.gradient());
    for (size_t j = 0; j < sample.size(); ++j) {
      item_bias_.gradient()(0, neural::AsIndex(sample[j])) += part.dsample_bias(0, static_cast<Eigen::Index>(j));
    }
    if (whole()) continue;
    AddToRows(part.dnext, part.packed.next, embedding_.gradient());
    for (size_t i = 0; i < part.packed.next.size(); ++i) {
      item_bias_.gradient()(0, neural::AsIndex(part.packed.next[i])) +=
          part.dnext_bias(0, static_cast<Eigen::Index>(i));
    }
  }
  Parameter* const learned[] = {&embedding_,      &input_weight_,  &input_bias_,  &recurrent_weight_,
                                &recurrent_bias_, &output_weight_, &output_bias_, &item_bias_};
  optimiser_.Step(learned);
}

double Trainer::Validate() const {
  constexpr size_t kBatch = 64;
  const Matrix columns = p_.embedding.transpose();
  std::vector<double> gains(held_back_.size());
  RunAll(options_.parallel, (held_back_.size() + kBatch - 1) / kBatch, [&](size_t task) {
    for (size_t i = task * kBatch; i < std::min(held_back_.size(), (task + 1) * kBatch); ++i) {
      const auto& [user, item] = held_back_[i];
      const std::span<const uint32_t> all = sequences_[user];
      const auto last = all.last(std::min<size_t>(all.size(), options_.length));
      const std::vector<size_t> counts(last.size(), 1);
      const neural::GruTrace trace = neural::GruForward(RowsOf(p_.embedding, last), counts, Gru());
      const Matrix u = neural::Dense(trace.states.bottomRows(1), p_.output_weight, p_.output_bias);
      const Matrix scores = neural::Dense(u, columns, p_.item_bias);
      gains[i] = neural::HoldoutGain({scores.data(), items_}, item, all);
    }
  });
  double sum = 0;
  for (const double gain : gains) sum += gain;
  return sum / static_cast<double>(gains.size());
}

SequenceParameters Trainer::Train() {
  SequenceParameters best = p_;
  neural::Schedule schedule(options_.patience);
  for (uint32_t epoch = 0; epoch < options_.max_epochs && !schedule.stop(); ++epoch) {
    const std::vector<Window> windows = CutWindows();
    for (size_t first = 0; first < windows.size(); first += options_.batch) {
      Step(std::span(windows).subspan(first, std::min<size_t>(options_.batch, windows.size() - first)));
    }
    // Too few viewers to hold anything back: all epochs.
    const double gain = held_back_.empty() ? static_cast<double>(epoch) : Validate();
    if (schedule.Better(gain)) best = p_;
    if (schedule.halve()) optimiser_.HalveLearningRate();
  }
  return best;
}

}  // namespace

Result<SequenceModel> SequenceModel::Fit(const Interactions& interactions, const SequenceOptions& options) {
  SOTTO_RETURN_IF_ERROR(CheckOptions(options));
  SOTTO_RETURN_IF_ERROR(CheckData(interactions, options));
  auto model = Create(Trainer(interactions, options).Train(), options.length);
  if (model.ok()) return model;
  return Error{ErrorCode::kInternal, "training diverged: " + model.error().message, "Take a lower learning rate."};
}

}  // namespace sotto::recommend
