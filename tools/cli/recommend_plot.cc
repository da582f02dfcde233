#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

#include "tools/cli/recommend_report.h"

namespace sotto::cli {
namespace {

constexpr double kLabels = 120;
constexpr double kPanel = 300;
constexpr double kGap = 36;
constexpr double kRowHeight = 26;
constexpr double kTop = 64;
constexpr double kBottom = 56;

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    if (letter == '&') {
      escaped += "&amp;";
    } else if (letter == '<') {
      escaped += "&lt;";
    } else {
      escaped += letter;
    }
  }
  return escaped;
}

// A step of 1, 2 or 5 times a power of ten that cuts `range` into at most five.
double Step(double range) {
  const double rough = std::pow(10, std::floor(std::log10(range / 5)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (range / (rough * factor) <= 5) return rough * factor;
  }
  return rough * 10;
}

void Text(std::ostream& out, double x, double y, const char* style, const std::string& text) {
  out << "<text x=\"" << x << "\" y=\"" << y << "\" " << style << ">" << Escaped(text) << "</text>\n";
}

void Line(std::ostream& out, double x1, double y1, double x2, double y2, const char* style) {
  out << "<line x1=\"" << x1 << "\" y1=\"" << y1 << "\" x2=\"" << x2 << "\" y2=\"" << y2 << "\" " << style << "/>\n";
}

void Panel(std::ostream& out, const std::vector<const ReportRow*>& rows, size_t measure, const std::string& title,
           double left) {
  double largest = 1e-6;
  for (const ReportRow* row : rows) largest = std::max(largest, row->measures.full_intervals[measure].high);
  const double step = Step(largest);
  const double end = std::ceil(largest / step - 1e-9) * step;
  const auto at = [&](double value) { return left + kPanel * value / end; };
  const double bottom = kTop + kRowHeight * static_cast<double>(rows.size());
  Text(out, left, kTop - 14, "font-weight=\"600\"", title);
  for (int tick = 0; tick * step <= end + step / 2; ++tick) {
    const double x = at(tick * step);
    Line(out, x, kTop, x, bottom, tick == 0 ? "stroke=\"#8a8f98\"" : "stroke=\"#e3e6ea\"");
    std::ostringstream label;
    label << std::setprecision(3) << tick * step;
    Text(out, x, bottom + 16, "fill=\"#5b616b\" font-size=\"11\" text-anchor=\"middle\"", label.str());
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto& interval = rows[i]->measures.full_intervals[measure];
    const double y = kTop + kRowHeight * (static_cast<double>(i) + 0.5);
    const char* color = rows[i]->weights.empty() ? "#1f6feb" : "#c2410c";
    Line(out, at(interval.low), y, at(interval.high), y,
         (std::string("stroke=\"") + color + "\" stroke-width=\"3\" stroke-opacity=\"0.45\" stroke-linecap=\"round\"")
             .c_str());
    out << "<circle cx=\"" << at(interval.mean) << "\" cy=\"" << y << "\" r=\"4\" fill=\"" << color << "\"/>\n";
    std::ostringstream value;
    value << std::fixed << std::setprecision(4) << interval.mean;
    const bool before = at(interval.high) + 52 > left + kPanel;
    Text(out, before ? at(interval.low) - 8 : at(interval.high) + 8, y + 4,
         before ? "font-size=\"11\" fill=\"#2b2f36\" text-anchor=\"end\"" : "font-size=\"11\" fill=\"#2b2f36\"",
         value.str());
  }
}

}  // namespace

std::string ReportPlot(const Report& report) {
  std::vector<const ReportRow*> rows;
  for (const ReportRow& row : report.rows) rows.push_back(&row);
  std::ranges::stable_sort(rows, std::ranges::greater{},
                           [](const ReportRow* row) { return row->measures.full_intervals[1].mean; });
  const double width = kLabels + 2 * kPanel + 2 * kGap;
  const double height = kTop + kRowHeight * static_cast<double>(rows.size()) + kBottom;
  std::ostringstream out;
  out << std::setprecision(6) << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << width << ' ' << height
      << "\" width=\"" << width << "\" height=\"" << height
      << "\" font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"#2b2f36\">\n"
      << "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
  Text(out, 16, 26, "font-size=\"15\" font-weight=\"600\"",
       "Full ranking of " + std::to_string(report.items) + " items for " + std::to_string(report.users) + " users");
  for (size_t i = 0; i < rows.size(); ++i) {
    Text(out, kLabels - 12, kTop + kRowHeight * (static_cast<double>(i) + 0.5) + 4, "text-anchor=\"end\"",
         rows[i]->model);
  }
  const std::string at = "@" + std::to_string(report.k);
  Panel(out, rows, 0, "HR" + at, kLabels);
  Panel(out, rows, 1, "NDCG" + at, kLabels + kPanel + kGap);
  Text(out, 16, height - 14, "fill=\"#5b616b\" font-size=\"11\"",
       "Split: " + report.split + ". Dot: mean over users. Line: 95 % interval of 1,000 bootstrap resamples of users.");
  out << "</svg>\n";
  return out.str();
}

}  // namespace sotto::cli
