#include "tools/cli/hpke_vectors.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "server-stub/hpke/context.h"
#include "server-stub/hpke/kdf.h"
#include "server-stub/hpke/kem.h"

namespace sotto::cli {
namespace {

namespace dom = simdjson::dom;
namespace hpke = server::hpke;
using server::HpkeSuite;

constexpr uint64_t kX25519 = 0x0020;

Error Malformed(const std::string& what) {
  return {ErrorCode::kMalformed, what + ".", "Give RFC 9180's JSON, or text of lines `name = value`."};
}

// ---- Reading: both formats become the same.

struct VectorMessage {
  Bytes aad, ct, pt;
  std::optional<Bytes> nonce;
};

struct VectorExport {
  Bytes exporter_context;
  uint64_t length = 0;  // L
  Bytes exported_value;
};

struct HpkeVector {
  uint64_t mode = 0;
  uint64_t kem_id = kX25519;
  uint64_t kdf_id = 0;
  uint64_t aead_id = 0;
  std::map<std::string, Bytes, std::less<>> bytes;  // "info", "skRm", ...: those that are there
  std::vector<VectorMessage> messages;
  std::vector<VectorExport> exports;

  const Bytes* Find(std::string_view name) const {
    const auto found = bytes.find(name);
    return found == bytes.end() ? nullptr : &found->second;
  }
};

constexpr std::string_view kByteFields[] = {"info",   "ikmR",   "ikmE",       "ikmS",           "skRm",
                                            "skEm",   "skSm",   "pkRm",       "pkEm",           "pkSm",
                                            "psk",    "psk_id", "enc",        "shared_secret",  "key_schedule_context",
                                            "secret", "key",    "base_nonce", "exporter_secret"};

bool IsByteField(std::string_view name) {
  return std::ranges::find(kByteFields, name) != std::end(kByteFields);
}

template <class T>
Result<T> Field(dom::element object, const char* key) {
  T value;
  if (object[key].get(value) != simdjson::SUCCESS) {
    return Malformed(std::string(key) + " is missing or of a wrong type");
  }
  return value;
}

Result<Bytes> Hex(dom::element object, const char* key) {
  SOTTO_ASSIGN_OR_RETURN(const std::string_view text, Field<std::string_view>(object, key));
  return FromHex(text);
}

Result<HpkeVector> ReadJson(dom::element json) {
  if (!json.is_object()) return Malformed("a vector is no object");
  HpkeVector vector;
  SOTTO_ASSIGN_OR_RETURN(vector.mode, Field<uint64_t>(json, "mode"));
  SOTTO_ASSIGN_OR_RETURN(vector.kem_id, Field<uint64_t>(json, "kem_id"));
  SOTTO_ASSIGN_OR_RETURN(vector.kdf_id, Field<uint64_t>(json, "kdf_id"));
  SOTTO_ASSIGN_OR_RETURN(vector.aead_id, Field<uint64_t>(json, "aead_id"));
  for (const std::string_view name : kByteFields) {
    const std::string key(name);
    if (json[key].error() == simdjson::NO_SUCH_FIELD) continue;
    SOTTO_ASSIGN_OR_RETURN(Bytes value, Hex(json, key.c_str()));
    vector.bytes.emplace(key, std::move(value));
  }
  if (json["encryptions"].error() != simdjson::NO_SUCH_FIELD) {
    SOTTO_ASSIGN_OR_RETURN(const dom::array encryptions, Field<dom::array>(json, "encryptions"));
    for (const dom::element each : encryptions) {
      VectorMessage message;
      SOTTO_ASSIGN_OR_RETURN(message.aad, Hex(each, "aad"));
      SOTTO_ASSIGN_OR_RETURN(message.ct, Hex(each, "ct"));
      SOTTO_ASSIGN_OR_RETURN(message.pt, Hex(each, "pt"));
      if (each["nonce"].error() != simdjson::NO_SUCH_FIELD) {
        SOTTO_ASSIGN_OR_RETURN(message.nonce, Hex(each, "nonce"));
      }
      vector.messages.push_back(std::move(message));
    }
  }
  if (json["exports"].error() != simdjson::NO_SUCH_FIELD) {
    SOTTO_ASSIGN_OR_RETURN(const dom::array exports, Field<dom::array>(json, "exports"));
    for (const dom::element each : exports) {
      VectorExport wanted;
      SOTTO_ASSIGN_OR_RETURN(wanted.exporter_context, Hex(each, "exporter_context"));
      SOTTO_ASSIGN_OR_RETURN(wanted.length, Field<uint64_t>(each, "L"));
      SOTTO_ASSIGN_OR_RETURN(wanted.exported_value, Hex(each, "exported_value"));
      vector.exports.push_back(std::move(wanted));
    }
  }
  return vector;
}

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// Builds vectors from lines, in which what belongs to a message or an export stands after its first name.
class TextReader {
 public:
  Status Line(std::string_view line) {
    line = Trimmed(line);
    if (line.empty()) return EndVector();
    if (line.front() == '#') return {};
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) return Malformed("a line has no =");
    return Set(Trimmed(line.substr(0, equals)), Trimmed(line.substr(equals + 1)));
  }

