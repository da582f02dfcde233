#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <thread>

#include "server-stub/aggregator/client.h"
#include "server-stub/models/sha256.h"
#include "sotto/stream/manifest.h"
#include "tools/cli/json.h"
#include "tools/cli/progress.h"
#include "tools/cli/swarm_crowd.h"
#include "tools/cli/swarm_http.h"
#include "tools/cli/swarm_room.h"
#include "tools/cli/swarm_run.h"

namespace sotto::cli {
namespace {

constexpr size_t kMaxModelFileBytes = size_t{64} << 20;
constexpr std::chrono::seconds kCloseTimeout{60};
constexpr std::chrono::milliseconds kClosePoll{500};

Result<stream::Manifest> FetchManifest(const Url& url) {
  SOTTO_ASSIGN_OR_RETURN(const Bytes body, HttpGet(url, stream::kMaxManifestBytes));
  return stream::ParseManifest({reinterpret_cast<const char*>(body.data()), body.size()});
}

std::optional<stream::ModelReference> FindModel(const stream::Manifest& manifest, std::string_view id) {
  const auto found = std::ranges::find(manifest.models, id, &stream::ModelReference::id);
  if (found == manifest.models.end()) return std::nullopt;
  return *found;
}

std::string VersionOf(const std::optional<stream::ModelReference>& model) {
  return model ? model->version : "";
}

std::string VersionJson(const std::optional<stream::ModelReference>& model) {
  return model ? JsonString(model->version) : "null";
}

// The room's model; with wait_close once it is another than `before`, or kUnavailable if that does not come in time.
Result<std::optional<stream::ModelReference>> WaitForModel(const Url& manifest_url, const SwarmOptions& options,
                                                           const std::string& before) {
  const auto give_up = std::chrono::steady_clock::now() + kCloseTimeout;
  while (true) {
    SOTTO_ASSIGN_OR_RETURN(const stream::Manifest manifest, FetchManifest(manifest_url));
    auto model = FindModel(manifest, options.model);
    const bool changed = VersionOf(model) != before;
    if (changed || !options.wait_close) return model;
    if (std::chrono::steady_clock::now() > give_up) {
      return Error{ErrorCode::kUnavailable,
                   "the round did not close within " + std::to_string(kCloseTimeout.count()) + " s.",
                   "It closes at the task's minimum: send more updates with another seed."};
    }
    std::this_thread::sleep_for(kClosePoll);
  }
}

Result<recommend::NamedModel> FetchModel(const Url& manifest_url, const stream::ModelReference& reference) {
  SOTTO_ASSIGN_OR_RETURN(const Url url, ResolveUrl(manifest_url, reference.url));
  SOTTO_ASSIGN_OR_RETURN(const Bytes file, HttpGet(url, kMaxModelFileBytes));
  if (file.size() != reference.size || server::Sha256Hex(file) != reference.sha256) {
    return Error{ErrorCode::kMismatch, "model " + reference.id + " has other bytes than the manifest says.",
                 "Something between here and the server changed it, or its version was used twice."};
  }
  return recommend::LoadModel(file);
}

std::string QualityJson(const char* when, const std::optional<RoomQuality>& quality) {
  const auto number = [&](double RoomQuality::* member) { return quality ? JsonNumber(*quality.*member) : "null"; };
  return std::string(",\"hitRate") + when + "\":" + number(&RoomQuality::hit_rate) + ",\"ndcg" + when +
         "\":" + number(&RoomQuality::ndcg) + ",\"mrr" + when + "\":" + number(&RoomQuality::mrr);
}

using MakeUpdate = std::function<Result<UpdateToSend>(uint64_t)>;

// What viewers send, and where.
struct Contribution {
  Url url;
  bool dap = false;
  MakeUpdate make;
};

Result<Contribution> LocalContribution(const Crowd& crowd, const Url& url) {
  return Contribution{url, false, [&crowd, path = url.path](uint64_t viewer) -> Result<UpdateToSend> {
                        SOTTO_ASSIGN_OR_RETURN(const std::string id, crowd.UpdateId(viewer));
                        SOTTO_ASSIGN_OR_RETURN(const federation::LocalUpdate update, crowd.Update(viewer));
                        return UpdateToSend{path + "/" + id, federation::SerialiseUpdate(crowd.task(), update)};
                      }};
}

// Reports as a device makes them, sealed to both aggregators.
Result<Contribution> SplitContribution(const Crowd& crowd, const SplitRoomTask& task) {
  SOTTO_ASSIGN_OR_RETURN(const federation::DapTask dap_task, federation::MakeDapTask(task.split, task.terms));
  SOTTO_ASSIGN_OR_RETURN(const vdaf::Prio3Parameters parameters, federation::VdafParameters(task.split));
  SOTTO_ASSIGN_OR_RETURN(const vdaf::Prio3 prio3, vdaf::Prio3::Create(parameters));
  SOTTO_ASSIGN_OR_RETURN(const Url url,
                         ParseUrl(task.terms.leader + "/tasks/" + dap::ToBase64Url(dap_task.id) + "/reports"));
  return Contribution{
      url, true, [&crowd, &task, dap_task, prio3, path = url.path](uint64_t viewer) -> Result<UpdateToSend> {
        ChaCha20Source random = crowd.ReportRandom(viewer);
        SOTTO_ASSIGN_OR_RETURN(const std::vector<uint32_t> engaged, crowd.Engaged(viewer));
        SOTTO_ASSIGN_OR_RETURN(const std::vector<uint64_t> measurement,
                               federation::MeasureAffinity(task.split, engaged, random));
        SOTTO_ASSIGN_OR_RETURN(const dap::Report report, server::MakeReport(dap_task, prio3, task.leader, task.helper,
                                                                            task.split.epoch, measurement, random));
        SOTTO_ASSIGN_OR_RETURN(Bytes body, dap::EncodeUploadRequest({report}));
        return UpdateToSend{path, std::move(body)};
      }};
}

Result<SendReport> Send(const Contribution& contribution, const SwarmOptions& options) {
  Progress progress("sending updates", options.viewers);
  SOTTO_ASSIGN_OR_RETURN(
      SendReport report,
      SendUpdates(contribution.url, options.viewers, {options.concurrency, contribution.dap, options.patience_seconds},
                  contribution.make, [&] { progress.Advance(); }));
  if (report.interrupted) {
    return Error{
        ErrorCode::kUnavailable,
        "interrupted after " + std::to_string(report.accepted) + " of " + std::to_string(options.viewers) + " updates.",
        "Run it again with the same seed: what has arrived is not counted twice."};
  }
  if (report.failed > 0) {
    return Error{
        ErrorCode::kUnavailable,
        std::to_string(report.failed) + " updates could not be delivered; the last one: " + report.last_problem + ".",
        "Run it again with the same seed: what has arrived is not counted twice."};
  }
  if (report.refused == options.viewers && options.viewers > 0) {
    return Error{ErrorCode::kExpired, "the server refused every update; the last one: " + report.last_problem + ".",
                 ""};
  }
  return report;
}

}  // namespace

Result<std::string> RunSwarmAgainstServer(const SwarmOptions& options) {
  SOTTO_ASSIGN_OR_RETURN(Url manifest_url, ParseUrl(options.server));
  manifest_url.path = "/v1/streams/" + options.stream + "/manifest.json";
  SOTTO_ASSIGN_OR_RETURN(const stream::Manifest manifest, FetchManifest(manifest_url));
  const auto reference = std::ranges::find(manifest.tasks, options.task, &stream::TaskReference::id);
  if (reference == manifest.tasks.end()) {
    return Error{ErrorCode::kNotFound, "the manifest of " + options.stream + " has no task " + options.task + ".",
                 "It may have closed."};
  }
  SplitRoomTask split;
  federation::AffinityTask task;
  if (reference->trust == "split") {
    SOTTO_ASSIGN_OR_RETURN(split, RoomSplitTask(*reference));
    // The crowd only asks which products the task has.
    task = {reference->id, reference->items, reference->max_items, split.split.sigma_squared};
  } else {
    SOTTO_ASSIGN_OR_RETURN(task, RoomTask(*reference));
  }
  SOTTO_ASSIGN_OR_RETURN(const std::string guarantee, GuaranteeJson(reference->rho, reference->delta));
  SOTTO_ASSIGN_OR_RETURN(const Crowd crowd, Crowd::Create(RoomProducts(manifest.products), task, options.seed));
  SOTTO_ASSIGN_OR_RETURN(const Url task_url, ResolveUrl(manifest_url, reference->url));
  SOTTO_ASSIGN_OR_RETURN(const Contribution contribution, reference->trust == "split"
                                                              ? SplitContribution(crowd, split)
                                                              : LocalContribution(crowd, task_url));

  const auto model_before = FindModel(manifest, options.model);
  SOTTO_ASSIGN_OR_RETURN(const SendReport report, Send(contribution, options));
  SOTTO_ASSIGN_OR_RETURN(const auto model_after, WaitForModel(manifest_url, options, VersionOf(model_before)));

  SOTTO_ASSIGN_OR_RETURN(const RoomQuality before, crowd.Measure(options.measured, options.k, nullptr));
  std::optional<RoomQuality> after;
  if (model_after) {
    SOTTO_ASSIGN_OR_RETURN(const recommend::NamedModel model, FetchModel(manifest_url, *model_after));
    SOTTO_ASSIGN_OR_RETURN(after, crowd.Measure(options.measured, options.k, &model));
  }
  return "{\"accepted\":" + std::to_string(report.accepted) + ",\"duplicates\":" + std::to_string(report.duplicates) +
         ",\"refused\":" + std::to_string(report.refused) + ",\"modelVersionBefore\":" + VersionJson(model_before) +
         ",\"modelVersionAfter\":" + VersionJson(model_after) + ",\"k\":" + std::to_string(options.k) +
         ",\"measured\":" + std::to_string(options.measured) + QualityJson("Before", before) +
         QualityJson("After", after) + ",\"trust\":" + JsonString(reference->trust) +
         ",\"oneOperator\":" + (split.one_operator ? "true" : "false") + "," + guarantee + "}";
}

}  // namespace sotto::cli
