// How many live comments may enter in a second of media time: a bucket of tokens that time fills.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sotto/overlay/geometry.h"

namespace sotto::overlay {

class EntryLimit {
 public:
  // 0: no limit.
  void Set(int32_t per_second) {
    per_second_ = per_second;
    microtokens_ = kToken;
  }

  // Fills the bucket for the time since the last call. A step back gives nothing, nor does the same time once more.
  void MoveTo(MediaTime now) {
    if (last_ - kSlack <= now && now <= last_) return;
    const MediaTime passed = std::clamp<MediaTime>(now - last_, 0, kMaxPassed);
    last_ = now;
    microtokens_ = std::min(microtokens_ + passed * per_second_, kToken + kMaxPassed * per_second_);
  }

  bool allows() const { return per_second_ == 0 || microtokens_ >= kToken; }
  void Take() { microtokens_ -= per_second_ == 0 ? 0 : kToken; }

 private:
  static constexpr int64_t kToken = 1'000'000;
  static constexpr MediaTime kMaxPassed = 250'000;  // so much is saved up at most, beside a whole token

  int64_t per_second_ = 0;
  int64_t microtokens_ = kToken;
  MediaTime last_ = 0;
};

}  // namespace sotto::overlay
