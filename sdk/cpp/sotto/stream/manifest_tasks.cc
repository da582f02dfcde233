// Tasks: what a device may be asked to contribute.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "sotto/stream/manifest_fields.h"
#include "sotto/stream/names.h"

namespace sotto::stream {
namespace {

using simdjson::dom::element;

// What this version can carry out, and how many items each has; others are left out.
struct TaskKind {
  std::string_view kind;
  std::string_view trust;
  size_t min_items = 0;  // both 0: it has no items
  size_t max_items = 0;
};
constexpr std::array kTaskKinds = {TaskKind{"affinity", "local", 2, 256}, TaskKind{"popularity", "split", 1, 16'384},
                                   TaskKind{"affinity", "split", 2, 512}, TaskKind{"mood", "split"},
                                   TaskKind{"delta", "split"}};

// DAP's, draft-ietf-ppm-dap, section "Batch Modes".
constexpr std::array<std::string_view, 2> kBatchModes = {"time-interval", "leader-selected"};

constexpr int64_t kSecondsOfMinute = 60;
constexpr int64_t kMaxTerm = int64_t{1} << 32;  // of timePrecision and duration
constexpr int64_t kMaxDimension = 16'384;
constexpr double kMaxScale = 1e6;  // of clip and step
constexpr size_t kMaxOperatorBytes = 256;
constexpr size_t kMaxPublicKeyBytes = 4'096;
constexpr uint16_t kX25519 = 0x0020;
constexpr size_t kX25519KeyBytes = 32;

Status ReadItems(const JsonFields& fields, const TaskKind& kind, TaskReference& task) {
  SOTTO_ASSIGN_OR_RETURN(const element found, fields.Required("items"));
  const std::string path = fields.PathOf("items");
  SOTTO_ASSIGN_OR_RETURN(const simdjson::dom::array array, AsArray(found, path));
  Ids seen;
  for (const element item : array) {
    const std::string where = At(path, task.items.size());
    SOTTO_ASSIGN_OR_RETURN(std::string id, AsString(item, where));
    if (!IsId(id)) return OutOfRange(where, Quoted(id), "1 to 64 of A-Z a-z 0-9 _ -");
    if (!seen.insert(id).second) return OutOfRange(where, Quoted(id) + " again", "a unique id");
    task.items.push_back(std::move(id));
  }
  if (task.items.size() < kind.min_items || task.items.size() > kind.max_items) {
    return OutOfRange(path, std::to_string(task.items.size()) + " long",
                      std::to_string(kind.min_items) + " to " + std::to_string(kind.max_items) + " items");
  }
  SOTTO_ASSIGN_OR_RETURN(const int64_t max_items,
                         fields.RequiredInteger("maxItems", 1, static_cast<int64_t>(task.items.size())));
  task.max_items = static_cast<uint32_t>(max_items);
  return {};
}

Status ReadPrivacy(const JsonFields& fields, TaskReference& task) {
  SOTTO_ASSIGN_OR_RETURN(const int64_t numerator, fields.RequiredInteger("sigmaSquaredNumerator", 1, kMaxUint32));
  task.sigma_squared_numerator = static_cast<uint64_t>(numerator);
  SOTTO_ASSIGN_OR_RETURN(const int64_t denominator, fields.RequiredInteger("sigmaSquaredDenominator", 1, kMaxUint32));
  task.sigma_squared_denominator = static_cast<uint64_t>(denominator);
  SOTTO_ASSIGN_OR_RETURN(task.rho, fields.RequiredNumber("rho", {kAboveZero, 1e6}));
  SOTTO_ASSIGN_OR_RETURN(task.epsilon, fields.RequiredNumber("epsilon", {kAboveZero, 1e6}));
  SOTTO_ASSIGN_OR_RETURN(task.delta, fields.RequiredNumber("delta", {kAboveZero, 0.5}));
  SOTTO_ASSIGN_OR_RETURN(const int64_t minimum, fields.RequiredInteger("minimum", 1, kMaxSafeInteger));
  task.minimum = static_cast<uint64_t>(minimum);
  SOTTO_ASSIGN_OR_RETURN(std::string expires, fields.RequiredString("expires"));
  SOTTO_ASSIGN_OR_RETURN(task.expires, CheckedMoment(std::move(expires), fields.PathOf("expires")));
  return {};
}

// The number of bytes that base64url without padding (RFC 4648, section 5) stands for. The bits that are left over in
// the last character are 0, so that one key has one text. 0 for what is no such text.
size_t Base64UrlSize(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  if (text.empty() || text.find_first_not_of(kDigits) != std::string_view::npos) return 0;
  const size_t left_over = text.size() % 4;
  const size_t last = kDigits.find(text.back());
  if (left_over == 1 || (left_over == 2 && last % 16 != 0) || (left_over == 3 && last % 4 != 0)) return 0;
  return text.size() * 3 / 4;
}

Result<HpkeConfig> HpkeAt(const JsonFields& parent) {
  SOTTO_ASSIGN_OR_RETURN(const element found, parent.Required("hpke"));
  SOTTO_ASSIGN_OR_RETURN(const JsonFields fields, JsonFields::Of(found, parent.PathOf("hpke")));
  HpkeConfig hpke;
  SOTTO_ASSIGN_OR_RETURN(const int64_t id, fields.RequiredInteger("id", 0, 255));
  hpke.id = static_cast<uint8_t>(id);
  for (const auto& [key, algorithm] :
       {std::pair{"kem", &hpke.kem_id}, std::pair{"kdf", &hpke.kdf_id}, std::pair{"aead", &hpke.aead_id}}) {
    SOTTO_ASSIGN_OR_RETURN(const int64_t value, fields.RequiredInteger(key, 1, 0xffff));
    *algorithm = static_cast<uint16_t>(value);
  }
  SOTTO_ASSIGN_OR_RETURN(hpke.public_key, fields.RequiredString("publicKey"));
  const size_t bytes = Base64UrlSize(hpke.public_key);
  const std::string path = fields.PathOf("publicKey");
  if (bytes == 0 || bytes > kMaxPublicKeyBytes) {
    return OutOfRange(path, Quoted(hpke.public_key), "base64url without padding of 1 to 4,096 bytes");
  }
  if (hpke.kem_id == kX25519 && bytes != kX25519KeyBytes) {
    return OutOfRange(path, "a key of " + std::to_string(bytes) + " bytes", "32 bytes for X25519");
  }
  return hpke;
}

bool IsAbsolute(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

Result<AggregatorReference> AggregatorAt(const JsonFields& parent, std::string_view role) {
  SOTTO_ASSIGN_OR_RETURN(const element found, parent.Required(role));
  SOTTO_ASSIGN_OR_RETURN(const JsonFields fields, JsonFields::Of(found, parent.PathOf(role)));
  AggregatorReference aggregator;
  SOTTO_ASSIGN_OR_RETURN(aggregator.operator_name, fields.RequiredString("operator"));
  const std::string& name = aggregator.operator_name;
  if (name.empty() || name.size() > kMaxOperatorBytes) {
    return OutOfRange(fields.PathOf("operator"), std::to_string(name.size()) + " bytes long", "1 to 256");
  }
  SOTTO_ASSIGN_OR_RETURN(aggregator.url, RequiredUrl(fields, "url"));
  if (!IsAbsolute(aggregator.url)) {
    return OutOfRange(fields.PathOf("url"), Quoted(aggregator.url), "a URL that begins with https:// or http://");
  }
  SOTTO_ASSIGN_OR_RETURN(aggregator.hpke, HpkeAt(fields));
  return aggregator;
}

Status ReadMood(const JsonFields& fields, SplitReference& split) {
  constexpr auto kMaxMinute = static_cast<int64_t>(kMaxSeconds) / kSecondsOfMinute;
  SOTTO_ASSIGN_OR_RETURN(const int64_t minute, fields.RequiredInteger("minute", 0, kMaxMinute));
  split.minute = static_cast<uint32_t>(minute);
  return {};
}

Status ReadDelta(const JsonFields& fields, SplitReference& split) {
  SOTTO_ASSIGN_OR_RETURN(split.model, fields.RequiredString("model"));
  if (!IsVersion(split.model)) {
    return OutOfRange(fields.PathOf("model"), Quoted(split.model), "1 to 64 of A-Z a-z 0-9 _ - .");
  }
  SOTTO_ASSIGN_OR_RETURN(const int64_t dimension, fields.RequiredInteger("dimension", 1, kMaxDimension));
  split.dimension = static_cast<uint32_t>(dimension);
  SOTTO_ASSIGN_OR_RETURN(split.clip, fields.RequiredNumber("clip", {kAboveZero, kMaxScale}));
  SOTTO_ASSIGN_OR_RETURN(const int64_t bits, fields.RequiredInteger("entryBits", 2, 16));
  split.entry_bits = static_cast<uint32_t>(bits);
  SOTTO_ASSIGN_OR_RETURN(split.step, fields.RequiredNumber("step", {kAboveZero, kMaxScale}));
  SOTTO_ASSIGN_OR_RETURN(const int64_t seed, fields.RequiredInteger("rotationSeed", 0, kMaxSafeInteger));
  split.rotation_seed = static_cast<uint64_t>(seed);
  return {};
}

// None for a batch mode that a later version brings.
Result<std::optional<SplitReference>> SplitAt(const JsonFields& fields, std::string_view kind) {
  SplitReference split;
  SOTTO_ASSIGN_OR_RETURN(std::string batch_mode, fields.OptionalString("batchMode"));
  if (!batch_mode.empty()) {
    if (std::find(kBatchModes.begin(), kBatchModes.end(), batch_mode) == kBatchModes.end()) {
      return std::optional<SplitReference>();
    }
    split.batch_mode = std::move(batch_mode);
  }
  SOTTO_ASSIGN_OR_RETURN(const int64_t epoch, fields.RequiredInteger("epoch", 0, kMaxSafeInteger));
  split.epoch = static_cast<uint64_t>(epoch);
  for (const auto& [key, term] : {std::pair{"timePrecision", &split.time_precision}, {"duration", &split.duration}}) {
    SOTTO_ASSIGN_OR_RETURN(const int64_t value, fields.OptionalInteger(key, 1, kMaxTerm, static_cast<int64_t>(*term)));
    *term = static_cast<uint64_t>(value);
  }
  if (kind == "mood") SOTTO_RETURN_IF_ERROR(ReadMood(fields, split));
  if (kind == "delta") SOTTO_RETURN_IF_ERROR(ReadDelta(fields, split));
  SOTTO_ASSIGN_OR_RETURN(const element found, fields.Required("aggregators"));
  SOTTO_ASSIGN_OR_RETURN(const JsonFields aggregators, JsonFields::Of(found, fields.PathOf("aggregators")));
  SOTTO_ASSIGN_OR_RETURN(split.leader, AggregatorAt(aggregators, "leader"));
  SOTTO_ASSIGN_OR_RETURN(split.helper, AggregatorAt(aggregators, "helper"));
  return std::optional(std::move(split));
}

// Scheme, host and port, as a browser compares them.
std::string OriginOf(std::string_view url) {
  std::string origin(url.substr(0, url.find_first_of("/?#", url.find("://") + 3)));
  std::transform(origin.begin(), origin.end(), origin.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const std::string_view implied = origin.starts_with("https:") ? ":443" : ":80";
  if (origin.ends_with(implied)) origin.resize(origin.size() - implied.size());
  return origin;
}

}  // namespace

bool OneOperator(const SplitReference& split) {
  return split.leader.operator_name == split.helper.operator_name ||
         OriginOf(split.leader.url) == OriginOf(split.helper.url);
}

Result<std::vector<TaskReference>> ReadTasks(element found, const std::string& path) {
  Ids seen;
  const auto read = [&](element item, std::string where) -> Result<std::optional<TaskReference>> {
    SOTTO_ASSIGN_OR_RETURN(const JsonFields fields, JsonFields::Of(item, std::move(where)));
    TaskReference task;
    SOTTO_ASSIGN_OR_RETURN(task.id, NewIdAt(fields, "id", seen));
    SOTTO_ASSIGN_OR_RETURN(task.kind, IdAt(fields, "kind"));
    SOTTO_ASSIGN_OR_RETURN(task.trust, IdAt(fields, "trust"));
    const auto* const kind = std::find_if(kTaskKinds.begin(), kTaskKinds.end(), [&task](const TaskKind& each) {
      return each.kind == task.kind && each.trust == task.trust;
    });
    if (kind == kTaskKinds.end()) return std::optional<TaskReference>();
    if (task.trust == "local") {
      SOTTO_ASSIGN_OR_RETURN(task.url, RequiredUrl(fields, "url"));
    } else {
      SOTTO_ASSIGN_OR_RETURN(task.split, SplitAt(fields, task.kind));
      if (!task.split) return std::optional<TaskReference>();
    }
    if (kind->max_items > 0) SOTTO_RETURN_IF_ERROR(ReadItems(fields, *kind, task));
    SOTTO_RETURN_IF_ERROR(ReadPrivacy(fields, task));
    return std::optional(std::move(task));
  };
  return ListOf<TaskReference>(found, path, read);
}

}  // namespace sotto::stream
