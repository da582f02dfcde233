#include "sotto/dap/presentation.h"

namespace sotto::dap {
namespace {

std::string RangeText(VectorRange range) {
  return std::to_string(range.minimum) + " to " + std::to_string(range.maximum) + " bytes";
}

}  // namespace

void Reader::Fail(ErrorCode code, const std::string& what, size_t at) {
  if (error_) return;
  const char* hint = code == ErrorCode::kTruncated
                         ? "The message was cut short; send it again."
                         : "The sender speaks another version of DAP, or the message was damaged.";
  error_ = Error{code, std::string(message_) + ": " + what + " (byte " + std::to_string(at) + ").", hint};
}

void Reader::Missing(std::string_view field, size_t size) {
  const std::string what = std::string(field) + " takes " + std::to_string(size) + " bytes, " +
                           std::to_string(end_ - position_) + " are left";
  // Inside a vector all of its bytes are there: more of them would not help.
  const bool inner = end_ != bytes_.size();
  Fail(inner ? ErrorCode::kMalformed : ErrorCode::kTruncated, inner ? what + " in its vector" : what, position_);
}

ByteSpan Reader::Take(std::string_view field, size_t size) {
  if (error_) return {};
  if (size > end_ - position_) {
    Missing(field, size);
    return {};
  }
  const ByteSpan taken = bytes_.subspan(position_, size);
  position_ += size;
  return taken;
}

uint64_t Reader::Integer(std::string_view field, size_t size) {
  uint64_t value = 0;
  for (const uint8_t byte : Take(field, size)) value = value << 8 | byte;
  return value;
}

uint8_t Reader::Choice(std::string_view field, uint8_t first, uint8_t last) {
  const size_t at = position_;
  const uint8_t value = U8(field);
  if (!error_ && (value < first || value > last)) {
    Fail(ErrorCode::kMalformed, std::string(field) + " has no value " + std::to_string(value), at);
  }
  return error_ ? first : value;
}

size_t Reader::Length(std::string_view field, VectorRange range) {
  const size_t at = position_;
  const uint64_t length = Integer(field, range.maximum == 0xff ? 1 : range.maximum == 0xffff ? 2 : 4);
  if (error_) return 0;
  if (length < range.minimum) {
    Fail(ErrorCode::kMalformed,
         std::string(field) + " has " + std::to_string(length) + " bytes, expected " + RangeText(range), at);
    return 0;
  }
  if (length > end_ - position_) {
    Missing(field, static_cast<size_t>(length));
    return 0;
  }
  return static_cast<size_t>(length);
}

Status Reader::Finish() {
  if (!error_ && position_ != end_) {
    Fail(ErrorCode::kMalformed, std::to_string(end_ - position_) + " bytes are left over", position_);
  }
  if (error_) return *error_;
  return {};
}

void Writer::Integer(uint64_t value, size_t size) {
  for (size_t i = size; i-- > 0;) bytes_.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

void Writer::CheckLength(std::string_view field, VectorRange range, uint64_t length) {
  if (error_ || (length >= range.minimum && length <= range.maximum)) return;
  error_ = Error{ErrorCode::kInvalidArgument,
                 std::string(field) + " has " + std::to_string(length) + " bytes, expected " + RangeText(range) + ".",
                 "Pass a value that the draft allows."};
}

void Writer::Opaque(std::string_view field, VectorRange range, ByteSpan content) {
  CheckLength(field, range, content.size());
  Integer(content.size(), LengthSize(range));
  Fixed(content);
}

void Writer::CloseList(std::string_view field, VectorRange range, size_t begin) {
  const size_t size = LengthSize(range);
  const size_t length = bytes_.size() - begin - size;
  CheckLength(field, range, length);
  for (size_t i = 0; i < size; ++i) bytes_[begin + i] = static_cast<uint8_t>(uint64_t{length} >> (8 * (size - 1 - i)));
}

Result<Bytes> Writer::Finish() {
  if (error_) return *error_;
  return std::move(bytes_);
}

}  // namespace sotto::dap