  Status EndVector() {
    if (!begun_) return {};
    for (const char* needed : {"mode", "kdf_id", "aead_id"}) {
      if (seen_.find(needed) == seen_.end()) return Malformed(std::string(needed) + " is missing");
    }
    SOTTO_RETURN_IF_ERROR(EndPart());
    vectors_.push_back(std::move(vector_));
    vector_ = {};
    seen_.clear();
    begun_ = false;
    return {};
  }

  std::vector<HpkeVector> Release() { return std::move(vectors_); }

 private:
  Status Set(std::string_view name, std::string_view value) {
    begun_ = true;
    for (const auto& [number, target] : {std::pair{"mode", &vector_.mode},
                                         {"kem_id", &vector_.kem_id},
                                         {"kdf_id", &vector_.kdf_id},
                                         {"aead_id", &vector_.aead_id}}) {
      if (name == number) return Once(name, [&] { return Number(name, value, *target); });
    }
    if (IsByteField(name)) {
      return Once(name, [&]() -> Status {
        SOTTO_ASSIGN_OR_RETURN(Bytes bytes, FromHex(value));
        vector_.bytes.emplace(std::string(name), std::move(bytes));
        return {};
      });
    }
    if (name == "aad" || name == "exporter_context") {
      SOTTO_RETURN_IF_ERROR(EndPart());
      part_ = name == "aad" ? kMessage : kExport;
    } else if (part_ == kNothing) {
      return Malformed("the name " + std::string(name.substr(0, 40)) + " is unknown, or in no encryption or export");
    }
    if (!part_fields_.emplace(std::string(name), std::string(value)).second) {
      return Malformed(std::string(name) + " stands twice in one encryption or export");
    }
    return {};
  }

  template <class Read>
  Status Once(std::string_view name, Read read) {
    if (!seen_.emplace(std::string(name), true).second) return Malformed(std::string(name) + " stands twice");
    return read();
  }

  static Status Number(std::string_view name, std::string_view value, uint64_t& out) {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out);
    if (error == std::errc() && end == value.data() + value.size()) return {};
    return Malformed(std::string(name) + " is no number");
  }

  Result<Bytes> PartBytes(const char* name) {
    const auto found = part_fields_.extract(name);
    if (found.empty()) return Malformed(std::string(name) + " is missing in an encryption or export");
    return FromHex(found.mapped());
  }

  Status EndPart() {
    if (part_ == kMessage) {
      VectorMessage message;
      SOTTO_ASSIGN_OR_RETURN(message.aad, PartBytes("aad"));
      SOTTO_ASSIGN_OR_RETURN(message.ct, PartBytes("ct"));
      SOTTO_ASSIGN_OR_RETURN(message.pt, PartBytes("pt"));
      if (part_fields_.find("nonce") != part_fields_.end()) {
        SOTTO_ASSIGN_OR_RETURN(message.nonce, PartBytes("nonce"));
      }
      vector_.messages.push_back(std::move(message));
    } else if (part_ == kExport) {
      VectorExport wanted;
      SOTTO_ASSIGN_OR_RETURN(wanted.exporter_context, PartBytes("exporter_context"));
      SOTTO_ASSIGN_OR_RETURN(wanted.exported_value, PartBytes("exported_value"));
      const auto length = part_fields_.extract("L");
      if (length.empty()) return Malformed("L is missing in an export");
      SOTTO_RETURN_IF_ERROR(Number("L", length.mapped(), wanted.length));
      vector_.exports.push_back(std::move(wanted));
    }
    part_ = kNothing;
    if (!part_fields_.empty())
      return Malformed("the name " + part_fields_.begin()->first.substr(0, 40) + " is unknown");
    return {};
  }

