#include "server-stub/aggregator/task_file.h"

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <limits>
#include <sstream>

#include "server-stub/config/strict_table.h"
#include "sotto/base/number_text.h"
#include "sotto/stream/clock.h"
#include "sotto/stream/names.h"
#include "sotto/vdaf/prio3.h"

namespace sotto::server {
namespace {

constexpr int64_t kMaxUint32 = std::numeric_limits<uint32_t>::max();
constexpr int64_t kMaxSafeInteger = (int64_t{1} << 53) - 1;
constexpr size_t kMaxOperatorBytes = 256;
constexpr size_t kSha256Digits = 64;
constexpr size_t kMinTokenBytes = 16;
constexpr size_t kMaxTokenBytes = 256;
constexpr double kMaxScale = 1e30;

// RFC 6750, section 2.1.
bool IsToken(std::string_view token) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~+/=").find(c) != std::string_view::npos;
  };
  return token.size() >= kMinTokenBytes && token.size() <= kMaxTokenBytes &&
         std::all_of(token.begin(), token.end(), fits);
}

bool IsSha256(std::string_view digits) {
  return digits.size() == kSha256Digits && FromHex(digits).ok();
}

class Reader {
 public:
  Reader(const toml::table& document, std::vector<std::string>& errors)
      : table_(document, "", errors), errors_(errors) {}

  TaskFile Read() {
    TaskFile file;
    file.role = ReadRole();
    file.split.id = table_.RequiredString("id");
    if (!stream::IsId(file.split.id)) table_.Refuse("id", "is not 1 to 64 of A-Z a-z 0-9 _ -.");
    ReadKind(file.split);
    ReadSigmaSquared(file.split);
    file.split.min_batch_size = Natural("minimum", 1);
    file.split.epoch = Natural("epoch", 0);
    ReadTerms(file);
    file.delta = table_.Number("delta", file.delta, 1e-15, 0.5);
    file.expires = table_.RequiredString("expires");
    if (!stream::ParseRfc3339(file.expires).ok()) {
      table_.Refuse("expires", "is not a moment of RFC 3339 in quotes, such as \"2030-01-31T12:00:00Z\".");
    }
    ReadSecrets(file);
    table_.RefuseUnknownKeys();
    return file;
  }

 private:
  dap::Role ReadRole() {
    const std::string role = table_.RequiredString("role");
    if (role == "leader") return dap::Role::kLeader;
    if (role == "helper") return dap::Role::kHelper;
    if (role != "collector") table_.Refuse("role", "is none of leader, helper, collector.");
    return dap::Role::kCollector;
  }

  uint64_t Natural(std::string_view key, int64_t min) {
    return static_cast<uint64_t>(table_.RequiredInteger(key, min, kMaxSafeInteger));
  }

  uint32_t Small(std::string_view key, int64_t min, int64_t max = kMaxUint32) {
    return static_cast<uint32_t>(table_.RequiredInteger(key, min, max));
  }

  double Scale(std::string_view key) {
    if (table_.Node(key) == nullptr) table_.Refuse(key, "is missing.");
    return table_.Number(key, 0, 1e-30, kMaxScale);
  }

  // Ranges that depend on one another are checked by ValidateTask.
  void ReadKind(federation::SplitTask& task) {
    const std::string kind = table_.RequiredString("kind");
    if (kind == "popularity") {
      task.what = federation::SplitPopularity{table_.Strings("items", {}), Small("max_items", 1)};
    } else if (kind == "affinity") {
      task.what = federation::SplitAffinity{table_.Strings("items", {}), Small("max_items", 1)};
    } else if (kind == "mood") {
      task.what = federation::SplitMood{Small("minute", 0)};
    } else if (kind == "delta") {
      federation::SplitDelta delta;
      delta.model = table_.RequiredString("model");
      delta.dimension = Small("dimension", 1, federation::kMaxDeltaDimension);
      delta.clip = Scale("clip");
      delta.entry_bits = Small("entry_bits", 2, 16);
      delta.step = Scale("step");
      delta.rotation_seed = Natural("rotation_seed", 0);
      task.what = delta;
    } else {
      table_.Refuse("kind", "is none of popularity, affinity, mood, delta.");
    }
  }

  void ReadSigmaSquared(federation::SplitTask& task) {
    const auto pair = table_.Fraction("sigma_squared");
    task.sigma_squared = {pair.first, pair.second};
  }

