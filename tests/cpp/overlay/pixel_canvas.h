// Executes plans as a host does, on canvases whose pixels say which column of which comment they show.
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

// Lanes are uniform from top to bottom, so one row of pixels stands for each.
class PixelCanvas {
 public:
  struct Pixel {
    int64_t comment = -1;  // -1: clear
    int32_t column = 0;
    bool operator==(const Pixel&) const = default;
  };

  PixelCanvas(const PlannerOptions& options, const Planner& planner)
      : options_(options),
        lanes_(planner.lanes()),
        strip_width_(planner.strip_width()),
        // A canvas that a host never cleared: what a plan does not clear itself must not show.
        strips_(static_cast<size_t>(lanes_ * strip_width_), Pixel{INT64_MAX, 0}),
        screen_(static_cast<size_t>(lanes_ * options.width)) {}

  // The first thing that is wrong with the commands; empty if nothing is.
  std::string Execute(std::span<const Command> commands) {
    std::fill(screen_.begin(), screen_.end(), Pixel{});
    int phase = 0;  // strips, blits, cards
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
        case Op::kCard:
          own_phase = 2;
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
      if (strip(c.b, c.c + i) != Pixel{}) return "draws onto what is not clear";
      strip(c.b, c.c + i) = {static_cast<uint32_t>(c.a), c.g + i};
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

  PlannerOptions options_;
  int32_t lanes_;
  int32_t strip_width_;
  std::vector<Pixel> strips_;
  std::vector<Pixel> screen_;
};

}  // namespace sotto::overlay
