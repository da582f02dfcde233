#include <algorithm>
#include <unordered_set>

#include "sotto/base/fnv1a.h"
#include "sotto/recommend/ease.h"

namespace sotto::recommend {
namespace {

constexpr std::string_view kMagic = "SOEA";
constexpr uint16_t kFormatVersion = 1;
constexpr size_t kMaxNameBytes = 64;

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes;
}

Status CheckNames(const std::vector<std::string>& items, std::string_view version, ErrorCode code) {
  if (!IsName(version)) return Error{code, "the model's version does not have 1 to 64 bytes.", ""};
  std::unordered_set<std::string_view> seen;
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string where = "the model's item " + std::to_string(i);
    if (!IsName(items[i])) return Error{code, where + " does not have 1 to 64 bytes.", ""};
    if (!seen.insert(items[i]).second) return Error{code, where + " repeats an earlier one.", ""};
  }
  return {};
}

Status CheckCount(uint64_t items) {
  if (items <= kMaxEaseItems) return {};
  return Error{ErrorCode::kResourceExhausted, "a model of " + std::to_string(items) + " items, more than 8192.", ""};
}

}  // namespace

Result<EaseModel> EaseModel::Create(std::vector<std::string> items, Matrix weights, std::string version) {
  SOTTO_RETURN_IF_ERROR(CheckCount(items.size()));
  SOTTO_RETURN_IF_ERROR(CheckNames(items, version, ErrorCode::kInvalidArgument));
  const auto count = static_cast<Eigen::Index>(items.size());
  if (items.empty() || weights.rows() != count || weights.cols() != count) {
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(items.size()) + " items with weights of " + std::to_string(weights.rows()) + " x " +
                     std::to_string(weights.cols()) + ".",
                 "Give at least one item, and one row and one column for each."};
  }
  if (!weights.allFinite()) return Error{ErrorCode::kInvalidArgument, "a weight is NaN or infinite.", ""};
  EaseModel model;
  model.items_ = std::move(items);
  model.weights_ = std::move(weights);
  model.version_ = std::move(version);
  return model;
}

Result<EaseModel> EaseModel::Load(ByteSpan file) {
  ByteReader reader(file);
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan magic, reader.Take(kMagic.size()));
  if (!std::ranges::equal(magic, AsBytes(kMagic))) {
    return Error{ErrorCode::kMalformed, "this is not an EASE model: it does not start with SOEA.", ""};
  }
  SOTTO_ASSIGN_OR_RETURN(const uint16_t format, reader.U16());
  if (format != kFormatVersion) {
    return Error{ErrorCode::kUnsupportedVersion, "the EASE model has format version " + std::to_string(format) + ".",
                 "This build reads version 1."};
  }
  EaseModel model;
  SOTTO_ASSIGN_OR_RETURN(model.version_, reader.ShortString());
  SOTTO_ASSIGN_OR_RETURN(const uint32_t count, reader.U32());
  SOTTO_RETURN_IF_ERROR(CheckCount(count));
  for (uint32_t i = 0; i < count; ++i) {
    SOTTO_ASSIGN_OR_RETURN(const std::string_view item, reader.ShortString());
    model.items_.emplace_back(item);
  }
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan raw, reader.Take(sizeof(float) * count * count));
  const ByteSpan covered = file.first(reader.position());
  SOTTO_ASSIGN_OR_RETURN(const uint64_t checksum, reader.U64());
  SOTTO_RETURN_IF_ERROR(reader.ExpectEnd());
  if (checksum != Fnv1a64(covered)) {
    return Error{ErrorCode::kMismatch, "the EASE model's checksum does not fit its bytes.",
                 "The file is damaged; fetch it again."};
  }

  SOTTO_RETURN_IF_ERROR(CheckNames(model.items_, model.version_, ErrorCode::kMalformed));
  if (count == 0) return Error{ErrorCode::kMalformed, "the EASE model has no items.", ""};
  const auto side = static_cast<Eigen::Index>(count);
  model.weights_.resize(side, side);
  ByteReader weights(raw);
  for (float& weight : model.weights_.reshaped<Eigen::RowMajor>()) {
    SOTTO_ASSIGN_OR_RETURN(weight, weights.F32());
  }
  if (!model.weights_.allFinite()) {
    return Error{ErrorCode::kMalformed, "a weight of the EASE model is NaN or infinite.", ""};
  }
  return model;
}

Bytes EaseModel::Serialise() const {
  ByteWriter writer;
  const auto write_name = [&](std::string_view name) {  // at most 64 bytes by construction, so it always fits
    writer.U16(static_cast<uint16_t>(name.size()));
    writer.Append(AsBytes(name));
  };
  writer.Append(AsBytes(kMagic));
  writer.U16(kFormatVersion);
  write_name(version_);
  writer.U32(static_cast<uint32_t>(items_.size()));
  for (const std::string& item : items_) write_name(item);
  for (const float weight : weights_.reshaped<Eigen::RowMajor>()) writer.F32(weight);
  writer.U64(Fnv1a64(writer.bytes()));
  return writer.Release();
}

}  // namespace sotto::recommend
