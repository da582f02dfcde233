#include <algorithm>
#include <map>
#include <vector>

#include "sotto/formats/ass.h"
#include "sotto/formats/ass_text.h"
#include "sotto/formats/collector.h"
#include "sotto/formats/color.h"
#include "sotto/formats/decimal.h"
#include "sotto/formats/text_lines.h"

namespace sotto::formats {
namespace {

constexpr int64_t kMilli = 1000;
constexpr int64_t kMicros = 1'000'000;
constexpr size_t kMaxColumns = 64;

// What a Format line says: which of a line's fields is which.
class Columns {
 public:
  explicit Columns(std::string_view format) {
    for (const std::string_view name : Split(format, kMaxColumns)) names_.emplace_back(Trimmed(name));
  }

  // As many as there are columns; the last one holds the rest of the line.
  std::vector<std::string_view> Fields(std::string_view line) const { return Split(line, names_.size()); }

  std::string_view Of(const std::vector<std::string_view>& fields, std::string_view name) const {
    for (size_t i = 0; i < fields.size(); ++i) {
      if (EqualsIgnoringCase(names_[i], name)) return fields[i];
    }
    return {};
  }

 private:
  static std::vector<std::string_view> Split(std::string_view line, size_t limit) {
    std::vector<std::string_view> fields;
    while (fields.size() + 1 < limit) {
      const size_t comma = line.find(',');
      if (comma == std::string_view::npos) break;
      fields.push_back(line.substr(0, comma));
      line.remove_prefix(comma + 1);
    }
    fields.push_back(line);
    return fields;
  }

