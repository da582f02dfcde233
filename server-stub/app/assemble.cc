#include "server-stub/app/assemble.h"

#include <spdlog/spdlog.h>

#include "server-stub/config/files.h"

namespace sotto::server {
namespace {

Status AddStreams(Site& site) {
  for (const StreamConfig& config : site.config.streams) {
    SOTTO_ASSIGN_OR_RETURN(RoomContent content, LoadRoomContent(config));
    site.streams.try_emplace(config.id, config, std::move(content), site.segments);
  }
  return {};
}

Status AddModels(Site& site) {
  for (const ModelConfig& config : site.config.models) {
    SOTTO_ASSIGN_OR_RETURN(std::string bytes, ReadFile(config.path));
    SOTTO_ASSIGN_OR_RETURN(const ModelFile model, MakeModelFile(config.id, config.version, std::move(bytes)));
    SOTTO_RETURN_IF_ERROR(site.models.Add(model));
    site.streams.at(config.stream).room.SetModel(model);
  }
  return {};
}

Status AddTasks(Site& site) {
  for (const TaskConfig& config : site.config.tasks) {
    const auto& products = site.streams.at(config.stream).room.products();
    SOTTO_ASSIGN_OR_RETURN(Task task, MakeTask(config, products, site.config.limits.body_bytes));
    site.streams.at(config.stream).room.SetTask(task.reference);
    site.tasks.emplace(config.id, std::move(task));
  }
  return {};
}

// The files alone; OpenStorage opens the rest.
Status AddAggregator(Site& site) {
  if (!site.config.aggregator) return {};
  SOTTO_ASSIGN_OR_RETURN(AggregatorFiles files, ReadAggregatorFiles(*site.config.aggregator));
  for (const auto& [name, task] : files.tasks.tasks()) {
    const std::string& stream = task.file.stream;
    if (stream.empty() || site.streams.contains(stream)) continue;
    return Error{ErrorCode::kInvalidArgument,
                 "task file of " + task.file.split.id + ": there is no stream " + stream + ".",
                 "Add a [[stream]] of that id, or take `stream` out of the file."};
  }
  site.aggregator_files.emplace(std::move(files));
  return {};
}

Status CheckManifests(const Site& site) {
  for (const auto& [id, stream] : site.streams) {
    const auto parsed = stream::ParseManifest(*stream.room.Manifest().text);
    if (parsed.ok()) continue;
    return Error{parsed.error().code, "stream " + id + ": " + parsed.error().message, parsed.error().hint};
  }
  return {};
}

}  // namespace

Status AssembleSite(Site& site) {
  SOTTO_RETURN_IF_ERROR(AddStreams(site));
  SOTTO_RETURN_IF_ERROR(AddModels(site));
  SOTTO_RETURN_IF_ERROR(AddTasks(site));
  SOTTO_RETURN_IF_ERROR(AddAggregator(site));
  return CheckManifests(site);
}

Status PublishModel(Site& site, const StoredModel& stored) {
  SOTTO_ASSIGN_OR_RETURN(const ModelFile model, MakeModelFile(stored.id, std::to_string(stored.version), stored.bytes));
  SOTTO_RETURN_IF_ERROR(site.models.Add(model));
  const auto stream = site.streams.find(stored.stream);
  if (stream != site.streams.end()) stream->second.room.SetModel(model);
  return {};
}

namespace {

Status ResumeBroadcasts(Site& site) {
  SOTTO_ASSIGN_OR_RETURN(BroadcastStore broadcasts, BroadcastStore::Open(site.config.storage.path));
  for (auto& [id, stream] : site.streams) {
    SOTTO_ASSIGN_OR_RETURN(const std::optional<Broadcast> last, broadcasts.Find(id));
    if (last) stream.room.Resume(*last);
  }
  site.broadcasts.emplace(std::move(broadcasts));
  return {};
}

}  // namespace

Status OpenStorage(Site& site, CommitThread::Observer& observer) {
  // What a round holds is also kept in memory: a second process would acknowledge what the first does not count.
  auto lock = FileLock::Take(site.config.storage.path.string() + ".lock");
  if (!lock.ok()) {
    return Error{lock.error().code, "storage: " + lock.error().message,
                 "One server at a time: stop the other one, or give this one a storage.path of its own."};
  }
  site.storage_lock = std::move(lock).value();
  std::vector<Task> tasks;
  tasks.reserve(site.tasks.size());
  for (const auto& [id, task] : site.tasks) tasks.push_back(task);
  SOTTO_ASSIGN_OR_RETURN(UpdateStore store, UpdateStore::Open(site.config.storage.path));
  SOTTO_ASSIGN_OR_RETURN(RoundBook book, RoundBook::Open(std::move(store), tasks));
  for (const Error& failure : book.failures()) spdlog::error("round not closed error=\"{}\"", ToString(failure));
  SOTTO_ASSIGN_OR_RETURN(const std::vector<StoredModel> models, book.Models());
  // By version, so that the newest is the one that a manifest keeps.
  for (const StoredModel& model : models) SOTTO_RETURN_IF_ERROR(PublishModel(site, model));
  for (const RoundState& round : book.Rounds()) {
    const Task& task = site.tasks.at(round.task);
    site.metrics.SetRound(round.task, round.count, task.minimum, round.closed);
    if (round.closed) site.streams.at(task.stream).room.RemoveTask(round.task);
    spdlog::info("round task={} updates={} minimum={} closed={}", round.task, round.count, task.minimum, round.closed);
  }
  const StorageConfig& config = site.config.storage;
  site.storage = std::make_unique<CommitThread>(std::move(book), config.queue, config.queue_bytes, observer);
  return ResumeBroadcasts(site);
}

Status OpenAggregator(Site& site, AggregatorMetrics& metrics) {
  if (!site.aggregator_files) return {};
  SOTTO_ASSIGN_OR_RETURN(site.aggregator,
                         Aggregator::Create(*site.config.aggregator, *std::move(site.aggregator_files), metrics,
                                            [&metrics](size_t length) { metrics.OnUploadQueue(length); }));
  site.aggregator_files.reset();
  return {};
}

}  // namespace sotto::server
