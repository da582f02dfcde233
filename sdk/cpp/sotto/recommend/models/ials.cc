#include "sotto/recommend/models/ials.h"

#include <string>
#include <utility>

#include "sotto/recommend/factors/factor_file.h"

namespace sotto::recommend {

Result<IalsModel> IalsModel::Create(Matrix factors, const FoldInOptions& loss) {
  SOTTO_RETURN_IF_ERROR(CheckFactors(factors, loss, ErrorCode::kInvalidArgument));
  return IalsModel(FoldIn(std::move(factors), loss));
}

Result<IalsModel> IalsModel::Read(ByteReader& in, uint32_t items) {
  SOTTO_ASSIGN_OR_RETURN(FactorFile file, ReadFactors(in, items));
  SOTTO_RETURN_IF_ERROR(CheckFactors(file.factors, file.loss, ErrorCode::kMalformed));
  return IalsModel(FoldIn(std::move(file.factors), file.loss));
}

void IalsModel::Write(ByteWriter& out) const {
  WriteFactors(fold_in_.factors(), fold_in_.options(), out);
}

void IalsModel::ScoreAll(std::span<const Engagement> history, std::span<float> scores) const {
  fold_in_.Score(fold_in_.UserFactors(history), scores);
}

std::optional<size_t> IalsModel::Because(std::span<const Engagement> history, uint32_t item) const {
  return fold_in_.Because(history, item);
}

}  // namespace sotto::recommend
