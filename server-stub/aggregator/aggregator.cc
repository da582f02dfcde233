#include "server-stub/aggregator/aggregator.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "server-stub/aggregator/answers.h"
#include "server-stub/aggregator/failpoint_peer.h"
#include "server-stub/aggregator/http_peer.h"
#include "server-stub/aggregator/token.h"
#include "server-stub/config/files.h"
#include "server-stub/hpke/key_file.h"
#include "server-stub/http/problem.h"
#include "server-stub/storage/open_aggregator_store.h"

namespace sotto::server {
namespace {

constexpr unsigned kRetryBusy = 1;
constexpr unsigned kRetryStorage = 5;
// Devices may keep an aggregator's keys for so long (seconds); a key that is taken out of the list must open for
// longer.
constexpr std::string_view kKeysAge = "max-age=86400";

int64_t Now() {
  using std::chrono::system_clock;
  return std::chrono::duration_cast<std::chrono::milliseconds>(system_clock::now().time_since_epoch()).count();
}

size_t ThreadsOf(const AggregatorConfig& config) {
  return config.workers > 0 ? config.workers : std::max(1u, std::thread::hardware_concurrency());
}

// The files *.toml of a folder, by name.
Result<std::vector<Path>> TomlFiles(const Path& folder) {
  std::error_code failed;
  std::vector<Path> files;
  for (auto entry = std::filesystem::directory_iterator(folder, failed); !failed && entry != end(entry);
       entry.increment(failed)) {
    if (entry->path().extension() == ".toml") files.push_back(entry->path());
  }
  if (failed) return Error{ErrorCode::kNotFound, "cannot read the folder " + folder.string() + ".", failed.message()};
  std::sort(files.begin(), files.end());
  return files;
}

Error Named(const Path& file, const Error& error) {
  return {error.code, file.string() + ": " + error.message, error.hint};
}

Status ReadKeys(const Path& folder, HpkeKeyring& keys) {
  SOTTO_ASSIGN_OR_RETURN(const std::vector<Path> files, TomlFiles(folder));
  for (const Path& file : files) {
    auto read = ReadHpkeKeyFile(file);
    if (!read.ok()) return read.error();
    const auto added = keys.Add(std::move(read.value().pair), read.value().advertise);
    if (!added.ok()) return Named(file, added.error());
  }
  if (!keys.advertised().empty()) return {};
  return Error{ErrorCode::kNotFound, "no HPKE key in " + folder.string() + " is advertised.",
               "Make one: sotto hpke keygen --out " + (folder / "1.toml").string()};
}

Status ReadTasks(const Path& folder, TaskBook& tasks) {
  SOTTO_ASSIGN_OR_RETURN(const std::vector<Path> files, TomlFiles(folder));
  for (const Path& file : files) {
    SOTTO_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
    SOTTO_ASSIGN_OR_RETURN(TaskFile read, ReadTaskFile(text, file.string()));
    auto task = MakeAggregatorTask(std::move(read));
    if (!task.ok()) return Named(file, task.error());
    const auto added = tasks.Add(std::move(task).value());
    if (!added.ok()) return Named(file, added.error());
  }
  return {};
}

HttpClientOptions ClientOptions(const AggregatorConfig& config) {
  return {.seconds = config.peer_seconds,
          .certificate = config.certificate.string(),
          .private_key = config.private_key.string(),
          .authorities = config.authorities.string()};
}

}  // namespace

Result<AggregatorFiles> ReadAggregatorFiles(const AggregatorConfig& config) {
  AggregatorFiles files;
  SOTTO_RETURN_IF_ERROR(ReadKeys(config.keys, files.keys));
  SOTTO_RETURN_IF_ERROR(ReadTasks(config.tasks, files.tasks));
  SOTTO_ASSIGN_OR_RETURN(files.policy.per_release, privacy::ToMicroRho(config.rho_per_release));
  SOTTO_ASSIGN_OR_RETURN(files.policy.per_epoch, privacy::ToMicroRho(config.rho_per_epoch));
  SOTTO_ASSIGN_OR_RETURN(files.policy.lifetime, privacy::ToMicroRho(config.rho_lifetime));
  // So that --check-config finds what the first job would.
  SOTTO_RETURN_IF_ERROR(MakeHttpPeer(ClientOptions(config)));
  return files;
}

Result<std::unique_ptr<Aggregator>> Aggregator::Create(const AggregatorConfig& config, AggregatorFiles files,
                                                       AggregatorObserver& observer,
                                                       std::function<void(size_t)> on_queue_length) {
  SOTTO_ASSIGN_OR_RETURN(std::unique_ptr<AggregatorStore> store, OpenAggregatorStore(config.storage));
  const Failpoints failpoints = Failpoints::FromEnvironment();
  if (!failpoints.empty()) spdlog::warn("SOTTO_FAILPOINTS is set: this process is going to kill itself");
  store = WithFailpoints(std::move(store), failpoints);
  for (const auto& [name, task] : files.tasks.tasks()) {
    const auto added = store->AddTask(task.Record());
    if (added.ok()) continue;
    return Error{added.error().code, "task " + task.file.split.id + ": " + added.error().message, added.error().hint};
  }
  std::unique_ptr<Aggregator> aggregator(
      new Aggregator(config, std::move(files), std::move(store), observer, std::move(on_queue_length)));
  for (size_t i = 0; i <= ThreadsOf(config); ++i) {
    SOTTO_ASSIGN_OR_RETURN(std::unique_ptr<Peer> peer, MakeHttpPeer(ClientOptions(config)));
    if (!failpoints.empty()) peer = std::make_unique<FailpointPeer>(std::move(peer), failpoints);
    LeaderOptions options;
    options.policy = aggregator->files_.policy;
    options.job_reports = config.job_reports;
    aggregator->leaders_.push_back(std::make_unique<Leader>(aggregator->files_.tasks, aggregator->files_.keys,
                                                            *aggregator->store_, *peer, aggregator->random_, observer,
                                                            options));
    aggregator->peers_.push_back(std::move(peer));
  }
  return aggregator;
}

Aggregator::Aggregator(const AggregatorConfig& config, AggregatorFiles files, std::unique_ptr<AggregatorStore> store,
                       AggregatorObserver& observer, std::function<void(size_t)> on_queue_length)
    : config_(config), files_(std::move(files)), observer_(observer), store_(std::move(store)) {
  HelperOptions helper;
  helper.policy = files_.policy;
  helper.asynchronous = config.asynchronous;
  helper_ = std::make_unique<Helper>(files_.tasks, files_.keys, *store_, random_, observer, helper);
  pool_ = std::make_unique<WorkPool>(ThreadsOf(config), config.waiting_requests);
  writer_ = std::make_unique<GroupCommit<PendingUpload>>(
      GroupCommit<PendingUpload>::Options{config.queue, config.queue_bytes, std::move(on_queue_length)},
      [this](std::vector<PendingUpload> uploads) { Write(std::move(uploads)); });
}

Aggregator::~Aggregator() {
  Stop();
  writer_.reset();
  pool_.reset();
}

void Aggregator::Start() {
  std::vector<Leader*> drivers;
  for (size_t i = 1; i < leaders_.size(); ++i) drivers.push_back(leaders_[i].get());
  DriverOptions options;
  options.threads = drivers.size();
  options.job_reports = config_.job_reports;
  options.job_wait_ms = static_cast<int64_t>(config_.job_wait_seconds * 1'000);
  driver_ = std::make_unique<Driver>(std::move(drivers), *helper_, Now, observer_, options);
}

std::unique_ptr<Publisher> Aggregator::Publish(TaskShelf& shelf) const {
  const auto& tasks = files_.tasks.tasks();
  const bool any = std::any_of(tasks.begin(), tasks.end(), [](const auto& entry) {
    return entry.second.role() == dap::Role::kLeader && !entry.second.file.stream.empty();
  });
  if (!any) return nullptr;
  auto client = HttpClient::Create(ClientOptions(config_));
  if (!client.ok()) return nullptr;  // ReadAggregatorFiles made one of the same options
  return std::make_unique<Publisher>(files_.tasks, files_.keys.advertised().front(), std::move(client).value(), shelf,
                                     Now);
}

void Aggregator::Stop() {
  // A driver may wait for a helper that does not answer; what it asked is asked again after the next start.
  for (const auto& peer : peers_) peer->Cancel();
  if (driver_) driver_->Stop();
}

void Aggregator::ScrubExpired() {
  constexpr int64_t kDayMs = 86'400'000;
  for (const auto& [name, task] : files_.tasks.tasks()) {
    if (Now() < task.expires_ms + int64_t{config_.retention_days} * kDayMs || scrubbed_.contains(name)) continue;
    const auto done = store_->Scrub(task.dap.id);
    if (done.ok()) {
      scrubbed_.insert(name);
      spdlog::info("task scrubbed task={}", task.file.split.id);
    } else {
      spdlog::warn("task not scrubbed task={} error=\"{}\"", task.file.split.id, ToString(done.error()));
    }
  }
}

void Aggregator::Upload(DapRequest request, const Reply& reply) {
  auto read = leaders_.front()->ReadUpload(request, Now());
  if (auto* refused = std::get_if<Response>(&read)) return reply(std::move(*refused));
  auto& upload = std::get<ReceivedUpload>(read);
  if (upload.reports.empty()) return reply(leaders_.front()->AnswerUpload(upload, {}));
  size_t bytes = 0;
  for (const NewReport& report : upload.reports) bytes += report.body.size();
  if (writer_->Put({std::move(upload), reply}, bytes)) return;
  reply(RetryLater(503, "UNAVAILABLE", "Too many reports are waiting for the disk.", kRetryBusy));
}

void Aggregator::Write(std::vector<PendingUpload> uploads) {
  std::vector<NewReport> reports;
  std::vector<size_t> counts;
  for (PendingUpload& pending : uploads) {
    counts.push_back(pending.upload.reports.size());
    std::move(pending.upload.reports.begin(), pending.upload.reports.end(), std::back_inserter(reports));
  }
  const auto begun = std::chrono::steady_clock::now();
  const auto outcomes = store_->AppendReports(reports);
  observer_.OnCommit(outcomes.ok(), reports.size(),
                     std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
  if (!outcomes.ok()) spdlog::error("uploads not stored error=\"{}\"", ToString(outcomes.error()));
  size_t at = 0;
  for (size_t i = 0; i < uploads.size(); ++i) {
    if (!outcomes.ok()) {
      uploads[i].reply(
          RetryLater(503, "UNAVAILABLE", "The report could not be stored. Send the same one again.", kRetryStorage));
      continue;
    }
    const std::span<const AppendOutcome> own(outcomes.value().begin() + static_cast<std::ptrdiff_t>(at), counts[i]);
    at += counts[i];
    uploads[i].reply(leaders_.front()->AnswerUpload(uploads[i].upload, own));
  }
}

void Aggregator::Later(const Reply& reply, std::function<Response()> answer) {
  if (pool_->Post([reply, answer = std::move(answer)] { reply(answer()); })) return;
  reply(RetryLater(503, "UNAVAILABLE", "Too many requests are waiting.", kRetryBusy));
}

void Aggregator::AsLeader(Response (Leader::*answer)(const DapRequest&), DapRequest request, const Reply& reply) {
  Later(reply, [this, answer, request = std::move(request)] {
    Response response = (leaders_.front().get()->*answer)(request);
    if (driver_) driver_->Wake();
    return response;
  });
}

void Aggregator::AsHelper(Response (Helper::*answer)(const DapRequest&), DapRequest request, const Reply& reply) {
  Later(reply, [this, answer, request = std::move(request)] { return (helper_.get()->*answer)(request); });
}

void Aggregator::CreateAggregationJob(DapRequest request, const Reply& reply) {
  Later(reply, [this, request = std::move(request)] {
    Response response = helper_->CreateAggregationJob(request, Now());
    if (driver_ && config_.asynchronous) driver_->Wake();
    return response;
  });
}

Response Aggregator::HpkeConfigs() const {
  // Keys that were read encode.
  const auto list = dap::EncodeHpkeConfigList(files_.keys.advertised());
  if (!list.ok()) return Problem(503, "INTERNAL", list.error().message);
  Response response = DapMessage(dap::Message::kHpkeConfigList, list.value());
  for (auto& [name, value] : response.headers) {
    if (name == "Cache-Control") value = kKeysAge;
  }
  return response;
}

std::optional<Response> Aggregator::Refuse(dap::Role role, const DapRequest& request) const {
  const AggregatorTask* task = files_.tasks.Find(request.task);
  if (task == nullptr || task->role() != role) {
    return DapProblem(dap::Problem::kUnrecognizedTask, request.task, "There is no such task here.");
  }
  const std::string& sha256 =
      role == dap::Role::kHelper ? task->file.helper_token_sha256 : task->file.collector_token_sha256;
  if (IsAuthorised(request.authorization, sha256)) return std::nullopt;
  return Unauthorised();
}

}  // namespace sotto::server
