#include "tools/cli/recommend_report.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

#include "tools/cli/json.h"

namespace sotto::cli {
namespace {

using recommend::Interval;
using recommend::kAccuracyNames;

// Places in kAccuracyNames.
constexpr size_t kHitRate = 0;
constexpr size_t kNdcg = 1;
constexpr size_t kMrr = 2;
constexpr size_t kMap = 3;
constexpr size_t kPrecision = 4;
constexpr size_t kRecall = 5;
constexpr size_t kF1 = 6;
constexpr size_t kAccuracy = 7;
constexpr size_t kAuc = 8;

std::string Fixed(double value, int digits) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(digits) << value;
  return out.str();
}

std::string Share(double value) {  // .1234
  const std::string text = Fixed(value, 4);
  return text.starts_with("0.") ? text.substr(1) : text;
}

std::string WithInterval(const Interval& interval) {
  return Share(interval.mean) + " [" + Share(interval.low) + ", " + Share(interval.high) + "]";
}

std::string SizeText(uint64_t bytes) {
  if (bytes == 0) return "-";
  if (bytes < 100'000) return Fixed(static_cast<double>(bytes) / 1e3, 1) + " kB";
  return Fixed(static_cast<double>(bytes) / 1e6, 1) + " MB";
}

// Columns as wide as they need be, the first to the left.
void PrintColumns(const std::vector<std::vector<std::string>>& rows, std::ostream& out) {
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      out << (i == 0 ? std::left : std::right) << std::setw(static_cast<int>(widths[i])) << row[i]
          << (i + 1 < row.size() ? "  " : "\n");
    }
  }
}

void PrintAccuracy(const Report& report, std::ostream& out) {
  const std::string at = "@" + std::to_string(report.k);
  std::vector<std::vector<std::string>> table = {
      {"model", "HR" + at, "NDCG" + at, "MRR", "MAP" + at, "P" + at, "R" + at, "F1" + at, "AUC"}};
  for (const ReportRow& row : report.rows) {
    const auto& full = row.measures.full_intervals;
    table.push_back({row.model, WithInterval(full[kHitRate]), WithInterval(full[kNdcg]), Share(full[kMrr].mean),
                     Share(full[kMap].mean), Share(full[kPrecision].mean), Share(full[kRecall].mean),
                     Share(full[kF1].mean), Share(full[kAuc].mean)});
  }
  out << "Full ranking (mean over users, with its 95 % interval)\n";
  PrintColumns(table, out);
}

void PrintSampled(const Report& report, std::ostream& out) {
  if (report.rows.empty() || report.rows.front().measures.sampled_intervals.empty()) return;
  const std::string at = "@" + std::to_string(report.k);
  std::vector<std::vector<std::string>> table = {
      {"model", "HR" + at, "NDCG" + at, "P" + at, "R" + at, "F1" + at, "accuracy" + at, "AUC"}};
  for (const ReportRow& row : report.rows) {
    const auto& sampled = row.measures.sampled_intervals;
    table.push_back({row.model, WithInterval(sampled[kHitRate]), WithInterval(sampled[kNdcg]),
                     Share(sampled[kPrecision].mean), Share(sampled[kRecall].mean), Share(sampled[kF1].mean),
                     Share(sampled[kAccuracy].mean), Share(sampled[kAuc].mean)});
  }
  out << "\nAmong the given negatives (for comparison with what others published; see --help)\n";
  PrintColumns(table, out);
}

void PrintLists(const Report& report, std::ostream& out) {
  std::vector<std::vector<std::string>> table = {
      {"model", "coverage", "Gini", "novelty/bit", "diversity", "fit/s", "rank/ms", "size"}};
  for (const ReportRow& row : report.rows) {
    const auto& lists = row.measures.lists;
    const double tests = std::max(1.0, static_cast<double>(row.measures.full.size() / kAccuracyNames.size()));
    table.push_back({row.model, Share(lists.coverage), Share(lists.gini), Fixed(lists.novelty, 2),
                     Share(lists.diversity), Fixed(row.fit_seconds, 2), Fixed(row.measures.seconds * 1000 / tests, 3),
                     SizeText(row.bytes)});
  }
  out << "\nThe lists of " << report.k << ", and what they cost (rank: wall time a user)\n";
  PrintColumns(table, out);
}

