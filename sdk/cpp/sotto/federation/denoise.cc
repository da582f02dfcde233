#include "sotto/federation/denoise.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace sotto::federation {

recommend::Matrix Denoise(const recommend::Matrix& noisy, double noise_variance) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> spectrum(noisy.cast<double>());
  const Eigen::VectorXd& values = spectrum.eigenvalues();                          // ascending
  const double noise_square = noise_variance * static_cast<double>(noisy.rows());  // u^2
  const double edge = 2 * std::sqrt(noise_square);
  const Eigen::Index leading = values.size() - 1;

  double bulk_energy = 0;
  double bulk_noise = 0;
  for (Eigen::Index i = 0; i < leading; ++i) {
    if (values[i] > edge) continue;
    bulk_energy += values[i] * values[i];
    bulk_noise += noise_square;
  }
  const double bulk_share = bulk_energy > bulk_noise ? 1 - bulk_noise / bulk_energy : 0;

  Eigen::VectorXd shrunk(values.size());
  for (Eigen::Index i = 0; i < leading; ++i) {
    shrunk[i] =
        values[i] > edge ? std::sqrt(values[i] * values[i] - edge * edge) : bulk_share * std::max(0.0, values[i]);
  }
  shrunk[leading] = std::max(0.0, values[leading]);

  const Eigen::MatrixXd gram = spectrum.eigenvectors() * shrunk.asDiagonal() * spectrum.eigenvectors().transpose();
  return ((gram + gram.transpose()) / 2).cast<float>();
}

}  // namespace sotto::federation
