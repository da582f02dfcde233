#include "sotto/comments/sentiment_format.h"

#include <algorithm>
#include <bit>
#include <string_view>

#include "sotto/base/fnv1a.h"
#include "sotto/text/ngrams.h"

namespace sotto::comments {
namespace {

constexpr uint64_t kMagic = 0x4E45534F54544F53;  // "SOTTOSEN" read as a little-endian number
constexpr uint16_t kFormat = 1;
constexpr uint32_t kMinEntries = 1u << 10;
constexpr uint32_t kMaxEntries = 1u << 21;
constexpr size_t kMaxVersionBytes = 64;

bool IsPrintableAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

// The name of the first field that is outside its range, or nothing.
std::string_view FieldOutOfRange(const SentimentParameters& p) {
  if (p.min_n < 1 || p.min_n > text::kMaxNgram) return "min_n";
  if (p.max_n < p.min_n || p.max_n > text::kMaxNgram) return "max_n";
  // Comparisons are false for NaN, and the upper ends keep every sum finite.
  if (!(p.scale > 0 && p.scale <= 1e6F)) return "scale";
  if (!(p.norm_prior >= 0 && p.norm_prior <= 1e6F)) return "norm_prior";
  if (!(p.bias >= -1e6F && p.bias <= 1e6F)) return "bias";
  if (!(p.temperature > 0 && p.temperature <= 1e6F)) return "temperature";
  if (!(p.negative_at >= -1 && p.negative_at < 0)) return "negative_at";
  if (!(p.positive_at > 0 && p.positive_at <= 1)) return "positive_at";
  if (p.version.empty() || p.version.size() > kMaxVersionBytes || !IsPrintableAscii(p.version)) return "version";
  if (!std::has_single_bit(p.table.size()) || p.table.size() < kMinEntries || p.table.size() > kMaxEntries) {
    return "entries";
  }
  return {};
}

Status CheckRanges(const SentimentParameters& parameters, ErrorCode code) {
  const std::string_view field = FieldOutOfRange(parameters);
  if (field.empty()) return {};
  return Error{code, "the sentiment model's " + std::string(field) + " is outside its range.",
               "Use a file that `sotto comments train` wrote."};
}

}  // namespace

Result<SentimentParameters> ReadSentimentFile(ByteSpan file) {
  if (file.size() > kMaxSentimentFileBytes) {
    return Error{ErrorCode::kResourceExhausted,
                 "a sentiment model of " + std::to_string(file.size()) + " bytes is larger than " +
                     std::to_string(kMaxSentimentFileBytes) + " bytes.",
                 "Is this the right file?"};
  }
  ByteReader reader(file);
  SOTTO_ASSIGN_OR_RETURN(const uint64_t magic, reader.U64());
  if (magic != kMagic) {
    return Error{ErrorCode::kMalformed, "the file is no sentiment model: it does not begin with SOTTOSEN.",
                 "Check the path or URL; a web page in its place begins with '<'."};
  }
  SOTTO_ASSIGN_OR_RETURN(const uint16_t format, reader.U16());
  if (format != kFormat) {
    return Error{ErrorCode::kUnsupportedVersion,
                 "the sentiment model has format " + std::to_string(format) + ", this build reads format 1.",
                 "Take model and library from the same release."};
  }
  SentimentParameters p;
  SOTTO_ASSIGN_OR_RETURN(p.min_n, reader.U8());
  SOTTO_ASSIGN_OR_RETURN(p.max_n, reader.U8());
  SOTTO_ASSIGN_OR_RETURN(p.scale, reader.F32());
  SOTTO_ASSIGN_OR_RETURN(p.norm_prior, reader.F32());
  SOTTO_ASSIGN_OR_RETURN(p.bias, reader.F32());
  SOTTO_ASSIGN_OR_RETURN(p.temperature, reader.F32());
  SOTTO_ASSIGN_OR_RETURN(p.negative_at, reader.F32());
  SOTTO_ASSIGN_OR_RETURN(p.positive_at, reader.F32());
  SOTTO_ASSIGN_OR_RETURN(const std::string_view version, reader.ShortString());
  p.version = version;
  SOTTO_ASSIGN_OR_RETURN(const uint32_t entries, reader.U32());
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan table, reader.Take(entries));
  p.table.assign(table.begin(), table.end());

  const uint64_t expected = Fnv1a64(file.first(reader.position()));
  SOTTO_ASSIGN_OR_RETURN(const uint64_t checksum, reader.U64());
  SOTTO_RETURN_IF_ERROR(reader.ExpectEnd());
  if (checksum != expected) {
    return Error{ErrorCode::kMismatch, "the sentiment model's checksum does not match its bytes.",
                 "The file is damaged; fetch it again."};
  }
  SOTTO_RETURN_IF_ERROR(CheckRanges(p, ErrorCode::kMalformed));
  return p;
}

Result<Bytes> WriteSentimentFile(const SentimentParameters& parameters) {
  SOTTO_RETURN_IF_ERROR(CheckRanges(parameters, ErrorCode::kInvalidArgument));
  ByteWriter writer;
  writer.U64(kMagic);
  writer.U16(kFormat);
  writer.U8(static_cast<uint8_t>(parameters.min_n));
  writer.U8(static_cast<uint8_t>(parameters.max_n));
  writer.F32(parameters.scale);
  writer.F32(parameters.norm_prior);
  writer.F32(parameters.bias);
  writer.F32(parameters.temperature);
  writer.F32(parameters.negative_at);
  writer.F32(parameters.positive_at);
  SOTTO_RETURN_IF_ERROR(writer.ShortString(parameters.version));
  writer.U32(static_cast<uint32_t>(parameters.table.size()));
  for (const int8_t entry : parameters.table) writer.U8(static_cast<uint8_t>(entry));
  writer.U64(Fnv1a64(writer.bytes()));
  return writer.Release();
}

}  // namespace sotto::comments
