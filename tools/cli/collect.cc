// sotto collect: the collector of a task under split trust.
#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <iostream>
#include <thread>

#include "server-stub/aggregator/collector.h"
#include "server-stub/aggregator/identity.h"
#include "server-stub/http/client.h"
#include "sotto/dap/http.h"
#include "sotto/federation/split_models.h"
#include "sotto/privacy/zcdp.h"
#include "sotto/recommend/models/load.h"
#include "sotto/stream/manifest.h"
#include "tools/cli/commands.h"
#include "tools/cli/files.h"
#include "tools/cli/json.h"
#include "tools/cli/swarm_features.h"
#include "tools/cli/swarm_room.h"

namespace sotto::cli {
namespace {

using server::HttpAnswer;
using server::HttpClient;
using server::HttpRequest;
using server::TaskFile;

constexpr size_t kMaxTaskFile = size_t{1} << 22;
constexpr size_t kMaxManifest = size_t{1} << 24;

struct CollectOptions {
  std::string task;
  std::string authorities;
  double wait = 60;
  std::string json;
  std::string model;
  std::string manifest;
  std::string publish;
  std::string publish_token_file;
  std::string model_id = "affinity";
  bool keep = false;
};

volatile std::sig_atomic_t interrupted = 0;

std::string TextOf(const std::string& path, size_t limit) {
  const Bytes bytes = ValueOrFail(ReadFile(path, limit));
  return {bytes.begin(), bytes.end()};
}

[[noreturn]] void Refused(const std::string& url, const HttpAnswer& answer) {
  throw CommandFailed({ErrorCode::kUnavailable,
                       url + " answered " + std::to_string(answer.status) + ": " + answer.body.substr(0, 1'000), ""});
}

// Seconds that the leader asks for, within reason.
std::chrono::milliseconds PauseOf(const HttpAnswer& answer) {
  const long seconds = std::strtol(answer.retry_after.c_str(), nullptr, 10);
  return std::chrono::milliseconds(std::clamp(seconds * 1'000, 200L, 10'000L));
}

class Collection {
 public:
  Collection(const CollectOptions& options, TaskFile file)
      : options_(options), file_(std::move(file)), request_(server::CollectAll(file_)) {
    server::HttpClientOptions client;
    client.authorities = options.authorities;
    client_ = ValueOrFail(HttpClient::Create(client));
    const auto task = ValueOrFail(federation::MakeDapTask(file_.split, file_.terms));
    url_ = file_.terms.leader + "/tasks/" + dap::ToBase64Url(task.id) + "/collection_jobs";
  }

  federation::Release Run() {
    const Bytes body = ValueOrFail(dap::EncodeCollectionJobReq(request_));
    HttpRequest request = To(server::Method::kPost, url_);
    request.content_type = dap::MediaType(dap::Message::kCollectionJobReq);
    request.body.assign(body.begin(), body.end());
    HttpAnswer answer = ValueOrFail(client_->Send(request));
    const auto begun = std::chrono::steady_clock::now();
    if (answer.status == 200) {
      const std::string id = server::IdOfLocation(answer.location);
      if (id.empty()) Refused(url_, answer);
      job_ = url_ + "/" + id;
    }
    while (answer.status == 503 || answer.status == 429 || (answer.status == 200 && answer.body.empty())) {
      const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - begun;
      if (interrupted != 0 || waited.count() > options_.wait) {
        throw CommandFailed({ErrorCode::kUnavailable, "the batch is not ready.",
                             "Nothing was spent. Ask again later, or raise --wait: the leader goes on in the "
                             "meantime, once it has enough reports."});
      }
      std::cerr << "\rwaiting for the aggregators, " << static_cast<int>(waited.count()) << " s " << std::flush;
      std::this_thread::sleep_for(PauseOf(answer));
      answer = job_.empty() ? ValueOrFail(client_->Send(request))
                            : ValueOrFail(client_->Send(To(server::Method::kGet, job_)));
    }
    std::cerr << '\n';
    if (answer.status != 200) Refused(url_, answer);
    const auto response = ValueOrFail(dap::DecodeCollectionJobResp(AsBytes(answer.body)));
    return ValueOrFail(server::OpenCollection(file_, request_, response));
  }

  // So that the next request of a leader-selected task asks for the next batch.
  void Delete() { (void)client_->Send(To(server::Method::kDelete, job_)); }

  HttpClient& client() { return *client_; }

 private:
  HttpRequest To(server::Method method, const std::string& url) const {
    HttpRequest request;
    request.method = method;
    request.url = url;
    request.authorization = "Bearer " + file_.collector_token;
    return request;
  }

  const CollectOptions& options_;
  const TaskFile file_;
  const dap::CollectionJobReq request_;
  std::unique_ptr<HttpClient> client_;
  std::string url_;
  std::string job_;
};

std::string ReleaseJson(const TaskFile& file, const federation::Release& release) {
  const double rho = ValueOrFail(federation::TaskRho(file.split));
  const double epsilon = ValueOrFail(privacy::EpsilonOfZcdp(rho, file.delta));
  std::string json = "{\"task\":" + JsonString(file.split.id) +
                     ",\"kind\":" + JsonString(federation::KindName(file.split)) +
                     ",\"reports\":" + std::to_string(release.count) + ",\"rho\":" + JsonNumber(rho) +
                     ",\"epsilon\":" + JsonNumber(epsilon) + ",\"delta\":" + JsonNumber(file.delta) +
                     ",\"noiseVariance\":" + JsonNumber(release.noise_variance) + ",\"sums\":[";
  for (size_t i = 0; i < release.sums.size(); ++i) json += (i > 0 ? "," : "") + std::to_string(release.sums[i]);
  return json + "]}";
}

// The number after that of the manifest's model of this id: what a server gives it if nobody else publishes meanwhile.
std::string NextVersion(const stream::Manifest& manifest, const std::string& id) {
  const auto found = std::ranges::find(manifest.models, id, &stream::ModelReference::id);
  const unsigned long last = found == manifest.models.end() ? 0 : std::strtoul(found->version.c_str(), nullptr, 10);
  return std::to_string(last + 1);
}

// EASE of the task's items, with what the manifest says of them.
Bytes MakeModel(const TaskFile& file, const federation::Release& release, const stream::Manifest& manifest,
                const std::string& version) {
  const auto* affinity = std::get_if<federation::SplitAffinity>(&file.split.what);
  if (affinity == nullptr) {
    throw CommandFailed({ErrorCode::kInvalidArgument,
                         "a task of kind " + std::string(federation::KindName(file.split)) + " makes no model alone.",
                         "Leave --model and --publish out."});
  }
  const auto all = RoomProducts(manifest.products);
  std::vector<recommend::Product> products;
  for (const std::string& item : affinity->items) {
    const auto found = std::ranges::find(all, item, &recommend::Product::id);
    if (found == all.end()) {
      throw CommandFailed({ErrorCode::kMismatch, "item " + item + " is no product of the manifest.", ""});
    }
    products.push_back(*found);
  }
  const federation::ReleasedTask released{file.split, release};
  const auto model = ValueOrFail(federation::AffinityModel(std::span(&released, 1), MembershipsOf(products), version));
  return ValueOrFail(recommend::WriteModelFile(*model.model, model.info));
}

stream::Manifest ManifestFrom(const std::string& where, HttpClient& client) {
  if (!where.starts_with("http")) return ValueOrFail(stream::ParseManifest(TextOf(where, kMaxManifest)));
  HttpRequest request;
  request.url = where;
  const HttpAnswer answer = ValueOrFail(client.Send(request));
  if (answer.status != 200) Refused(where, answer);
  return ValueOrFail(stream::ParseManifest(answer.body));
}

// The version that the server gave it.
std::string Publish(const CollectOptions& options, const Bytes& model, HttpClient& client) {
  HttpRequest request;
  request.method = server::Method::kPost;
  request.url = options.publish + "/models/" + options.model_id;
  std::string token = TextOf(options.publish_token_file, 4'096);
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  request.authorization = "Bearer " + token;
  request.content_type = "application/octet-stream";
  request.body.assign(model.begin(), model.end());
  const HttpAnswer answer = ValueOrFail(client.Send(request));
  if (answer.status != 201) Refused(request.url, answer);
  return answer.location.substr(answer.location.find_last_of('/') + 1);
}

void Run(const CollectOptions& options) {
  const std::string text = TextOf(options.task, kMaxTaskFile);
  const TaskFile file = ValueOrFail(server::ReadTaskFile(text, options.task));
  if (file.role != dap::Role::kCollector) {
    throw CommandFailed({ErrorCode::kInvalidArgument, options.task + " is not the collector's file.",
                         "sotto task new wrote it to collector/."});
  }
  std::signal(SIGINT, [](int) { interrupted = 1; });
  Collection collection(options, file);
  const federation::Release release = collection.Run();
  std::string json = ReleaseJson(file, release);
  if (!options.json.empty()) OkOrFail(WriteFile(options.json, AsBytes(json + "\n")));
  if (!options.model.empty() || !options.publish.empty()) {
    const stream::Manifest manifest = ManifestFrom(
        options.manifest.empty() ? options.publish + "/manifest.json" : options.manifest, collection.client());
    const Bytes model = MakeModel(file, release, manifest, NextVersion(manifest, options.model_id));
    if (!options.model.empty()) OkOrFail(WriteFile(options.model, model));
    if (!options.publish.empty()) {
      const std::string version = Publish(options, model, collection.client());
      json.pop_back();
      json += ",\"model\":" + JsonString(options.model_id) + ",\"version\":" + JsonString(version) + "}";
    }
  }
  if (!options.keep && file.terms.batch_mode == dap::BatchMode::kLeaderSelected) collection.Delete();
  std::cout << json << '\n';
}

}  // namespace

void RegisterCollect(CLI::App& app) {
  auto* command = app.add_subcommand(
      "collect", "Collect a task's batch from its aggregators: the sums with their noise, as a line of JSON");
  const auto options = std::make_shared<CollectOptions>();
  command->add_option("--task", options->task, "The collector's file of the task")->required();
  command->add_option("--wait", options->wait, "Seconds to wait for the aggregators")->capture_default_str();
  command->add_option("--json", options->json, "Write the result to this file as well");
  command->add_option("--model", options->model, "affinity: write the model that the sums make to this file");
  command->add_option("--manifest", options->manifest, "URL or file with the products; default: PUBLISH/manifest.json");
  auto* publish = command->add_option("--publish", options->publish,
                                      "affinity: give the model to a stream, as http://127.0.0.1:8080/v1/streams/ID");
  command->add_option("--publish-token-file", options->publish_token_file, "File with the stream server's token")
      ->needs(publish);
  command->add_option("--model-id", options->model_id, "Under which it is published")->capture_default_str();
  command->add_option("--authorities", options->authorities,
                      "PEM with the authorities to trust; default: the system's");
  command->add_flag("--keep", options->keep, "leader-selected: leave the collected batch's job at the leader");
  command->callback([options, publish] {
    if (!publish->empty() && options->publish_token_file.empty()) throw CLI::RequiredError("--publish-token-file");
    Run(*options);
  });
}

}  // namespace sotto::cli
