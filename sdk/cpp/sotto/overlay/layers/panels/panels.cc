#include "sotto/overlay/layers/panels/panels.h"

#include <algorithm>
#include <string>

#include "sotto/overlay/ease.h"

namespace sotto::overlay {
namespace {

constexpr size_t kMaxPanels = 1'000;
constexpr int32_t kMaxCoordinate = 16'384;

}  // namespace

int32_t Presence(const Panel& panel, MediaTime t) {
  const MediaTime since = t - panel.at;
  const MediaTime left = panel.duration - since;
  if (since < 0 || left <= 0) return 0;
  const MediaTime entered = std::min(since, kPanelEntrance) * 1'000 / kPanelEntrance;
  const MediaTime staying = std::min(left, kPanelExit) * 1'000 / kPanelExit;
  return EaseOutCubic(static_cast<int32_t>(std::min(entered, staying)));
}

Status Panels::Add(const Panel& panel) {
  const auto check = [&panel](const char* field, int64_t value, int64_t least, int64_t most) {
    return CheckRange("panel " + std::to_string(panel.id) + "'s " + field, value, least, most);
  };
  SOTTO_RETURN_IF_ERROR(check("at", panel.at, 0, kMaxMediaTime));
  SOTTO_RETURN_IF_ERROR(check("duration", panel.duration, 1, kMaxMediaTime));
  SOTTO_RETURN_IF_ERROR(check("x", panel.x, -kMaxCoordinate, kMaxCoordinate));
  SOTTO_RETURN_IF_ERROR(check("y", panel.y, -kMaxCoordinate, kMaxCoordinate));
  SOTTO_RETURN_IF_ERROR(check("width", panel.width, 1, kMaxCoordinate));
  SOTTO_RETURN_IF_ERROR(check("height", panel.height, 1, kMaxCoordinate));
  SOTTO_RETURN_IF_ERROR(check("entrance", static_cast<int64_t>(panel.entrance), 0, 2));
  Remove(panel.id);
  if (panels_.size() == kMaxPanels) {
    return Error{ErrorCode::kResourceExhausted, "there are 1,000 panels already.", "Remove those that are over."};
  }
  panels_.push_back(panel);
  return {};
}

void Panels::Remove(uint32_t id) {
  std::erase_if(panels_, [id](const Panel& panel) { return panel.id == id; });
}

void Panels::Show(MediaTime now, Commands& out) const {
  for (const Panel& panel : panels_) {
    const int32_t presence = Presence(panel, now);
    if (presence == 0) continue;
    const int64_t absent = 1'000 - presence;
    int32_t x = panel.x;
    int32_t y = panel.y;
    int32_t scale = 1'000;
    switch (panel.entrance) {
      case Entrance::kRise:
        y += static_cast<int32_t>(absent * panel.height / 4'000);
        scale = 940 + 60 * presence / 1'000;
        break;
      case Entrance::kDrop:
        y -= static_cast<int32_t>(absent * panel.height / 2'000);
        break;
      case Entrance::kSlide:
        x -= static_cast<int32_t>(absent * panel.width / 1'000);
        break;
    }
    out.push_back({Op::kPanel, static_cast<int32_t>(panel.id), x, y, panel.width, panel.height, presence, scale});
  }
}

}  // namespace sotto::overlay
