#include "sotto/federation/denoise_content.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace sotto::federation {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int kRankOneRounds = 20;  // of filling in the diagonal before there is an E
constexpr int kRounds = 4;          // of E and diagonal
constexpr int kDiagonalRounds = 5;  // of the diagonal in each
constexpr int kPowerSteps = 60;
constexpr std::array kOwnShares = {0.1, 0.4};  // u
constexpr int kScales = 24;                    // of t, each half of the one before

// The largest eigenvalue's part of a symmetric matrix with mostly positive entries, as c with c c' = it; c >= 0.
VectorXd RankOne(const MatrixXd& matrix, const VectorXd& start) {
  VectorXd direction = start;
  double value = 0;
  for (int step = 0; step < kPowerSteps; ++step) {
    direction.normalize();
    VectorXd next = matrix * direction;
    value = direction.dot(next);
    if (!(value > 0)) return VectorXd::Zero(matrix.rows());
    direction = std::move(next);
  }
  direction.normalize();
  if (direction.sum() < 0) direction = -direction;
  return (std::sqrt(value) * direction).cwiseMax(0);
}

// c, from a matrix whose diagonal is missing and filled in with c c' + `residual`.
VectorXd FitRankOne(MatrixXd& matrix, const MatrixXd& residual, VectorXd c, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    c = RankOne(matrix - residual, c.squaredNorm() > 0 ? c : VectorXd::Ones(matrix.rows()));
    matrix.diagonal() = c.cwiseAbs2() + residual.diagonal();
  }
  return c;
}

// K's eigenvectors and eigenvalues for one u.
struct Prior {
  MatrixXd vectors;
  VectorXd values;
};

Prior PriorOf(const MatrixXd& likeness, double own_share) {
  MatrixXd kernel = likeness + likeness.cwiseAbs2() / 2;
  kernel.diagonal().array() += own_share;
  const Eigen::SelfAdjointEigenSolver<MatrixXd> spectrum(kernel);
  return {spectrum.eigenvectors(), spectrum.eigenvalues().cwiseMax(1e-9)};
}

// Of what is on and above the diagonal, up to a constant.
double LogLikelihood(const MatrixXd& rotated, const MatrixXd& variance) {
  double sum = 0;
  for (Eigen::Index column = 0; column < rotated.cols(); ++column) {
    for (Eigen::Index row = 0; row <= column; ++row) {
      const double total = variance(row, column);
      sum -= (std::log(total) + rotated(row, column) * rotated(row, column) / total) / 2;
    }
  }
  return sum;
}

MatrixXd PosteriorMean(const MatrixXd& residual, double noise, const std::vector<Prior>& priors) {
  double best = -std::numeric_limits<double>::infinity();
  MatrixXd mean = MatrixXd::Zero(residual.rows(), residual.cols());
  const double power = residual.squaredNorm() / static_cast<double>(residual.size());
  if (power == 0) return mean;
  for (const Prior& prior : priors) {
    const MatrixXd rotated = prior.vectors.transpose() * residual * prior.vectors;
    const MatrixXd shape = prior.values * prior.values.transpose();
    double scale = 4 * power / shape.mean();
    for (int step = 0; step < kScales; ++step, scale /= 2) {
      const MatrixXd variance = ((scale * shape).array() + noise).matrix();
      const double likelihood = LogLikelihood(rotated, variance);
      if (likelihood <= best) continue;
      best = likelihood;
      const MatrixXd kept = rotated.cwiseProduct((scale * shape).cwiseQuotient(variance));
      mean = prior.vectors * kept * prior.vectors.transpose();
    }
  }
  return (mean + mean.transpose()) / 2;
}

}  // namespace

DenoisedGram DenoiseWithContent(const recommend::Matrix& noisy, double noise_variance,
                                const recommend::Matrix& likeness) {
  MatrixXd matrix = noisy.cast<double>();
  matrix.diagonal().setZero();
  std::vector<Prior> priors;
  for (const double own_share : kOwnShares) priors.push_back(PriorOf(likeness.cast<double>(), own_share));

  MatrixXd residual = MatrixXd::Zero(matrix.rows(), matrix.cols());
  VectorXd c = FitRankOne(matrix, residual, VectorXd::Ones(matrix.rows()), kRankOneRounds);
  for (int round = 0; round < kRounds; ++round) {
    c = FitRankOne(matrix, residual, c, kDiagonalRounds);
    residual = PosteriorMean(matrix - c * c.transpose(), noise_variance, priors);
    matrix.diagonal() = c.cwiseAbs2() + residual.diagonal();
  }
  const MatrixXd rank_one = c * c.transpose();
  return {(rank_one + residual).cast<float>(), rank_one.cast<float>()};
}

recommend::Matrix Likeness(const recommend::Matrix& memberships) {
  const recommend::Matrix roots = memberships.cwiseSqrt();
  const float groups = memberships.cols() == 0 ? 0 : memberships.rowwise().sum().maxCoeff();
  recommend::Matrix likeness = roots * roots.transpose();
  if (groups > 0) likeness /= groups;
  return (likeness + likeness.transpose()) / 2;
}

}  // namespace sotto::federation
