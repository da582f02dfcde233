// The events of a manifest that put a product on stage, as playlists of HLS and DASH carry them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/stream/manifest.h"

namespace sotto::stream {

// More occurrences than a player could show; keeps a playlist below a few hundred kilobytes whatever the manifest says.
inline constexpr size_t kMaxShown = 1'000;

struct ProductEvents {
  std::vector<TimedEvent> events;
  std::vector<const ManifestProduct*> products;  // of each event; they live as long as the manifest
};

ProductEvents ProductEventsOf(const Manifest& manifest);

// FNV-1a of 32 bits (draft-eastlake-fnv), as eight hexadecimal digits.
std::string Digest(std::string_view text);

}  // namespace sotto::stream