  enum Part { kNothing, kMessage, kExport };

  std::vector<HpkeVector> vectors_;
  HpkeVector vector_;
  bool begun_ = false;
  std::map<std::string, bool, std::less<>> seen_;
  Part part_ = kNothing;
  std::map<std::string, std::string, std::less<>> part_fields_;
};

Result<std::vector<HpkeVector>> ReadText(std::string_view file) {
  TextReader reader;
  size_t number = 0;
  while (!file.empty()) {
    const size_t end = std::min(file.find('\n'), file.size());
    ++number;
    if (const Status read = reader.Line(file.substr(0, end)); !read.ok()) {
      return Error{read.error().code, "line " + std::to_string(number) + ": " + read.error().message,
                   read.error().hint};
    }
    file.remove_prefix(std::min(end + 1, file.size()));
  }
  if (const Status read = reader.EndVector(); !read.ok()) {
    return Error{read.error().code, "at the end: " + read.error().message, read.error().hint};
  }
  return reader.Release();
}

// ---- Checking. Every function returns kMismatch with what differs.

Error Differs(const std::string& what) {
  return {ErrorCode::kMismatch, what, ""};
}

std::string Beginning(ByteSpan bytes) {
  return ToHex(bytes.first(std::min<size_t>(bytes.size(), 32))) + (bytes.size() > 32 ? "..." : "") + " (" +
         std::to_string(bytes.size()) + " bytes)";
}

Status Compare(const std::string& what, ByteSpan got, ByteSpan expected) {
  if (std::ranges::equal(got, expected)) return {};
  return Differs(what + " is " + Beginning(got) + ", expected " + Beginning(expected));
}

// Against the vector's field, where it has one.
Status CompareField(const HpkeVector& vector, std::string_view name, ByteSpan got) {
  const Bytes* expected = vector.Find(name);
  return expected == nullptr ? Status() : Compare(std::string(name), got, *expected);
}

// The key pair of one party: "R", "E" or "S". None if the vector has no private key of it. Checks derivation and public
// key on the way.
Result<std::optional<hpke::KeyPair>> CheckKeys(const HpkeVector& vector, uint16_t kem_id, const std::string& party) {
  const Bytes* ikm = vector.Find("ikm" + party);
  const Bytes* private_key = vector.Find("sk" + party + "m");
  std::optional<hpke::KeyPair> pair;
  if (ikm != nullptr) {
    SOTTO_ASSIGN_OR_RETURN(pair, hpke::DeriveKeyPair(kem_id, *ikm));
    SOTTO_RETURN_IF_ERROR(CompareField(vector, "sk" + party + "m", pair->private_key));
  } else if (private_key != nullptr) {
    SOTTO_ASSIGN_OR_RETURN(Bytes public_key, hpke::PublicKeyOf(kem_id, *private_key));
    pair = hpke::KeyPair{{private_key->begin(), private_key->end()}, std::move(public_key)};
  }
  if (pair) SOTTO_RETURN_IF_ERROR(CompareField(vector, "pk" + party + "m", pair->public_key));
  return pair;
}

// The number of a message from its nonce; `next` where the vector does not say.
Result<uint64_t> Sequence(const VectorMessage& message, ByteSpan base_nonce, uint64_t next) {
  if (!message.nonce) return next;
  if (message.nonce->size() != base_nonce.size()) return Differs("a nonce has another length than base_nonce");
  uint64_t sequence = 0;
  for (size_t i = 0; i < base_nonce.size(); ++i) {
    const uint8_t byte = (*message.nonce)[i] ^ base_nonce[i];
    if (sequence >> 56 != 0) return Differs("a nonce is none of the first 2^64");
    sequence = sequence << 8 | byte;
  }
  return sequence;
}

struct Counts {
  size_t messages = 0;
  size_t exports = 0;
};

