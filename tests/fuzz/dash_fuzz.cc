// A rendered MPD can be rendered again, and names the same segments; nothing of its own text is lost.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sotto/stream/dash.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sotto::stream;
  const std::string_view mpd(reinterpret_cast<const char*>(data), size);
  Manifest manifest;
  manifest.epoch = "2026-01-31T12:00:00Z";
  manifest.products.push_back({"p1", {"\"茶\"\n", "<tea>"}, "", 12'900, "CNY", "", {}, {}});
  manifest.events.push_back({"e1", "product", "p1", 1, 2, 5});
  const auto templates = SegmentTemplatesOf(mpd);
  for (const std::string_view each : templates) static_cast<void>(IsOfTemplate("chunk-stream0-00001.m4s", each));
  static_cast<void>(PublishTimeOf(mpd));

  const auto rendered = RenderMpd(mpd, manifest, 30, "");
  constexpr std::string_view kOurs = "\n\t\t<EventStream schemeIdUri=\"urn:sotto:product:2026\"";
  if (!rendered.ok() || mpd.find(kOurs) != std::string_view::npos) return 0;
  std::string rest = rendered.value();
  const size_t start = rest.find(kOurs);
  if (start == std::string::npos) std::abort();
  const std::string_view closing = "</EventStream>";
  rest.erase(start, rest.find(closing, start) + closing.size() - start);
  if (rest != mpd) std::abort();
  if (SegmentTemplatesOf(rendered.value()) != templates) std::abort();
  if (rendered.value().size() <= kMaxMpdBytes && !RenderMpd(rendered.value(), manifest, 30, "").ok()) std::abort();
  return 0;
}
