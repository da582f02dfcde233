#include "server-stub/app/server.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <fstream>
#include <limits>
#include <mutex>
#include <optional>
#include <stop_token>
#include <system_error>
#include <thread>
#include <vector>

#include "server-stub/app/assemble.h"
#include "server-stub/comments/comment_gate.h"
#include "server-stub/comments/replay.h"
#include "server-stub/http/listener.h"
#include "server-stub/routes/routes.h"

namespace sotto::server {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds kTick{100};
constexpr std::chrono::seconds kMeasurePeriod{5};
// Recorded comments of one tick; more than that is no rehearsal but a flood.
constexpr size_t kMaxReplayed = 64;
// How old what is stored of a broadcast may be; short against kBroadcastGapMs.
constexpr int64_t kSavePeriodMs = 60'000;

// What readers must see before an update is acknowledged: the model of a round that it closed.
class StorageObserver final : public CommitThread::Observer {
 public:
  explicit StorageObserver(Site& site) : site_(site) {}

  void OnCommit(const BatchResult& result) override {
    site_.metrics.commit_batch().Observe(static_cast<double>(result.outcomes.size()));
    for (const Error& failure : result.failures) spdlog::error("round not closed error=\"{}\"", ToString(failure));
    for (const StoredModel& model : result.models) {
      if (const auto published = PublishModel(site_, model); !published.ok()) {
        spdlog::error("model not published error=\"{}\"", ToString(published.error()));
      }
    }
    for (const RoundState& round : result.rounds) {
      const Task& task = site_.tasks.at(round.task);
      site_.metrics.SetRound(round.task, round.count, task.minimum, round.closed);
      if (!round.closed) continue;
      site_.streams.at(task.stream).room.RemoveTask(round.task);
      spdlog::info("round closed task={} updates={}", round.task, round.count);
    }
  }

  void OnFailure(const Error& error) override {
    site_.metrics.commit_failures().Increment();
    spdlog::error("commit failed error=\"{}\"", ToString(error));
  }

  void OnQueueLength(size_t length) override { site_.metrics.storage_queue().Set(static_cast<double>(length)); }

 private:
  Site& site_;
};

// Split tasks in the manifests of the streams that they belong to.
class Shelf final : public TaskShelf {
 public:
  explicit Shelf(Site& site) : site_(site) {}
  // Streams were checked when the files were read.
  void Put(const std::string& stream, const stream::TaskReference& task) override {
    site_.streams.at(stream).room.SetTask(task);
  }
  void Take(const std::string& stream, const std::string& id) override { site_.streams.at(stream).room.RemoveTask(id); }

 private:
  Site& site_;
};

// What happens to one stream as time goes by: the encoder writes, recorded comments fall due.
class StreamTicker {
 public:
  StreamTicker(StreamSite& stream, BroadcastStore& broadcasts, Metrics& metrics)
      : stream_(stream),
        broadcasts_(broadcasts),
        replay_(stream.room.replay(), stream.room.config().comments_period),
        replayed_(metrics.Comments(stream.room.config().id, "replay")),
        waiting_(metrics.WaitingReloads(stream.room.config().id)) {}

  void Tick() {
    if (stream_.room.has_video()) {
      Read("live.m3u8", playlist_complaint_,
           [this](std::string_view text) { return stream_.room.SetPlaylist(text, UnixNow()); });
      Read("live.mpd", mpd_complaint_, [this](std::string_view text) { return stream_.room.SetMpd(text, UnixNow()); });
      stream_.room.GiveUp(SteadyNow());
      waiting_.Set(static_cast<double>(stream_.room.waiting()));
    } else {
      stream_.room.GoOn(UnixNow());
    }
    SaveBroadcast();
    PlayComments();
  }

 private:
  // What the encoder wrote anew, to the room.
  template <class Take>
  void Read(const std::string& name, std::string& complaint, Take take) {
    const auto changed = stream_.media.ChangedIndex(name);
    Status status;
    if (changed.ok()) {
      const std::optional<std::string>& index = changed.value();
      if (!index) return;
      status = take(*index);
      if (!status.ok() && status.error().code == ErrorCode::kUnavailable) stream_.media.ReadAgain(name);
    } else {
      status = changed.error();
    }
    // Once for each new complaint, not for each tick.
    std::string said = status.ok() ? "" : ToString(status.error());
    if (!said.empty() && said != complaint) {
      spdlog::warn("index not taken stream={} file={} error=\"{}\"", stream_.room.config().id, name, said);
    }
    complaint = std::move(said);
  }

