#include "sotto/recommend/factors/factor_file.h"

#include <string>

#include "sotto/recommend/models/ials.h"

namespace sotto::recommend {
namespace {

constexpr float kMostFactor = 1e6F;

Status CheckRank(uint64_t rank, ErrorCode code) {
  if (rank >= 1 && rank <= kMaxRank) return {};
  return Error{code, "the rank is " + std::to_string(rank) + ".", "It must be from 1 to 1024."};
}

}  // namespace

Status CheckLoss(const FoldInOptions& loss, ErrorCode code) {
  const auto refuse = [code](const char* name, float value, const char* range) {
    return Error{code, std::string(name) + " is " + std::to_string(value) + ".",
                 std::string("It must be ") + range + "."};
  };
  if (!(loss.unobserved_weight >= 1e-4F && loss.unobserved_weight <= 1000)) {
    return refuse("unobserved_weight", loss.unobserved_weight, "from 0.0001 to 1000");
  }
  if (!(loss.regularisation >= 1e-6F && loss.regularisation <= 1000)) {
    return refuse("regularisation", loss.regularisation, "from 0.000001 to 1000");
  }
  if (!(loss.regularisation_exponent >= 0 && loss.regularisation_exponent <= 1)) {
    return refuse("regularisation_exponent", loss.regularisation_exponent, "from 0 to 1");
  }
  return {};
}

Status CheckFactors(const Matrix& factors, const FoldInOptions& loss, ErrorCode code) {
  SOTTO_RETURN_IF_ERROR(CheckLoss(loss, code));
  SOTTO_RETURN_IF_ERROR(CheckRank(static_cast<uint64_t>(factors.cols()), code));
  if (factors.rows() == 0) return Error{code, "there are no items.", ""};
  if (!factors.allFinite() || factors.cwiseAbs().maxCoeff() > kMostFactor) {
    return Error{code, "a factor is not finite, or above 1000000.", ""};
  }
  return {};
}

Result<FactorFile> ReadFactors(ByteReader& in, uint32_t items) {
  SOTTO_ASSIGN_OR_RETURN(const uint32_t rank, in.U32());
  SOTTO_RETURN_IF_ERROR(CheckRank(rank, ErrorCode::kMalformed));
  FactorFile file;
  SOTTO_ASSIGN_OR_RETURN(file.loss.unobserved_weight, in.F32());
  SOTTO_ASSIGN_OR_RETURN(file.loss.regularisation, in.F32());
  SOTTO_ASSIGN_OR_RETURN(file.loss.regularisation_exponent, in.F32());
  const uint64_t size = sizeof(float) * uint64_t{items} * rank;  // may not fit into 32 bits
  if (size > in.remaining()) {
    return Error{ErrorCode::kTruncated,
                 std::to_string(items) + " x " + std::to_string(rank) + " factors do not fit into the " +
                     std::to_string(in.remaining()) + " bytes that are left.",
                 "The file is cut off; fetch it again."};
  }
  file.factors.resize(static_cast<Eigen::Index>(items), static_cast<Eigen::Index>(rank));
  for (float& factor : file.factors.reshaped<Eigen::RowMajor>()) {
    SOTTO_ASSIGN_OR_RETURN(factor, in.F32());
  }
  return file;
}

void WriteFactors(const Matrix& factors, const FoldInOptions& loss, ByteWriter& out) {
  out.U32(static_cast<uint32_t>(factors.cols()));
  out.F32(loss.unobserved_weight);
  out.F32(loss.regularisation);
  out.F32(loss.regularisation_exponent);
  for (const float factor : factors.reshaped<Eigen::RowMajor>()) out.F32(factor);
}

}  // namespace sotto::recommend
