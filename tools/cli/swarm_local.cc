#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "sotto/federation/round.h"
#include "tools/cli/files.h"
#include "tools/cli/json.h"
#include "tools/cli/progress.h"
#include "tools/cli/swarm_crowd.h"
#include "tools/cli/swarm_room.h"
#include "tools/cli/swarm_run.h"

namespace sotto::cli {
namespace {

struct Room {
  std::vector<recommend::Product> products;
  federation::AffinityTask task;
  double delta = 0;
};

Result<Room> RoomOfManifest(const SwarmOptions& options, std::string_view json) {
  SOTTO_ASSIGN_OR_RETURN(const stream::Manifest manifest, stream::ParseManifest(json));
  const auto reference = std::ranges::find(manifest.tasks, options.task, &stream::TaskReference::id);
  if (reference == manifest.tasks.end()) {
    return Error{ErrorCode::kNotFound, options.manifest + " has no task " + options.task + ".", ""};
  }
  SOTTO_ASSIGN_OR_RETURN(federation::AffinityTask task, RoomTask(*reference));
  return Room{RoomProducts(manifest.products), std::move(task), reference->delta};
}

Result<Room> RoomOfProducts(const SwarmOptions& options, std::string_view json) {
  SOTTO_ASSIGN_OR_RETURN(const auto products, stream::ParseProducts(json));
  Room room{RoomProducts(products), {}, options.delta};
  room.task.id = options.task;
  for (const recommend::Product& product : room.products) room.task.items.push_back(product.id);
  room.task.max_items = options.max_items;
  room.task.sigma_squared = {options.sigma_numerator, options.sigma_denominator};
  return room;
}

Result<Room> ReadRoom(const SwarmOptions& options) {
  const std::string& path = options.manifest.empty() ? options.products : options.manifest;
  SOTTO_ASSIGN_OR_RETURN(const Bytes file, ReadFile(path, stream::kMaxManifestBytes));
  const std::string_view json(reinterpret_cast<const char*>(file.data()), file.size());
  return options.manifest.empty() ? RoomOfProducts(options, json) : RoomOfManifest(options, json);
}

struct Run {
  uint64_t seed = 0;
  RoomQuality before;
  RoomQuality after;
};

Result<Run> RunOnce(const Room& room, const SwarmOptions& options, uint64_t seed, Progress& progress) {
  SOTTO_ASSIGN_OR_RETURN(const Crowd crowd, Crowd::Create(room.products, room.task, seed));
  SOTTO_ASSIGN_OR_RETURN(federation::Round round, federation::Round::Create(room.task));
  for (uint64_t viewer = 0; viewer < options.viewers; ++viewer) {
    SOTTO_ASSIGN_OR_RETURN(const federation::LocalUpdate update, crowd.Update(viewer));
    SOTTO_RETURN_IF_ERROR(round.Add(update));
    progress.Advance();
  }
  SOTTO_ASSIGN_OR_RETURN(const recommend::NamedModel model, round.Close("1"));
  Run run{seed, {}, {}};
  SOTTO_ASSIGN_OR_RETURN(run.before, crowd.Measure(options.measured, options.k, nullptr));
  SOTTO_ASSIGN_OR_RETURN(run.after, crowd.Measure(options.measured, options.k, &model));
  return run;
}

struct MeanAndSpread {
  double mean = 0;
  double spread = 0;  // standard deviation over the runs
};

template <class Value>
MeanAndSpread Over(const std::vector<Run>& runs, const Value& value) {
  MeanAndSpread result;
  for (const Run& run : runs) result.mean += value(run) / static_cast<double>(runs.size());
  for (const Run& run : runs) result.spread += (value(run) - result.mean) * (value(run) - result.mean);
  result.spread = std::sqrt(result.spread / static_cast<double>(std::max<size_t>(2, runs.size()) - 1));
  return result;
}

std::string MeasureJson(const char* name, double RoomQuality::* member, const std::vector<Run>& runs) {
  const MeanAndSpread before = Over(runs, [&](const Run& run) { return run.before.*member; });
  const MeanAndSpread after = Over(runs, [&](const Run& run) { return run.after.*member; });
  const MeanAndSpread gain = Over(runs, [&](const Run& run) { return run.after.*member - run.before.*member; });
  const auto improved =
      std::ranges::count_if(runs, [&](const Run& run) { return run.after.*member > run.before.*member; });
  const auto fields = [](const char* when, const MeanAndSpread& of) {
    return "\"" + std::string(when) + "\":" + JsonNumber(of.mean) + ",\"" + when + "Spread\":" + JsonNumber(of.spread);
  };
  return ",\"" + std::string(name) + "\":{" + fields("before", before) + "," + fields("after", after) + "," +
         fields("gain", gain) + ",\"runsImproved\":" + std::to_string(improved) + "}";
}

}  // namespace

Result<std::string> RunSwarmInProcess(const SwarmOptions& options) {
  SOTTO_ASSIGN_OR_RETURN(const Room room, ReadRoom(options));
  SOTTO_ASSIGN_OR_RETURN(const double rho, federation::TaskRho(room.task));
  SOTTO_ASSIGN_OR_RETURN(const std::string guarantee, GuaranteeJson(rho, room.delta));
  std::vector<Run> runs;
  {
    Progress progress("simulating viewers", options.viewers * options.repeat);
    for (uint64_t run = 0; run < options.repeat; ++run) {
      SOTTO_ASSIGN_OR_RETURN(const Run done, RunOnce(room, options, options.seed + run, progress));
      runs.push_back(done);
    }
  }
  return "{\"viewers\":" + std::to_string(options.viewers) + ",\"items\":" + std::to_string(room.task.items.size()) +
         ",\"maxItems\":" + std::to_string(room.task.max_items) + ",\"sigmaSquared\":[" +
         std::to_string(room.task.sigma_squared.numerator) + "," + std::to_string(room.task.sigma_squared.denominator) +
         "]," + guarantee + ",\"k\":" + std::to_string(options.k) +
         ",\"measured\":" + std::to_string(options.measured) + ",\"runs\":" + std::to_string(runs.size()) +
         MeasureJson("hitRate", &RoomQuality::hit_rate, runs) + MeasureJson("ndcg", &RoomQuality::ndcg, runs) +
         MeasureJson("mrr", &RoomQuality::mrr, runs) + "}";
}

}  // namespace sotto::cli