  // When there is a new one, and that it goes on from time to time.
  void SaveBroadcast() {
    const auto now = stream_.room.broadcast();
    if (!now) return;
    if (saved_ && saved_->epoch_ms == now->epoch_ms && now->seen_ms < saved_->seen_ms + kSavePeriodMs) return;
    const std::string& id = stream_.room.config().id;
    if (const auto status = broadcasts_.Save(id, *now); !status.ok()) {
      spdlog::error("broadcast not saved stream={} error=\"{}\"", id, ToString(status.error()));
    }
    saved_ = now;
  }

  void PlayComments() {
    if (!stream_.room.epoch_ms()) return;
    const double now = ProgrammeNow(stream_.room);
    if (played_until_) {
      for (const Comment& comment : replay_.Due(*played_until_, now, kMaxReplayed)) {
        stream_.hub->Publish(Share(RenderComment(comment, false)));
        replayed_.Increment();
      }
    }
    played_until_ = now;
  }

  StreamSite& stream_;
  BroadcastStore& broadcasts_;
  Replay replay_;
  prometheus::Counter& replayed_;
  prometheus::Gauge& waiting_;
  std::string playlist_complaint_;
  std::string mpd_complaint_;
  std::optional<Broadcast> saved_;
  std::optional<double> played_until_;
};

size_t ThreadCount(const ListenConfig& config) {
  return config.threads > 0 ? config.threads : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

struct Server::Parts {
  explicit Parts(const Config& config)
      : site(config),
        observer(site),
        aggregator_metrics(site.metrics.registry()),
        router(MakeEndpoints(site)),
        cors(config.server.cors_origins) {}
  // The storage threads speak to the observers and to the workers' event loops, so they end before them.
  ~Parts() {
    CloseStorage();
    GiveUpWaiting();  // as well
  }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  // Whoever waits for a playlist waits no longer.
  void GiveUpWaiting() {
    for (auto& [id, stream] : site.streams) stream.room.GiveUp(std::numeric_limits<double>::infinity());
  }

  // After the site has its streams.
  Status Open() {
    for (size_t i = 0; i < ThreadCount(site.config.server); ++i) workers.push_back(std::make_unique<Worker>(i));
    // First, so that a server that cannot run leaves the storage of the one that does alone.
    SOTTO_ASSIGN_OR_RETURN(listener, Listener::Bind(site.config.server, workers));
    SOTTO_RETURN_IF_ERROR(OpenStorage(site, observer));
    SOTTO_RETURN_IF_ERROR(OpenAggregator(site, aggregator_metrics));
    std::vector<Hub::Post> shards;
    shards.reserve(workers.size());
    for (const auto& worker : workers) {
      shards.emplace_back([&io = worker->io](std::function<void()> task) { asio::post(io, std::move(task)); });
    }
    for (auto& [id, stream] : site.streams) {
      stream.hub = std::make_unique<Hub>(shards);
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access): opened above
      tickers.emplace_back(stream, *site.broadcasts, site.metrics);
    }
    gate = std::make_unique<CommentGate>(site);
    // NOLINTNEXTLINE(modernize-make-unique): an aggregate that cannot be moved
    gateway.reset(new Gateway{site.config, router, cors, site.metrics, *gate, site.draining});
    return {};
  }

  // What was accepted is written.
  void CloseStorage() {
    measuring = std::jthread();  // ends it
    publisher.reset();
    site.aggregator.reset();
    site.storage.reset();
  }

  void Start() {
    Tick();
    if (site.aggregator) {
      site.aggregator->Start();
      publisher = site.aggregator->Publish(shelf);
      measuring = std::jthread([this](const std::stop_token& stop) { Measure(stop); });
    }
    listener->Start(*gateway);
    for (const auto& worker : workers) threads.emplace_back([this, &worker] { RunWorker(*worker); });
  }

  void Tick() {
    for (StreamTicker& ticker : tickers) ticker.Tick();
    for (const auto& [id, task] : site.tasks) {
      if (UnixNow() >= task.expires_ms) site.streams.at(task.stream).room.RemoveTask(id);
    }
    timer.expires_after(kTick);
    timer.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled) Tick();
    });
  }

  // What the storage holds, for the metrics; asked now and then, since it counts rows, and on a thread of its own,
  // since a storage that is away makes it wait: neither the start, nor a playlist, nor a signal waits with it.
  void Measure(const std::stop_token& stop) {
    std::mutex alone;
    std::condition_variable_any stopped;
    std::unique_lock lock(alone);
    while (!stop.stop_requested()) {
      const auto stats = site.aggregator->store().Stats();
      if (stats.ok()) aggregator_metrics.SetStored(stats.value());
      aggregator_metrics.SetWaitingRequests(site.aggregator->waiting_requests());
      if (site.storage_away.exchange(!stats.ok()) == stats.ok()) {
        if (stats.ok()) spdlog::info("storage is back");
        if (!stats.ok()) spdlog::error("storage is away error=\"{}\"", ToString(stats.error()));
      }
      const auto spent = site.aggregator->store().Spent();
      if (spent.ok()) aggregator_metrics.SetBudget(site.aggregator->policy(), spent.value());
      site.aggregator->ScrubExpired();
      stopped.wait_for(lock, stop, kMeasurePeriod, [] { return false; });
    }
  }

  void RunWorker(Worker& worker) {
    worker.io.run();
    const std::lock_guard lock(mutex);
    ++ended;
    worker_ended.notify_all();
  }

  // Everything that is idle ends now, everything else after what it is doing.
  void Drain() {
    site.draining = true;
    listener->Stop();
    publisher.reset();
    if (site.aggregator) site.aggregator->Stop();
    for (auto& [id, stream] : site.streams) stream.hub->GoAway();
    GiveUpWaiting();
    for (const auto& worker : workers) {
      asio::post(worker->io, [&worker] {
        const std::vector<Drainable*> all(worker->drainables.begin(), worker->drainables.end());
        for (Drainable* one : all) one->Drain();
      });
    }
  }

  void WaitForWorkers() {
    const auto patience = std::chrono::duration<double>(site.config.limits.drain_seconds);
    {
      std::unique_lock lock(mutex);
      const bool all = worker_ended.wait_for(lock, patience, [this] { return ended == workers.size(); });
      if (!all) spdlog::warn("still busy, closing connections seconds={}", site.config.limits.drain_seconds);
    }
    for (const auto& worker : workers) worker->io.stop();
    for (std::thread& thread : threads) thread.join();
    threads.clear();
  }

  // In this order, because the end of a worker's event loop is the end of its connections, and these refer to what
  // stands above.
  Site site;
  StorageObserver observer;
  AggregatorMetrics aggregator_metrics;
  Shelf shelf{site};
  Router router;
  Cors cors;
  std::unique_ptr<CommentGate> gate;
  std::unique_ptr<Gateway> gateway;
  std::vector<std::unique_ptr<Worker>> workers;
  std::unique_ptr<Listener> listener;
  asio::io_context control;
  asio::steady_timer timer{control};
  std::unique_ptr<Publisher> publisher;
  std::vector<StreamTicker> tickers;
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::condition_variable worker_ended;
  size_t ended = 0;
  std::jthread measuring;  // last: it uses everything above
};

