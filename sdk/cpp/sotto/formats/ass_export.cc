#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "sotto/formats/ass.h"
#include "sotto/formats/ass_text.h"
#include "sotto/formats/decimal.h"
#include "sotto/text/utf8.h"

namespace sotto::formats {
namespace {

constexpr int64_t kWidth = 1920;
constexpr int64_t kHeight = 1080;
constexpr int64_t kFontSize = 48;
constexpr int64_t kLaneHeight = 54;
constexpr size_t kLanes = kHeight / kLaneHeight;
constexpr int64_t kCrossing = 8'000'000;
constexpr int64_t kStill = 4'000'000;

constexpr std::string_view kHead =
    "[Script Info]\n"
    "; Written by Sotto\n"
    "ScriptType: v4.00+\n"
    "PlayResX: 1920\n"
    "PlayResY: 1080\n"
    "WrapStyle: 2\n"
    "ScaledBorderAndShadow: yes\n"
    "\n"
    "[V4+ Styles]\n"
    "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
    "Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, "
    "MarginV, Encoding\n"
    "Style: Default,sans-serif,48,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,0,7,0,0,0,1\n"
    "\n"
    "[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n";

int64_t SizeOf(const RecordedComment& comment) {
  return comment.size == 0 ? kNormalSize : comment.size;
}

int64_t DurationOf(const RecordedComment& comment) {
  if (comment.duration > 0) return comment.duration;
  return comment.mode == Mode::kScroll || comment.mode == Mode::kReverse ? kCrossing : kStill;
}

// An estimate: the font is the player's. East Asian letters and emoji are as wide as high, combining marks have no
// width.
int64_t WidthOf(const RecordedComment& comment) {
  int64_t percent = 0;
  for (size_t position = 0; position < comment.text.size();) {
    const char32_t c = text::NextCodePoint(comment.text, position);
    const bool combining = (c >= 0x300 && c < 0x370) || (c >= 0x200B && c < 0x2010) || (c >= 0xFE00 && c < 0xFE10);
    percent += combining ? 0 : c < 0x1100 ? 55 : 100;
  }
  return percent * kFontSize * SizeOf(comment) / (100 * kNormalSize) + 1;
}

// What was put into a lane last.
struct Last {
  int64_t at = -kMaxTime;
  int64_t duration = 0;
  int64_t width = 0;  // 0: it stands
};

// When a comment may enter behind `last` at the earliest: once that one's tail is on screen, and late enough not to
// catch up with it before it is gone. A standing one has to be gone.
int64_t Ready(const Last& last, int64_t width, int64_t duration) {
  const int64_t gone = last.at + last.duration;
  if (width == 0) return gone;
  const int64_t tail = last.at + last.duration * last.width / (kWidth + last.width);
  return std::max(tail, gone - duration * kWidth / (kWidth + width));
}

class Lanes {
 public:
  // The first lane that is free at that time, or the one that is free soonest; `height` lanes together.
  size_t Take(int64_t at, int64_t duration, int64_t width, size_t height) {
    size_t best = 0;
    int64_t best_ready = 0;
    for (size_t lane = 0; lane + height <= kLanes; ++lane) {
      int64_t ready = -kMaxTime;
      for (size_t i = lane; i < lane + height; ++i) ready = std::max(ready, Ready(lanes_[i], width, duration));
      if (lane == 0 || ready < best_ready) {
        best = lane;
        best_ready = ready;
      }
      if (ready <= at) break;
    }
    for (size_t i = best; i < best + height; ++i) lanes_[i] = {at, duration, width};
    return best;
  }

 private:
  std::array<Last, kLanes> lanes_;
};

void AppendTwoDigits(int64_t value, std::string& out) {
  out += static_cast<char>('0' + value / 10);
  out += static_cast<char>('0' + value % 10);
}

void AppendTime(int64_t centiseconds, std::string& out) {
  const int64_t seconds = centiseconds / 100;
  out += std::to_string(seconds / 3600) + ':';
  AppendTwoDigits(seconds / 60 % 60, out);
  out += ':';
  AppendTwoDigits(seconds % 60, out);
  out += '.';
  AppendTwoDigits(centiseconds % 100, out);
}

void AppendPoint(int64_t x, int64_t y, std::string& out) {
  out += std::to_string(x) + ',' + std::to_string(y);
}

void AppendColor(uint32_t color, std::string& out) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  out += "\\c&H";
  for (const int shift : {4, 0, 12, 8, 20, 16}) out += kDigits[color >> shift & 0xF];  // BGR
  out += '&';
}

class Exporter {
 public:
  std::string Run(std::span<const RecordedComment> comments) && {
    out_ = kHead;
    for (const RecordedComment& comment : comments) Line(comment);
    return std::move(out_);
  }

 private:
  void Line(const RecordedComment& comment) {
    const int64_t start = (comment.at + 5'000) / 10'000;
    const int64_t end = std::max(start + 1, (comment.at + DurationOf(comment) + 5'000) / 10'000);
    out_ += "Dialogue: 0,";
    AppendTime(start, out_);
    out_ += ',';
    AppendTime(end, out_);
    out_ += ",Default,";
    for (const char c : comment.user) {
      if (c == ',') {
        out_ += "\xEF\xBC\x8C";  // a full-width comma: fields end at the other one
      } else {
        out_ += c;
      }
    }
    out_ += ",0,0,0,,{";
    Place(comment);
    if (comment.size != 0) {
      out_ += "\\fs";
      AppendDecimal(kFontSize * comment.size, kNormalSize, out_);
    }
    if (comment.has_color) AppendColor(comment.color, out_);
    out_ += '}' + EscapeAssText(comment.text) + '\n';
  }

  void Place(const RecordedComment& comment) {
    const int64_t duration = DurationOf(comment);
    const auto height = static_cast<size_t>(std::clamp<int64_t>((SizeOf(comment) + 999) / 1000, 1, kLanes));
    const auto lane = [&](Lanes& lanes, int64_t width) {
      return static_cast<int64_t>(lanes.Take(comment.at, duration, width, height)) * kLaneHeight;
    };
    const int64_t width = WidthOf(comment);
    switch (comment.mode) {
      case Mode::kScroll:
        return Move(kWidth, -width, lane(scroll_, width));
      case Mode::kReverse:
        return Move(-width, kWidth, lane(reverse_, width));
      case Mode::kTop:
        return Still(8, kWidth / 2, lane(top_, 0));
      case Mode::kBottom:
        return Still(2, kWidth / 2, kHeight - lane(bottom_, 0));
      case Mode::kFree:
        return Still(7, comment.x * kWidth / 1000, comment.y * kHeight / 1000);
    }
  }

  void Move(int64_t from, int64_t to, int64_t y) {
    out_ += "\\move(";
    AppendPoint(from, y, out_);
    out_ += ',';
    AppendPoint(to, y, out_);
    out_ += ')';
  }

  void Still(int alignment, int64_t x, int64_t y) {
    out_ += "\\an" + std::to_string(alignment) + "\\pos(";
    AppendPoint(x, y, out_);
    out_ += ')';
  }

  std::string out_;
  Lanes scroll_;
  Lanes reverse_;
  Lanes top_;
  Lanes bottom_;
};

}  // namespace

std::string ExportAss(std::span<const RecordedComment> comments) {
  return Exporter().Run(comments);
}

}  // namespace sotto::formats
