#include "sotto/recommend/neural/bag.h"

#include <cmath>

#include "sotto/recommend/neural/kernels.h"

namespace sotto::recommend::neural {
namespace {

std::span<float> Row(Matrix& m, Eigen::Index i) {
  return {m.data() + i * m.cols(), static_cast<size_t>(m.cols())};
}

std::span<const float> Row(const Matrix& m, Eigen::Index i) {
  return {m.data() + i * m.cols(), static_cast<size_t>(m.cols())};
}

}  // namespace

void ScaleToUnit(std::span<BagEntry> bag) {
  double squares = 0;
  for (const BagEntry& entry : bag) squares += static_cast<double>(entry.weight) * static_cast<double>(entry.weight);
  if (!(squares > 0)) return;
  const double length = std::sqrt(squares);
  for (BagEntry& entry : bag) entry.weight = static_cast<float>(static_cast<double>(entry.weight) / length);
}

Matrix BagForward(std::span<const std::vector<BagEntry>> bags, const Matrix& table) {
  Matrix y = Matrix::Zero(static_cast<Eigen::Index>(bags.size()), table.cols());
  for (size_t i = 0; i < bags.size(); ++i) {
    for (const BagEntry& entry : bags[i]) {
      AddScaledRow(entry.weight, Row(table, AsIndex(entry.row)), Row(y, AsIndex(i)));
    }
  }
  return y;
}

void BagBackward(std::span<const std::vector<BagEntry>> bags, const Matrix& dy, Matrix& dtable) {
  for (size_t i = 0; i < bags.size(); ++i) {
    for (const BagEntry& entry : bags[i]) {
      AddScaledRow(entry.weight, Row(dy, AsIndex(i)), Row(dtable, AsIndex(entry.row)));
    }
  }
}

}  // namespace sotto::recommend::neural
