// The alternation. The arithmetic of a row is in factors/rows_solver.cc.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/recommend/factors/factor_file.h"
#include "sotto/recommend/factors/rows_solver.h"
#include "sotto/recommend/models/ials.h"

namespace sotto::recommend {
namespace {

using factors::Padded;
using factors::RowsProblem;

constexpr size_t kRowsOfATask = 32;    // solved together
constexpr size_t kRowsOfAGram = 1024;  // summed together

Status CheckOptions(const Interactions& interactions, const IalsOptions& options) {
  const auto refuse = [](const char* name, const std::string& value, const char* range) {
    return Error{ErrorCode::kInvalidArgument, std::string(name) + " is " + value + ".",
                 std::string("It must be ") + range + "."};
  };
  SOTTO_RETURN_IF_ERROR(CheckLoss(options.loss, ErrorCode::kInvalidArgument));
  if (options.rank < 1 || options.rank > kMaxRank)
    return refuse("rank", std::to_string(options.rank), "from 1 to 1024");
  if (options.epochs < 1 || options.epochs > 1000) {
    return refuse("epochs", std::to_string(options.epochs), "from 1 to 1000");
  }
  if (!(options.initial_scale >= 1e-4F && options.initial_scale <= 10)) {
    return refuse("initial_scale", std::to_string(options.initial_scale), "from 0.0001 to 10");
  }
  if (interactions.items() == 0 || interactions.users() == 0) {
    return Error{ErrorCode::kInvalidArgument, "there are no users or no items.", ""};
  }
  return {};
}

// One side of the data, and its factors.
struct Side {
  std::vector<size_t> begin{0};
  std::vector<uint32_t> column;
  std::vector<float> root_weight;  // empty: all are 1
  std::vector<float> lambda;
  std::vector<float> factors;  // rows x Padded(rank)

  size_t rows() const { return begin.size() - 1; }
};

Side Users(const Interactions& interactions, bool weighted) {
  Side users;
  for (uint32_t user = 0; user < interactions.users(); ++user) {
    const auto items = interactions.ItemsOf(user);
    users.column.insert(users.column.end(), items.begin(), items.end());
    users.begin.push_back(users.column.size());
    if (!weighted) continue;
    for (const float weight : interactions.WeightsOf(user)) users.root_weight.push_back(std::sqrt(weight));
  }
  return users;
}

Side Transposed(const Side& users, uint32_t items) {
  Side transposed;
  transposed.begin.assign(size_t{items} + 1, 0);
  for (const uint32_t item : users.column) ++transposed.begin[size_t{item} + 1];
  std::partial_sum(transposed.begin.begin(), transposed.begin.end(), transposed.begin.begin());
  std::vector<size_t> next(transposed.begin.begin(), transposed.begin.end() - 1);
  transposed.column.resize(users.column.size());
  transposed.root_weight.resize(users.root_weight.size());
  for (size_t user = 0; user < users.rows(); ++user) {
    for (size_t i = users.begin[user]; i < users.begin[user + 1]; ++i) {
      const size_t place = next[users.column[i]]++;
      transposed.column[place] = static_cast<uint32_t>(user);
      if (!users.root_weight.empty()) transposed.root_weight[place] = users.root_weight[i];
    }
  }
  return transposed;
}

void SetLambdas(const FoldInOptions& loss, size_t columns, Side& side) {
  for (size_t row = 0; row < side.rows(); ++row) {
    const double frequency = static_cast<double>(side.begin[row + 1] - side.begin[row]) +
                             static_cast<double>(loss.unobserved_weight) * static_cast<double>(columns);
    side.lambda.push_back(static_cast<float>(static_cast<double>(loss.regularisation) *
                                             std::pow(frequency, static_cast<double>(loss.regularisation_exponent))));
  }
}

// Uniform with the given standard deviation; what is beyond the rank stays 0.
Status Start(const IalsOptions& options, RandomSource& random, Side& side) {
  const size_t stride = Padded(options.rank);
  side.factors.assign(side.rows() * stride, 0);
  const double width =
      std::sqrt(12.0) * static_cast<double>(options.initial_scale) / std::sqrt(static_cast<double>(options.rank));
  for (size_t row = 0; row < side.rows(); ++row) {
    for (size_t i = 0; i < options.rank; ++i) {
      SOTTO_ASSIGN_OR_RETURN(const uint64_t bits, random.U64());
      side.factors[row * stride + i] = static_cast<float>(width * (static_cast<double>(bits >> 11) * 0x1p-53 - 0.5));
    }
  }
  return {};
}

class Alternation {
 public:
  Alternation(const IalsOptions& options, Side& users, Side& items)
      : options_(options), stride_(Padded(options.rank)), users_(users), items_(items) {}

  void Epoch() {
    Solve(users_, items_);
    Solve(items_, users_);
  }

