// The bytes of models/comments.bin. Integers and floats little-endian, floats IEEE 754 binary32.
//
//   bytes  field
//   8      magic "SOTTOCMT"
//   2      format, U16 = 1
//   2      form of the features, U16 = kFeatureForm (features.h)
//   2+k    version, U16 length and that many bytes of printable ASCII without spaces, 1..64
//   4      norm_prior, F32       >= 0
//   8*29   for each column (heads.h): scale, F32 >= 0, what one unit of its weights is worth; bias, F32
//   4*9    temperatures, F32 > 0: polarity, neutrality, offence, emotion, intent, language, hate, spam, contact
//   4*5    abstention, F32 0..1: for each head the confidence below which it abstains
//   4*3    toxic_at, F32 0..1: probabilities from which a comment is called offensive, spam, contact
//   1      fine_bits, U8  4..18
//   1      wide_bits, U8  4..18
//   3*2^fine_bits, 28*2^wide_bits   the rows of the table (table.h)
//   4+n    lexicon, U32 length and that many bytes (text/lexicon.h)
//   8      FNV-1a (64 bits) of everything before: against damage, not against malice (the manifest has a SHA-256)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/comments/heads.h"
#include "sotto/text/lexicon.h"

namespace sotto::comments {

inline constexpr size_t kMaxModelFileBytes = 8 * 1024 * 1024;

struct ColumnParameters {
  float scale = 0;
  float bias = 0;
};

struct Temperatures {
  float polarity = 1;
  float neutrality = 1;
  float offence = 1;
  float emotion = 1;
  float intent = 1;
  float language = 1;
  float hate = 1;
  float spam = 1;
  float contact = 1;
};

struct ToxicAt {
  float offence = 0.5F;
  float spam = 0.5F;
  float contact = 0.5F;
};

struct ModelParameters {
  std::string version;
  float norm_prior = 0;
  std::array<ColumnParameters, kColumns> columns{};
  Temperatures temperatures;
  std::array<float, kHeads> abstention{};
  ToxicAt toxic_at;
  uint32_t fine_bits = 0;
  uint32_t wide_bits = 0;
  Bytes fine;
  Bytes wide;
  text::Lexicon lexicon;
};

// Errors: kResourceExhausted above kMaxModelFileBytes; kTruncated if the file ends early; kMalformed for another magic,
// sizes or values outside the ranges above, not finite ones, and bytes after the end; kUnsupportedVersion for another
// format or other features; kMismatch for a wrong checksum; those of text::Lexicon::Read.
Result<ModelParameters> ReadModelFile(ByteSpan file);

// Errors: kInvalidArgument for what ReadModelFile would refuse.
Result<Bytes> WriteModelFile(const ModelParameters& parameters);

}  // namespace sotto::comments
