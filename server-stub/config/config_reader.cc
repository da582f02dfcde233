#include "server-stub/config/config_reader.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <tuple>

#include "server-stub/config/files.h"
#include "server-stub/config/strict_table.h"
#include "server-stub/http/client_address.h"
#include "server-stub/http/cors.h"
#include "sotto/stream/clock.h"
#include "sotto/stream/names.h"

namespace sotto::server {
namespace {

constexpr int64_t kMaxUint32 = std::numeric_limits<uint32_t>::max();
constexpr int64_t kMaxSafeInteger = (int64_t{1} << 53) - 1;
constexpr double kMaxSeconds = 86'400;
constexpr int64_t kMaxBodyBytes = 1024 * 1024 * 1024;

class Reader {
 public:
  Reader(Path folder, std::vector<std::string>& errors) : folder_(std::move(folder)), errors_(errors) {}

  Config Read(const toml::table& document) {
    Config config;
    StrictTable table(document, "", errors_);
    if (const auto* server = table.Table("server")) config.server = ReadServer(*server);
    if (const auto* storage = table.Table("storage")) {
      config.storage = ReadStorage(*storage);
    } else {
      config.storage.path = Absolute(config.storage.path.string());
    }
    if (const auto* limits = table.Table("limits")) config.limits = ReadLimits(*limits);
    for (const toml::table* one : table.Tables("stream")) config.streams.push_back(ReadStream(*one));
    for (const toml::table* one : table.Tables("model")) config.models.push_back(ReadModel(*one));
    for (const toml::table* one : table.Tables("task")) config.tasks.push_back(ReadTask(*one));
    if (const auto* aggregator = table.Table("aggregator")) config.aggregator = ReadAggregator(*aggregator);
    table.RefuseUnknownKeys();
    return config;
  }

 private:
  Path Absolute(const std::string& text) const { return text.empty() ? Path() : folder_ / text; }

  static uint32_t Uint32(StrictTable& table, std::string_view key, uint32_t missing, int64_t min,
                         int64_t max = kMaxUint32) {
    return static_cast<uint32_t>(table.Integer(key, missing, min, max));
  }

  static std::string Id(StrictTable& table, std::string_view key) {
    std::string id = table.RequiredString(key);
    if (!id.empty() && !stream::IsId(id)) table.Refuse(key, "is not 1 to 64 of A-Z a-z 0-9 _ -.");
    return id;
  }

  // An id that no other table of this kind has.
  std::string NewId(StrictTable& table, std::set<std::string>& seen) {
    std::string id = Id(table, "id");
    if (!id.empty() && !seen.insert(id).second) table.Refuse("id", "is used twice.");
    return id;
  }

  std::string KnownStream(StrictTable& table) {
    std::string id = Id(table, "stream");
    if (!id.empty() && !streams_.contains(id)) table.Refuse("stream", "is not the id of a [[stream]] above it.");
    return id;
  }

