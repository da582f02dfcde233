#include "sotto/federation/denoise.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace sotto::federation {
namespace {

constexpr double kLeastShare = 0.25;

double Shrink(double eigenvalue, double edge) {
  if (eigenvalue <= 0) return 0;
  const double optimal = eigenvalue > edge ? std::sqrt((eigenvalue - edge) * (eigenvalue + edge)) : 0;
  return std::max(optimal, kLeastShare * eigenvalue);
}

}  // namespace

recommend::Matrix Denoise(const recommend::Matrix& noisy, double noise_variance) {
  const double edge = 2 * std::sqrt(noise_variance * static_cast<double>(noisy.rows()));
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> spectrum(noisy.cast<double>());
  const Eigen::VectorXd shrunk = spectrum.eigenvalues().unaryExpr([&](double value) { return Shrink(value, edge); });
  const Eigen::MatrixXd gram = spectrum.eigenvectors() * shrunk.asDiagonal() * spectrum.eigenvectors().transpose();
  return ((gram + gram.transpose()) / 2).cast<float>();
}

}  // namespace sotto::federation
