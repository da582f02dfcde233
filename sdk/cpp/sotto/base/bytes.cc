#include "sotto/base/bytes.h"

#include <bit>
#include <limits>

namespace sotto {
namespace {

template <class T>
T LoadLittleEndian(ByteSpan bytes) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>(value | static_cast<T>(T{bytes[i]} << (8 * i)));
  return value;
}

template <class T>
void StoreLittleEndian(T value, Bytes& out) {
  for (size_t i = 0; i < sizeof(T); ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Result<ByteSpan> ByteReader::Take(size_t count) {
  if (count > remaining()) {
    return Error{ErrorCode::kTruncated,
                 "needed " + std::to_string(count) + " bytes at offset " + std::to_string(position_) + ", only " +
                     std::to_string(remaining()) + " are left.",
                 "The data was cut short; fetch it again."};
  }
  const ByteSpan taken = bytes_.subspan(position_, count);
  position_ += count;
  return taken;
}

Result<uint8_t> ByteReader::U8() {
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan raw, Take(1));
  return raw[0];
}

Result<uint16_t> ByteReader::U16() {
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan raw, Take(sizeof(uint16_t)));
  return LoadLittleEndian<uint16_t>(raw);
}

Result<uint32_t> ByteReader::U32() {
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan raw, Take(sizeof(uint32_t)));
  return LoadLittleEndian<uint32_t>(raw);
}

Result<uint64_t> ByteReader::U64() {
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan raw, Take(sizeof(uint64_t)));
  return LoadLittleEndian<uint64_t>(raw);
}

Result<int16_t> ByteReader::I16() {
  SOTTO_ASSIGN_OR_RETURN(const uint16_t raw, U16());
  return static_cast<int16_t>(raw);
}

Result<float> ByteReader::F32() {
  SOTTO_ASSIGN_OR_RETURN(const uint32_t raw, U32());
  return std::bit_cast<float>(raw);
}

Result<std::string_view> ByteReader::ShortString() {
  const size_t start = position_;
  SOTTO_ASSIGN_OR_RETURN(const uint16_t length, U16());
  auto raw = Take(length);
  if (!raw.ok()) {
    position_ = start;
    return raw.error();
  }
  return std::string_view(reinterpret_cast<const char*>(raw.value().data()), length);
}

Status ByteReader::ExpectEnd() const {
  if (remaining() == 0) return {};
  return Error{
      ErrorCode::kMalformed,
      std::to_string(remaining()) + " bytes follow the end of the data at offset " + std::to_string(position_) + ".",
      ""};
}

void ByteWriter::U16(uint16_t value) {
  StoreLittleEndian(value, bytes_);
}
void ByteWriter::U32(uint32_t value) {
  StoreLittleEndian(value, bytes_);
}
void ByteWriter::U64(uint64_t value) {
  StoreLittleEndian(value, bytes_);
}
void ByteWriter::F32(float value) {
  U32(std::bit_cast<uint32_t>(value));
}

void ByteWriter::Append(ByteSpan bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

Status ByteWriter::ShortString(std::string_view text) {
  if (text.size() > std::numeric_limits<uint16_t>::max()) {
    return Error{
        ErrorCode::kInvalidArgument,
        "a string of " + std::to_string(text.size()) + " bytes does not fit the 65,535 that the format allows.", ""};
  }
  U16(static_cast<uint16_t>(text.size()));
  Append(AsBytes(text));
  return {};
}

std::string ToHex(ByteSpan bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const uint8_t byte : bytes) {
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 15]);
  }
  return hex;
}

Result<Bytes> FromHex(std::string_view hex) {
  if (hex.size() % 2 != 0) return Error{ErrorCode::kMalformed, "hexadecimal text has an odd number of digits.", ""};
  Bytes bytes;
  bytes.reserve(hex.size() / 2);
  for (size_t i = 0; i < hex.size(); i += 2) {
    const int high = HexDigit(hex[i]);
    const int low = HexDigit(hex[i + 1]);
    if (high < 0 || low < 0) {
      return Error{ErrorCode::kMalformed, "not a hexadecimal digit near offset " + std::to_string(i) + ".", ""};
    }
    bytes.push_back(static_cast<uint8_t>(high * 16 + low));
  }
  return bytes;
}

}  // namespace sotto
