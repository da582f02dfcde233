// Symmetric matrices from the entries of a task's encoding (EntryIndex of affinity_task.h). Internal to this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sotto/recommend/matrix.h"

namespace sotto::federation {

// Precondition: items (items + 1) / 2 entries.
inline recommend::Matrix SymmetricOf(std::span<const int64_t> entries, size_t items) {
  const auto size = static_cast<Eigen::Index>(items);
  recommend::Matrix matrix(size, size);
  size_t entry = 0;
  for (Eigen::Index row = 0; row < size; ++row) {
    for (Eigen::Index column = row; column < size; ++column) {
      matrix(row, column) = matrix(column, row) = static_cast<float>(entries[entry++]);
    }
  }
  return matrix;
}

}  // namespace sotto::federation
