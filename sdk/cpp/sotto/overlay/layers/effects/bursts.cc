#include "sotto/overlay/layers/effects/bursts.h"

#include <algorithm>

#include "sotto/overlay/ease.h"

namespace sotto::overlay {
namespace {

constexpr size_t kMaxBursts = 64;
constexpr int32_t kMaxCoordinate = 16'384;

// Numbers that follow from a seed: SplitMix32 (the finaliser of MurmurHash3 over a Weyl sequence).
class Draw {
 public:
  explicit Draw(uint32_t seed) : state_(seed) {}

  // 0 to most, most < 2^16.
  int32_t UpTo(int32_t most) {
    uint32_t z = state_ += 0x9E37'79B9;
    z = (z ^ (z >> 16)) * 0x85EB'CA6B;
    z = (z ^ (z >> 13)) * 0xC2B2'AE35;
    z ^= z >> 16;
    return static_cast<int32_t>((uint64_t{z} * (static_cast<uint32_t>(most) + 1)) >> 32);
  }

 private:
  uint32_t state_;
};

// A swing from 0 to 1000 to 0 to -1000 to 0 while `phase` goes from 0 to 4000: parabolas, near enough to a sine.
int32_t Swing(int32_t phase) {
  const int32_t turn = phase % 4'000;
  const int32_t half = turn % 2'000;
  const int32_t height = half * (2'000 - half) / 1'000;
  return turn < 2'000 ? height : -height;
}

}  // namespace

Status Bursts::Add(const Burst& burst) {
  const auto check = [](const char* field, int64_t value, int64_t least, int64_t most) {
    return CheckRange(std::string("a burst's ") + field, value, least, most);
  };
  SOTTO_RETURN_IF_ERROR(check("at", burst.at, 0, kMaxMediaTime));
  SOTTO_RETURN_IF_ERROR(check("x", burst.x, -kMaxCoordinate, kMaxCoordinate));
  SOTTO_RETURN_IF_ERROR(check("y", burst.y, -kMaxCoordinate, kMaxCoordinate));
  SOTTO_RETURN_IF_ERROR(check("count", burst.count, 1, 64));
  SOTTO_RETURN_IF_ERROR(check("size", burst.size, 4, 512));
  SOTTO_RETURN_IF_ERROR(check("rise", burst.rise, 1, kMaxCoordinate));
  SOTTO_RETURN_IF_ERROR(check("pictures", burst.pictures, 1, 64));
  SOTTO_RETURN_IF_ERROR(check("first_picture", burst.first_picture, 0, 1'000));
  if (bursts_.size() == kMaxBursts) bursts_.erase(bursts_.begin());
  bursts_.push_back(burst);
  return {};
}

void Bursts::Show(MediaTime now, const Geometry& geometry, Commands& out) const {
  for (const Burst& burst : bursts_) {
    if (now < burst.at || now >= burst.at + kBurstSpread + kLongestParticle) continue;
    Draw draw(burst.seed);
    for (int32_t i = 0; i < burst.count; ++i) {
      // Every particle draws all of its numbers, so that the others' do not depend on whether it is shown.
      const MediaTime start = burst.at + kBurstSpread / 1'000 * draw.UpTo(1'000);
      const MediaTime life = kShortestParticle + (kLongestParticle - kShortestParticle) / 1'000 * draw.UpTo(1'000);
      const int32_t picture = burst.first_picture + draw.UpTo(burst.pictures - 1);
      const int32_t size = burst.size * (600 + draw.UpTo(400)) / 1'000;
      const int32_t rise = burst.rise / 2 + draw.UpTo(burst.rise) / 2;
      const int32_t drift = draw.UpTo(2 * burst.size) - burst.size;
      const int32_t phase = draw.UpTo(4'000);
      if (now < start || now >= start + life) continue;

      const auto age = static_cast<int32_t>((now - start) * 1'000 / life);
      const int32_t sway = burst.size / 2 * Swing(phase + 3 * age) / 1'000;
      const int32_t x = burst.x + drift * age / 1'000 + sway - size / 2;
      const auto y = static_cast<int32_t>(burst.y - int64_t{rise} * EaseOutCubic(age) / 1'000 - size / 2);
      if (x + size <= 0 || y + size <= 0 || x >= geometry.width || y >= geometry.height) continue;
      // It pops up in the first tenth of its life and fades in the last third.
      const int32_t scale = std::min(1'000, 400 + 6 * age);
      const int32_t opacity = std::min(1'000, (1'000 - age) * 3);
      out.push_back({Op::kEffect, picture, x, y, size, size, opacity, scale});
    }
  }
}

}  // namespace sotto::overlay
