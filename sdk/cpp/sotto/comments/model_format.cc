#include "sotto/comments/model_format.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "sotto/base/fnv1a.h"
#include "sotto/comments/features.h"
#include "sotto/comments/table.h"

namespace sotto::comments {
namespace {

constexpr uint64_t kMagic = 0x544D434F54544F53;  // "SOTTOCMT" read as a little-endian number
constexpr uint16_t kFormat = 1;
constexpr size_t kMaxVersionBytes = 64;

// The temperatures in the order of the file.
template <class Parameters>
auto TemperatureList(Parameters& t) {
  return std::array{&t.polarity, &t.neutrality, &t.offence, &t.emotion, &t.intent,
                    &t.language, &t.hate,       &t.spam,    &t.contact};
}

template <class Parameters>
auto ToxicAtList(Parameters& t) {
  return std::array{&t.offence, &t.spam, &t.contact};
}

bool IsPrintableAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

bool IsShare(float value) {
  return value >= 0 && value <= 1;  // false for NaN
}

// The name of the first field that is outside its range, or nothing. The upper ends keep every sum finite.
std::string_view FieldOutOfRange(const ModelParameters& p) {
  if (p.version.empty() || p.version.size() > kMaxVersionBytes || !IsPrintableAscii(p.version)) return "version";
  if (!(p.norm_prior >= 0 && p.norm_prior <= 1e6F)) return "norm_prior";
  for (const ColumnParameters& column : p.columns) {
    if (!(column.scale >= 0 && column.scale <= 1e6F)) return "scale";
    if (!(column.bias >= -1e6F && column.bias <= 1e6F)) return "bias";
  }
  for (const float* temperature : TemperatureList(p.temperatures)) {
    if (!(*temperature > 0 && *temperature <= 1e6F)) return "temperature";
  }
  if (!std::all_of(p.abstention.begin(), p.abstention.end(), IsShare)) return "abstention";
  for (const float* threshold : ToxicAtList(p.toxic_at)) {
    if (!IsShare(*threshold)) return "toxic_at";
  }
  if (p.fine_bits < kMinTableBits || p.fine_bits > kMaxTableBits) return "fine_bits";
  if (p.wide_bits < kMinTableBits || p.wide_bits > kMaxTableBits) return "wide_bits";
  return {};
}

Status CheckRanges(const ModelParameters& parameters, ErrorCode code) {
  const std::string_view field = FieldOutOfRange(parameters);
  if (field.empty()) return {};
  return Error{code, "the comment model's " + std::string(field) + " is outside its range.",
               "Use a file that `sotto comments train` wrote."};
}

Error OtherVersion(std::string_view what, uint16_t found, uint16_t expected) {
  return {ErrorCode::kUnsupportedVersion,
          "the comment model has " + std::string(what) + " " + std::to_string(found) + ", this build reads " +
              std::to_string(expected) + ".",
          "Take model and library from the same release."};
}

size_t FineBytes(const ModelParameters& p) {
  return kFineStride << p.fine_bits;
}

size_t WideBytes(const ModelParameters& p) {
  return kWideStride << p.wide_bits;
}

Bytes CopyOf(ByteSpan bytes) {
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Result<ModelParameters> ReadModelFile(ByteSpan file) {
  if (file.size() > kMaxModelFileBytes) {
    return Error{ErrorCode::kResourceExhausted,
                 "a comment model of " + std::to_string(file.size()) + " bytes is larger than " +
                     std::to_string(kMaxModelFileBytes) + " bytes.",
                 "Is this the right file?"};
  }
  ByteReader reader(file);
  SOTTO_ASSIGN_OR_RETURN(const uint64_t magic, reader.U64());
  if (magic != kMagic) {
    return Error{ErrorCode::kMalformed, "the file is no comment model: it does not begin with SOTTOCMT.",
                 "Check the path or URL; a web page in its place begins with '<'."};
  }
  SOTTO_ASSIGN_OR_RETURN(const uint16_t format, reader.U16());
  if (format != kFormat) return OtherVersion("format", format, kFormat);
  SOTTO_ASSIGN_OR_RETURN(const uint16_t form, reader.U16());
  if (form != kFeatureForm) return OtherVersion("features of form", form, kFeatureForm);

  ModelParameters p;
  SOTTO_ASSIGN_OR_RETURN(const std::string_view version, reader.ShortString());
  p.version = version;
  SOTTO_ASSIGN_OR_RETURN(p.norm_prior, reader.F32());
  for (ColumnParameters& column : p.columns) {
    SOTTO_ASSIGN_OR_RETURN(column.scale, reader.F32());
    SOTTO_ASSIGN_OR_RETURN(column.bias, reader.F32());
  }
  for (float* temperature : TemperatureList(p.temperatures)) {
    SOTTO_ASSIGN_OR_RETURN(*temperature, reader.F32());
  }
  for (float& abstention : p.abstention) {
    SOTTO_ASSIGN_OR_RETURN(abstention, reader.F32());
  }
  for (float* threshold : ToxicAtList(p.toxic_at)) {
    SOTTO_ASSIGN_OR_RETURN(*threshold, reader.F32());
  }
  SOTTO_ASSIGN_OR_RETURN(p.fine_bits, reader.U8());
  SOTTO_ASSIGN_OR_RETURN(p.wide_bits, reader.U8());
  SOTTO_RETURN_IF_ERROR(CheckRanges(p, ErrorCode::kMalformed));
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan fine, reader.Take(FineBytes(p)));
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan wide, reader.Take(WideBytes(p)));
  SOTTO_ASSIGN_OR_RETURN(const uint32_t lexicon_bytes, reader.U32());
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan lexicon, reader.Take(lexicon_bytes));

