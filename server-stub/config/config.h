// What an operator decides. Every option with its default; sotto-server.example.toml says the same in TOML.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sotto/stream/manifest.h"

namespace sotto::server {

using Path = std::filesystem::path;

struct ListenConfig {
  std::string address = "127.0.0.1";  // IPv4 or IPv6 address to listen on
  uint16_t port = 8080;               // 0: any free one
  uint32_t threads = 0;               // 1 to 256; 0: one for each processor
  Path port_file;                     // the bound port is written here, in decimal, once the server is ready
  std::string log_level = "info";     // trace, debug, info, warning, error
  std::string log_format = "text";    // text, json (app/log.h)
  std::vector<std::string> cors_origins = {"*"};
  std::vector<std::string> trusted_proxies;  // addresses whose X-Forwarded-For is believed
  // SHA-256, in hexadecimal digits, of the token with which an operator publishes models; empty: nobody can.
  std::string operator_token_sha256;
};

struct StorageConfig {
  Path path = "var/sotto.sqlite";
  uint32_t queue = 10'000;                  // updates waiting for the disk before new ones get 503
  uint32_t queue_bytes = 64 * 1024 * 1024;  // of these
};

struct Limits {
  uint32_t header_bytes = 8 * 1024;
  uint32_t body_bytes = 64 * 1024;  // of an update
  double header_seconds = 5;        // for the header, from the first byte; of a new connection, from its start
  double request_seconds = 10;      // for the body, and for the answer
  double idle_seconds = 30;         // between two requests of one connection
  double drain_seconds = 10;        // for what is in flight when the server is told to stop
  uint32_t connections = 10'000;
  uint32_t connections_per_address = 1'000;    // trusted proxies have no limit of their own
  uint32_t updates_per_minute = 600;           // of one address; 0: no limit
  uint32_t token_requests_per_minute = 6'000;  // with one bearer token; 0: no limit
  uint32_t wrong_tokens_per_minute = 60;       // of one address, with a wrong token or none; 0: no limit
  uint32_t comment_bytes = 4'096;              // of one WebSocket message
  uint32_t comment_queue = 64;                 // comments waiting for one slow viewer before the oldest are dropped
  uint32_t comments_per_minute = 120;          // of one address; 0: no limit
  uint32_t stream_comments_per_second = 100;   // of all viewers of a stream together; 0: no limit
  uint32_t viewers_per_address = 256;
  uint32_t viewers_per_stream = 10'000;
  double viewer_idle_seconds = 60;                  // without an answer to a ping
  uint32_t segment_cache_bytes = 64 * 1024 * 1024;  // of segments kept in memory, all streams together
};

struct StreamConfig {
  std::string id;
  stream::LocalText title;
  Path products;
  std::string catalogue;    // version of the products; may be empty
  Path events;              // may be empty: none
  Path campaigns;           // likewise
  double event_period = 0;  // seconds after which events without a period of their own happen again; 0: once
  Path media;               // folder into which ffmpeg writes live.m3u8 and segments; may be empty: no video
  uint64_t bandwidth = 2'500'000;
  uint32_t width = 0;
  uint32_t height = 0;
  std::string codecs;
  double frame_rate = 0;
  double refresh = 5;          // seconds after which players ask for the manifest again; 0: never
  std::string image_base;      // put before product images that are relative
  Path comments_replay;        // JSON lines of {"at", "user", "text"}; may be empty
  double comments_period = 0;  // seconds after which the replay starts again; 0: once
};

struct ModelConfig {
  std::string id;
  std::string version;
  Path path;
  std::string stream;
};

struct TaskConfig {
  std::string id;
  std::string stream;
  std::string kind = "affinity";
  std::string trust = "local";
  std::vector<std::string> items;  // empty: every product of the stream, in its order
  uint32_t max_items = 4;
  uint64_t sigma_squared_numerator = 0;
  uint64_t sigma_squared_denominator = 1;
  double delta = 1e-5;
  uint64_t minimum = 0;
  std::string expires;  // RFC 3339
  std::string model;    // id of the model that its round becomes
};

// The aggregator: its part is there if this table is.
struct AggregatorConfig {
  std::string storage;                         // "sqlite:PATH" (one server) or "postgresql://..." (any number)
  Path tasks;                                  // folder with task files (aggregator/task_file.h), *.toml
  Path keys;                                   // folder with HPKE key files (hpke/key_file.h), *.toml
  uint32_t workers = 0;                        // threads that verify reports and drive jobs; 0: one for each processor
  uint32_t job_reports = 100;                  // in one aggregation job
  double job_wait_seconds = 2;                 // before a job of fewer reports is made
  bool asynchronous = false;                   // as a helper: accept jobs at once, work on them afterwards
  double peer_seconds = 60;                    // for one answer of the other aggregator
  uint32_t upload_bytes = 1024 * 1024;         // of one upload
  uint32_t request_bytes = 128 * 1024 * 1024;  // of one request of the other aggregator
  uint32_t queue = 10'000;                     // uploads waiting for the disk before new ones get 503
  uint32_t queue_bytes = 256 * 1024 * 1024;    // of these
  uint32_t waiting_requests = 64;              // of the other parties, before new ones get 503
  uint32_t reports_per_minute = 600;           // of one address; 0: no limit
  uint32_t retention_days = 30;                // after a task has expired, before ids of its reports are forgotten
  // rho that all releases of this operator may cost a device together.
  double rho_per_release = 0;
  double rho_per_epoch = 0;
  double rho_lifetime = 0;
  Path authorities;  // PEM: whom to trust as the other aggregator; empty: the system's
  Path certificate;  // PEM: shown to it, for mutual TLS; empty: none
  Path private_key;
};

struct Config {
  ListenConfig server;
  StorageConfig storage;
  Limits limits;
  std::vector<StreamConfig> streams;
  std::vector<ModelConfig> models;
  std::vector<TaskConfig> tasks;
  std::optional<AggregatorConfig> aggregator;
};

}  // namespace sotto::server
