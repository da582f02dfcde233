#include "server-stub/comments/comment_gate.h"

#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <utility>

#include "server-stub/comments/comment.h"
#include "server-stub/comments/outbox.h"
#include "server-stub/http/problem.h"
#include "sotto/base/random.h"

namespace sotto::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr int kSendBuffer = 16 * 1024;
// Comments in a row that may come too often before the connection is closed.
constexpr unsigned kPatience = 20;

// Rounded to milliseconds: finer than any clock here.
double ToMilliseconds(double seconds) {
  return static_cast<double>(static_cast<int64_t>(seconds * 1'000)) / 1'000;
}

// What a session shares with the server; stays until the session's last operation has ended.
struct SessionContext {
  Site& site;
  StreamSite& stream;
  size_t shard;  // of the hub, which is the connection's thread
  std::string client;
  std::function<std::string()> new_id;
  ConnectionCounter::Ticket address_ticket;
  ConnectionCounter::Ticket stream_ticket;
};

// A viewer's place among those who receive, as long as it lives.
class Seat {
 public:
  Seat(Hub& hub, size_t shard, Viewer* viewer, prometheus::Gauge& taken)
      : hub_(hub), shard_(shard), viewer_(viewer), taken_(taken) {
    hub_.Join(shard_, viewer_);
    taken_.Increment();
  }
  ~Seat() {
    taken_.Decrement();
    hub_.Leave(shard_, viewer_);
  }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

 private:
  Hub& hub_;
  size_t shard_;
  Viewer* viewer_;
  prometheus::Gauge& taken_;
};

class CommentSession final : public Viewer, public std::enable_shared_from_this<CommentSession> {
 public:
  CommentSession(beast::tcp_stream stream, std::shared_ptr<SessionContext> context)
      : context_(std::move(context)),
        limits_(context_->site.config.limits),
        socket_(std::move(stream)),
        outbox_(limits_.comment_queue),
        viewers_(context_->site.metrics.Viewers(context_->stream.room.config().id)),
        dropped_(context_->site.metrics.DroppedComments(context_->stream.room.config().id)),
        published_(context_->site.metrics.Comments(context_->stream.room.config().id, "viewer")) {
    using std::chrono::duration_cast;
    const auto seconds = [](double value) {
      return duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(value));
    };
    // A ping at half the idle time; a viewer who does not answer it is gone. That is also the end of one who stopped
    // reading: what fills his socket keeps the ping from reaching him.
    socket_.set_option(
        websocket::stream_base::timeout{seconds(limits_.header_seconds), seconds(limits_.viewer_idle_seconds), true});
    socket_.read_message_max(limits_.comment_bytes);
    // Comments that wait in the kernel can be dropped no more and only grow old there; a few dozen are enough.
    boost::system::error_code ignored;
    socket_.next_layer().socket().set_option(asio::socket_base::send_buffer_size(kSendBuffer), ignored);
    socket_.auto_fragment(false);  // one frame a comment, from the shared bytes
    socket_.binary(true);          // JSON, which a worker reads as bytes: a text frame would be made a string first
  }

  asio::awaitable<void> Run(UpgradeRequest request) {
    // Before he knows that he is let in, so that from then on he misses nothing.
    const Seat seat(*context_->stream.hub, context_->shard, this, viewers_);
    const auto [refused] = co_await socket_.async_accept(request, kAwait);
    if (refused) co_return;
    open_ = true;
    if (context_->site.draining) GoAway();
    WriteNext();
    co_await Read();
  }

  void Send(const SharedText& text) override {
    if (closing_) return;
    if (outbox_.Push(text)) dropped_.Increment();
    WriteNext();
  }

  // While the upgrade is still going on, Run sees to it afterwards.
  void GoAway() override {
    if (open_) Close({websocket::close_code::going_away, "the server is shutting down"});
  }

 private:
  asio::awaitable<void> Read() {
    beast::flat_buffer buffer;
    while (true) {
      const auto [error, size] = co_await socket_.async_read(buffer, kAwait);
      if (error) co_return;
      // What arrives before the other end has seen our close frame is read, so that the close comes to an end.
      if (!closing_) Take(beast::buffers_to_string(buffer.data()));
      buffer.clear();
    }
  }

  void Refused(const char* reason) {
    context_->site.metrics.RefusedComments(context_->stream.room.config().id, reason).Increment();
  }

  // Is this a comment too many? Asked before it is read, which costs more.
  bool TooOften() {
    Site& site = context_->site;
    if (site.comment_rate.Take(context_->client, SteadyNow()) > 0) {
      Refused("rate");
      if (++refused_ > kPatience) {
        Close({websocket::close_code::policy_error, "you write too often"});
      } else {
        Send(Share(ProblemJson(429, "RATE_LIMITED", "You write too often. Wait a little.")));
      }
      return true;
    }
    refused_ = 0;
    if (site.stream_comment_rate.Take(context_->stream.room.config().id, SteadyNow()) > 0) {
      Refused("stream_rate");
      Send(Share(ProblemJson(503, "UNAVAILABLE", "Too many write at once. Wait a little.")));
      return true;
    }
    return false;
  }

  void Take(const std::string& frame) {
    if (!socket_.got_text()) {
      Refused("not_text");
      return Close({websocket::close_code::unknown_data, "send text frames"});
    }
    if (TooOften()) return;
    auto comment = ParseComment(frame, limits_.comment_bytes);
    if (!comment.ok()) {
      Refused("malformed");
      // A close frame has room for 123 bytes of reason.
      return Close({websocket::close_code::bad_payload, beast::string_view(comment.error().message).substr(0, 120)});
    }
    comment.value().id = context_->new_id();
    comment.value().at = ToMilliseconds(ProgrammeNow(context_->stream.room));
    published_.Increment();
    context_->stream.hub->Publish(Share(RenderComment(comment.value(), false)), this,
                                  Share(RenderComment(comment.value(), true)));
  }

  // Unless one is being written, or none can be.
  void WriteNext() {
    if (!open_ || closing_ || writing_ || outbox_.empty()) return;
    writing_ = true;
    auto text = outbox_.Pop();
    const auto bytes = asio::buffer(*text);
    socket_.async_write(bytes, [self = shared_from_this(), text = std::move(text)](beast::error_code error, size_t) {
      self->writing_ = false;
      if (!error) self->WriteNext();
    });
  }

  void Close(const websocket::close_reason& reason) {
    if (std::exchange(closing_, true)) return;
    socket_.async_close(reason, [self = shared_from_this()](beast::error_code) {});
  }

  std::shared_ptr<SessionContext> context_;
  const Limits& limits_;
  websocket::stream<beast::tcp_stream, false> socket_;  // false: without permessage-deflate
  Outbox outbox_;
  prometheus::Gauge& viewers_;
  prometheus::Counter& dropped_;
  prometheus::Counter& published_;
  bool open_ = false;
  bool writing_ = false;
  bool closing_ = false;
  unsigned refused_ = 0;  // comments in a row that came too often
};

asio::awaitable<void> RunSession(beast::tcp_stream stream, UpgradeRequest request,
                                 std::shared_ptr<SessionContext> context) {
  const auto session = std::make_shared<CommentSession>(std::move(stream), std::move(context));
  co_await session->Run(std::move(request));
}

std::string RandomSession() {
  std::array<uint8_t, 4> bytes{};
  OsRandomSource random;
  // Without random numbers comments of two runs may share ids, which only matters to a page that saw both.
  static_cast<void>(random.Fill(bytes));
  return ToHex(bytes);
}

}  // namespace

