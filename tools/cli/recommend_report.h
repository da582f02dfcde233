// What `sotto recommend evaluate` shows: a table, JSON, a picture.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/cli/recommend_measure.h"

namespace sotto::cli {

struct ReportRow {
  std::string model;
  Measures measures;
  double fit_seconds = 0;
  uint64_t bytes = 0;                                  // of the model's parameters; 0: not a file
  std::vector<std::pair<std::string, float>> weights;  // of a blend
};

struct Report {
  size_t users = 0;
  size_t items = 0;
  size_t train_pairs = 0;
  size_t test_pairs = 0;
  size_t left_out = 0;
  uint32_t k = 10;
  uint64_t seed = 1;
  std::string split;
  std::vector<std::string> notes;
  std::vector<ReportRow> rows;
  // The blend's HR@k and NDCG@k less those of the best single model, with the interval of the difference.
  std::vector<recommend::Interval> gain;
  std::string best_single;
};

std::string ReportTable(const Report& report);
std::string ReportJson(const Report& report);
// A self-contained SVG: HR@k and NDCG@k of every model with their intervals, worst at the bottom.
std::string ReportPlot(const Report& report);

}  // namespace sotto::cli