namespace {

// In one step, so that whoever waits for the file never reads half of it.
void WritePortFile(const Path& file, uint16_t port) {
  if (file.empty()) return;
  const Path draft = file.string() + ".tmp";
  std::ofstream(draft) << port << "\n";
  std::error_code failed;
  std::filesystem::rename(draft, file, failed);
  if (failed) spdlog::error("port file not written path=\"{}\" error=\"{}\"", file.string(), failed.message());
}

}  // namespace

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() = default;

Status Server::Check(const Config& config) {
  Site site(config);
  return AssembleSite(site);
}

Result<std::unique_ptr<Server>> Server::Create(const Config& config) {
  auto parts = std::make_unique<Parts>(config);
  SOTTO_RETURN_IF_ERROR(AssembleSite(parts->site));
  SOTTO_RETURN_IF_ERROR(parts->Open());
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

uint16_t Server::port() const {
  return parts_->listener->port();
}

void Server::Stop() {
  parts_->control.stop();
}

void Server::Run() {
  asio::signal_set signals(parts_->control, SIGTERM, SIGINT);
  signals.async_wait([this](const boost::system::error_code& cancelled, int signal) {
    if (cancelled) return;
    spdlog::info("stopping signal={}", signal);
    parts_->control.stop();
  });
  parts_->Start();
  const ListenConfig& listen = parts_->site.config.server;
  spdlog::info("listening address={} port={} threads={}", listen.address, port(), parts_->workers.size());
  WritePortFile(listen.port_file, port());
  parts_->control.run();
  parts_->Drain();
  parts_->WaitForWorkers();
  parts_->CloseStorage();
  spdlog::info("stopped");
}

}  // namespace sotto::server
