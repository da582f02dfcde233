#include "tools/cli/swarm_http.h"

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <chrono>
#include <csignal>
#include <optional>
#include <random>

#include "sotto/dap/http.h"
#include "sotto/dap/upload.h"

namespace sotto::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

constexpr std::chrono::seconds kRequestTimeout{10};
constexpr Milliseconds kFirstPause{200};
constexpr Milliseconds kLongestPause{5'000};
constexpr size_t kMaxProblemBytes = size_t{64} << 10;

auto Into(error_code& error) {
  return asio::redirect_error(asio::use_awaitable, error);
}

// One connection that is opened when it is needed and kept while the server keeps it.
class Connection {
 public:
  Connection(asio::any_io_executor executor, Url url) : url_(std::move(url)), stream_(std::move(executor)) {}

  // The response, or the error of the connection, which is closed then.
  template <class Body>
  asio::awaitable<error_code> Exchange(const http::request<Body>& request,
                                       http::response_parser<http::vector_body<uint8_t>>& parser) {
    error_code error;
    if (!open_) {
      tcp::resolver resolver(stream_.get_executor());
      const auto addresses = co_await resolver.async_resolve(url_.host, url_.port, Into(error));
      if (error) co_return error;
      stream_.expires_after(kRequestTimeout);
      co_await stream_.async_connect(addresses, Into(error));
      if (error) co_return error;
      open_ = true;
    }
    stream_.expires_after(kRequestTimeout);
    co_await http::async_write(stream_, request, Into(error));
    if (!error) co_await http::async_read(stream_, buffer_, parser, Into(error));
    if (error || !parser.get().keep_alive()) Close();
    co_return error;
  }

  void Close() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
    stream_.close();
    buffer_.clear();
    open_ = false;
  }

 private:
  Url url_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  bool open_ = false;
};

template <class Body>
http::request<Body> MakeRequest(http::verb verb, const Url& url, const std::string& target) {
  http::request<Body> request{verb, target, 11};
  request.set(http::field::host, url.port == "80" ? url.host : url.host + ":" + url.port);
  request.set(http::field::user_agent, "sotto-swarm");
  return request;
}

std::string Describe(const Url& url, const std::string& path) {
  return "http://" + url.host + ":" + url.port + path;
}

// Sends the updates; lives until every one is settled.
class Sender {
 public:
  Sender(const Url& url, uint64_t count, const SendOptions& options,
         const std::function<Result<UpdateToSend>(uint64_t)>& make, const std::function<void()>& progress)
      : url_(url), count_(count), options_(options), make_(make), progress_(progress), signals_(context_) {}

  Result<SendReport> Run() {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    signals_.async_wait([this](error_code error, int) {
      if (error) return;
      report_.interrupted = true;
      context_.stop();
    });
    const uint64_t workers = std::min<uint64_t>(options_.concurrency, count_);
    for (uint64_t i = 0; i < workers; ++i) {
      ++working_;
      asio::co_spawn(context_, Work(), asio::detached);
    }
    if (workers == 0) signals_.cancel();
    context_.run();
    if (error_) return *error_;
    return report_;
  }

 private:
  asio::awaitable<void> Work() {
    Connection connection(context_.get_executor(), url_);
    while (next_ < count_ && !error_) {
      auto update = make_(next_++);
      if (!update.ok()) {
        error_ = update.error();
        break;
      }
      co_await Send(connection, update.value());
      progress_();
    }
    connection.Close();
    if (--working_ == 0) signals_.cancel();
  }

  asio::awaitable<void> Send(Connection& connection, const UpdateToSend& update) {
    auto request =
        MakeRequest<http::vector_body<uint8_t>>(options_.dap ? http::verb::post : http::verb::put, url_, update.path);
    request.set(http::field::content_type,
                options_.dap ? std::string(dap::MediaType(dap::Message::kUploadReq)) : "application/octet-stream");
    request.body() = update.bytes;
    request.prepare_payload();

    const auto give_up = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                            std::chrono::duration<double>(options_.patience_seconds));
    Milliseconds longest = kFirstPause;
    while (true) {
      http::response_parser<http::vector_body<uint8_t>> parser;
      parser.body_limit(kMaxProblemBytes);
      const error_code error = co_await connection.Exchange(request, parser);
      if (!error && Settled(parser.get())) co_return;
      const std::string why = error ? error.message() : StatusOf(parser.get());
      const Milliseconds pause = error ? Jitter(longest) : RetryAfter(parser.get()).value_or(Jitter(longest));
      longest = std::min(2 * longest, kLongestPause);
      if (Clock::now() + pause > give_up) {
        ++report_.failed;
        report_.last_problem = why;
        co_return;
      }
      asio::steady_timer timer(context_, pause);
      error_code ignored;
      co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
  }

  using Response = http::response<http::vector_body<uint8_t>>;

  static std::string StatusOf(const Response& response) {
    return "HTTP " + std::to_string(response.result_int()) + " " +
           std::string(response.body().begin(), response.body().end());
  }

