// `sotto swarm --in-process --data`: the users of a data set as devices that contribute under `trust: split`, each step
// as it is in use, and what the models that come of it are worth.
//
// For each epsilon and number of devices, with the whole budget spent as follows:
//   popularity     each device's share of its items -> noisy counts -> the top m
//   affinity       the pairs among the top m, in one task for every two blocks -> noisy sums
//   models         EASE of the top m; a model of the whole catalogue
//   evaluation     every test item among all items that its user does not have, and among the given negatives
// A report is measured, sharded, verified by both aggregators and added; each aggregator adds its own noise when it
// releases its share. This is done in full once, for the first epsilon and seed with the most devices (unless `plain`):
// another noise changes nothing that costs time. All other runs add the same measurements in the clear, which gives the
// same sums: where both are computed they are compared, and a difference is an error.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sotto/base/result.h"

namespace sotto::cli {

struct DataSwarmOptions {
  std::string data;
  std::vector<double> epsilons{1, 4, 8};
  std::vector<uint32_t> devices;  // none: all users
  double delta = 1e-5;
  uint32_t seeds = 5;
  uint64_t seed = 1;          // the first of them
  uint32_t task_items = 192;  // m
  uint32_t blocks = 3;
  uint32_t encoded = 24;            // k, in each affinity report
  uint32_t popularity_encoded = 0;  // 0: 128 up to an epsilon of 2, 64 above
  double popularity_share = 0;      // of rho; 0: 0.3 up to an epsilon of 2, 0.1 above
  uint32_t tampered = 0;            // further devices that change a bit of their report
  uint32_t threads = 0;             // 0: all processors
  uint32_t k = 10;
  bool plain = false;
  bool validation = false;  // hold an item of each user's training items back instead, to choose options by
  std::string json;
  std::string plot;
  std::string markdown;
};

struct RankingQuality {
  double hit_rate = 0;
  double ndcg = 0;
  double sampled_hit_rate = 0;  // among the given negatives; 0 without
};

enum class SwarmModel : uint8_t { kPopularity, kAffinity, kCatalogue };
inline constexpr std::array kSwarmModels = {SwarmModel::kPopularity, SwarmModel::kAffinity, SwarmModel::kCatalogue};

struct SwarmRun {
  double epsilon = 0;
  uint32_t devices = 0;
  uint64_t seed = 0;
  uint32_t noises = 2;  // 2: both aggregators', as released; 1: what one alone would give, for comparison
  std::array<RankingQuality, kSwarmModels.size()> quality{};
};

// One task as it was run with cryptography, for all its reports.
struct SwarmTaskCost {
  std::string task;
  double epsilon = 0;
  double rho = 0;
  uint64_t entries = 0;
  uint64_t reports = 0;  // that were taken
  uint64_t refused = 0;
  uint64_t leader_bytes = 0;  // of one report
  uint64_t other_bytes = 0;   // helper's and public share
  // Milliseconds of one processor for one report.
  double measure_ms = 0;
  double shard_ms = 0;
  double verify_ms = 0;  // of one aggregator, its share of the common step included
};

struct SwarmReport {
  DataSwarmOptions options;
  uint32_t users = 0;
  uint32_t items = 0;
  uint32_t tested = 0;
  bool negatives = false;
  RankingQuality without_privacy;  // of exact popularity
  std::vector<SwarmRun> runs;
  std::vector<SwarmTaskCost> costs;  // none with `plain`
  double seconds = 0;
};

// Errors: those of reading the data and of what it calls; kInvalidArgument for an option out of range; kMismatch if a
// sum differs from what the measurements add up to, or a changed report is taken; kUnavailable after Ctrl-C.
Result<SwarmReport> RunSwarmOnData(const DataSwarmOptions& options);

std::string SwarmReportTable(const SwarmReport& report);
std::string SwarmReportJson(const SwarmReport& report);
std::string SwarmReportMarkdown(const SwarmReport& report);
// A self-contained SVG: HR@k against epsilon, and against the number of devices, each with the spread of the seeds.
std::string SwarmReportPlot(const SwarmReport& report);

}  // namespace sotto::cli