CommentGate::CommentGate(Site& site)
    : site_(site),
      by_address_(site.config.limits.viewers_per_address),
      by_stream_(site.config.limits.viewers_per_stream),
      session_(RandomSession()) {}

std::variant<WebSocketSession, Response> CommentGate::Admit(const PathParameters& parameters, const std::string& client,
                                                            size_t worker) {
  const auto stream = site_.streams.find(parameters[0]);
  if (stream == site_.streams.end()) return Problem(404, "NOT_FOUND", "There is no such stream.");
  if (site_.draining) return RetryLater(503, "UNAVAILABLE", "The server is shutting down.", 5);
  auto by_address = by_address_.Take(client);
  if (!by_address) return RetryLater(429, "RATE_LIMITED", "Too many viewers from this address.", 30);
  auto by_stream = by_stream_.Take(stream->first);
  if (!by_stream) return RetryLater(503, "UNAVAILABLE", "This stream has as many viewers as it can take.", 30);
  const auto new_id = [this] { return session_ + "-" + std::to_string(next_id_++); };
  auto context = std::make_shared<SessionContext>(
      SessionContext{site_, stream->second, worker, client, new_id, std::move(by_address), std::move(by_stream)});
  return WebSocketSession([context](beast::tcp_stream tcp, UpgradeRequest request) {
    return RunSession(std::move(tcp), std::move(request), context);
  });
}

}  // namespace sotto::server
