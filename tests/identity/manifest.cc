#include "sotto/stream/manifest.h"

#include "lines.h"
#include "sotto/stream/clock.h"

namespace sotto::identity {

void PrintManifests() {
  std::string hex;
  double from = 0;
  double to = 0;
  while (std::cin >> hex >> from >> to) {
    const auto manifest = stream::ParseManifest(Unhex(hex));
    Line line;
    if (!manifest.ok()) {
      line.Failure(manifest.error()).Print();
      continue;
    }
    line.Text(stream::RenderManifest(manifest.value()));
    for (const auto& [event, repetition, start, end] :
         stream::OccurrencesBetween(manifest.value().events, from, to, 64)) {
      line.Int(static_cast<int64_t>(event)).Int(static_cast<int64_t>(repetition)).Bits(start).Bits(end);
    }
    line.Print();
  }
}

}  // namespace sotto::identity
