#include "server-stub/http/connection.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <chrono>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "server-stub/http/client_address.h"
#include "server-stub/http/deadline.h"
#include "server-stub/http/problem.h"
#include "server-stub/http/response_head.h"
#include "server-stub/http/target.h"

namespace sotto::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Clock = std::chrono::steady_clock;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
// A reader slower than this, in bytes a second, is cut off.
constexpr double kSlowestReader = 16'384;
// What is read and thrown away after an early answer, so that the peer gets to read it (TCP resets what is unread).
constexpr size_t kLingerBytes = size_t{1024} * 1024;
constexpr std::chrono::seconds kLingerTime{2};

Clock::duration Seconds(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

Method MethodOf(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Method::kGet;
    case http::verb::head:
      return Method::kHead;
    case http::verb::put:
      return Method::kPut;
    case http::verb::post:
      return Method::kPost;
    case http::verb::delete_:
      return Method::kDelete;
    case http::verb::options:
      return Method::kOptions;
    default:
      return Method::kOther;
  }
}

std::string_view View(beast::string_view text) {
  return {text.data(), text.size()};
}

// Gives the first of two answers, the handler's or the deadline's, to the coroutine that waits; on its own executor.
template <class Completion>
class FirstAnswer : public std::enable_shared_from_this<FirstAnswer<Completion>> {
 public:
  FirstAnswer(Completion completion, const asio::any_io_executor& executor)
      : completion_(std::move(completion)), deadline_(executor) {}

  void Expire(Clock::duration after) {
    deadline_.expires_after(after);
    deadline_.async_wait([self = this->shared_from_this()](const boost::system::error_code& cancelled) {
      if (cancelled) return;
      self->Complete(RetryLater(503, "UNAVAILABLE", "The answer took too long. Send the same request again.", 5));
    });
  }

  // From any thread.
  void Answer(Response response) {
    asio::post(deadline_.get_executor(), [self = this->shared_from_this(), response = std::move(response)]() mutable {
      self->deadline_.cancel();
      self->Complete(std::move(response));
    });
  }

 private:
  void Complete(Response response) {
    if (!completion_) return;
    auto completion = std::move(*completion_);
    completion_.reset();
    std::move(completion)(std::move(response));
  }

  std::optional<Completion> completion_;
  asio::steady_timer deadline_;
};

