#include "sotto/overlay/geometry.h"

#include <algorithm>
#include <string>

namespace sotto::overlay {
namespace {

constexpr MediaTime kSecond = 1'000'000;
constexpr int32_t kMaxScreen = 16'384;
constexpr int32_t kMaxLanes = 2'048;
constexpr int32_t kStripAlign = 64;

Status CheckRange(const char* name, int64_t value, int64_t least, int64_t most) {
  if (least <= value && value <= most) return {};
  return Error{ErrorCode::kInvalidArgument,
               std::string("overlay option ") + name + " is " + std::to_string(value) + ".",
               "Choose it from " + std::to_string(least) + " to " + std::to_string(most) + "."};
}

}  // namespace

Result<Geometry> Geometry::From(const PlannerOptions& options) {
  SOTTO_RETURN_IF_ERROR(CheckRange("width", options.width, 1, kMaxScreen));
  SOTTO_RETURN_IF_ERROR(CheckRange("height", options.height, 1, kMaxScreen));
  SOTTO_RETURN_IF_ERROR(CheckRange("lane_height", options.lane_height, 8, 1'024));
  SOTTO_RETURN_IF_ERROR(CheckRange("top", options.top, 0, options.height));
  SOTTO_RETURN_IF_ERROR(CheckRange("lanes", options.lanes, 0, kMaxLanes));
  SOTTO_RETURN_IF_ERROR(CheckRange("max_comment_width", options.max_comment_width, 64, 8'192));
  SOTTO_RETURN_IF_ERROR(CheckRange("gap", options.gap, 0, 1'024));
  SOTTO_RETURN_IF_ERROR(CheckRange("crossing", options.crossing, kSecond, 60 * kSecond));
  SOTTO_RETURN_IF_ERROR(CheckRange("patience", options.patience, 0, 60 * kSecond));

  Geometry geometry;
  geometry.width = options.width;
  geometry.top = options.top;
  const int32_t fitting = (options.height - options.top) / options.lane_height;
  geometry.lanes = options.lanes == 0 ? fitting : std::min(fitting, options.lanes);
  geometry.lane_height = options.lane_height;
  geometry.max_comment_width = options.max_comment_width;
  geometry.gap = options.gap;
  geometry.crossing = options.crossing;
  geometry.patience = options.patience;
  geometry.behind = options.width / 16 + 16;
  const int32_t least = options.width + options.max_comment_width + 2 * geometry.behind;
  geometry.strip_width = (least + kStripAlign - 1) / kStripAlign * kStripAlign;
  return geometry;
}

}  // namespace sotto::overlay
