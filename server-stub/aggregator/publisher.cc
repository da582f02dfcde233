#include "server-stub/aggregator/publisher.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <map>
#include <optional>

#include "server-stub/hpke/hpke.h"
#include "sotto/dap/http.h"

namespace sotto::server {
namespace {

constexpr std::chrono::seconds kTryAgain{2};
constexpr std::chrono::minutes kLookAgain{5};

// The first key that devices can seal to: they know suites of X25519 with HKDF-SHA256.
std::optional<dap::HpkeConfig> Preferred(const std::vector<dap::HpkeConfig>& configs) {
  for (const dap::HpkeConfig& config : configs) {
    if (CheckSuite({config.kem_id, config.kdf_id, config.aead_id}).ok()) return config;
  }
  return std::nullopt;
}

}  // namespace

Publisher::Publisher(const TaskBook& tasks, dap::HpkeConfig own, std::unique_ptr<HttpClient> client, TaskShelf& shelf,
                     std::function<int64_t()> now)
    : tasks_(tasks),
      own_(std::move(own)),
      client_(std::move(client)),
      shelf_(shelf),
      now_(std::move(now)),
      thread_([this] { Run(); }) {}

Publisher::~Publisher() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  client_->Cancel();
  thread_.join();
}

void Publisher::Run() {
  while (true) {
    const bool all = PublishAll();
    std::unique_lock lock(mutex_);
    const auto stopped = [this] { return stopping_; };
    if (all ? stop_.wait_for(lock, kLookAgain, stopped) : stop_.wait_for(lock, kTryAgain, stopped)) return;
  }
}

bool Publisher::PublishAll() {
  std::map<std::string, std::optional<dap::HpkeConfig>> keys;  // by the helper's URL
  bool all = true;
  for (const auto& [name, task] : tasks_.tasks()) {
    const TaskFile& file = task.file;
    if (task.role() != dap::Role::kLeader || file.stream.empty()) continue;
    if (now_() >= task.expires_ms) {
      shelf_.Take(file.stream, file.split.id);
      continue;
    }
    const auto [key, is_new] = keys.try_emplace(file.terms.helper);
    if (is_new) {
      HttpRequest request;
      request.url = file.terms.helper + "/hpke_config";
      const auto answer = client_->Send(request);
      const bool listed = answer.ok() && answer.value().status == 200 &&
                          dap::IsMediaType(answer.value().content_type, dap::Message::kHpkeConfigList);
      const auto configs = listed ? dap::DecodeHpkeConfigList(AsBytes(answer.value().body))
                                  : Result<std::vector<dap::HpkeConfig>>(Error{});
      if (configs.ok()) key->second = Preferred(configs.value());
      if (!key->second) spdlog::warn("helper's keys not there yet url={}", file.terms.helper);
    }
    if (key->second) {
      shelf_.Put(file.stream, ReferenceTo(task, own_, *key->second));
    } else {
      all = false;
    }
  }
  return all;
}

}  // namespace sotto::server
