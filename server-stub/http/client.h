// HTTP/1.1 requests to another server, one after the other: blocking, over TCP or TLS (certificates checked, TLS 1.2 or
// later), a connection kept for the next request. For worker threads and for the command line; never for a thread of
// the server's event loops.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "server-stub/http/message.h"
#include "sotto/base/result.h"

namespace sotto::server {

struct HttpUrl {
  bool tls = false;
  std::string host;  // without brackets
  std::string port;
  std::string target;  // path and query, from the first '/'
};

// kInvalidArgument for what is not http[s]://host[:port][/path]: user names and fragments among it.
Result<HttpUrl> ParseHttpUrl(std::string_view url);

struct HttpClientOptions {
  double seconds = 30;                          // for one request, connection and answer included
  size_t max_body = size_t{256} * 1024 * 1024;  // of an answer
  std::string certificate;                      // files in PEM: of the client, for mutual TLS; empty: none
  std::string private_key;
  std::string authorities;  // file in PEM with the authorities to trust; empty: the system's
};

struct HttpRequest {
  Method method = Method::kGet;
  std::string url;
  std::string authorization;  // the header's value; empty: none
  std::string content_type;
  std::string body;
};

struct HttpAnswer {
  unsigned status = 0;
  std::string content_type;
  std::string location;
  std::string retry_after;
  std::string etag;
  std::string body;
};

// For one thread at a time.
class HttpClient {
 public:
  // kInvalidArgument if a file of the options cannot be used.
  static Result<std::unique_ptr<HttpClient>> Create(const HttpClientOptions& options);
  ~HttpClient();

  // The answer, whatever its status. A connection that was kept and turns out closed is opened once more.
  // Errors: kInvalidArgument for a URL that is none, kUnavailable without an answer (the request may have been done),
  // kResourceExhausted for one that is too large. No redirect is followed.
  Result<HttpAnswer> Send(const HttpRequest& request);

  // From any thread: what is being sent, and whatever would be sent afterwards, has no answer (kUnavailable). Does not
  // cut short the look-up of a name, which the system's resolver ends by itself.
  void Cancel();

 private:
  struct Parts;
  explicit HttpClient(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sotto::server