  // True if a repetition would change nothing.
  bool Settled(const Response& response) {
    if (options_.dap && response.result_int() == 200) {
      SettleUpload(response);
      return true;
    }
    switch (response.result_int()) {
      case 201:
        ++report_.accepted;
        return true;
      case 200:
        ++report_.duplicates;
        return true;
      case 429:
      case 503:
        return false;
      default:
        ++report_.refused;
        report_.last_problem = StatusOf(response);
        return true;
    }
  }

  // Of one report.
  void SettleUpload(const Response& response) {
    if (response.body().empty()) {
      ++report_.accepted;
      return;
    }
    const auto errors = dap::DecodeUploadErrors(response.body());
    const bool known = errors.ok() && errors.value().size() == 1;
    if (known && errors.value()[0].error == dap::ReportError::kReportReplayed) {
      ++report_.duplicates;
      return;
    }
    ++report_.refused;
    report_.last_problem = known ? std::string(dap::ReportErrorName(errors.value()[0].error)) : StatusOf(response);
  }

  static std::optional<Milliseconds> RetryAfter(const Response& response) {
    const auto value = response[http::field::retry_after];
    uint32_t seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (value.empty() || error != std::errc{} || end != value.data() + value.size()) return std::nullopt;
    return std::chrono::seconds(seconds);
  }

  // When to try again is no secret and decides nothing, so an ordinary generator will do.
  Milliseconds Jitter(Milliseconds longest) {
    return Milliseconds(std::uniform_int_distribution<int64_t>(0, longest.count())(jitter_));
  }

  const Url& url_;
  uint64_t count_;
  SendOptions options_;
  const std::function<Result<UpdateToSend>(uint64_t)>& make_;
  const std::function<void()>& progress_;
  asio::io_context context_;
  asio::signal_set signals_;
  std::minstd_rand jitter_{std::random_device{}()};
  uint64_t next_ = 0;
  uint64_t working_ = 0;
  SendReport report_;
  std::optional<Error> error_;
};

}  // namespace

Result<Url> ParseUrl(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  const Error bad{ErrorCode::kInvalidArgument, std::string(url) + " is not a URL that this program reads.",
                  "Give one such as http://127.0.0.1:8080."};
  if (!url.starts_with(kScheme)) return bad;
  url.remove_prefix(kScheme.size());
  const size_t slash = std::min(url.find('/'), url.size());
  const std::string_view authority = url.substr(0, slash);
  const size_t colon = authority.rfind(':');
  Url parsed;
  parsed.host = authority.substr(0, colon);
  parsed.port = colon == std::string_view::npos ? "80" : authority.substr(colon + 1);
  parsed.path = url.substr(slash);
  const bool digits = std::ranges::all_of(parsed.port, [](char c) { return c >= '0' && c <= '9'; });
  if (parsed.host.empty() || parsed.port.empty() || !digits) return bad;
  return parsed;
}

Result<Url> ResolveUrl(const Url& base, std::string_view reference) {
  if (reference.find("://") != std::string_view::npos) return ParseUrl(reference);
  Url resolved = base;
  if (reference.starts_with('/')) {
    resolved.path = reference;
  } else {
    const size_t end_of_path = std::min(base.path.find('?'), base.path.size());
    const size_t slash = base.path.substr(0, end_of_path).rfind('/');
    resolved.path = (slash == std::string::npos ? "/" : base.path.substr(0, slash + 1)) + std::string(reference);
  }
  return resolved;
}

Result<Bytes> HttpGet(const Url& url, size_t limit) {
  const std::string path = url.path.empty() ? "/" : url.path;
  const std::string where = Describe(url, path);
  asio::io_context context;
  http::response_parser<http::vector_body<uint8_t>> parser;
  parser.body_limit(limit);
  error_code error;
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        Connection connection(context.get_executor(), url);
        const auto request = MakeRequest<http::empty_body>(http::verb::get, url, path);
        error = co_await connection.Exchange(request, parser);
      },
      asio::detached);
  context.run();
  if (error == http::error::body_limit) {
    return Error{ErrorCode::kResourceExhausted, where + " has more than " + std::to_string(limit) + " bytes.", ""};
  }
  if (error) {
    return Error{ErrorCode::kUnavailable, where + " did not answer: " + error.message() + ".",
                 "Check that the server runs."};
  }
  const auto status = parser.get().result_int();
  if (status == 404) return Error{ErrorCode::kNotFound, where + " is not there.", "Check the stream's id."};
  if (status != 200) return Error{ErrorCode::kMalformed, where + " answered with " + std::to_string(status) + ".", ""};
  return parser.release().body();
}

Result<SendReport> SendUpdates(const Url& url, uint64_t count, const SendOptions& options,
                               const std::function<Result<UpdateToSend>(uint64_t)>& make,
                               const std::function<void()>& progress) {
  return Sender(url, count, options, make, progress).Run();
}

}  // namespace sotto::cli
