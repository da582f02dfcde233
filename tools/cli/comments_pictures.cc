#include "tools/cli/comments_pictures.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace sotto::cli {
namespace {

constexpr double kPlot = 240;   // side of the reliability diagram, pixels
constexpr double kLeft = 52;    // room for its axis
constexpr double kTop = 48;     // room for the title
constexpr double kNames = 118;  // room for the names of the matrix's rows
constexpr double kMatrixLeft = kLeft + kPlot + 48 + kNames;
constexpr double kMatrixTop = kTop + 64;

class Svg {
 public:
  Svg(double width, double height) {
    out_ << std::fixed << std::setprecision(1);
    out_ << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << width << ' ' << height << "\" width=\""
         << width << "\" height=\"" << height << "\" font-family=\"system-ui, sans-serif\" font-size=\"11\">\n"
         << "<rect width=\"" << width << "\" height=\"" << height << "\" fill=\"#fff\"/>\n";
  }
  void Rectangle(double x, double y, double width, double height, const std::string& fill, double opacity = 1) {
    out_ << "<rect x=\"" << x << "\" y=\"" << y << "\" width=\"" << width << "\" height=\"" << height << "\" fill=\""
         << fill << "\" fill-opacity=\"" << opacity << "\"/>\n";
  }
  void Line(double x1, double y1, double x2, double y2, const std::string& stroke, bool dashed = false) {
    out_ << "<line x1=\"" << x1 << "\" y1=\"" << y1 << "\" x2=\"" << x2 << "\" y2=\"" << y2 << "\" stroke=\"" << stroke
         << '"' << (dashed ? " stroke-dasharray=\"4 3\"" : "") << "/>\n";
  }
  // `anchor`: start, middle, end.
  void Text(double x, double y, const std::string& text, const std::string& anchor, const std::string& more = "") {
    out_ << "<text x=\"" << x << "\" y=\"" << y << "\" text-anchor=\"" << anchor << "\" fill=\"#222\" " << more << '>'
         << text << "</text>\n";
  }
  std::string Finish() {
    out_ << "</svg>\n";
    return out_.str();
  }

 private:
  std::ostringstream out_;
};

void DrawReliability(const comments::Tally& tally, Svg& svg) {
  const double bottom = kTop + kPlot;
  svg.Line(kLeft, bottom, kLeft + kPlot, bottom, "#999");
  svg.Line(kLeft, kTop, kLeft, bottom, "#999");
  const double width = kPlot / static_cast<double>(comments::Tally::kBins);
  for (size_t i = 0; i < comments::Tally::kBins; ++i) {
    const comments::ReliabilityBin& bin = tally.bins()[i];
    if (bin.count == 0) continue;
    const double x = kLeft + static_cast<double>(i) * width;
    const double share = static_cast<double>(bin.count) / static_cast<double>(tally.count());
    const double accuracy = static_cast<double>(bin.right) / static_cast<double>(bin.count);
    svg.Rectangle(x + 1, bottom - accuracy * kPlot, width - 2, accuracy * kPlot, "#3b6fd4");
    svg.Rectangle(x + 1, bottom - share * kPlot, width - 2, share * kPlot, "#f0a030", 0.7);
  }
  svg.Line(kLeft, bottom, kLeft + kPlot, kTop, "#c33", true);
  for (int tick = 0; tick <= 100; tick += 25) {
    const double at = kPlot * tick / 100;
    svg.Text(kLeft + at, bottom + 14, std::to_string(tick), "middle");
    svg.Text(kLeft - 6, bottom - at + 4, std::to_string(tick), "end");
  }
  svg.Text(kLeft + kPlot / 2, bottom + 30, "confidence, %", "middle");
  svg.Text(kLeft, bottom + 48, "blue: right, %   orange: share of the verdicts, %   red: perfect calibration", "start",
           "font-size=\"10\"");
}

double CellOf(size_t labels) {
  return std::clamp(260.0 / static_cast<double>(labels), 30.0, 64.0);
}

void DrawConfusion(const Measured& measured, Svg& svg) {
  const auto& confusion = measured.tally.confusion();
  const double cell = CellOf(confusion.size());
  for (size_t row = 0; row < confusion.size(); ++row) {
    size_t total = 0;
    for (const size_t count : confusion[row]) total += count;
    const double y = kMatrixTop + static_cast<double>(row) * cell;
    svg.Text(kMatrixLeft - 8, y + cell / 2 + 4, measured.labels[row], "end");
    const double column_x = kMatrixLeft + static_cast<double>(row) * cell + cell / 2;
    std::ostringstream turn;
    turn << "transform=\"rotate(-40 " << column_x << ' ' << kMatrixTop - 8 << ")\"";
    svg.Text(column_x, kMatrixTop - 8, measured.labels[row], "start", turn.str());
    for (size_t column = 0; column < confusion.size(); ++column) {
      const size_t count = confusion[row][column];
      const double x = kMatrixLeft + static_cast<double>(column) * cell;
      const double share = total == 0 ? 0 : static_cast<double>(count) / static_cast<double>(total);
      svg.Rectangle(x, y, cell - 1, cell - 1, "#eef");
      svg.Rectangle(x, y, cell - 1, cell - 1, row == column ? "#3b6fd4" : "#c33", share);
      if (count == 0) continue;
      svg.Text(x + cell / 2, y + cell / 2 + 4, std::to_string(count), "middle",
               share > 0.6 ? "style=\"fill:#fff\"" : "");
    }
  }
  svg.Text(kMatrixLeft - 8, kMatrixTop - 8, "is \\ called", "end", "font-style=\"italic\"");
}

}  // namespace

std::string PictureOf(const Measured& measured) {
  const auto labels = measured.labels.size();
  const double side = CellOf(labels) * static_cast<double>(labels);
  Svg svg(kMatrixLeft + side + 90, std::max(kTop + kPlot + 64, kMatrixTop + side + 20));
  svg.Text(kLeft, 22,
           measured.name + ": " + std::to_string(measured.tally.count()) + " rows, accuracy " +
               Percent(measured.tally.Accuracy()) + ", macro-F1 " + Percent(measured.tally.MacroF1()) + ", ECE " +
               Percent(measured.tally.CalibrationError()),
           "start", "font-size=\"14\" font-weight=\"600\"");
  DrawReliability(measured.tally, svg);
  DrawConfusion(measured, svg);
  return svg.Finish();
}

}  // namespace sotto::cli
