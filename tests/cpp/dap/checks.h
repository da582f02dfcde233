// What every message must hold, whatever is in it.
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>

#include "sotto/base/bytes.h"
#include "sotto/dap/upload.h"

namespace sotto::dap {

// Hexadecimal, spaces ignored. Adjacent literals with a comment each make an annotated message.
inline Bytes Hex(std::string_view text) {
  std::string digits(text);
  std::erase(digits, ' ');
  const auto bytes = FromHex(digits);
  EXPECT_TRUE(bytes.ok()) << text;
  return bytes.ok() ? bytes.value() : Bytes{};
}

inline Bytes BytesOf(std::string_view text) {
  return {AsBytes(text).begin(), AsBytes(text).end()};
}

template <size_t Size>
std::array<uint8_t, Size> Filled(uint8_t byte) {
  std::array<uint8_t, Size> out{};
  out.fill(byte);
  return out;
}

inline Result<Bytes> AsResult(Result<Bytes> encoded) {
  return encoded;
}
inline Result<Bytes> AsResult(Bytes encoded) {
  return encoded;
}

// `value` is encoded as `bytes` and decoded from them; nothing shorter and nothing longer is read. whole: lengths at
// which the bytes, cut there, are a message as well (where a message is a sequence up to its end).
template <class T, class Encode, class Decode>
void ExpectMessage(const T& value, const Bytes& bytes, Encode encode, Decode decode,
                   std::initializer_list<size_t> whole = {}) {
  const Result<Bytes> encoded = AsResult(encode(value));
  ASSERT_TRUE(encoded.ok()) << ToString(encoded.error());
  EXPECT_EQ(ToHex(encoded.value()), ToHex(bytes));

  const auto decoded = decode(ByteSpan(bytes));
  ASSERT_TRUE(decoded.ok()) << ToString(decoded.error());
  EXPECT_TRUE(decoded.value() == value);

  for (size_t length = 0; length < bytes.size(); ++length) {
    const auto cut = decode(ByteSpan(bytes).first(length));
    if (std::ranges::find(whole, length) != whole.end()) {
      EXPECT_TRUE(cut.ok()) << length;
    } else if (cut.ok()) {
      ADD_FAILURE() << "the first " << length << " of " << bytes.size() << " bytes were taken for a message";
    } else {
      EXPECT_EQ(cut.error().code, ErrorCode::kTruncated) << length << ": " << ToString(cut.error());
    }
  }

  Bytes longer = bytes;
  longer.push_back(0);
  const auto left_over = decode(ByteSpan(longer));
  ASSERT_FALSE(left_over.ok());
  EXPECT_EQ(left_over.error().code, whole.size() == 0 ? ErrorCode::kMalformed : ErrorCode::kTruncated);
}

// Every one of the 255 other values of every byte: refused, or another message that is encoded as just those bytes.
template <class Encode, class Decode>
void ExpectOneEncoding(const Bytes& bytes, Encode encode, Decode decode) {
  Bytes changed = bytes;
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (int step = 1; step < 256; ++step) {
      changed[i] = static_cast<uint8_t>(bytes[i] + step);
      const auto decoded = decode(ByteSpan(changed));
      if (!decoded.ok()) continue;
      const Result<Bytes> again = AsResult(encode(decoded.value()));
      ASSERT_TRUE(again.ok()) << "byte " << i;
      ASSERT_EQ(ToHex(again.value()), ToHex(changed)) << "byte " << i;
    }
    changed[i] = bytes[i];
  }
}

template <class T>
void ExpectRefused(const Result<T>& result, ErrorCode code, std::string_view named) {
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, code) << ToString(result.error());
  EXPECT_NE(result.error().message.find(named), std::string::npos) << result.error().message;
}

// ---- Random values.

inline rc::Gen<Bytes> AnyBytes(size_t minimum, size_t maximum) {
  return rc::gen::mapcat(rc::gen::inRange<size_t>(minimum, maximum + 1),
                         [](size_t size) { return rc::gen::container<Bytes>(size, rc::gen::arbitrary<uint8_t>()); });
}

template <size_t Size>
rc::Gen<std::array<uint8_t, Size>> AnyId() {
  return rc::gen::map(AnyBytes(Size, Size), [](const Bytes& bytes) {
    std::array<uint8_t, Size> id{};
    std::ranges::copy(bytes, id.begin());
    return id;
  });
}

inline rc::Gen<Extensions> AnyExtensions() {
  return rc::gen::container<Extensions>(
      rc::gen::build<Extension>(rc::gen::set(&Extension::type), rc::gen::set(&Extension::data, AnyBytes(0, 20))));
}

inline rc::Gen<HpkeCiphertext> AnyCiphertext() {
  return rc::gen::build<HpkeCiphertext>(rc::gen::set(&HpkeCiphertext::config_id),
                                        rc::gen::set(&HpkeCiphertext::enc, AnyBytes(1, 70)),
                                        rc::gen::set(&HpkeCiphertext::payload, AnyBytes(1, 70)));
}

inline rc::Gen<ReportMetadata> AnyMetadata() {
  return rc::gen::build<ReportMetadata>(rc::gen::set(&ReportMetadata::report_id, AnyId<16>()),
                                        rc::gen::set(&ReportMetadata::time),
                                        rc::gen::set(&ReportMetadata::public_extensions, AnyExtensions()));
}

inline rc::Gen<Interval> AnyInterval() {
  return rc::gen::build<Interval>(rc::gen::set(&Interval::start), rc::gen::set(&Interval::duration));
}

inline rc::Gen<ReportError> AnyReportError() {
  return rc::gen::cast<ReportError>(rc::gen::inRange<int>(1, 12));
}

inline rc::Gen<BatchMode> AnyBatchMode() {
  return rc::gen::cast<BatchMode>(rc::gen::inRange<int>(1, 3));
}

// The value comes back from its encoding; a cut anywhere is refused, or (in a sequence) a shorter message.
template <class T, class Encode, class Decode>
void CheckRoundTrip(const T& value, Encode encode, Decode decode) {
  const Result<Bytes> encoded = AsResult(encode(value));
  RC_ASSERT(encoded.ok());
  const auto decoded = decode(ByteSpan(encoded.value()));
  RC_ASSERT(decoded.ok());
  RC_ASSERT(decoded.value() == value);
  const size_t length = *rc::gen::inRange<size_t>(0, encoded.value().size() + 1);
  const ByteSpan front = ByteSpan(encoded.value()).first(length);
  const auto cut = decode(front);
  if (cut.ok()) {
    const Result<Bytes> again = AsResult(encode(cut.value()));
    RC_ASSERT(again.ok());
    RC_ASSERT(std::ranges::equal(again.value(), front));
  } else {
    RC_ASSERT(cut.error().code == ErrorCode::kTruncated);
  }
}

}  // namespace sotto::dap
