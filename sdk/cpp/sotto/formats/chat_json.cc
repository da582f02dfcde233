#include "sotto/formats/chat_json.h"

#include <algorithm>

#include "sotto/formats/collector.h"
#include "sotto/formats/color.h"
#include "sotto/formats/json_values.h"
#include "sotto/formats/text_lines.h"

namespace sotto::formats {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kMicrosPerMillisecond = 1'000;

// The first that is not empty.
std::string_view Either(std::string_view first, std::string_view second) {
  return first.empty() ? second : first;
}

// YouTube's text: pieces of plain text, and emoji.
std::string TextOfRuns(JsonElement message) {
  std::string text;
  const auto runs = Array(Field(message, "runs"));
  if (!runs) return std::string(String(Field(message, "simpleText")));
  for (const JsonElement run : *runs) {
    if (const JsonElement emoji = Field(run, "emoji")) {
      const std::string_view name = String(Item(Field(emoji, "shortcuts"), 0));
      bool custom = false;
      if (const auto flag = Field(emoji, "isCustomEmoji")) custom = flag->get(custom) == simdjson::SUCCESS && custom;
      const std::string_view id = String(Field(emoji, "emojiId"));
      text += custom ? Either(name, id) : Either(id, name);
    } else {
      text += String(Field(run, "text"));
    }
  }
  return text;
}

class Importer {
 public:
  Result<Imported> Run(std::string_view file) {
    file = WithoutByteOrderMark(file);
    if (!Whole(file)) Lines(file);
    if (!seen_) {
      return Error{
          ErrorCode::kMalformed, "the JSON holds no comments of Twitch or YouTube.",
          "Read is what TwitchDownloader, chat-downloader and yt-dlp (--write-subs --sub-langs live_chat) write."};
    }
    return std::move(collector_).Finish();
  }

 private:
  // One JSON document; false if the file is none, or if it is a line of many.
  bool Whole(std::string_view file) {
    LineReader lines(file);
    while (lines.Next() && Trimmed(lines.line()).empty()) {
    }
    const std::string_view first = Trimmed(lines.line());
    const bool array = first.starts_with('[');
    if (!array && json_.Parse(first, "the line").ok() && first.size() + 1 < file.size()) {
      // The first line is an object, and there is more. TwitchDownloader's file ends with its only line.
      while (lines.Next()) {
        if (!Trimmed(lines.line()).empty()) return false;
      }
    }
    const auto root = json_.Parse(file, "the recording");
    if (!root.ok()) return false;
    const JsonElement list = array ? JsonElement(root.value()) : Field(root.value(), "comments");
    const auto items = Array(list);
    if (!items) {
      ++place_;
      Entry(root.value());
      return true;
    }
    seen_ = true;
    for (const JsonElement item : *items) {
      ++place_;
      Entry(item);
    }
    return true;
  }

  void Lines(std::string_view file) {
    LineReader lines(file);
    while (lines.Next()) {
      if (Trimmed(lines.line()).empty()) continue;
      place_ = lines.number();
      const auto parsed = json_.Parse(lines.line(), "the line");
      if (parsed.ok()) {
        Entry(parsed.value());
      } else {
        collector_.Skip(place_, "the line is not JSON");
      }
    }
  }

  void Entry(JsonElement entry) {
    if (Field(entry, "replayChatItemAction")) {
      YouTube(entry);
    } else if (const JsonElement offset = Field(entry, "content_offset_seconds")) {
      const JsonElement message = Field(entry, "message");
      const JsonElement commenter = Field(entry, "commenter");
      Add(Scaled(offset, kMicrosPerSecond), Label(Field(entry, "_id")),
          Either(String(Field(commenter, "display_name")), String(Field(commenter, "name"))),
          String(Field(message, "body")), ParseHexColor(String(Field(message, "user_color"))));
    } else if (const JsonElement message = Field(entry, "message"); message && message->is_string()) {
      const JsonElement author = Field(entry, "author");
      const std::string_view name = author && author->is_string()
                                        ? String(author)
                                        : Either(String(Field(author, "display_name")), String(Field(author, "name")));
      Add(Scaled(Field(entry, "time_in_seconds"), kMicrosPerSecond), Label(Field(entry, "message_id")), name,
          String(message), ParseHexColor(String(Field(entry, "colour"))));
    }
  }

  void YouTube(JsonElement entry) {
    seen_ = true;
    const JsonElement replay = Field(entry, "replayChatItemAction");
    JsonElement offset = Field(replay, "videoOffsetTimeMsec");
    if (!offset) offset = Field(entry, "videoOffsetTimeMsec");
    const auto actions = Array(Field(replay, "actions"));
    if (!actions) return;
    for (const JsonElement action : *actions) {
      const JsonElement item = Field(Field(action, "addChatItemAction"), "item");
      JsonElement message = Field(item, "liveChatTextMessageRenderer");
      if (!message) message = Field(item, "liveChatPaidMessageRenderer");
      const std::string text = TextOfRuns(Field(message, "message"));
      if (!message || text.empty()) continue;
      Add(Scaled(offset, kMicrosPerMillisecond), Label(Field(message, "id")),
          String(Field(Field(message, "authorName"), "simpleText")), text, std::nullopt);
    }
  }

  void Add(std::optional<int64_t> at, const std::string& id, std::string_view user, std::string_view text,
           std::optional<uint32_t> color) {
    seen_ = true;
    Draft draft;
    draft.at = at;
    draft.id = id;
    draft.user = user;
    draft.text = text;
    draft.color = color;
    collector_.Add(place_, draft);
  }

  JsonDocument json_;
  Collector collector_;
  uint64_t place_ = 0;
  bool seen_ = false;
};

}  // namespace

Result<Imported> ImportChatJson(std::string_view file) {
  return Importer().Run(file);
}

}  // namespace sotto::formats
