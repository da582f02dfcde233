#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <cmath>
#include <string>

#include "sotto/recommend/models/ease_fit.h"

namespace sotto::recommend {
namespace {

using MatrixD = Eigen::MatrixXd;

Status CheckGram(const Matrix& gram, float l2) {
  if (gram.rows() != gram.cols() || gram.rows() == 0) {
    return Error{ErrorCode::kInvalidArgument,
                 "gram is " + std::to_string(gram.rows()) + " x " + std::to_string(gram.cols()) + ".",
                 "It must be square: items x items."};
  }
  if (gram.rows() > static_cast<Eigen::Index>(kMaxEaseItems)) {
    return Error{ErrorCode::kResourceExhausted, "gram has " + std::to_string(gram.rows()) + " items, more than 8192.",
                 "Keep the most frequent ones."};
  }
  if (!gram.allFinite()) return Error{ErrorCode::kInvalidArgument, "gram holds a NaN or an infinity.", ""};
  const float tolerance = 1e-5F * gram.cwiseAbs().maxCoeff();
  for (Eigen::Index row = 0; row < gram.rows(); ++row) {
    for (Eigen::Index column = 0; column < row; ++column) {
      if (std::fabs(gram(row, column) - gram(column, row)) > tolerance) {
        return Error{ErrorCode::kInvalidArgument,
                     "gram is not symmetric at (" + std::to_string(row) + ", " + std::to_string(column) + ").", ""};
      }
    }
  }
  if (!(std::isfinite(l2) && l2 > 0)) {
    return Error{ErrorCode::kInvalidArgument, "l2 is " + std::to_string(l2) + ".", "It must be above 0."};
  }
  return {};
}

// Counts make a positive semidefinite matrix and Cholesky does; noise may not, and then negative eigenvalues become 0.
// The Cholesky factor of the gram plus a millionth of its scale tells which of the two it is.
MatrixD RegularisedInverse(const MatrixD& gram, double l2) {
  const auto items = gram.rows();
  const double little = 1e-6 * gram.cwiseAbs().maxCoeff() + 1e-300;
  const auto identity = MatrixD::Identity(items, items);
  if (Eigen::LLT<MatrixD>(gram + little * identity).info() == Eigen::Success) {
    return Eigen::LLT<MatrixD>(gram + l2 * identity).solve(identity);
  }
  const Eigen::SelfAdjointEigenSolver<MatrixD> spectrum(gram);
  const Eigen::VectorXd inverse = (spectrum.eigenvalues().cwiseMax(0).array() + l2).inverse();
  return spectrum.eigenvectors() * inverse.asDiagonal() * spectrum.eigenvectors().transpose();
}

}  // namespace

// Eq. 8: with P = (G + l2 I)^-1, B = I - P diag(1 / diag(P)), so B_ij = -P_ij / P_jj off the diagonal and 0 on it.
Result<Matrix> FitEase(const Matrix& gram, const EaseOptions& options) {
  SOTTO_RETURN_IF_ERROR(CheckGram(gram, options.l2));
  const MatrixD exact = gram.cast<double>();
  MatrixD weights = RegularisedInverse((exact + exact.transpose()) / 2, options.l2);
  for (Eigen::Index column = 0; column < weights.cols(); ++column) {
    weights.col(column) /= -weights(column, column);
    weights(column, column) = 0;
  }
  Matrix single = weights.cast<float>();
  if (!single.allFinite()) {
    return Error{ErrorCode::kInvalidArgument, "gram and l2 differ so much that the weights overflow.",
                 "Choose an l2 nearer to the counts."};
  }
  return single;
}

}  // namespace sotto::recommend
