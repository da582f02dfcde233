// Just enough HTTP/1.1 for the swarm: documents to read and updates to put, over plain TCP.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::cli {

struct Url {
  std::string host;
  std::string port;
  std::string path;  // with its query, from the first '/'
};

// kInvalidArgument for what is not http://host[:port][/path].
Result<Url> ParseUrl(std::string_view url);

// `reference` (absolute, from the root, or relative) as it is meant in the document at `base`.
Result<Url> ResolveUrl(const Url& base, std::string_view reference);

// The body of a GET that is answered with 200 within ten seconds. Errors: kUnavailable (no connection, no answer),
// kNotFound (404), kMalformed (another status), kResourceExhausted (more than `limit` bytes); all name the URL.
Result<Bytes> HttpGet(const Url& url, size_t limit);

// One request, the same on every retry.
struct UpdateToSend {
  std::string path;  // of the server
  Bytes bytes;
};

struct SendOptions {
  uint32_t concurrency = 32;     // connections at a time
  bool dap = false;              // POST of a DAP upload request; otherwise PUT of an update under `trust: local`
  double patience_seconds = 60;  // for how long one update is tried again
};

struct SendReport {
  uint64_t accepted = 0;     // 201; DAP: 200 without a body
  uint64_t duplicates = 0;   // 200: it had arrived before; DAP: report_replayed
  uint64_t refused = 0;      // another status that a repetition would not change
  uint64_t failed = 0;       // given up
  std::string last_problem;  // why the last one was refused or failed
  bool interrupted = false;  // by Ctrl-C
};

// Sends `count` updates to the server at `url`. After a lost connection, 429 or 503 the same id and bytes are sent
// again: after the time that Retry-After names, otherwise after a random time up to 0.2 s that doubles each time up to
// 5 s.
//   make       the update of this number; called once for each, in order
//   progress   called when one is settled
// Errors: those of `make`, with which everything stops.
Result<SendReport> SendUpdates(const Url& url, uint64_t count, const SendOptions& options,
                               const std::function<Result<UpdateToSend>(uint64_t)>& make,
                               const std::function<void()>& progress);

}  // namespace sotto::cli
