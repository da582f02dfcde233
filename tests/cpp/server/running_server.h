// A server in this process with a folder of its own, spoken to over loopback: requests and answers as text.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "server-stub/app/server.h"
#include "server/loopback.h"
#include "server/temporary_folder.h"

namespace sotto::server {

class RunningServer {
 public:
  RunningServer() = default;
  ~RunningServer() { StopServer(); }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  const TemporaryFolder& folder() const { return folder_; }
  uint16_t port() const { return server_->port(); }

  // In the place of the one that runs, if one does.
  void Start(const Config& config) {
    Create(config);
    if (server_) Run();
  }
  // The two steps of it.
  void Create(const Config& config) {
    StopServer();
    server_.reset();
    auto created = Server::Create(config);
    ASSERT_TRUE(created.ok()) << ToString(created.error());
    server_ = std::move(created).value();
  }
  void Run() {
    thread_ = std::thread([this] { server_->Run(); });
  }

  void StopServer() {
    if (!thread_.joinable()) return;
    server_->Stop();
    thread_.join();
  }

  std::string Ask(const std::string& request) const {
    Loopback connection(server_->port());
    EXPECT_TRUE(connection.Send(request));
    return connection.Response();
  }
  std::string Get(const std::string& path, const std::string& headers = "") const {
    return Ask("GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
  }
  std::string Put(const std::string& path, const std::string& body, const std::string& headers = "") const {
    return Ask("PUT " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body);
  }
  // The value of one line of /metrics, 0 if it has none.
  double Metric(const std::string& series) const {
    const std::string metrics = BodyOf(Get("/metrics"));
    const size_t line = metrics.find("\n" + series + " ");
    return line == std::string::npos ? 0 : std::stod(metrics.substr(line + series.size() + 2));
  }

  static int StatusOf(const std::string& response) {
    return response.size() < 12 ? 0 : std::stoi(response.substr(9, 3));
  }
  static std::string BodyOf(const std::string& response) { return response.substr(response.find("\r\n\r\n") + 4); }
  static std::string HeaderOf(const std::string& response, const std::string& name) {
    const size_t place = response.find("\r\n" + name + ": ");
    if (place == std::string::npos) return "";
    const size_t start = place + name.size() + 4;
    return response.substr(start, response.find("\r\n", start) - start);
  }
  static bool IsProblem(const std::string& response, const std::string& code) {
    return HeaderOf(response, "Content-Type") == "application/problem+json" &&
           BodyOf(response).find("\"code\":\"" + code + "\"") != std::string::npos;
  }

 protected:
  TemporaryFolder folder_;  // first: it is gone after everything below
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

}  // namespace sotto::server
