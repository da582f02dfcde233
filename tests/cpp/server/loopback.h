// A TCP connection to a server on this machine, byte by byte, for tests of what no well-behaved client sends.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace sotto::server {

class Loopback {
 public:
  explicit Loopback(uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{60, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    connected_ = connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~Loopback() { close(socket_); }
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;

  bool connected() const { return connected_; }

  // False once the peer takes no more.
  bool Send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  void EndSending() const { shutdown(socket_, SHUT_WR); }

  // One response: the header and as much body as it says. What the peer sent so far, if it closes before.
  std::string Response(bool head = false) {
    while (true) {
      const size_t end = received_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const size_t size = end + 4 + (head ? 0 : ContentLength(received_.substr(0, end)));
        if (received_.size() >= size) {
          std::string response = received_.substr(0, size);
          received_.erase(0, size);
          return response;
        }
      }
      if (!Receive()) return std::exchange(received_, "");
    }
  }

  // Does the peer close without another word? Waits for it.
  bool IsCut() { return !Receive() && closed_; }

  // Everything until the peer closes.
  std::string Rest() {
    while (Receive()) {
    }
    return std::exchange(received_, "");
  }

 private:
  static size_t ContentLength(std::string header) {
    std::transform(header.begin(), header.end(), header.begin(), [](char c) { return static_cast<char>(tolower(c)); });
    const size_t place = header.find("\r\ncontent-length:");
    return place == std::string::npos ? 0 : std::strtoul(header.c_str() + place + 17, nullptr, 10);
  }

  bool Receive() {
    std::array<char, 4'096> block;
    const ssize_t count = recv(socket_, block.data(), block.size(), 0);
    closed_ = count == 0 || (count < 0 && errno == ECONNRESET);
    if (count <= 0) return false;
    received_.append(block.data(), static_cast<size_t>(count));
    return true;
  }

  int socket_;
  bool connected_ = false;
  bool closed_ = false;
  std::string received_;
};

}  // namespace sotto::server