  ListenConfig ReadServer(const toml::table& toml) {
    StrictTable table(toml, "server", errors_);
    ListenConfig server;
    server.address = table.String("address", server.address);
    if (!IsAddress(server.address)) table.Refuse("address", "is no IPv4 or IPv6 address.");
    server.port = static_cast<uint16_t>(table.Integer("port", server.port, 0, 65'535));
    server.threads = Uint32(table, "threads", server.threads, 0, 256);
    server.port_file = Absolute(table.String("port_file"));
    server.log_level = table.String("log_level", server.log_level);
    static constexpr std::array<std::string_view, 5> kLevels = {"trace", "debug", "info", "warning", "error"};
    if (std::find(kLevels.begin(), kLevels.end(), server.log_level) == kLevels.end()) {
      table.Refuse("log_level", "is none of trace, debug, info, warning, error.");
    }
    server.log_format = table.String("log_format", server.log_format);
    if (server.log_format != "text" && server.log_format != "json") {
      table.Refuse("log_format", "is neither text nor json.");
    }
    server.cors_origins = table.Strings("cors_origins", server.cors_origins);
    for (const std::string& origin : server.cors_origins) {
      if (origin == "*" || IsOrigin(origin)) continue;
      table.Refuse("cors_origins", "names " + origin + ", which is no origin such as https://shop.example.");
    }
    server.trusted_proxies = table.Strings("trusted_proxies", {});
    for (const std::string& proxy : server.trusted_proxies) {
      if (IsAddress(proxy)) continue;
      table.Refuse("trusted_proxies", "names " + proxy + ", which is no IPv4 or IPv6 address.");
    }
    server.operator_token_sha256 = table.String("operator_token_sha256");
    const auto digest = FromHex(server.operator_token_sha256);
    if (!server.operator_token_sha256.empty() && (!digest.ok() || digest.value().size() != 32)) {
      table.Refuse("operator_token_sha256", "is not 64 hexadecimal digits.");
    }
    table.RefuseUnknownKeys();
    return server;
  }

  StorageConfig ReadStorage(const toml::table& toml) {
    StrictTable table(toml, "storage", errors_);
    StorageConfig storage;
    storage.path = Absolute(table.String("path", storage.path.string()));
    if (storage.path.empty()) table.Refuse("path", "is empty.");
    storage.queue = Uint32(table, "queue", storage.queue, 1);
    storage.queue_bytes = Uint32(table, "queue_bytes", storage.queue_bytes, 1);
    table.RefuseUnknownKeys();
    return storage;
  }

  Limits ReadLimits(const toml::table& toml) {
    StrictTable table(toml, "limits", errors_);
    Limits limits;
    limits.header_bytes = Uint32(table, "header_bytes", limits.header_bytes, 1'024, 65'536);
    limits.body_bytes = Uint32(table, "body_bytes", limits.body_bytes, 1'024, 16 * 1024 * 1024);
    limits.header_seconds = table.Number("header_seconds", limits.header_seconds, 0.1, kMaxSeconds);
    limits.request_seconds = table.Number("request_seconds", limits.request_seconds, 0.1, kMaxSeconds);
    limits.idle_seconds = table.Number("idle_seconds", limits.idle_seconds, 0.1, kMaxSeconds);
    limits.drain_seconds = table.Number("drain_seconds", limits.drain_seconds, 0, kMaxSeconds);
    limits.connections = Uint32(table, "connections", limits.connections, 1);
    limits.connections_per_address = Uint32(table, "connections_per_address", limits.connections_per_address, 1);
    limits.updates_per_minute = Uint32(table, "updates_per_minute", limits.updates_per_minute, 0);
    limits.token_requests_per_minute = Uint32(table, "token_requests_per_minute", limits.token_requests_per_minute, 0);
    limits.wrong_tokens_per_minute = Uint32(table, "wrong_tokens_per_minute", limits.wrong_tokens_per_minute, 0);
    limits.comment_bytes = Uint32(table, "comment_bytes", limits.comment_bytes, 64, 65'536);
    limits.comment_queue = Uint32(table, "comment_queue", limits.comment_queue, 1, 65'536);
    limits.comments_per_minute = Uint32(table, "comments_per_minute", limits.comments_per_minute, 0);
    limits.stream_comments_per_second =
        Uint32(table, "stream_comments_per_second", limits.stream_comments_per_second, 0);
    limits.viewers_per_address = Uint32(table, "viewers_per_address", limits.viewers_per_address, 1);
    limits.viewers_per_stream = Uint32(table, "viewers_per_stream", limits.viewers_per_stream, 1);
    limits.viewer_idle_seconds = table.Number("viewer_idle_seconds", limits.viewer_idle_seconds, 1, kMaxSeconds);
    limits.segment_cache_bytes = Uint32(table, "segment_cache_bytes", limits.segment_cache_bytes, 0);
    table.RefuseUnknownKeys();
    return limits;
  }

  AggregatorConfig ReadAggregator(const toml::table& toml) {
    StrictTable table(toml, "aggregator", errors_);
    AggregatorConfig aggregator;
    aggregator.storage = ReadStorageName(table);
    aggregator.tasks = Absolute(table.RequiredString("tasks"));
    aggregator.keys = Absolute(table.RequiredString("keys"));
    aggregator.workers = Uint32(table, "workers", aggregator.workers, 0, 256);
    aggregator.job_reports = Uint32(table, "job_reports", aggregator.job_reports, 1, 1'000);
    aggregator.job_wait_seconds = table.Number("job_wait_seconds", aggregator.job_wait_seconds, 0, kMaxSeconds);
    aggregator.asynchronous = table.Boolean("asynchronous", aggregator.asynchronous);
    aggregator.peer_seconds = table.Number("peer_seconds", aggregator.peer_seconds, 0.1, kMaxSeconds);
    aggregator.upload_bytes = Uint32(table, "upload_bytes", aggregator.upload_bytes, 1'024, kMaxBodyBytes);
    aggregator.request_bytes = Uint32(table, "request_bytes", aggregator.request_bytes, 1'024, kMaxBodyBytes);
    aggregator.queue = Uint32(table, "queue", aggregator.queue, 1);
    aggregator.queue_bytes = Uint32(table, "queue_bytes", aggregator.queue_bytes, 1);
    aggregator.waiting_requests = Uint32(table, "waiting_requests", aggregator.waiting_requests, 1);
    aggregator.reports_per_minute = Uint32(table, "reports_per_minute", aggregator.reports_per_minute, 0);
    aggregator.retention_days = Uint32(table, "retention_days", aggregator.retention_days, 0, 36'500);
    aggregator.rho_per_release = Rho(table, "rho_per_release");
    aggregator.rho_per_epoch = Rho(table, "rho_per_epoch");
    aggregator.rho_lifetime = Rho(table, "rho_lifetime");
    aggregator.authorities = Absolute(table.String("authorities"));
    aggregator.certificate = Absolute(table.String("certificate"));
    aggregator.private_key = Absolute(table.String("private_key"));
    if (aggregator.certificate.empty() != aggregator.private_key.empty()) {
      table.Refuse("certificate", "and private_key belong together; one is missing.");
    }
    table.RefuseUnknownKeys();
    return aggregator;
  }

  // "sqlite:PATH" with its path made absolute, or a connection string of PostgreSQL.
  std::string ReadStorageName(StrictTable& table) const {
    constexpr std::string_view kSqlite = "sqlite:";
    std::string name = table.RequiredString("storage");
    if (name.starts_with(kSqlite) && name.size() > kSqlite.size()) {
      return std::string(kSqlite) + Absolute(name.substr(kSqlite.size())).string();
    }
    if (!name.starts_with("postgresql://")) table.Refuse("storage", "is neither sqlite:PATH nor postgresql://...");
    return name;
  }

  static double Rho(StrictTable& table, std::string_view key) {
    if (table.Node(key) == nullptr) table.Refuse(key, "is missing.");
    return table.Number(key, 0, 1e-6, 1e6);
  }

  StreamConfig ReadStream(const toml::table& toml) {
    StrictTable table(toml, "stream[" + std::to_string(streams_.size()) + "]", errors_);
    StreamConfig stream;
    stream.id = NewId(table, streams_);
    stream.title = {table.String("title_zh"), table.String("title_en")};
    if (stream.title.zh.empty()) stream.title.zh = stream.title.en;
    if (stream.title.en.empty()) stream.title.en = stream.title.zh;
    if (stream.title.en.empty()) table.Refuse("title_en", "is missing, and title_zh as well; give at least one.");
    stream.products = Absolute(table.RequiredString("products"));
    stream.catalogue = table.String("catalogue");
    if (stream.catalogue.size() > 64) table.Refuse("catalogue", "is longer than 64 bytes.");
    stream.events = Absolute(table.String("events"));
    stream.campaigns = Absolute(table.String("campaigns"));
    stream.event_period = table.Number("event_period", 0, 0, stream::kMaxSeconds);
    stream.media = Absolute(table.String("media"));
    stream.bandwidth =
        static_cast<uint64_t>(table.Integer("bandwidth", static_cast<int64_t>(stream.bandwidth), 1, kMaxSafeInteger));
    stream.width = Uint32(table, "width", 0, 0, 65'535);
    stream.height = Uint32(table, "height", 0, 0, 65'535);
    stream.codecs = table.String("codecs");
    stream.frame_rate = table.Number("frame_rate", 0, 0, 1'000);
    stream.refresh = table.Number("refresh", stream.refresh, 0, kMaxSeconds);
    stream.image_base = table.String("image_base");
    stream.comments_replay = Absolute(table.String("comments_replay"));
    stream.comments_period = table.Number("comments_period", 0, 0, stream::kMaxSeconds);
    table.RefuseUnknownKeys();
    return stream;
  }

  ModelConfig ReadModel(const toml::table& toml) {
    StrictTable table(toml, "model[" + std::to_string(model_index_++) + "]", errors_);
    ModelConfig model;
    model.id = Id(table, "id");
    model.version = table.RequiredString("version");
    if (!model.version.empty() && !stream::IsVersion(model.version)) {
      table.Refuse("version", "is not 1 to 64 of A-Z a-z 0-9 _ - and dots.");
    }
    model.path = Absolute(table.RequiredString("path"));
    model.stream = KnownStream(table);
    if (!models_.insert(model.stream + "/" + model.id).second) table.Refuse("id", "is used twice for this stream.");
    model_ids_.insert(model.id);
    table.RefuseUnknownKeys();
    return model;
  }

  TaskConfig ReadTask(const toml::table& toml) {
    StrictTable table(toml, "task[" + std::to_string(tasks_.size()) + "]", errors_);
    TaskConfig task;
    task.id = NewId(table, tasks_);
    task.stream = KnownStream(table);
    task.kind = table.String("kind", task.kind);
    if (task.kind != "affinity") table.Refuse("kind", "is not affinity, the one kind of this version.");
    task.trust = table.String("trust", task.trust);
    if (task.trust != "local") table.Refuse("trust", "is not local, the one kind of trust of this version.");
    ReadItems(table, task);
    task.max_items = Uint32(table, "max_items", task.max_items, 1, 256);
    ReadSigmaSquared(table, task);
    task.delta = table.Number("delta", task.delta, 1e-15, 0.5);
    task.minimum = static_cast<uint64_t>(table.RequiredInteger("minimum", 1, kMaxSafeInteger));
    task.expires = table.RequiredString("expires");
    if (!task.expires.empty() && !stream::ParseRfc3339(task.expires).ok()) {
      table.Refuse("expires", "is not a moment of RFC 3339 in quotes, such as \"2030-01-31T12:00:00Z\".");
    }
    task.model = Id(table, "model");
    if (model_ids_.contains(task.model)) {
      table.Refuse("model", "is also the id of a [[model]]; the model of a round needs one of its own.");
    }
    table.RefuseUnknownKeys();
    return task;
  }

  // "all" or a list of product ids.
  static void ReadItems(StrictTable& table, TaskConfig& task) {
    const toml::node* node = table.Node("items");
    if (node != nullptr && node->value<std::string>() == "all") return;
    if (node == nullptr || !node->is_array()) {
      table.Refuse("items", "is neither \"all\" nor a list of product ids.");
      return;
    }
    task.items = table.Strings("items", {});
    if (task.items.empty()) table.Refuse("items", "is empty; write \"all\" for every product.");
  }

  // A fraction, because the device's sampler is exact and a decimal number is not.
  static void ReadSigmaSquared(StrictTable& table, TaskConfig& task) {
    std::tie(task.sigma_squared_numerator, task.sigma_squared_denominator) = table.Fraction("sigma_squared");
  }

  Path folder_;
  std::vector<std::string>& errors_;
  std::set<std::string> streams_;
  std::set<std::string> models_;  // "stream/id"
  std::set<std::string> model_ids_;
  std::set<std::string> tasks_;
  size_t model_index_ = 0;
};

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

}  // namespace

Result<Config> ReadConfig(std::string_view toml, const Path& folder) {
  toml::table document;
  try {
    document = toml::parse(toml);
  } catch (const toml::parse_error& error) {
    return Error{
        ErrorCode::kMalformed,
        "line " + std::to_string(error.source().begin.line) + ": this is not TOML: " + std::string(error.description()),
        ""};
  }
  std::vector<std::string> errors;
  Config config = Reader(folder, errors).Read(document);
  if (!errors.empty()) {
    return Error{ErrorCode::kMalformed, Joined(errors), "sotto-server.example.toml explains every option."};
  }
  return config;
}

Result<Config> LoadConfig(const Path& file) {
  SOTTO_ASSIGN_OR_RETURN(const std::string toml, ReadFile(file));
  auto config = ReadConfig(toml, std::filesystem::absolute(file).parent_path());
  if (config.ok()) return config;
  Error error = config.error();
  error.message = file.string() + ":\n" + error.message;
  return error;
}

}  // namespace sotto::server
