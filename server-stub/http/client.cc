#include "server-stub/http/client.h"

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <chrono>
#include <mutex>
#include <optional>

namespace sotto::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;
using Message = http::request<http::string_body>;
using Parser = http::response_parser<http::string_body>;

http::verb VerbOf(Method method) {
  switch (method) {
    case Method::kPost:
      return http::verb::post;
    case Method::kPut:
      return http::verb::put;
    case Method::kDelete:
      return http::verb::delete_;
    case Method::kHead:
      return http::verb::head;
    default:
      return http::verb::get;
  }
}

bool IsPort(std::string_view port) {
  return !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string_view::npos;
}

// Runs the asynchronous operations of one connection until they are done: only they have time limits.
class Connection {
 public:
  Connection(HttpUrl url, ssl::context& tls) : url_(std::move(url)), stream_(io_, tls) {}

  error_code Open(std::chrono::steady_clock::time_point deadline) {
    error_code error;
    tcp::resolver resolver(io_);
    const auto addresses = resolver.resolve(url_.host, url_.port, error);
    if (error) return error;
    lowest().expires_at(deadline);
    lowest().async_connect(addresses, [&error](error_code result, const tcp::endpoint&) { error = result; });
    Wait();
    if (error) return error;
    lowest().socket().set_option(tcp::no_delay(true), error);
    if (!url_.tls) return {};
    SSL_set_tlsext_host_name(stream_.native_handle(), url_.host.c_str());
    stream_.set_verify_callback(ssl::host_name_verification(url_.host));
    lowest().expires_at(deadline);
    stream_.async_handshake(ssl::stream_base::client, [&error](error_code result) { error = result; });
    Wait();
    return error;
  }

  error_code Exchange(const Message& request, Parser& parser, std::chrono::steady_clock::time_point deadline) {
    lowest().expires_at(deadline);
    return url_.tls ? Exchange(stream_, request, parser) : Exchange(lowest(), request, parser);
  }

  // From any thread.
  void Close() {
    asio::post(io_, [this] { lowest().close(); });
  }

  bool IsTo(const HttpUrl& url) const { return url.tls == url_.tls && url.host == url_.host && url.port == url_.port; }

 private:
  beast::tcp_stream& lowest() { return stream_.next_layer(); }

  void Wait() {
    io_.restart();
    io_.run();
  }

  template <class Stream>
  error_code Exchange(Stream& stream, const Message& request, Parser& parser) {
    error_code error;
    http::async_write(stream, request, [&error](error_code result, size_t) { error = result; });
    Wait();
    if (error) return error;
    http::async_read(stream, buffer_, parser, [&error](error_code result, size_t) { error = result; });
    Wait();
    return error;
  }

  HttpUrl url_;
  asio::io_context io_;
  beast::ssl_stream<beast::tcp_stream> stream_;
  beast::flat_buffer buffer_;
};

std::string Value(const Parser& parser, http::field field) {
  const auto value = parser.get()[field];
  return {value.data(), value.size()};
}

}  // namespace

Result<HttpUrl> ParseHttpUrl(std::string_view url) {
  const Error none{ErrorCode::kInvalidArgument, "\"" + std::string(url) + "\" is no URL.",
                   "Give one such as https://aggregator.example/dap."};
  HttpUrl parsed;
  if (url.starts_with("https://")) {
    parsed.tls = true;
  } else if (!url.starts_with("http://")) {
    return none;
  }
  std::string_view rest = url.substr(url.find("://") + 3);
  const size_t slash = rest.find_first_of("/?#");
  std::string_view authority = rest.substr(0, slash);
  rest = slash == std::string_view::npos ? "/" : rest.substr(slash);
  if (rest.find_first_of("#") != std::string_view::npos || authority.find('@') != std::string_view::npos) return none;
  for (const char c : url) {
    if (c <= ' ' || c > '~') return none;
  }
  parsed.target = (rest.front() == '/' ? "" : "/") + std::string(rest);
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    if (end == std::string_view::npos) return none;
    parsed.host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
  } else {
    parsed.host = authority.substr(0, authority.find(':'));
    authority.remove_prefix(parsed.host.size());
  }
  parsed.port = authority.starts_with(':') ? std::string(authority.substr(1)) : (parsed.tls ? "443" : "80");
  const bool has_rest = !authority.empty() && !authority.starts_with(':');
  if (parsed.host.empty() || has_rest || !IsPort(parsed.port)) return none;
  return parsed;
}

