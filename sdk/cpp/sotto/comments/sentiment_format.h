// The bytes of models/sentiment.bin. Integers and floats little-endian, floats IEEE 754 binary32.
//
//   bytes  field
//   8      magic "SOTTOSEN"
//   2      format, U16 = 1
//   1      min_n, U8   1..4: shortest and longest n-gram in symbols (text/ngrams.h)
//   1      max_n, U8   min_n..4
//   4      scale, F32             > 0: what one unit of a table entry is worth
//   4      norm_prior, F32        >= 0: added to n under the root
//   4      bias, F32              z of a comment without evidence
//   4      temperature, F32       > 0
//   4      negative_at, F32       -1 <= negative_at < 0: a score at or below it is negative
//   4      positive_at, F32       0 < positive_at <= 1: a score at or above it is positive; between the two: neutral
//   2+k    version, U16 length and that many bytes of printable ASCII, 1..64
//   4      entries, U32           a power of two, 2^10..2^21
//   entries  table, I8 each
//   8      FNV-1a (64 bits) of everything before: against damage, not against malice (the manifest has a SHA-256)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::comments {

inline constexpr size_t kMaxSentimentFileBytes = 4 * 1024 * 1024;

// How a comment becomes features, and features a number. sentiment_model.h has the formula.
struct SentimentParameters {
  uint32_t min_n = 1;
  uint32_t max_n = 3;
  float scale = 1;
  float norm_prior = 0;
  float bias = 0;
  float temperature = 1;
  float negative_at = -0.5F;
  float positive_at = 0.5F;
  std::string version;
  std::vector<int8_t> table;
};

// Errors: kResourceExhausted above kMaxSentimentFileBytes; kTruncated if the file ends early; kMalformed for another
// magic, sizes or values outside the ranges above, not finite ones, and bytes after the end; kUnsupportedVersion for
// another format; kMismatch for a wrong checksum.
Result<SentimentParameters> ReadSentimentFile(ByteSpan file);

// Errors: kInvalidArgument for what ReadSentimentFile would refuse.
Result<Bytes> WriteSentimentFile(const SentimentParameters& parameters);

}  // namespace sotto::comments
