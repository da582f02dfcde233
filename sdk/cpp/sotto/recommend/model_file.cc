#include "sotto/recommend/model_file.h"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "sotto/base/fnv1a.h"

namespace sotto::recommend {
namespace {

constexpr std::string_view kMagic = "SORM";
constexpr uint16_t kFormatVersion = 1;
constexpr size_t kMaxNameBytes = 64;

Status CheckInfo(std::string_view kind, const ModelInfo& info, ErrorCode code) {
  const auto wrong = [code](const std::string& what, std::string_view name) {
    return Error{code, what + " has " + std::to_string(name.size()) + " bytes.", "It must have 1 to 64."};
  };
  const auto fits = [](std::string_view name) { return !name.empty() && name.size() <= kMaxNameBytes; };
  if (!fits(kind)) return wrong("the model's kind", kind);
  if (!fits(info.version)) return wrong("the model's version", info.version);
  if (info.catalogue.size() > kMaxNameBytes) return wrong("the catalogue's version", info.catalogue);
  std::unordered_set<std::string_view> seen;
  for (size_t i = 0; i < info.items.size(); ++i) {
    if (!fits(info.items[i])) return wrong("items[" + std::to_string(i) + "]", info.items[i]);
    if (!seen.insert(info.items[i]).second) {
      return Error{code, "items[" + std::to_string(i) + "] repeats an earlier id.", ""};
    }
  }
  return {};
}

void WriteName(std::string_view name, ByteWriter& out) {  // at most 64 bytes, so it always fits
  out.U16(static_cast<uint16_t>(name.size()));
  out.Append(AsBytes(name));
}

}  // namespace

Result<Bytes> WriteModelFile(const Model& model, const ModelInfo& info) {
  SOTTO_RETURN_IF_ERROR(CheckInfo(model.kind(), info, ErrorCode::kInvalidArgument));
  if (info.items.size() != model.items()) {
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(info.items.size()) + " ids for a model of " + std::to_string(model.items()) + " items.",
                 ""};
  }
  ByteWriter parameters;
  model.Write(parameters);
  ByteWriter out;
  out.Append(AsBytes(kMagic));
  out.U16(kFormatVersion);
  WriteName(model.kind(), out);
  WriteName(info.version, out);
  WriteName(info.catalogue, out);
  out.U32(model.items());
  for (const std::string& item : info.items) WriteName(item, out);
  out.U32(static_cast<uint32_t>(parameters.bytes().size()));
  out.Append(parameters.bytes());
  out.U64(Fnv1a64(out.bytes()));
  return out.Release();
}

Result<ModelFile> ReadModelFile(ByteSpan file) {
  ByteReader reader(file);
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan magic, reader.Take(kMagic.size()));
  if (!std::ranges::equal(magic, AsBytes(kMagic))) {
    return Error{ErrorCode::kMalformed, "this is not a recommender's model: it does not start with SORM.", ""};
  }
  SOTTO_ASSIGN_OR_RETURN(const uint16_t format, reader.U16());
  if (format != kFormatVersion) {
    return Error{ErrorCode::kUnsupportedVersion, "the model has format version " + std::to_string(format) + ".",
                 "This build reads version 1."};
  }
  ModelFile read;
  SOTTO_ASSIGN_OR_RETURN(read.kind, reader.ShortString());
  SOTTO_ASSIGN_OR_RETURN(read.info.version, reader.ShortString());
  SOTTO_ASSIGN_OR_RETURN(read.info.catalogue, reader.ShortString());
  SOTTO_ASSIGN_OR_RETURN(const uint32_t items, reader.U32());
  if (items > kMaxItems) {
    return Error{ErrorCode::kResourceExhausted, "a model of " + std::to_string(items) + " items, more than 4000000.",
                 ""};
  }
  for (uint32_t i = 0; i < items; ++i) {
    SOTTO_ASSIGN_OR_RETURN(const std::string_view item, reader.ShortString());
    read.info.items.emplace_back(item);
  }
  SOTTO_ASSIGN_OR_RETURN(const uint32_t length, reader.U32());
  SOTTO_ASSIGN_OR_RETURN(read.parameters, reader.Take(length));
  const ByteSpan covered = file.first(reader.position());
  SOTTO_ASSIGN_OR_RETURN(const uint64_t checksum, reader.U64());
  SOTTO_RETURN_IF_ERROR(reader.ExpectEnd());
  if (checksum != Fnv1a64(covered)) {
    return Error{ErrorCode::kMismatch, "the model's checksum does not fit its bytes.",
                 "The file is damaged; fetch it again."};
  }
  SOTTO_RETURN_IF_ERROR(CheckInfo(read.kind, read.info, ErrorCode::kMalformed));
  return read;
}

Status CheckCatalogue(const ModelInfo& info, std::string_view catalogue) {
  if (info.catalogue.empty() || catalogue.empty() || info.catalogue == catalogue) return {};
  return Error{ErrorCode::kMismatch,
               "model " + info.version + " was fitted for catalogue " + info.catalogue + ", this one is " +
                   std::string(catalogue) + ".",
               "Fit it anew, or load the model of this catalogue."};
}

}  // namespace sotto::recommend
