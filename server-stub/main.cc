// sotto-server: one room's stream, comments and rounds over HTTP and WebSocket. Exit codes: 0 an orderly end, 1 it
// could not start, 2 usage.
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "server-stub/app/log.h"
#include "server-stub/app/open_files.h"
#include "server-stub/app/secret_files.h"
#include "server-stub/app/server.h"
#include "server-stub/config/config_reader.h"

namespace {

using namespace sotto;
using namespace sotto::server;

int Fail(const Error& error) {
  (void)std::fprintf(stderr, "sotto-server: %s\n", ToString(error).c_str());
  return 1;
}

void CheckOpenFiles(const Limits& limits) {
  constexpr uint64_t kOwnFiles = 64;  // storage, listening sockets, segments that are being read
  const uint64_t allowed = RaiseOpenFileLimit();
  if (allowed >= limits.connections + kOwnFiles) return;
  spdlog::warn("too few open files, raise them (ulimit -n) or lower limits.connections allowed={} needed={}", allowed,
               limits.connections + kOwnFiles);
}

int Main(int argc, char** argv) {
  CLI::App app("Serves live rooms: manifest, HLS, comments, models, and rounds of private updates.", "sotto-server");
  std::string file;
  bool check = false;
  app.add_option("--config", file, "TOML file; sotto-server.example.toml explains every option")->required();
  app.add_flag("--check-config", check, "Check the configuration and the files that it names, then exit");
  app.set_version_flag("--version", SOTTO_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }

  const auto config = LoadConfig(file);
  if (!config.ok()) return Fail(config.error());
  const auto readable = ReadableByOthers(file, config.value());
  if (check) {
    for (const std::string& warning : readable) (void)std::fprintf(stderr, "warning: %s\n", warning.c_str());
    if (const auto status = Server::Check(config.value()); !status.ok()) return Fail(status.error());
    std::printf("%s is fine.\n", file.c_str());
    return 0;
  }
  SetUpLog(config.value().server.log_level, config.value().server.log_format);
  for (const std::string& warning : readable) spdlog::warn("{}", warning);
  CheckOpenFiles(config.value().limits);
  auto server = Server::Create(config.value());
  if (!server.ok()) return Fail(server.error());
  server.value()->Run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Main(argc, argv);
  } catch (const std::exception& error) {
    (void)std::fprintf(stderr, "sotto-server: %s\n", error.what());
    return 1;
  }
}