Status CheckSide(const HpkeVector& vector, const HpkeSuite& suite, ByteSpan shared_secret, bool sender,
                 Counts& counts) {
  SOTTO_RETURN_IF_ERROR(CompareField(vector, "shared_secret", shared_secret));
  const Bytes none;
  const auto bytes_or_none = [&](std::string_view name) {
    const Bytes* found = vector.Find(name);
    return ByteSpan(found == nullptr ? none : *found);
  };
  const hpke::Psk psk{bytes_or_none("psk"), bytes_or_none("psk_id")};
  SOTTO_ASSIGN_OR_RETURN(hpke::Schedule schedule, hpke::KeySchedule(suite, static_cast<hpke::Mode>(vector.mode),
                                                                    shared_secret, bytes_or_none("info"), psk));
  SOTTO_RETURN_IF_ERROR(CompareField(vector, "key_schedule_context", schedule.key_schedule_context));
  SOTTO_RETURN_IF_ERROR(CompareField(vector, "secret", schedule.secret));
  SOTTO_RETURN_IF_ERROR(CompareField(vector, "key", schedule.key));
  SOTTO_RETURN_IF_ERROR(CompareField(vector, "base_nonce", schedule.base_nonce));
  SOTTO_RETURN_IF_ERROR(CompareField(vector, "exporter_secret", schedule.exporter_secret));

  const hpke::SecretBytes base_nonce = schedule.base_nonce;
  hpke::Context context(suite, std::move(schedule));
  for (size_t i = 0; i < vector.messages.size(); ++i) {
    const VectorMessage& message = vector.messages[i];
    const std::string name = "encryption " + std::to_string(i) + ": ";
    SOTTO_ASSIGN_OR_RETURN(const uint64_t sequence, Sequence(message, base_nonce, context.sequence()));
    context.set_sequence(sequence);
    if (sender) {
      SOTTO_ASSIGN_OR_RETURN(const Bytes sealed, context.Seal(message.aad, message.pt));
      SOTTO_RETURN_IF_ERROR(Compare(name + "ct", sealed, message.ct));
    } else {
      const auto opened = context.Open(message.aad, message.ct);
      if (!opened.ok()) return Differs(name + "ct does not open: " + ToString(opened.error()));
      SOTTO_RETURN_IF_ERROR(Compare(name + "pt", opened.value(), message.pt));
    }
    ++counts.messages;
  }
  for (size_t i = 0; i < vector.exports.size(); ++i) {
    const VectorExport& wanted = vector.exports[i];
    SOTTO_ASSIGN_OR_RETURN(const hpke::SecretBytes exported, context.Export(wanted.exporter_context, wanted.length));
    SOTTO_RETURN_IF_ERROR(Compare("export " + std::to_string(i) + ": exported_value", exported, wanted.exported_value));
    ++counts.exports;
  }
  return {};
}

Status CheckVector(const HpkeVector& vector, const HpkeSuite& suite, Counts& counts) {
  if (vector.messages.empty() && vector.exports.empty()) return Malformed("it has neither encryptions nor exports");
  const bool authenticated = vector.mode >= 2;
  SOTTO_ASSIGN_OR_RETURN(const std::optional<hpke::KeyPair> recipient, CheckKeys(vector, suite.kem_id, "R"));
  SOTTO_ASSIGN_OR_RETURN(const std::optional<hpke::KeyPair> ephemeral, CheckKeys(vector, suite.kem_id, "E"));
  SOTTO_ASSIGN_OR_RETURN(const std::optional<hpke::KeyPair> sender, CheckKeys(vector, suite.kem_id, "S"));

  const Bytes* enc = vector.Find("enc") != nullptr ? vector.Find("enc") : vector.Find("pkEm");
  const Bytes* recipient_public_key = recipient ? &recipient->public_key : vector.Find("pkRm");
  const Bytes* sender_public_key = sender ? &sender->public_key : vector.Find("pkSm");

  bool checked = false;
  if (ephemeral && recipient_public_key != nullptr && (!authenticated || sender)) {
    SOTTO_ASSIGN_OR_RETURN(const hpke::Encapsulated encapsulated,
                           authenticated ? hpke::AuthEncap(suite.kem_id, *recipient_public_key, *sender, *ephemeral)
                                         : hpke::Encap(suite.kem_id, *recipient_public_key, *ephemeral));
    if (enc != nullptr) SOTTO_RETURN_IF_ERROR(Compare("enc", encapsulated.enc, *enc));
    SOTTO_RETURN_IF_ERROR(CheckSide(vector, suite, encapsulated.shared_secret, true, counts));
    checked = true;
  }
  if (recipient && enc != nullptr && (!authenticated || sender_public_key != nullptr)) {
    SOTTO_ASSIGN_OR_RETURN(
        const hpke::SecretBytes shared_secret,
        authenticated
            ? hpke::AuthDecap(suite.kem_id, *enc, recipient->private_key, recipient->public_key, *sender_public_key)
            : hpke::Decap(suite.kem_id, *enc, recipient->private_key, recipient->public_key));
    SOTTO_RETURN_IF_ERROR(CheckSide(vector, suite, shared_secret, false, counts));
    checked = true;
  }
  if (!checked) return Malformed("it has the keys of neither the sender nor the recipient");
  return {};
}

