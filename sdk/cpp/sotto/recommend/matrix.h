// The one matrix type at the interfaces of this folder: single precision, row-major, so that a row is contiguous.
#pragma once

#include <Eigen/Core>

namespace sotto::recommend {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace sotto::recommend
