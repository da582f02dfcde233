#include "sotto/formats/format.h"

#include <algorithm>
#include <array>

#include "sotto/formats/text_lines.h"

namespace sotto::formats {
namespace {

struct Named {
  Format format;
  std::string_view name;
};

constexpr auto kFormats = std::to_array<Named>({
    {Format::kSotto, "sotto"},
    {Format::kBilibili, "bilibili"},
    {Format::kNiconico, "niconico"},
    {Format::kDplayer, "dplayer"},
    {Format::kAss, "ass"},
    {Format::kChat, "chat"},
});

struct TellingKey {
  std::string_view key;
  Format format;
};

constexpr auto kTellingKeys = std::to_array<TellingKey>({
    {"sotto", Format::kSotto},
    {"chat", Format::kNiconico},
    {"vpos", Format::kNiconico},
    {"vposMs", Format::kNiconico},
    {"replayChatItemAction", Format::kChat},
    {"videoOffsetTimeMsec", Format::kChat},
    {"content_offset_seconds", Format::kChat},
    {"time_in_seconds", Format::kChat},
});

// The next string of the JSON that stands before a colon, without its quotation marks; "" at the end.
std::string_view NextKey(std::string_view& json) {
  for (;;) {
    const size_t quote = json.find('"');
    if (quote == std::string_view::npos) return {};
    json.remove_prefix(quote + 1);
    size_t end = 0;
    while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
    if (end >= json.size()) return {};
    const std::string_view text = json.substr(0, end);
    json.remove_prefix(end + 1);
    const size_t next = json.find_first_not_of(" \t\r\n");
    if (next != std::string_view::npos && json[next] == ':') return text;
  }
}

std::optional<Format> FormatOfJson(std::string_view json) {
  bool has_data = false;
  std::string_view rest = json;
  for (std::string_view key = NextKey(rest); !rest.empty(); key = NextKey(rest)) {
    const auto* telling = std::find_if(kTellingKeys.begin(), kTellingKeys.end(),
                                       [key](const TellingKey& each) { return each.key == key; });
    if (telling != kTellingKeys.end()) return telling->format;
    has_data = has_data || key == "data" || key == "danmaku";
    if (key.empty()) break;
  }
  // Rows without keys: [[time, type, ...], ...]
  if (json.starts_with('[')) {
    const size_t next = json.find_first_not_of(" \t\r\n", 1);
    has_data = has_data || (next != std::string_view::npos && json[next] == '[');
  }
  if (has_data) return Format::kDplayer;
  return std::nullopt;
}

}  // namespace

std::string_view FormatName(Format format) {
  for (const auto& [each, name] : kFormats) {
    if (each == format) return name;
  }
  return {};
}

std::optional<Format> FormatOfName(std::string_view name) {
  for (const auto& [format, each] : kFormats) {
    if (each == name) return format;
  }
  return std::nullopt;
}

Result<Format> Detect(std::string_view file) {
  std::string_view content = WithoutByteOrderMark(file);
  content.remove_prefix(std::min(content.find_first_not_of(" \t\r\n"), content.size()));
  if (content.starts_with('<')) return Format::kBilibili;
  if (content.starts_with(';') || IsAssSection(content)) return Format::kAss;
  if (content.starts_with('{') || content.starts_with('[')) {
    if (const auto format = FormatOfJson(content)) return *format;
  }
  return Error{
      ErrorCode::kMalformed,
      content.empty() ? "the recording is empty." : "the recording is of no format that is read here.",
      "Read are JSON of Sotto, niconico, DPlayer, Twitch and YouTube, XML of Bilibili, and ASS; all in UTF-8."};
}

}  // namespace sotto::formats
