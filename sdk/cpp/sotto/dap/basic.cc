#include "sotto/dap/basic.h"

#include <limits>

#include "sotto/dap/structs.h"

namespace sotto::dap {
namespace {

constexpr VectorRange kHpkeConfigs{10, 0xffff};

constexpr std::string_view kReportErrorNames[] = {"batch_collected",        "report_replayed",    "report_dropped",
                                                  "hpke_unknown_config_id", "hpke_decrypt_error", "vdaf_verify_error",
                                                  "task_expired",           "invalid_message",    "report_too_early",
                                                  "task_not_started",       "outdated_config"};

constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool EndFits(const Interval& interval) {
  return interval.duration <= std::numeric_limits<uint64_t>::max() - interval.start;
}

void WriteHpkeConfig(Writer& out, const HpkeConfig& config) {
  out.U8(config.id);
  out.U16(config.kem_id);
  out.U16(config.kdf_id);
  out.U16(config.aead_id);
  out.Opaque("HpkeConfig.public_key", kVector16NotEmpty, config.public_key);
}

HpkeConfig ReadHpkeConfig(Reader& in) {
  HpkeConfig config;
  config.id = in.U8("HpkeConfig.id");
  config.kem_id = in.U16("HpkeConfig.kem_id");
  config.kdf_id = in.U16("HpkeConfig.kdf_id");
  config.aead_id = in.U16("HpkeConfig.aead_id");
  config.public_key = in.Opaque("HpkeConfig.public_key", kVector16NotEmpty);
  return config;
}

Error NotBase64Url(const std::string& what) {
  return {ErrorCode::kMalformed, what, "Write base64url without padding (RFC 4648, section 5)."};
}

}  // namespace

bool Interval::Contains(Time time) const {
  return EndFits(*this) && time >= start && time - start < duration;
}

bool Interval::Contains(const Interval& other) const {
  return EndFits(*this) && EndFits(other) && other.start >= start && other.start + other.duration <= start + duration;
}

std::string_view ReportErrorName(ReportError error) {
  const size_t index = static_cast<size_t>(error) - 1;  // reserved(0) becomes the largest
  return index < std::size(kReportErrorNames) ? kReportErrorNames[index] : "reserved";
}

bool InOrder(const Extensions& extensions) {
  return std::ranges::adjacent_find(extensions, [](const Extension& first, const Extension& second) {
           return first.type >= second.type;
         }) == extensions.end();
}

ReportError ReadReportError(Reader& in) {
  return in.Enumeration("ReportError", ReportError::kBatchCollected, ReportError::kOutdatedConfig);
}

void WriteHpkeCiphertext(Writer& out, const HpkeCiphertext& ciphertext) {
  out.U8(ciphertext.config_id);
  out.Opaque("HpkeCiphertext.enc", kVector16NotEmpty, ciphertext.enc);
  out.Opaque("HpkeCiphertext.payload", kVector32NotEmpty, ciphertext.payload);
}

HpkeCiphertext ReadHpkeCiphertext(Reader& in) {
  HpkeCiphertext ciphertext;
  ciphertext.config_id = in.U8("HpkeCiphertext.config_id");
  ciphertext.enc = in.Opaque("HpkeCiphertext.enc", kVector16NotEmpty);
  ciphertext.payload = in.Opaque("HpkeCiphertext.payload", kVector32NotEmpty);
  return ciphertext;
}

void WriteExtensions(Writer& out, std::string_view field, const Extensions& extensions) {
  out.List(field, kVector16, [&extensions](Writer& list) {
    for (const Extension& extension : extensions) {
      list.U16(extension.type);
      list.Opaque("Extension.extension_data", kVector16, extension.data);
    }
  });
}

Extensions ReadExtensions(Reader& in, std::string_view field) {
  Extensions extensions;
  in.List(field, kVector16, [&extensions](Reader& list) {
    Extension extension;
    extension.type = list.U16("Extension.extension_type");
    extension.data = list.Opaque("Extension.extension_data", kVector16);
    extensions.push_back(std::move(extension));
  });
  return extensions;
}

void WriteInterval(Writer& out, const Interval& interval) {
  out.U64(interval.start);
  out.U64(interval.duration);
}

Interval ReadInterval(Reader& in) {
  Interval interval;
  interval.start = in.U64("Interval.start");
  interval.duration = in.U64("Interval.duration");
  return interval;
}

BatchMode ReadBatchMode(Reader& in, std::string_view field) {
  return in.Enumeration(field, BatchMode::kTimeInterval, BatchMode::kLeaderSelected);
}

Result<Bytes> EncodeHpkeConfigList(const std::vector<HpkeConfig>& configs) {
  Writer out;
  out.List("HpkeConfigList", kHpkeConfigs, [&configs](Writer& list) {
    for (const HpkeConfig& config : configs) WriteHpkeConfig(list, config);
  });
  return out.Finish();
}

Result<std::vector<HpkeConfig>> DecodeHpkeConfigList(ByteSpan bytes) {
  return DecodeWhole("HpkeConfigList", bytes, [](Reader& in) {
    std::vector<HpkeConfig> configs;
    in.List("HpkeConfigList", kHpkeConfigs, [&configs](Reader& list) { configs.push_back(ReadHpkeConfig(list)); });
    return configs;
  });
}

Result<Bytes> EncodeHpkeConfig(const HpkeConfig& config) {
  return EncodeWhole(config, WriteHpkeConfig);
}

Result<HpkeConfig> DecodeHpkeConfig(ByteSpan bytes) {
  return DecodeWhole("HpkeConfig", bytes, ReadHpkeConfig);
}

std::string ToBase64Url(ByteSpan bytes) {
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  uint32_t bits = 0;
  int count = 0;  // of bits that wait: 0, 2 or 4 after each byte's whole characters
  for (const uint8_t byte : bytes) {
    bits = bits << 8 | byte;
    for (count += 8; count >= 6; count -= 6) text += kBase64Url[bits >> (count - 6) & 0x3f];
  }
  if (count > 0) text += kBase64Url[bits << (6 - count) & 0x3f];
  return text;
}

Result<Bytes> FromBase64Url(std::string_view text) {
  if (text.size() % 4 == 1) return NotBase64Url(std::to_string(text.size()) + " characters are no base64url.");
  Bytes bytes;
  bytes.reserve(text.size() * 3 / 4);
  uint32_t bits = 0;
  int count = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t value = kBase64Url.find(text[i]);
    if (value == std::string_view::npos) {
      return NotBase64Url("character " + std::to_string(i) + " is not of base64url's alphabet.");
    }
    bits = bits << 6 | static_cast<uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<uint8_t>(bits >> count));
    }
  }
  if ((bits & ((1U << count) - 1)) != 0) return NotBase64Url("the last character has bits that belong to no byte.");
  return bytes;
}

}  // namespace sotto::dap
