// The TLS presentation language (RFC 8446, section 3) for the messages of this folder: integers are big-endian, a
// vector <a..b> is preceded by its length in bytes. Internal to this folder.
//
// Both classes remember the first error, so that a message reads here as its struct does in the draft, a line a field,
// and whoever finishes sees it. After an error a Reader is at its end and gives zeros, a Writer writes nothing useful.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::dap {

// A vector's allowed length in bytes; `maximum` tells how many bytes its length takes.
struct VectorRange {
  uint64_t minimum;
  uint64_t maximum;  // 2^8 - 1, 2^16 - 1 or 2^32 - 1
};
inline constexpr VectorRange kVector8NotEmpty{1, 0xff};
inline constexpr VectorRange kVector16{0, 0xffff};
inline constexpr VectorRange kVector16NotEmpty{1, 0xffff};
inline constexpr VectorRange kVector32{0, 0xffff'ffff};
inline constexpr VectorRange kVector32NotEmpty{1, 0xffff'ffff};

class Reader {
 public:
  // Both must outlive the reader. `message` begins every error.
  Reader(std::string_view message, ByteSpan bytes) : message_(message), bytes_(bytes), end_(bytes.size()) {}

  uint8_t U8(std::string_view field) { return static_cast<uint8_t>(Integer(field, 1)); }
  uint16_t U16(std::string_view field) { return static_cast<uint16_t>(Integer(field, 2)); }
  uint32_t U32(std::string_view field) { return static_cast<uint32_t>(Integer(field, 4)); }
  uint64_t U64(std::string_view field) { return Integer(field, 8); }

  // An enumeration of one byte whose values are first, ..., last.
  template <class Enum>
  Enum Enumeration(std::string_view field, Enum first, Enum last) {
    return static_cast<Enum>(Choice(field, static_cast<uint8_t>(first), static_cast<uint8_t>(last)));
  }

  template <size_t Size>
  std::array<uint8_t, Size> Fixed(std::string_view field) {
    std::array<uint8_t, Size> out{};
    std::ranges::copy(Take(field, Size), out.begin());
    return out;
  }

  Bytes Opaque(std::string_view field, VectorRange range) {
    const ByteSpan content = Take(field, Length(field, range));
    return {content.begin(), content.end()};
  }

  // Calls read(*this) until the vector's content is used up. An element that ends beyond it is kMalformed.
  template <class Read>
  void List(std::string_view field, VectorRange range, Read read) {
    const size_t length = Length(field, range);
    if (error_) return;
    const size_t outer_end = end_;
    end_ = position_ + length;
    while (!AtEnd()) read(*this);
    end_ = outer_end;
  }

  // True also after an error, so that `while (!in.AtEnd())` ends.
  bool AtEnd() const { return error_.has_value() || position_ == end_; }

  // The first error; kMalformed if bytes are left over.
  Status Finish();

 private:
  uint64_t Integer(std::string_view field, size_t size);
  uint8_t Choice(std::string_view field, uint8_t first, uint8_t last);
  // Checked against the range and against what is left, so that no length makes anybody reserve more than there is.
  size_t Length(std::string_view field, VectorRange range);
  // Empty after an error.
  ByteSpan Take(std::string_view field, size_t size);
  void Missing(std::string_view field, size_t size);
  void Fail(ErrorCode code, const std::string& what, size_t at);

  std::string_view message_;
  ByteSpan bytes_;
  size_t position_ = 0;
  size_t end_;
  std::optional<Error> error_;
};

class Writer {
 public:
  void U8(uint8_t value) { bytes_.push_back(value); }
  void U16(uint16_t value) { Integer(value, 2); }
  void U32(uint32_t value) { Integer(value, 4); }
  void U64(uint64_t value) { Integer(value, 8); }
  template <class Enum>
  void Enumeration(Enum value) {
    U8(static_cast<uint8_t>(value));
  }
  void Fixed(ByteSpan bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  void Opaque(std::string_view field, VectorRange range, ByteSpan content);
  // write(*this) writes the elements.
  template <class Write>
  void List(std::string_view field, VectorRange range, Write write) {
    const size_t begin = bytes_.size();
    Integer(0, LengthSize(range));
    write(*this);
    CloseList(field, range, begin);
  }

  // The bytes, or kInvalidArgument for the first vector that was outside its range.
  Result<Bytes> Finish();
  // Where no vector was written that could be.
  Bytes Release() { return std::move(bytes_); }

 private:
  static size_t LengthSize(VectorRange range) { return range.maximum == 0xff ? 1 : range.maximum == 0xffff ? 2 : 4; }
  void Integer(uint64_t value, size_t size);
  void CloseList(std::string_view field, VectorRange range, size_t begin);
  void CheckLength(std::string_view field, VectorRange range, uint64_t length);

  Bytes bytes_;
  std::optional<Error> error_;
};

// A whole message: read(reader) gives the value.
template <class Read>
auto DecodeWhole(std::string_view message, ByteSpan bytes, Read read)
    -> Result<std::decay_t<decltype(read(std::declval<Reader&>()))>> {
  Reader in(message, bytes);
  auto value = read(in);
  SOTTO_RETURN_IF_ERROR(in.Finish());
  return value;
}

template <class Value, class Write>
Result<Bytes> EncodeWhole(const Value& value, Write write) {
  Writer out;
  write(out, value);
  return out.Finish();
}

}  // namespace sotto::dap