struct HttpClient::Parts {
  HttpClientOptions options;
  ssl::context tls{ssl::context::tls_client};
  std::mutex mutex;  // of what Cancel sees
  std::unique_ptr<Connection> connection;
  bool cancelled = false;

  // The connection to use, or null once cancelled. A new one has to be opened.
  Connection* Use(const HttpUrl& url) {
    const std::lock_guard lock(mutex);
    if (cancelled) return nullptr;
    if (!connection) connection = std::make_unique<Connection>(url, tls);
    return connection.get();
  }
  void Drop() {
    const std::lock_guard lock(mutex);
    connection.reset();
  }
};

HttpClient::HttpClient(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
HttpClient::~HttpClient() = default;

void HttpClient::Cancel() {
  const std::lock_guard lock(parts_->mutex);
  parts_->cancelled = true;
  if (parts_->connection) parts_->connection->Close();
}

Result<std::unique_ptr<HttpClient>> HttpClient::Create(const HttpClientOptions& options) {
  auto parts = std::make_unique<Parts>();
  parts->options = options;
  const auto use = [](const std::string& file, error_code error) -> Status {
    if (!error) return {};
    return Error{ErrorCode::kInvalidArgument, "cannot use " + file + ": " + error.message() + ".",
                 "It must be a readable file in PEM."};
  };
  error_code error;
  parts->tls.set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1, error);
  parts->tls.set_verify_mode(ssl::verify_peer, error);
  if (options.authorities.empty()) {
    parts->tls.set_default_verify_paths(error);
  } else {
    parts->tls.load_verify_file(options.authorities, error);
  }
  SOTTO_RETURN_IF_ERROR(use(options.authorities, error));
  if (!options.certificate.empty()) {
    parts->tls.use_certificate_chain_file(options.certificate, error);
    SOTTO_RETURN_IF_ERROR(use(options.certificate, error));
    parts->tls.use_private_key_file(options.private_key, ssl::context::pem, error);
    SOTTO_RETURN_IF_ERROR(use(options.private_key, error));
  }
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(parts)));
}

Result<HttpAnswer> HttpClient::Send(const HttpRequest& request) {
  SOTTO_ASSIGN_OR_RETURN(const HttpUrl url, ParseHttpUrl(request.url));
  Message message{VerbOf(request.method), url.target, 11};
  const bool standard = url.port == (url.tls ? "443" : "80");
  const std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  message.set(http::field::host, standard ? host : host + ":" + url.port);
  if (!request.authorization.empty()) message.set(http::field::authorization, request.authorization);
  if (!request.content_type.empty()) message.set(http::field::content_type, request.content_type);
  message.body() = request.body;
  message.prepare_payload();

  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                             std::chrono::duration<double>(parts_->options.seconds));
  if (parts_->connection && !parts_->connection->IsTo(url)) parts_->Drop();
  error_code error;
  for (bool again = true; again;) {
    const bool kept = parts_->connection != nullptr;
    again = false;
    Connection* const connection = parts_->Use(url);
    if (connection == nullptr) {
      error = asio::error::operation_aborted;
      break;
    }
    error = {};
    if (!kept) error = connection->Open(deadline);
    std::optional<Parser> parser(std::in_place);
    parser->body_limit(parts_->options.max_body);
    if (request.method == Method::kHead) parser->skip(true);
    if (!error) error = connection->Exchange(message, *parser, deadline);
    if (!error) {
      HttpAnswer answer{parser->get().result_int(),
                        Value(*parser, http::field::content_type),
                        Value(*parser, http::field::location),
                        Value(*parser, http::field::retry_after),
                        Value(*parser, http::field::etag),
                        std::move(parser->get().body())};
      if (!parser->get().keep_alive()) parts_->Drop();
      return answer;
    }
    parts_->Drop();
    if (error == http::error::body_limit) {
      return Error{ErrorCode::kResourceExhausted, request.url + " answered with too much.", ""};
    }
    // The server closed a connection that it had kept, as it may.
    again = kept && error != beast::error::timeout;
  }
  return Error{ErrorCode::kUnavailable, request.url + " did not answer: " + error.message() + ".", ""};
}

}  // namespace sotto::server
