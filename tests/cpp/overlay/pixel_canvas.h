// Executes plans as a host does, on canvases whose pixels say which column of which comment they show, and what is
// below it. Checks what every plan keeps to.
#pragma once

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "sotto/overlay/planner.h"

namespace sotto::overlay {

inline void PrintTo(const Command& c, std::ostream* out) {
  *out << "op " << static_cast<int>(c.op);
  for (const int32_t field : {c.a, c.b, c.c, c.d, c.e, c.f, c.g}) *out << ' ' << field;
}

// Lanes are uniform from top to bottom, so one row of pixels stands for each. Sprites and what is above them are kept
// as commands.
class PixelCanvas {
 public:
  struct Pixel {
    int64_t comment = -1;  // -1: clear
    int32_t column = 0;
    uint64_t below = 0;  // a hash of all that is under it
    bool operator==(const Pixel&) const = default;

    Pixel Under(int64_t above, int32_t its_column) const {
      if (comment == -1) return {above, its_column, 0};
      const auto mixed = (below * 31 + static_cast<uint64_t>(comment)) * 1'000'003 + static_cast<uint64_t>(column) + 1;
      return {above, its_column, mixed};
    }
  };

  PixelCanvas(const PlannerOptions& options, const Planner& planner)
      : options_(options),
        lanes_(planner.lanes()),
        strip_width_(planner.strip_width()),
        // A canvas that a host never cleared: what a plan does not clear itself must not show.
        strips_(static_cast<size_t>(lanes_ * strip_width_), Pixel{INT64_MAX, 0, 0}),
        screen_(static_cast<size_t>(lanes_ * options.width)) {}

  // The first thing that is wrong with the commands; empty if nothing is.
  std::string Execute(std::span<const Command> commands) {
    std::fill(screen_.begin(), screen_.end(), Pixel{});
    above_.clear();
    int phase = 0;
    for (const Command& c : commands) {
      std::string problem;
      int own_phase = 0;
      switch (c.op) {
        case Op::kClear:
          problem = Clear(c);
          break;
        case Op::kRaster:
          problem = Raster(c);
          break;
        case Op::kBlit:
          own_phase = 1;
          problem = Blit(c);
          break;
        case Op::kSprite:
          // Only the comment that is held comes after the others, and nothing comes after it.
          own_phase = phase <= 2 ? 2 : 7;
          problem = Sprite(c);
          break;
        case Op::kMask:
        case Op::kHost:
        case Op::kPanel:
        case Op::kEffect:
          own_phase = static_cast<int>(c.op) - 2;
          above_.push_back(c);
          break;
        default:
          problem = "unknown operation";
      }
      if (own_phase < phase) problem = "out of order";
      phase = own_phase;
      if (!problem.empty()) return Describe(c) + ": " + problem;
    }
    return {};
  }

  std::span<const Pixel> screen(int32_t lane) const {
    return std::span(screen_).subspan(static_cast<size_t>(lane * options_.width), static_cast<size_t>(options_.width));
  }
  // The last frame's sprites, mask, host, panels and effects.
  std::span<const Command> above() const { return above_; }

 private:
  static std::string Describe(const Command& c) {
    std::ostringstream text;
    PrintTo(c, &text);
    return text.str();
  }

  std::string CheckStrip(int32_t lane, int32_t x, int32_t y, int32_t width, int32_t height) const {
    if (lane < 0 || lane >= lanes_) return "no such lane";
    if (y != lane * options_.lane_height || height != options_.lane_height) return "not the rows of the lane";
    if (width < 1 || x < 0 || x + width > strip_width_) return "outside the strip";
    return {};
  }

  Pixel& strip(int32_t lane, int32_t x) { return strips_[static_cast<size_t>(lane * strip_width_ + x)]; }

  std::string Clear(const Command& c) {
    if (auto problem = CheckStrip(c.a, c.b, c.c, c.d, c.e); !problem.empty()) return problem;
    for (int32_t i = 0; i < c.d; ++i) strip(c.a, c.b + i) = {};
    return {};
  }

  std::string Raster(const Command& c) {
    if (auto problem = CheckStrip(c.b, c.c, c.d, c.e, c.f); !problem.empty()) return problem;
    if (c.g < 0) return "starts before the comment";
    for (int32_t i = 0; i < c.e; ++i) {
      Pixel& pixel = strip(c.b, c.c + i);
      if (pixel != Pixel{} && options_.overlap == Overlap::kNever) return "draws onto what is not clear";
      pixel = pixel.Under(static_cast<uint32_t>(c.a), c.g + i);
    }
    return {};
  }

  std::string Blit(const Command& c) {
    if (auto problem = CheckStrip(c.a, c.b, c.c, c.d, c.e); !problem.empty()) return problem;
    if (c.f < 0 || c.f + c.d > options_.width) return "outside the screen";
    if (c.g != options_.top + c.a * options_.lane_height) return "to another lane";
    for (int32_t i = 0; i < c.d; ++i) {
      screen_[static_cast<size_t>(c.a * options_.width + c.f + i)] = strip(c.a, c.b + i);
    }
    return {};
  }

  std::string Sprite(const Command& c) {
    above_.push_back(c);
    if (c.d < 1 || c.e < 1 || c.f != 1'000 || c.g < 1 || c.g > 1'000) return "not a whole comment";
    const auto drawn = [&c](int32_t at, int32_t size) {
      const auto scaled = static_cast<int32_t>((int64_t{size} * c.g + 999) / 1'000);
      return std::pair(at + (size - scaled) / 2, scaled);
    };
    const auto [x, width] = drawn(c.b, c.d);
    const auto [y, height] = drawn(c.c, c.e);
    if (x >= options_.width || x + width <= 0 || y >= options_.height || y + height <= 0) return "not on the screen";
    if (width > options_.width && c.g > 1 && c.g < 1'000) return "does not fit";
    return {};
  }

  PlannerOptions options_;
  int32_t lanes_;
  int32_t strip_width_;
  std::vector<Pixel> strips_;
  std::vector<Pixel> screen_;
  std::vector<Command> above_;
};

}  // namespace sotto::overlay
