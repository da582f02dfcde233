// Bytes in and out: a reader that checks every length before it reads, and its writer. All integers are little-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"

namespace sotto {

using Bytes = std::vector<uint8_t>;
using ByteSpan = std::span<const uint8_t>;

inline ByteSpan AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// Reads from bytes that somebody else wrote. Never reads outside them; a failed read leaves the position unchanged.
// Errors of every read: kTruncated, naming the offset and how many bytes were missing.
class ByteReader {
 public:
  explicit ByteReader(ByteSpan bytes) : bytes_(bytes) {}

  size_t position() const { return position_; }
  size_t remaining() const { return bytes_.size() - position_; }

  Result<uint8_t> U8();
  Result<uint16_t> U16();
  Result<uint32_t> U32();
  Result<uint64_t> U64();
  Result<int16_t> I16();
  // Bit pattern of an IEEE 754 binary32; NaN and infinities pass, so check them where they matter.
  Result<float> F32();
  // `count` bytes of the input, not copied.
  Result<ByteSpan> Take(size_t count);
  // A U16 length, then that many bytes. Valid while the input is.
  Result<std::string_view> ShortString();
  // kMalformed if bytes are left over.
  Status ExpectEnd() const;

 private:
  ByteSpan bytes_;
  size_t position_ = 0;
};

class ByteWriter {
 public:
  void U8(uint8_t value) { bytes_.push_back(value); }
  void U16(uint16_t value);
  void U32(uint32_t value);
  void U64(uint64_t value);
  void I16(int16_t value) { U16(static_cast<uint16_t>(value)); }
  void F32(float value);
  void Append(ByteSpan bytes);
  // kInvalidArgument above 65,535 bytes; nothing is written then.
  Status ShortString(std::string_view text);

  const Bytes& bytes() const { return bytes_; }
  Bytes Release() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

// Lower-case hexadecimal, two digits a byte.
std::string ToHex(ByteSpan bytes);
// kMalformed for an odd length or a character that is not a hexadecimal digit (either case is read).
Result<Bytes> FromHex(std::string_view hex);

}  // namespace sotto