// Why it is not checked; empty if it is.
std::string WhySkipped(const HpkeVector& vector) {
  if (vector.mode > 3) return "no mode " + std::to_string(vector.mode);
  if (vector.kem_id > 0xffff || !hpke::Nsk(static_cast<uint16_t>(vector.kem_id)).ok()) {
    return "no KEM " + std::to_string(vector.kem_id);
  }
  if (vector.kdf_id > 0xffff || !hpke::Kdf::Create(static_cast<uint16_t>(vector.kdf_id), {}).ok()) {
    return "no KDF " + std::to_string(vector.kdf_id);
  }
  if (vector.aead_id > 0xffff || !hpke::CheckAead(static_cast<uint16_t>(vector.aead_id)).ok()) {
    return "no AEAD " + std::to_string(vector.aead_id);
  }
  return "";
}

std::string NameOf(size_t index, const HpkeVector& vector) {
  return "vector " + std::to_string(index) + " (mode " + std::to_string(vector.mode) + ", kem_id " +
         std::to_string(vector.kem_id) + ", kdf_id " + std::to_string(vector.kdf_id) + ", aead_id " +
         std::to_string(vector.aead_id) + ")";
}

void CheckOne(size_t index, const HpkeVector& vector, HpkeVectorsOutcome& outcome) {
  if (const std::string reason = WhySkipped(vector); !reason.empty()) {
    ++outcome.skipped[reason];
    return;
  }
  const HpkeSuite suite{static_cast<uint16_t>(vector.kem_id), static_cast<uint16_t>(vector.kdf_id),
                        static_cast<uint16_t>(vector.aead_id)};
  Counts counts;
  const Status checked = CheckVector(vector, suite, counts);
  outcome.messages += counts.messages;
  outcome.exports += counts.exports;
  if (checked.ok()) {
    ++outcome.passed;
  } else if (outcome.failed++ == 0) {
    outcome.first_failure = NameOf(index, vector) + ": " + checked.error().message;
  }
}

}  // namespace

Result<HpkeVectorsOutcome> CheckHpkeVectors(std::string file) {
  HpkeVectorsOutcome outcome;
  const size_t first = file.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return Malformed("the file is empty");
  if (file[first] == '[' || file[first] == '{') {
    dom::parser parser;
    dom::element root;
    dom::array vectors;
    if (parser.parse(file).get(root) != simdjson::SUCCESS || root.get(vectors) != simdjson::SUCCESS) {
      return Malformed("it is no JSON array");
    }
    size_t index = 0;
    for (const dom::element each : vectors) {
      const Result<HpkeVector> vector = ReadJson(each);
      if (vector.ok()) {
        CheckOne(index, vector.value(), outcome);
      } else if (outcome.failed++ == 0) {
        outcome.first_failure = "vector " + std::to_string(index) + ": " + vector.error().message;
      }
      ++index;
    }
  } else {
    SOTTO_ASSIGN_OR_RETURN(const std::vector<HpkeVector> vectors, ReadText(file));
    for (size_t index = 0; index < vectors.size(); ++index) CheckOne(index, vectors[index], outcome);
  }
  if (outcome.passed + outcome.failed + outcome.skipped.size() == 0) return Malformed("it has no vector");
  return outcome;
}

}  // namespace sotto::cli