void JsonMeasures(const std::vector<Interval>& intervals, std::ostream& out) {
  for (size_t i = 0; i < intervals.size(); ++i) {
    out << (i == 0 ? "" : ",") << JsonString(kAccuracyNames[i]) << ':' << JsonNumber(intervals[i].mean);
  }
  out << ",\"intervals\":{";
  for (size_t i = 0; i < intervals.size(); ++i) {
    out << (i == 0 ? "" : ",") << JsonString(kAccuracyNames[i]) << ":[" << JsonNumber(intervals[i].low) << ','
        << JsonNumber(intervals[i].high) << ']';
  }
  out << '}';
}

}  // namespace

std::string ReportTable(const Report& report) {
  std::ostringstream out;
  out << report.users << " users, " << report.items << " items, " << report.train_pairs << " training pairs, "
      << report.test_pairs << " held back (" << report.split << ")";
  if (report.left_out > 0) out << ", " << report.left_out << " left out";
  out << '\n';
  for (const std::string& note : report.notes) out << note << '\n';
  out << '\n';
  PrintAccuracy(report, out);
  PrintSampled(report, out);
  PrintLists(report, out);
  for (const ReportRow& row : report.rows) {
    if (row.weights.empty()) continue;
    out << '\n' << row.model << " = ";
    for (size_t i = 0; i < row.weights.size(); ++i) {
      out << (i == 0 ? "" : " + ") << Fixed(row.weights[i].second, 2) << ' ' << row.weights[i].first;
    }
    out << ", weights chosen on a part of the training data\n";
    if (report.gain.size() == 2) {
      out << row.model << " less " << report.best_single << ": HR " << WithInterval(report.gain[0]) << ", NDCG "
          << WithInterval(report.gain[1]) << '\n';
    }
  }
  return out.str();
}

std::string ReportJson(const Report& report) {
  std::ostringstream out;
  out << "{\"users\":" << report.users << ",\"items\":" << report.items << ",\"trainPairs\":" << report.train_pairs
      << ",\"testPairs\":" << report.test_pairs << ",\"leftOut\":" << report.left_out
      << ",\"split\":" << JsonString(report.split) << ",\"k\":" << report.k << ",\"seed\":" << report.seed
      << ",\"notes\":[";
  for (size_t i = 0; i < report.notes.size(); ++i) out << (i == 0 ? "" : ",") << JsonString(report.notes[i]);
  out << "],\"models\":[";
  for (size_t i = 0; i < report.rows.size(); ++i) {
    const ReportRow& row = report.rows[i];
    const auto& lists = row.measures.lists;
    out << (i == 0 ? "" : ",") << "{\"model\":" << JsonString(row.model) << ',';
    JsonMeasures(row.measures.full_intervals, out);
    if (!row.measures.sampled_intervals.empty()) {
      out << ",\"sampled\":{";
      JsonMeasures(row.measures.sampled_intervals, out);
      out << '}';
    }
    out << ",\"coverage\":" << JsonNumber(lists.coverage) << ",\"gini\":" << JsonNumber(lists.gini)
        << ",\"novelty\":" << JsonNumber(lists.novelty) << ",\"diversity\":" << JsonNumber(lists.diversity)
        << ",\"fitSeconds\":" << JsonNumber(row.fit_seconds) << ",\"rankSeconds\":" << JsonNumber(row.measures.seconds)
        << ",\"bytes\":" << row.bytes;
    if (!row.weights.empty()) {
      out << ",\"weights\":{";
      for (size_t j = 0; j < row.weights.size(); ++j) {
        out << (j == 0 ? "" : ",") << JsonString(row.weights[j].first) << ':' << JsonNumber(row.weights[j].second);
      }
      out << '}';
    }
    out << '}';
  }
  out << ']';
  if (report.gain.size() == 2) {
    const auto interval = [](const Interval& one) {
      return "[" + JsonNumber(one.mean) + "," + JsonNumber(one.low) + "," + JsonNumber(one.high) + "]";
    };
    out << ",\"gain\":{\"over\":" << JsonString(report.best_single) << ",\"hitRate\":" << interval(report.gain[0])
        << ",\"ndcg\":" << interval(report.gain[1]) << '}';
  }
  out << "}\n";
  return out.str();
}

}  // namespace sotto::cli
