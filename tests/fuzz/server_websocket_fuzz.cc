// Whatever bytes a viewer sends over a WebSocket: what comes back are frames of a server (RFC 6455, 5), and the
// connection comes to an end once they are read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "server-stub/comments/comment_gate.h"
#include "server-stub/routes/routes.h"
#include "tests/fuzz/conversation.h"

namespace {

using namespace sotto::server;

constexpr std::string_view kUpgrade =
    "GET /v1/streams/s/comments HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

Config ConfigWithoutLimits() {
  Config config;
  config.limits.comments_per_minute = 0;
  config.limits.stream_comments_per_second = 0;
  return config;
}

// Whole frames that are not masked, of opcodes that there are; no control frame is long or a fragment.
bool AreFrames(std::string_view bytes) {
  while (!bytes.empty()) {
    if (bytes.size() < 2) return false;
    const auto first = static_cast<uint8_t>(bytes[0]);
    size_t size = static_cast<uint8_t>(bytes[1]);
    size_t head = 2;
    const unsigned opcode = first & 0x0f;
    if (size > 127 || (first & 0x70) != 0) return false;
    if (opcode >= 8 ? size > 125 || (first & 0x80) == 0 || opcode > 10 : opcode > 2) return false;
    if (size >= 126) {
      const size_t digits = size == 126 ? 2 : 8;
      head += digits;
      if (bytes.size() < head) return false;
      size = 0;
      for (size_t i = 2; i < head; ++i) size = size << 8 | static_cast<uint8_t>(bytes[i]);
    }
    if (bytes.size() - head < size) return false;
    bytes.remove_prefix(head + size);
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Site site{ConfigWithoutLimits()};
  static StreamSite& stream = [&]() -> StreamSite& {
    StreamConfig config;
    config.id = "s";
    return site.streams.try_emplace("s", config, RoomContent(), site.segments).first->second;
  }();
  static const Router router(MakeEndpoints(site));
  static const Cors cors({});
  static CommentGate gate(site);
  static Gateway gateway{site.config, router, cors, site.metrics, gate, site.draining};

  Worker worker(0);
  stream.hub = std::make_unique<Hub>(
      std::vector<Hub::Post>{[&worker](std::function<void()> task) { boost::asio::post(worker.io, std::move(task)); }});
  if (size == 0) return 0;
  const std::string received = Converse(kUpgrade, worker, gateway, {reinterpret_cast<const char*>(data), size});
  if (!received.starts_with("HTTP/1.1 101 ")) std::abort();
  // A frame that was being written when the other side was gone may be cut; nothing is read here before it is whole.
  if (!AreFrames(std::string_view(received).substr(received.find("\r\n\r\n") + 4))) std::abort();
  return 0;
}
