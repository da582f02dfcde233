#include "sotto/formats/recording.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/formats/heatmap.h"
#include "tools/cli/commands.h"
#include "tools/cli/files.h"

namespace sotto::cli {
namespace {

constexpr uint32_t kBarWidth = 60;

struct Options {
  std::string in;
  std::string out;
  std::string from;
  std::string to = "sotto";
};

formats::Recording Read(const Options& options) {
  const Bytes bytes = ValueOrFail(ReadFile(options.in, formats::kMaxFileBytes));
  return ValueOrFail(formats::Import({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                                     formats::FormatOfName(options.from)));
}

void TellProblems(const formats::Imported& imported) {
  for (const auto& [place, message] : imported.problems) std::cerr << place << ": " << message << '\n';
  if (imported.skipped > imported.problems.size()) {
    std::cerr << "and " << imported.skipped - imported.problems.size() << " more\n";
  }
}

// "1:02:03"
std::string Clock(int64_t micros) {
  const int64_t seconds = micros / 1'000'000;
  const auto two = [](int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return std::to_string(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60);
}

// A character for each bucket, higher where more was said.
std::string Bar(const std::vector<uint16_t>& curve) {
  constexpr auto kSteps = std::to_array<std::string_view>({" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"});
  std::string bar;
  for (const uint16_t height : curve) bar += kSteps[(height * (kSteps.size() - 1) + 999) / 1000];
  return bar;
}

void Convert(const Options& options) {
  const formats::Recording recording = Read(options);
  const auto format = formats::FormatOfName(options.to).value_or(formats::Format::kSotto);
  const std::string file = ValueOrFail(formats::Export(recording.imported.comments, format));
  OkOrFail(WriteFile(options.out, AsBytes(file)));
  TellProblems(recording.imported);
  std::cout << "wrote " << options.out << ": " << recording.imported.comments.size() << " comments of "
            << formats::FormatName(recording.format) << ", " << recording.imported.skipped << " skipped\n";
}

void Show(const Options& options) {
  const formats::Recording recording = Read(options);
  const auto& [comments, skipped, problems] = recording.imported;
  std::array<size_t, 5> modes{};
  std::vector<int64_t> times;
  for (const formats::RecordedComment& comment : comments) {
    ++modes[static_cast<size_t>(comment.mode)];
    times.push_back(comment.at);
  }
  const int64_t last = times.empty() ? 0 : times.back();
  const formats::Heatmap map = ValueOrFail(formats::MakeHeatmap(times, std::max<int64_t>(1, last), kBarWidth));
  TellProblems(recording.imported);
  std::cout << "format    " << formats::FormatName(recording.format) << "\ncomments  " << comments.size()
            << "\nskipped   " << skipped << "\nlast at   " << Clock(last) << "\nmodes     scroll " << modes[0]
            << ", reverse " << modes[1] << ", top " << modes[2] << ", bottom " << modes[3] << ", free " << modes[4]
            << "\nwhen      |" << Bar(map.curve) << "|\n";
}

void AddInput(CLI::App& command, Options& options) {
  command.add_option("IN", options.in, "File to read, up to 64 MiB")->required();
  command.add_option("--from", options.from, "Its format; default: what the content shows")
      ->check(CLI::IsMember({"sotto", "bilibili", "niconico", "dplayer", "ass", "chat"}));
}

}  // namespace

void RegisterRecording(CLI::App& app) {
  auto* group = app.add_subcommand("recording", "Recorded comments of this and other systems");
  group->require_subcommand(1);

  const auto options = std::make_shared<Options>();
  auto* convert = group->add_subcommand("convert", "Read a recording and write it in another format");
  AddInput(*convert, *options);
  convert->add_option("OUT", options->out, "File to write")->required();
  convert->add_option("--to", options->to, "Format to write")
      ->check(CLI::IsMember({"sotto", "ass"}))
      ->capture_default_str();
  convert->callback([options] { Convert(*options); });

  auto* show = group->add_subcommand("show", "Say what a recording holds, and when most was said");
  AddInput(*show, *options);
  show->callback([options] { Show(*options); });
}

}  // namespace sotto::cli