  void ReadTerms(TaskFile& file) {
    file.terms.time_precision = Natural("time_precision", 1);
    file.terms.duration = static_cast<uint64_t>(table_.Integer("duration", 1, 1, kMaxUint32));
    const std::string mode = table_.String("batch_mode", "time-interval");
    if (mode == "leader-selected") {
      file.terms.batch_mode = dap::BatchMode::kLeaderSelected;
    } else if (mode != "time-interval") {
      table_.Refuse("batch_mode", "is neither time-interval nor leader-selected.");
    }
    file.terms.leader = ReadUrl("leader");
    file.terms.helper = ReadUrl("helper");
    file.leader_operator = ReadOperator("leader_operator");
    file.helper_operator = ReadOperator("helper_operator");
  }

  std::string ReadUrl(std::string_view key) {
    std::string url = table_.RequiredString(key);
    const bool known = url.starts_with("https://") || url.starts_with("http://");
    if (!known || url.size() > 2'048 || url.find_first_of(" ?#\t\r\n") != std::string::npos || url.ends_with('/')) {
      table_.Refuse(key, "is no URL such as https://aggregator.example/dap (no query, no slash at its end).");
    }
    return url;
  }

  std::string ReadOperator(std::string_view key) {
    std::string name = table_.RequiredString(key);
    if (name.empty() || name.size() > kMaxOperatorBytes) table_.Refuse(key, "is not 1 to 256 bytes long.");
    return name;
  }

  Bytes ReadBytes(StrictTable& table, std::string_view key) {
    auto bytes = dap::FromBase64Url(table.RequiredString(key));
    if (bytes.ok() && !bytes.value().empty()) return std::move(bytes).value();
    table.Refuse(key, "is not base64url without padding.");
    return {};
  }

  void ReadSecrets(TaskFile& file) {
    const bool leads = file.role == dap::Role::kLeader;
    const bool helps = file.role == dap::Role::kHelper;
    if (leads) {
      file.stream = table_.String("stream");
      if (!file.stream.empty() && !stream::IsId(file.stream)) table_.Refuse("stream", "is no stream's id.");
      file.helper_token = ReadToken("helper_token");
      file.collector_token_sha256 = ReadSha256("collector_token_sha256");
    } else if (helps) {
      file.helper_token_sha256 = ReadSha256("helper_token_sha256");
    } else {
      file.collector_token = ReadToken("collector_token");
      file.collector_private_key = ReadBytes(table_, "collector_private_key");
    }
    if (leads || helps) {
      file.verify_key = ReadBytes(table_, "verify_key");
      if (file.verify_key.size() != vdaf::kVerifyKeySize) table_.Refuse("verify_key", "is not 32 bytes in base64url.");
    }
    ReadCollector(file.collector);
  }

  std::string ReadToken(std::string_view key) {
    std::string token = table_.RequiredString(key);
    if (!IsToken(token)) table_.Refuse(key, "is no bearer token of 16 to 256 of A-Z a-z 0-9 - . _ ~ + / =.");
    return token;
  }

  std::string ReadSha256(std::string_view key) {
    std::string digits = table_.RequiredString(key);
    if (!IsSha256(digits)) table_.Refuse(key, "is not 64 hexadecimal digits.");
    return digits;
  }

  void ReadCollector(dap::HpkeConfig& config) {
    const toml::table* toml = table_.Table("collector_hpke");
    if (toml == nullptr) {
      table_.Refuse("collector_hpke", "is missing.");
      return;
    }
    StrictTable table(*toml, "collector_hpke", errors_);
    config.id = static_cast<uint8_t>(table.RequiredInteger("id", 0, 255));
    config.kem_id = static_cast<uint16_t>(table.RequiredInteger("kem", 1, 0xffff));
    config.kdf_id = static_cast<uint16_t>(table.RequiredInteger("kdf", 1, 0xffff));
    config.aead_id = static_cast<uint16_t>(table.RequiredInteger("aead", 1, 0xffff));
    config.public_key = ReadBytes(table, "public_key");
    table.RefuseUnknownKeys();
  }

  StrictTable table_;
  std::vector<std::string>& errors_;
};

// A basic string of TOML.
std::string Quoted(std::string_view text) {
  std::ostringstream out;
  out << toml::value<std::string>(std::string(text));
  return out.str();
}