  std::vector<std::string> names_;
};

struct Style {
  int alignment = 2;
  int64_t font_size = 0;  // times 1,000
  std::optional<uint32_t> color;
};

// "H:MM:SS.cc" in microseconds.
std::optional<int64_t> ParseTime(std::string_view text) {
  text = Trimmed(text);
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const size_t first = text.find(':');
  const size_t second = text.find(':', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto hours = ParseDecimal(text.substr(0, first), 1);
  const auto minutes = ParseDecimal(text.substr(first + 1, second - first - 1), 1);
  const auto micros = ParseDecimal(text.substr(second + 1), kMicros);
  if (!hours || !minutes || !micros || *hours < 0 || *minutes < 0 || *micros < 0) return std::nullopt;
  constexpr int64_t kHours = 1'000'000;  // far above every limit
  const int64_t time = std::min(kHours, *hours) * 3600 * kMicros + std::min(kHours, *minutes) * 60 * kMicros + *micros;
  return negative ? -time : time;
}

class Importer {
 public:
  Result<Imported> Run(std::string_view file) {
    LineReader lines(WithoutByteOrderMark(file));
    while (lines.Next()) {
      place_ = lines.number();
      const std::string_view line = lines.line();
      if (IsAssSection(line)) {
        section_ = line.substr(0, line.find(']') + 1);
        has_events_ = has_events_ || EqualsIgnoringCase(section_, "[Events]");
        continue;
      }
      const size_t colon = line.find(':');
      if (colon == std::string_view::npos || line.starts_with(';')) continue;
      Entry(Trimmed(line.substr(0, colon)), line.substr(colon + 1));
    }
    if (!has_events_) {
      return Error{ErrorCode::kMalformed, "the ASS script has no section [Events].", ""};
    }
    return std::move(collector_).Finish();
  }

 private:
  void Entry(std::string_view key, std::string_view value) {
    if (EqualsIgnoringCase(section_, "[Script Info]")) {
      if (EqualsIgnoringCase(key, "PlayResX")) SetResolution(value, width_);
      if (EqualsIgnoringCase(key, "PlayResY")) SetResolution(value, height_);
    } else if (EqualsIgnoringCase(section_, "[V4+ Styles]")) {
      if (EqualsIgnoringCase(key, "Format")) style_columns_ = Columns(value);
      if (EqualsIgnoringCase(key, "Style")) AddStyle(value);
    } else if (EqualsIgnoringCase(section_, "[Events]")) {
      if (EqualsIgnoringCase(key, "Format")) event_columns_ = Columns(value);
      if (EqualsIgnoringCase(key, "Dialogue")) AddDialogue(value);
    }
  }

  static void SetResolution(std::string_view value, int64_t& resolution) {
    const auto pixels = ParseDecimal(Trimmed(value), 1);
    if (pixels && *pixels > 0 && *pixels <= 100'000) resolution = *pixels;
  }

  void AddStyle(std::string_view value) {
    const auto fields = style_columns_.Fields(value);
    const auto field = [&](std::string_view name) { return Trimmed(style_columns_.Of(fields, name)); };
    Style style;
    const auto alignment = ParseDecimal(field("Alignment"), 1);
    if (alignment && *alignment >= 1 && *alignment <= 9) style.alignment = static_cast<int>(*alignment);
    style.font_size = ParseDecimal(field("Fontsize"), kMilli).value_or(0);
    style.color = ParseAssColor(field("PrimaryColour"));
    styles_.insert_or_assign(std::string(field("Name")), style);
  }

  void AddDialogue(std::string_view value) {
    const auto fields = event_columns_.Fields(value);
    const AssText line = ParseAssText(event_columns_.Of(fields, "Text"));
    if (line.drawing) return;
    const auto start = ParseTime(event_columns_.Of(fields, "Start"));
    const auto end = ParseTime(event_columns_.Of(fields, "End"));
    if (!end) return collector_.Skip(place_, "its end is no time");
    const auto found = styles_.find(Trimmed(event_columns_.Of(fields, "Style")));
    const Style style = found == styles_.end() ? Style() : found->second;

    Draft draft;
    draft.at = start;
    draft.duration = start ? *end - *start : 0;
    draft.user = Trimmed(event_columns_.Of(fields, "Name"));
    draft.text = line.text;
    draft.color = line.color ? line.color : style.color;
    if (draft.color == kWhite) draft.color.reset();
    // Sizes of which one is no number that a screen has would overflow.
    constexpr int64_t kLargestFont = 100'000 * kMilli;
    if (line.font_size && style.font_size > 0 && *line.font_size < kLargestFont && style.font_size < kLargestFont) {
      draft.size = *line.font_size * kNormalSize / style.font_size;
    }
    Place(line, Trimmed(event_columns_.Of(fields, "Effect")), line.alignment.value_or(style.alignment), draft);
    collector_.Add(place_, draft);
  }

  void Place(const AssText& line, std::string_view effect, int alignment, Draft& draft) const {
    if (line.move) {
      const int64_t across = line.move->to.x - line.move->from.x;
      const int64_t down = line.move->to.y - line.move->from.y;
      if (std::max(across, -across) <= std::max(down, -down)) return SetFree(line.move->from, draft);
      draft.mode = across < 0 ? Mode::kScroll : Mode::kReverse;
      return;
    }
    if (effect.starts_with("Banner;")) {  // Banner;delay;left to right;...
      const std::string_view rest = effect.substr(7);
      const size_t second = rest.find(';');
      const bool reverse = second != std::string_view::npos && Trimmed(rest.substr(second + 1)).starts_with('1');
      draft.mode = reverse ? Mode::kReverse : Mode::kScroll;
      return;
    }
    const bool centred = alignment == 2 || alignment == 8;
    if (line.position) {
      const int64_t off = line.position->x - width_ * kMilli / 2;
      if (!centred || std::max(off, -off) * 50 > width_ * kMilli) return SetFree(*line.position, draft);
    }
    if (alignment >= 7) {
      draft.mode = Mode::kTop;
    } else if (alignment <= 3) {
      draft.mode = Mode::kBottom;
    } else {
      SetFree({width_ * kMilli / 2, height_ * kMilli / 2}, draft);
    }
  }

  void SetFree(AssPoint point, Draft& draft) const {
    draft.mode = Mode::kFree;
    draft.x = (point.x + width_ / 2) / width_;  // pixels times 1,000 over pixels: per mille
    draft.y = (point.y + height_ / 2) / height_;
  }

  Collector collector_;
  uint64_t place_ = 0;
  std::string_view section_;
  bool has_events_ = false;
  int64_t width_ = 384;  // what ASS has where a script says nothing
  int64_t height_ = 288;
  Columns style_columns_{
      "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, "
      "StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, "
      "Encoding"};
  Columns event_columns_{"Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"};
  std::map<std::string, Style, std::less<>> styles_;
};

}  // namespace

Result<Imported> ImportAss(std::string_view file) {
  return Importer().Run(file);
}

}  // namespace sotto::formats
