// What ParseManifest accepts has a canonical form that it accepts as the same manifest.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sotto/stream/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = sotto::stream::ParseManifest(text);
  if (parsed.ok()) {
    const auto again = sotto::stream::ParseManifest(sotto::stream::RenderManifest(parsed.value()));
    if (!again.ok() || again.value() != parsed.value()) std::abort();
  }
  return 0;
}