  double Loss() {
    const std::vector<float> gram = Gram(items_, options_.loss.unobserved_weight);
    const std::vector<float> other = Gram(users_, 1);
    const RowsProblem problem = Problem(users_, items_, gram);
    double loss = 0;
    for (size_t i = 0; i < gram.size(); ++i) loss += static_cast<double>(gram[i]) * static_cast<double>(other[i]);
    const size_t tasks = (users_.rows() + kRowsOfATask - 1) / kRowsOfATask;
    std::vector<double> sums(tasks);
    RunAll(options_.parallel, tasks, [&](size_t task) {
      const size_t first = task * kRowsOfATask;
      sums[task] =
          factors::SquaredErrors(problem, first, std::min(first + kRowsOfATask, users_.rows()), users_.factors.data());
    });
    loss = std::accumulate(sums.begin(), sums.end(), loss);
    return loss + Penalty(users_) + Penalty(items_);
  }

 private:
  // factor * sum of h h^T, both triangles.
  std::vector<float> Gram(const Side& side, float factor) const {
    const size_t size = stride_ * stride_;
    const size_t tasks = (side.rows() + kRowsOfAGram - 1) / kRowsOfAGram;
    std::vector<float> parts(tasks * size, 0);
    RunAll(options_.parallel, tasks, [&](size_t task) {
      const size_t first = task * kRowsOfAGram;
      factors::AddGram(side.factors.data() + first * stride_, std::min(kRowsOfAGram, side.rows() - first), stride_,
                       parts.data() + task * size);
    });
    std::vector<float> gram(size, 0);
    for (size_t i = 0; i < stride_; ++i) {
      for (size_t j = i; j < stride_; ++j) {
        double sum = 0;
        for (size_t task = 0; task < tasks; ++task) sum += static_cast<double>(parts[task * size + i * stride_ + j]);
        gram[i * stride_ + j] = gram[j * stride_ + i] = static_cast<float>(static_cast<double>(factor) * sum);
      }
    }
    return gram;
  }

  RowsProblem Problem(const Side& rows, const Side& other, const std::vector<float>& gram) const {
    RowsProblem problem;
    problem.rank = options_.rank;
    problem.block = options_.block == 0 ? options_.rank : options_.block;
    problem.other = other.factors.data();
    problem.gram = gram.data();
    problem.begin = rows.begin.data();
    problem.column = rows.column.data();
    problem.root_weight = rows.root_weight.empty() ? nullptr : rows.root_weight.data();
    problem.lambda = rows.lambda.data();
    return problem;
  }

  void Solve(Side& rows, const Side& other) const {
    const std::vector<float> gram = Gram(other, options_.loss.unobserved_weight);
    const RowsProblem problem = Problem(rows, other, gram);
    RunAll(options_.parallel, (rows.rows() + kRowsOfATask - 1) / kRowsOfATask, [&](size_t task) {
      const size_t first = task * kRowsOfATask;
      factors::SolveRows(problem, first, std::min(first + kRowsOfATask, rows.rows()), rows.factors.data());
    });
  }

  double Penalty(const Side& side) const {
    double penalty = 0;
    for (size_t row = 0; row < side.rows(); ++row) {
      double squares = 0;
      for (size_t i = 0; i < stride_; ++i) {
        const auto factor = static_cast<double>(side.factors[row * stride_ + i]);
        squares += factor * factor;
      }
      penalty += static_cast<double>(side.lambda[row]) * squares;
    }
    return penalty;
  }

  const IalsOptions& options_;
  size_t stride_;
  Side& users_;
  Side& items_;
};

}  // namespace

Result<IalsModel> IalsModel::Fit(const Interactions& interactions, const IalsOptions& options) {
  SOTTO_RETURN_IF_ERROR(CheckOptions(interactions, options));
  Side users = Users(interactions, options.weighted);
  Side items = Transposed(users, interactions.items());
  SetLambdas(options.loss, items.rows(), users);
  SetLambdas(options.loss, users.rows(), items);
  ChaCha20Source random(options.seed);
  SOTTO_RETURN_IF_ERROR(Start(options, random, items));
  SOTTO_RETURN_IF_ERROR(Start(options, random, users));

  Alternation alternation(options, users, items);
  for (uint32_t epoch = 1; epoch <= options.epochs; ++epoch) {
    alternation.Epoch();
    if (!options.on_epoch) continue;
    IalsEpoch done{epoch, std::nullopt};
    if (options.compute_loss) done.loss = alternation.Loss();
    options.on_epoch(done);
  }

  const auto stride = static_cast<Eigen::Index>(Padded(options.rank));
  const Eigen::Map<const Matrix> padded(items.factors.data(), static_cast<Eigen::Index>(items.rows()), stride);
  return Create(padded.leftCols(static_cast<Eigen::Index>(options.rank)), options.loss);
}

}  // namespace sotto::recommend
