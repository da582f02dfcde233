#include "sotto/overlay/geometry.h"

namespace sotto::overlay {
namespace {

constexpr MediaTime kSecond = 1'000'000;
constexpr int32_t kMaxScreen = 16'384;
constexpr int32_t kMaxLanes = 2'048;
constexpr int32_t kStripAlign = 64;

}  // namespace

Status CheckRange(const std::string& what, int64_t value, int64_t least, int64_t most) {
  if (least <= value && value <= most) return {};
  return Error{ErrorCode::kInvalidArgument, what + " is " + std::to_string(value) + ".",
               "Choose it from " + std::to_string(least) + " to " + std::to_string(most) + "."};
}

Result<Geometry> Geometry::From(const PlannerOptions& options) {
  const auto check = [](const char* name, int64_t value, int64_t least, int64_t most) {
    return CheckRange(std::string("overlay option ") + name, value, least, most);
  };
  SOTTO_RETURN_IF_ERROR(check("width", options.width, 1, kMaxScreen));
  SOTTO_RETURN_IF_ERROR(check("height", options.height, 1, kMaxScreen));
  SOTTO_RETURN_IF_ERROR(check("lane_height", options.lane_height, 8, 1'024));
  SOTTO_RETURN_IF_ERROR(check("top", options.top, 0, options.height));
  SOTTO_RETURN_IF_ERROR(check("lanes", options.lanes, 0, kMaxLanes));
  SOTTO_RETURN_IF_ERROR(check("reverse_lanes", options.reverse_lanes, 0, kMaxLanes));
  SOTTO_RETURN_IF_ERROR(check("still_rows", options.still_rows, 0, kMaxLanes));
  SOTTO_RETURN_IF_ERROR(check("max_comment_width", options.max_comment_width, 64, 8'192));
  SOTTO_RETURN_IF_ERROR(check("gap", options.gap, 0, 1'024));
  SOTTO_RETURN_IF_ERROR(check("text_scale", options.text_scale, 10'000, 100'000'000));
  SOTTO_RETURN_IF_ERROR(check("spread", options.spread, 0, 500));
  SOTTO_RETURN_IF_ERROR(check("max_visible", options.max_visible, 0, 100'000));
  SOTTO_RETURN_IF_ERROR(check("overlap", static_cast<int64_t>(options.overlap), 0, 2));
  SOTTO_RETURN_IF_ERROR(check("crossing", options.crossing, kSecond, 60 * kSecond));
  SOTTO_RETURN_IF_ERROR(check("patience", options.patience, 0, 60 * kSecond));
  SOTTO_RETURN_IF_ERROR(check("still", options.still, kSecond / 10, 60 * kSecond));

  Geometry geometry;
  geometry.width = options.width;
  geometry.height = options.height;
  geometry.top = options.top;
  const int32_t fitting = (options.height - options.top) / options.lane_height;
  geometry.lanes = options.lanes == 0 ? fitting : std::min(fitting, options.lanes);
  geometry.reverse_lanes = std::min(geometry.lanes, options.reverse_lanes);
  geometry.still_rows = std::min(fitting, options.still_rows);
  geometry.lane_height = options.lane_height;
  geometry.max_comment_width = options.max_comment_width;
  geometry.gap = options.gap;
  geometry.text_scale = options.text_scale;
  geometry.spread = options.spread;
  geometry.max_visible = static_cast<size_t>(options.max_visible);
  geometry.overlap = options.overlap;
  geometry.crossing = options.crossing;
  geometry.patience = options.patience;
  geometry.still = options.still;
  geometry.behind = options.width / 16 + 16;
  const int32_t least = options.width + options.max_comment_width + 2 * geometry.behind;
  geometry.strip_width = (least + kStripAlign - 1) / kStripAlign * kStripAlign;
  return geometry;
}

Mode Geometry::Route(Mode mode) const {
  const bool in_row = mode == Mode::kTop || mode == Mode::kBottom;
  if (mode == Mode::kFree || (in_row && still_rows > 0)) return mode;
  if (mode == Mode::kReverse && reverse_lanes > 0) return mode;
  return reverse_lanes < lanes ? Mode::kScroll : Mode::kReverse;
}

}  // namespace sotto::overlay
