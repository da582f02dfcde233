// The server: put together from a configuration, run, and brought to an orderly end.
#pragma once

#include <cstdint>
#include <memory>

#include "server-stub/config/config.h"
#include "sotto/base/result.h"

namespace sotto::server {

class Server {
 public:
  // Reads every file that the configuration names, binds the address, opens the storage, which no other process may
  // have open, and closes rounds that a crash left open. Nothing is accepted yet. Errors name the file, table or
  // address.
  static Result<std::unique_ptr<Server>> Create(const Config& config);

  // Reads and checks everything that Create does, but opens no storage and no socket.
  static Status Check(const Config& config);

  ~Server();

  uint16_t port() const;

  // Serves until Stop, SIGTERM or SIGINT. Then: nothing new is accepted, requests in flight are answered, viewers'
  // WebSockets close with 1001, updates that were accepted are written. What takes longer than limits.drain_seconds is
  // cut off. Returns when everything has ended.
  void Run();

  // From any thread.
  void Stop();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace sotto::server
