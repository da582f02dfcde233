#include "lines.h"
#include "sotto/formats/heatmap.h"
#include "sotto/formats/recording.h"

namespace sotto::identity {

void PrintRecordings() {
  for (std::string hex; std::getline(std::cin, hex);) {
    const auto recording = formats::Import(Unhex(hex));
    Line line;
    if (!recording.ok()) {
      line.Failure(recording.error()).Print();
      continue;
    }
    const auto& comments = recording.value().imported.comments;
    std::vector<int64_t> times;
    for (const auto& comment : comments) times.push_back(comment.at);
    const auto map = formats::MakeHeatmap(times, 600'000'000, 50).value();
    line.Text(formats::RenderRecording(recording.value()))
        .Text(formats::Export(comments, formats::Format::kSotto).value())
        .Text(formats::Export(comments, formats::Format::kAss).value())
        .Ints<uint32_t>(map.counts)
        .Ints<uint16_t>(map.curve)
        .Print();
  }
}

}  // namespace sotto::identity
