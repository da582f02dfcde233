// A manifest that uses every field, for tests to change one thing in.
#pragma once

#include <string>

#include "sotto/stream/manifest.h"

namespace sotto::stream {

inline constexpr std::string_view kSampleManifest = R"({
  "version": 1,
  "stream": "tea-house",
  "title": {"zh": "茶馆", "en": "Tea house"},
  "hls": "master.m3u8",
  "comments": "comments",
  "epoch": "2026-01-31T12:00:00.000Z",
  "refresh": 5,
  "products": [
    {"id": "p1", "title": {"zh": "绿茶", "en": "Green tea"}, "category": "tea/green",
     "price": {"amount": 12900, "currency": "CNY"}, "image": "products/p1.svg",
     "facts": {"zh": ["净含量 50 克"], "en": ["Net weight 50 g"]}, "brand": "Pine", "stock": 120},
    {"id": "p2", "title": {"zh": "茶壶", "en": "Teapot"}, "category": "",
     "price": {"amount": 5, "currency": "CNY"}, "image": "", "facts": {"zh": [], "en": []}}
  ],
  "events": [
    {"id": "e1", "type": "product", "product": "p1", "at": 4, "duration": 11.5, "every": 120},
    {"id": "e2", "type": "product", "product": "p2", "at": 20, "duration": 10, "every": 0}
  ],
  "models": [
    {"id": "comments", "version": "1.2", "url": "/v1/models/comments/1.2",
     "sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "size": 65536}
  ],
  "tasks": [
    {"id": "affinity-1", "kind": "affinity", "trust": "local", "url": "/v1/tasks/affinity-1/updates",
     "items": ["p1", "p2"], "maxItems": 2, "sigmaSquaredNumerator": 9, "sigmaSquaredDenominator": 2,
     "rho": 0.75, "epsilon": 6.5, "delta": 0.00001, "minimum": 400, "expires": "2026-02-01T00:00:00Z"}
  ],
  "campaigns": [
    {"id": "welcome", "segments": {"all": ["newcomer"], "any": ["explorer", "brand-loyal:Pine"], "none": ["buyer"]},
     "product": "p1",
     "coupon": {"percent": 12.5, "label": {"zh": "新客", "en": "New"}}, "from": 60, "until": 1800},
    {"id": "all", "product": "p2"}
  ]
})";

// The sample with its first occurrence of `before` replaced. `before` must occur.
inline std::string SampleWith(std::string_view before, std::string_view after) {
  std::string json(kSampleManifest);
  const size_t place = json.find(before);
  if (place == std::string::npos) return "the sample has no " + std::string(before);
  return json.replace(place, before.size(), after);
}

}  // namespace sotto::stream