  const uint64_t expected = Fnv1a64(file.first(reader.position()));
  SOTTO_ASSIGN_OR_RETURN(const uint64_t checksum, reader.U64());
  SOTTO_RETURN_IF_ERROR(reader.ExpectEnd());
  if (checksum != expected) {
    return Error{ErrorCode::kMismatch, "the comment model's checksum does not match its bytes.",
                 "The file is damaged; fetch it again."};
  }
  p.fine = CopyOf(fine);
  p.wide = CopyOf(wide);
  SOTTO_ASSIGN_OR_RETURN(p.lexicon, text::Lexicon::Read(lexicon));
  return p;
}

Result<Bytes> WriteModelFile(const ModelParameters& p) {
  SOTTO_RETURN_IF_ERROR(CheckRanges(p, ErrorCode::kInvalidArgument));
  if (p.fine.size() != FineBytes(p) || p.wide.size() != WideBytes(p)) {
    return Error{ErrorCode::kInvalidArgument, "the comment model's table does not have the size that its bits say.",
                 ""};
  }
  ByteWriter writer;
  writer.U64(kMagic);
  writer.U16(kFormat);
  writer.U16(kFeatureForm);
  SOTTO_RETURN_IF_ERROR(writer.ShortString(p.version));
  writer.F32(p.norm_prior);
  for (const ColumnParameters& column : p.columns) {
    writer.F32(column.scale);
    writer.F32(column.bias);
  }
  for (const float* temperature : TemperatureList(p.temperatures)) writer.F32(*temperature);
  for (const float abstention : p.abstention) writer.F32(abstention);
  for (const float* threshold : ToxicAtList(p.toxic_at)) writer.F32(*threshold);
  writer.U8(static_cast<uint8_t>(p.fine_bits));
  writer.U8(static_cast<uint8_t>(p.wide_bits));
  writer.Append(p.fine);
  writer.Append(p.wide);
  const Bytes lexicon = p.lexicon.Write();
  writer.U32(static_cast<uint32_t>(lexicon.size()));
  writer.Append(lexicon);
  writer.U64(Fnv1a64(writer.bytes()));
  if (writer.bytes().size() > kMaxModelFileBytes) {
    return Error{ErrorCode::kInvalidArgument,
                 "the comment model's file would be larger than " + std::to_string(kMaxModelFileBytes) + " bytes.",
                 "Take fewer bits for the table."};
  }
  return writer.Release();
}

}  // namespace sotto::comments