class Connection final : public Drainable {
 public:
  Connection(asio::ip::tcp::socket socket, Worker& worker, Gateway& gateway)
      : socket_(std::move(socket)),
        deadline_(socket_),
        worker_(worker),
        gateway_(gateway),
        limits_(gateway.config.limits) {
    // Header and body are read through it; a body goes on into its own string.
    buffer_.max_size(limits_.header_bytes + size_t{64} * 1024);
    boost::system::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
    peer_ = socket_.remote_endpoint(ignored).address().to_string();
    client_ = ClientKey(peer_, "", {});
    worker_.drainables.insert(this);
    gateway_.metrics.connections().Increment();
  }
  ~Connection() override {
    gateway_.metrics.connections().Decrement();
    worker_.drainables.erase(this);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  asio::awaitable<void> Run() {
    bool first = true;
    while (co_await BytesArrived(first)) {
      first = false;
      waits_ = false;
      const Next next = co_await ServeRequest();
      if (next == Next::kLinger) co_await Linger();
      if (next != Next::kRequest) break;
      waits_ = true;
    }
    // Between two requests nobody is slow.
    if (deadline_.passed() && !waits_) gateway_.metrics.RefusedConnections("slow").Increment();
    boost::system::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  }

  // Closes at once if it only waits for a request; one that is being served is finished first.
  void Drain() override {
    boost::system::error_code ignored;
    if (idle_) socket_.cancel(ignored);
  }

 private:
  using Parser = http::request_parser<http::string_body>;

  enum class Next : uint8_t { kRequest, kClose, kLinger };

  // Waits for a request to begin; false if none does.
  asio::awaitable<bool> BytesArrived(bool first) {
    if (buffer_.size() > 0) co_return true;
    if (gateway_.draining && !first) co_return false;
    deadline_.Set(Seconds(first ? limits_.header_seconds : limits_.idle_seconds));
    idle_ = true;
    const auto [error, size] = co_await socket_.async_read_some(buffer_.prepare(4'096), kAwait);
    idle_ = false;
    buffer_.commit(size);
    co_return !error;
  }

  asio::awaitable<Next> ServeRequest() {
    Parser parser;
    parser.header_limit(limits_.header_bytes);
    parser.body_limit(boost::none);  // checked below, where the route is known
    // Most headers are there as a whole.
    const size_t size = buffer_.size();
    boost::system::error_code error;
    buffer_.consume(parser.put(buffer_.data(), error));
    if (!parser.is_header_done() && (!error || error == http::error::need_more)) {
      error = co_await ReadHeader(parser, size);
    } else if (!error && size - buffer_.size() > limits_.header_bytes) {
      error = http::error::header_limit;
    }
    begun_ = Clock::now();
    route_ = Route::kNone;
    if (error) co_return co_await RefuseHeader(error);

    auto& head = parser.get();
    if (auto problem = CheckHeader(parser)) {
      // Where the request ends is not to be trusted, so nothing after it is taken for the next one.
      unread_ = true;
      co_return co_await Write(head, std::move(*problem), false);
    }
    const Method method = MethodOf(head.method());
    auto found = gateway_.router.Find(method, View(head.target()));
    if (auto* problem = std::get_if<Response>(&found)) {
      gateway_.cors.AddTo(*problem, View(head[http::field::origin]), method == Method::kOptions);
      co_return co_await Answer(parser, std::move(*problem));
    }
    const RouteMatch& match = std::get<RouteMatch>(found);
    route_ = match.endpoint->route;
    if (match.endpoint->websocket) co_return co_await Upgrade(parser, match);
    Request request;
    request.method = method;
    request.parameters = match.parameters;
    request.content_type = View(head[http::field::content_type]);
    request.if_none_match = View(head[http::field::if_none_match]);
    request.authorization = View(head[http::field::authorization]);
    request.query = QueryOf(View(head.target()));
    request.client = Client(head);
    auto refused = CheckBody(parser, *match.endpoint);
    if (!refused && match.endpoint->admit) refused = match.endpoint->admit(request);
    if (refused) {
      gateway_.cors.AddTo(*refused, View(head[http::field::origin]), false);
      co_return co_await Answer(parser, std::move(*refused));
    }
    if (!parser.is_done() && !co_await ReadBody(parser)) co_return Next::kClose;
    request.body = std::move(head.body());
    Response response;
    if (const auto* plain = std::get_if<PlainHandler>(&match.endpoint->handler)) {
      response = (*plain)(request);
    } else {
      response = co_await Await(std::get<LaterHandler>(match.endpoint->handler), request, match.endpoint->patient);
    }
    gateway_.cors.AddTo(response, View(head[http::field::origin]), false);
    // As Answer, which would be one more coroutine for what mostly needs none.
    unread_ = !parser.is_done();
    const Writing writing = Begin(head, response, head.keep_alive() && !unread_ && !gateway_.draining);
    if (writing.left() == 0) co_return writing.next;
    co_return co_await Finish(writing);
  }

  // The rest of a header of which `size` bytes have come. The parser's own limit is one of what it has not read yet, so
  // the whole is counted here.
  asio::awaitable<boost::system::error_code> ReadHeader(Parser& parser, size_t size) {
    deadline_.Set(Seconds(limits_.header_seconds));
    while (true) {
      if (size >= limits_.header_bytes) co_return http::error::header_limit;
      const auto [failed, count] = co_await socket_.async_read_some(buffer_.prepare(4'096), kAwait);
      if (failed) co_return failed;
      buffer_.commit(count);
      size += count;
      boost::system::error_code error;
      buffer_.consume(parser.put(buffer_.data(), error));
      if (parser.is_header_done()) {
        if (!error && size - buffer_.size() > limits_.header_bytes) error = http::error::header_limit;
        co_return error;
      }
      if (error && error != http::error::need_more) co_return error;
    }
  }

  asio::awaitable<Next> RefuseHeader(boost::system::error_code error) {
    const bool too_large = error == http::error::header_limit || error == http::error::buffer_overflow;
    const bool malformed = error.category() == http::make_error_code(http::error::bad_method).category() &&
                           error != http::error::end_of_stream && error != http::error::partial_message;
    if (!too_large && !malformed) co_return Next::kClose;  // gone, or too slow
    Parser nothing;
    nothing.get().keep_alive(false);
    Response problem = too_large ? Problem(431, "RESOURCE_EXHAUSTED", "The request's header is too large.")
                                 : Problem(400, "MALFORMED", "This is not an HTTP/1.1 request.");
    unread_ = true;
    co_return co_await Write(nothing.get(), std::move(problem), false);
  }

  // What is wrong with a request whatever it asks for.
  static std::optional<Response> CheckHeader(const Parser& parser) {
    const auto& head = parser.get();
    if (head.count(http::field::transfer_encoding) > 0) {
      return Problem(411, "LENGTH_REQUIRED", "Send a Content-Length instead of a Transfer-Encoding.");
    }
    const size_t hosts = head.count(http::field::host);
    if (hosts > 1 || (hosts == 0 && head.version() >= 11)) {
      return Problem(400, "MALFORMED", "Send one Host header.");
    }
    if (View(head[http::field::host]).find_first_of(" \t,/\\?#@\"<>") != std::string_view::npos) {
      return Problem(400, "MALFORMED", "The Host header is no host.");
    }
    // Also of the same length twice: what stands in front of this server might read another one of them.
    if (head.count(http::field::content_length) > 1 ||
        View(head[http::field::content_length]).find(',') != std::string_view::npos) {
      return Problem(400, "MALFORMED", "Send one Content-Length header.");
    }
    return std::nullopt;
  }

  // Why the body cannot be read.
  static std::optional<Response> CheckBody(const Parser& parser, const Endpoint& endpoint) {
    if (parser.content_length().value_or(0) > endpoint.max_body) {
      return Problem(413, "RESOURCE_EXHAUSTED",
                     "The body is larger than " + std::to_string(endpoint.max_body) + " bytes.");
    }
    return std::nullopt;
  }

  asio::awaitable<bool> ReadBody(Parser& parser) {
    deadline_.Set(Seconds(limits_.request_seconds));
    if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      const auto [error, size] = co_await asio::async_write(socket_, asio::buffer(kContinue), kAwait);
      if (error) co_return false;
    }
    const auto [error, size] = co_await http::async_read(socket_, buffer_, parser, kAwait);
    co_return !error;
  }

  std::string Client(const Parser::value_type& head) const {
    if (head.count("X-Forwarded-For") == 0) return client_;
    // Some proxies append to the line that they got, others add one of their own.
    std::string forwarded_for;
    const auto [begin, end] = head.equal_range("X-Forwarded-For");
    for (auto line = begin; line != end; ++line) {
      if (!forwarded_for.empty()) forwarded_for += ",";
      forwarded_for += View(line->value());
    }
    return ClientKey(peer_, forwarded_for, gateway_.config.server.trusted_proxies);
  }

  asio::awaitable<Response> Await(const LaterHandler& later, const Request& request, bool patient) {
    deadline_.Clear();  // what answers has one of its own
    co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(Response)>(
        [&](auto completion) {
          using Pending = FirstAnswer<decltype(completion)>;
          auto pending = std::make_shared<Pending>(std::move(completion), socket_.get_executor());
          if (!patient) pending->Expire(Seconds(limits_.request_seconds));
          later(request, [pending](Response response) { pending->Answer(std::move(response)); });
        },
        asio::use_awaitable);
  }

  asio::awaitable<Next> Upgrade(Parser& parser, const RouteMatch& match) {
    auto& head = parser.get();
    if (!beast::websocket::is_upgrade(head)) {
      Response problem = Problem(426, "UPGRADE_REQUIRED", "This address speaks WebSocket.");
      problem.headers.emplace_back("Upgrade", "websocket");
      co_return co_await Answer(parser, std::move(problem));
    }
    if (!gateway_.cors.MayConnect(View(head[http::field::origin]), View(head[http::field::host]))) {
      co_return co_await Answer(parser, Problem(403, "FORBIDDEN", "Pages of this origin may not connect."));
    }
    auto admitted = gateway_.websockets.Admit(match.parameters, Client(head), worker_.index);
    if (auto* problem = std::get_if<Response>(&admitted)) co_return co_await Answer(parser, std::move(*problem));
    Count(101);
    deadline_.Clear();  // the WebSocket has timeouts of its own
    // And buffers: for as long as it lasts these are nobody's. A client sends no frame before it has the answer.
    buffer_.clear();
    buffer_.shrink_to_fit();
    head_ = std::string();
    co_await std::get<WebSocketSession>(admitted)(beast::tcp_stream(std::move(socket_)), std::move(head));
    co_return Next::kClose;
  }

  // Answers a request whose header was read.
  asio::awaitable<Next> Answer(const Parser& parser, Response response) {
    unread_ = !parser.is_done();
    const bool keep_alive = parser.get().keep_alive() && !unread_ && !gateway_.draining;
    return Write(parser.get(), std::move(response), keep_alive);
  }

  // An answer of which a part is written.
  struct Writing {
    Next next = Next::kClose;  // once it is whole
    std::array<asio::const_buffer, 2> rest;
    size_t left() const { return rest[0].size() + rest[1].size(); }
  };

  // Writes what the socket takes at once, which is mostly all. The response has to stay until the end.
  Writing Begin(const Parser::value_type& head, const Response& response, bool keep_alive) {
    Count(response.status);  // before the client can ask for the count
    head_.clear();
    AppendResponseHead(response, {head.version(), keep_alive}, worker_.date.At(std::time(nullptr)), head_);
    const bool header_only = head.method() == http::verb::head || response.status == 204 || response.status == 304;
    Writing writing;
    writing.rest[0] = asio::buffer(head_);
    if (!header_only && response.body) writing.rest[1] = asio::buffer(*response.body);
    boost::system::error_code error;
    const size_t written = socket_.write_some(writing.rest, error);
    if (error && error != asio::error::would_block) {
      writing.rest = {};
      return writing;
    }
    const size_t of_head = std::min(written, writing.rest[0].size());
    writing.rest[0] += of_head;
    writing.rest[1] += written - of_head;
    writing.next = unread_ ? Next::kLinger : keep_alive ? Next::kRequest : Next::kClose;
    return writing;
  }

  asio::awaitable<Next> Finish(Writing writing) {
    deadline_.Set(Seconds(limits_.idle_seconds + static_cast<double>(writing.left()) / kSlowestReader));
    const auto [error, size] = co_await asio::async_write(socket_, writing.rest, kAwait);
    co_return error ? Next::kClose : writing.next;
  }

  asio::awaitable<Next> Write(const Parser::value_type& head, Response response, bool keep_alive) {
    const Writing writing = Begin(head, response, keep_alive);
    if (writing.left() == 0) co_return writing.next;
    co_return co_await Finish(writing);
  }

  void Count(unsigned status) {
    const double seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
    gateway_.metrics.CountRequest(route_, status, seconds);
    spdlog::debug("request route={} status={} seconds={:.6f}", RouteName(route_), status, seconds);
  }

  asio::awaitable<void> Linger() {
    boost::system::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    deadline_.Set(kLingerTime);
    for (size_t discarded = 0; discarded < kLingerBytes;) {
      buffer_.clear();
      const auto [error, size] = co_await socket_.async_read_some(buffer_.prepare(16'384), kAwait);
      if (error) co_return;
      discarded += size;
    }
  }

  asio::ip::tcp::socket socket_;
  Deadline deadline_;
  Worker& worker_;
  Gateway& gateway_;
  const Limits& limits_;
  beast::flat_buffer buffer_;
  std::string head_;  // of the answer that is being written
  std::string peer_;
  std::string client_;  // its key without a proxy
  bool idle_ = false;
  bool waits_ = false;   // for another request after one that was answered
  bool unread_ = false;  // part of the last request was not read
  Route route_ = Route::kNone;
  Clock::time_point begun_;
};

}  // namespace

asio::awaitable<void> ServeConnection(asio::ip::tcp::socket socket, Worker& worker, Gateway& gateway) {
  Connection connection(std::move(socket), worker, gateway);
  co_await connection.Run();
}

}  // namespace sotto::server
