// The formats that this module reads, and how it tells them apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sotto/base/result.h"

namespace sotto::formats {

enum class Format : uint8_t {
  kSotto,     // "sotto": our own JSON
  kBilibili,  // "bilibili": XML
  kNiconico,  // "niconico": JSON, both generations of the site's API
  kDplayer,   // "dplayer": the JSON of DPlayer's back ends
  kAss,       // "ass": subtitles, Advanced SubStation Alpha
  kChat,      // "chat": JSON or JSON lines of Twitch and YouTube, as the usual downloaders write them
};

// The names in the list above: stable, for JavaScript and the command line.
std::string_view FormatName(Format format);
std::optional<Format> FormatOfName(std::string_view name);

// The format by the content: the first character, a section of ASS, or the first telling key of JSON, wherever it
// stands. Says nothing about whether the rest is well-formed. kMalformed if it is none of them.
Result<Format> Detect(std::string_view file);

}  // namespace sotto::formats