class Writer {
 public:
  Writer& Text(std::string_view key, std::string_view value) { return Raw(key, Quoted(value)); }
  Writer& Number(std::string_view key, uint64_t value) { return Raw(key, std::to_string(value)); }
  Writer& Real(std::string_view key, double value) {
    std::string digits = NumberText(value);
    // TOML tells integers from floats by their looks.
    if (digits.find_first_of(".eE") == std::string::npos) digits += ".0";
    return Raw(key, digits);
  }
  Writer& Raw(std::string_view key, std::string_view value) {
    text_.append(key).append(" = ").append(value).append("\n");
    return *this;
  }
  Writer& List(std::string_view key, const std::vector<std::string>& values) {
    std::string list = "[";
    for (const std::string& value : values) list += (list.size() > 1 ? ", " : "") + Quoted(value);
    return Raw(key, list + "]");
  }
  std::string Release() { return std::move(text_); }

 private:
  std::string text_;
};

void WriteKind(const federation::SplitTask& task, Writer& out) {
  out.Text("kind", federation::KindName(task));
  if (const auto* popularity = std::get_if<federation::SplitPopularity>(&task.what)) {
    out.List("items", popularity->items).Number("max_items", popularity->max_items);
  } else if (const auto* affinity = std::get_if<federation::SplitAffinity>(&task.what)) {
    out.List("items", affinity->items).Number("max_items", affinity->max_items);
  } else if (const auto* mood = std::get_if<federation::SplitMood>(&task.what)) {
    out.Number("minute", mood->minute);
  } else if (const auto* delta = std::get_if<federation::SplitDelta>(&task.what)) {
    out.Text("model", delta->model).Number("dimension", delta->dimension).Real("clip", delta->clip);
    out.Number("entry_bits", delta->entry_bits).Real("step", delta->step);
    out.Number("rotation_seed", delta->rotation_seed);
  }
}

std::string_view RoleName(dap::Role role) {
  if (role == dap::Role::kLeader) return "leader";
  return role == dap::Role::kHelper ? "helper" : "collector";
}

}  // namespace

Result<TaskFile> ReadTaskFile(std::string_view toml, const std::string& name) {
  std::vector<std::string> errors;
  TaskFile file;
  try {
    const toml::table document = toml::parse(toml);
    file = Reader(document, errors).Read();
  } catch (const toml::parse_error& error) {
    errors.push_back("line " + std::to_string(error.source().begin.line) + ": " + std::string(error.description()));
  }
  if (errors.empty()) {
    if (const auto valid = federation::ValidateTask(file.split); !valid.ok()) errors.push_back(ToString(valid.error()));
  }
  if (errors.empty()) return file;
  std::string message = "task file " + name + ":";
  for (const std::string& error : errors) message += "\n  " + error;
  return Error{ErrorCode::kMalformed, message, ""};
}

std::string RenderTaskFile(const TaskFile& file) {
  Writer out;
  out.Text("role", RoleName(file.role)).Text("id", file.split.id);
  WriteKind(file.split, out);
  const auto& sigma = file.split.sigma_squared;
  out.Raw("sigma_squared", "[" + std::to_string(sigma.numerator) + ", " + std::to_string(sigma.denominator) + "]");
  out.Number("minimum", file.split.min_batch_size).Number("epoch", file.split.epoch);
  out.Number("time_precision", file.terms.time_precision).Number("duration", file.terms.duration);
  out.Text("batch_mode", file.terms.batch_mode == dap::BatchMode::kTimeInterval ? "time-interval" : "leader-selected");
  out.Text("leader", file.terms.leader).Text("leader_operator", file.leader_operator);
  out.Text("helper", file.terms.helper).Text("helper_operator", file.helper_operator);
  out.Real("delta", file.delta).Text("expires", file.expires);
  if (!file.stream.empty()) out.Text("stream", file.stream);
  if (!file.verify_key.empty()) out.Text("verify_key", dap::ToBase64Url(file.verify_key));
  const dap::HpkeConfig& hpke = file.collector;
  out.Raw("collector_hpke", "{ id = " + std::to_string(hpke.id) + ", kem = " + std::to_string(hpke.kem_id) +
                                ", kdf = " + std::to_string(hpke.kdf_id) + ", aead = " + std::to_string(hpke.aead_id) +
                                ", public_key = " + Quoted(dap::ToBase64Url(hpke.public_key)) + " }");
  if (!file.collector_private_key.empty()) {
    out.Text("collector_private_key", dap::ToBase64Url(file.collector_private_key));
  }
  if (!file.helper_token.empty()) out.Text("helper_token", file.helper_token);
  if (!file.helper_token_sha256.empty()) out.Text("helper_token_sha256", file.helper_token_sha256);
  if (!file.collector_token.empty()) out.Text("collector_token", file.collector_token);
  if (!file.collector_token_sha256.empty()) out.Text("collector_token_sha256", file.collector_token_sha256);
  return out.Release();
}

}  // namespace sotto::server
