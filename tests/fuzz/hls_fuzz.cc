// A rendered playlist is a playlist again, with the same epoch, and its own text is kept.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sotto/stream/clock.h"
#include "sotto/stream/hls.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sotto::stream;
  const std::string_view playlist(reinterpret_cast<const char*>(data), size);
  const auto epoch = EpochOfPlaylist(playlist);
  if (!epoch.ok()) return 0;

  Manifest manifest;
  manifest.epoch = epoch.value();
  manifest.products.push_back({"p1", {"\"茶\"\n", "tea"}, "", 12'900, "CNY", "", {}, {}});
  manifest.events.push_back({"e1", "product", "p1", 1, 2, 5});
  const auto rendered = RenderMediaPlaylist(playlist, manifest, 30, "");
  if (!rendered.ok()) std::abort();
  if (rendered.value().size() < playlist.size()) std::abort();
  const auto again = EpochOfPlaylist(rendered.value());
  if (rendered.value().size() <= 1024 * 1024 && (!again.ok() || again.value() != epoch.value())) std::abort();
  return 0;
}
