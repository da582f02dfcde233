// Matrices in the files of models: their numbers row by row as little-endian f32, their sizes said elsewhere.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/recommend/matrix.h"

namespace sotto::recommend::neural {

inline void WriteMatrix(const Matrix& m, ByteWriter& out) {
  for (Eigen::Index i = 0; i < m.size(); ++i) out.F32(m.data()[i]);
}

// Takes memory only for numbers that are there. Errors: kTruncated.
inline Result<Matrix> ReadMatrix(Eigen::Index rows, Eigen::Index cols, ByteReader& in) {
  // In 64 bits: where size_t has 32, the number of bytes may not fit.
  const uint64_t bytes = sizeof(float) * static_cast<uint64_t>(rows) * static_cast<uint64_t>(cols);
  if (bytes > in.remaining()) {
    return Error{ErrorCode::kTruncated,
                 "a matrix of " + std::to_string(bytes) + " bytes at offset " + std::to_string(in.position()) +
                     ", where " + std::to_string(in.remaining()) + " are left.",
                 ""};
  }
  Matrix m(rows, cols);
  for (Eigen::Index i = 0; i < m.size(); ++i) {
    SOTTO_ASSIGN_OR_RETURN(m.data()[i], in.F32());
  }
  return m;
}

// kInvalidArgument, with the matrix's name, unless it is rows x cols and no number is NaN or larger than `most`.
inline Status CheckMatrix(const Matrix& m, Eigen::Index rows, Eigen::Index cols, float most, std::string_view name) {
  if (m.rows() != rows || m.cols() != cols) {
    return Error{ErrorCode::kInvalidArgument,
                 std::string(name) + " is " + std::to_string(m.rows()) + " x " + std::to_string(m.cols()) +
                     ", expected " + std::to_string(rows) + " x " + std::to_string(cols) + ".",
                 ""};
  }
  for (Eigen::Index i = 0; i < m.size(); ++i) {
    if (!(std::abs(m.data()[i]) <= most)) {
      return Error{ErrorCode::kInvalidArgument, std::string(name) + " has a number that is not finite or too large.",
                   ""};
    }
  }
  return {};
}

}  // namespace sotto::recommend::neural
