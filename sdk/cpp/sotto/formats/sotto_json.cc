#include "sotto/formats/sotto_json.h"

#include <array>
#include <optional>

#include "sotto/formats/collector.h"
#include "sotto/formats/color.h"
#include "sotto/formats/decimal.h"
#include "sotto/formats/json_values.h"
#include "sotto/formats/text_lines.h"

namespace sotto::formats {
namespace {

constexpr int64_t kMicros = 1'000'000;
constexpr int64_t kMilli = 1'000;
constexpr auto kModes = std::to_array<std::string_view>({"scroll", "reverse", "top", "bottom", "free"});

std::string_view ModeName(Mode mode) {
  return kModes[static_cast<size_t>(mode)];
}

std::optional<Mode> ModeOfName(std::string_view name) {
  for (size_t i = 0; i < kModes.size(); ++i) {
    if (kModes[i] == name) return static_cast<Mode>(i);
  }
  return std::nullopt;
}

void AddComment(JsonElement comment, uint64_t place, Collector& collector) {
  Draft draft;
  draft.at = Scaled(Field(comment, "at"), kMicros);
  draft.text = String(Field(comment, "text"));
  const std::string id = Label(Field(comment, "id"));
  const std::string user = Label(Field(comment, "user"));
  draft.id = id;
  draft.user = user;
  draft.color = Color(Field(comment, "color"));
  const auto number = [&](std::string_view name, int64_t scale) {
    const JsonElement element = Field(comment, name);
    return element ? Scaled(element, scale) : 0;
  };
  const auto size = number("size", kMilli);
  const auto x = number("x", kMilli);
  const auto y = number("y", kMilli);
  const auto duration = number("duration", kMicros);
  if (!size || !x || !y || !duration) return collector.Skip(place, "its size, place or duration is not a number");
  draft.size = *size;
  draft.x = *x;
  draft.y = *y;
  draft.duration = *duration;
  if (const JsonElement name = Field(comment, "mode")) {
    const auto mode = ModeOfName(String(name));
    if (!mode) return collector.Skip(place, "its mode is none of scroll, reverse, top, bottom and free");
    draft.mode = *mode;
  }
  collector.Add(place, draft);
}

void AppendComment(const RecordedComment& comment, std::string& out) {
  const auto string = [&out](std::string_view key, std::string_view value) {
    out += key;
    AppendJsonString(value, out);
  };
  const auto number = [&out](std::string_view key, int64_t value, int64_t scale) {
    out += key;
    AppendDecimal(value, scale, out);
  };
  number("{\"at\":", comment.at, kMicros);
  string(",\"text\":", comment.text);
  if (!comment.id.empty()) string(",\"id\":", comment.id);
  if (!comment.user.empty()) string(",\"user\":", comment.user);
  if (comment.mode != Mode::kScroll) string(",\"mode\":", ModeName(comment.mode));
  if (comment.has_color) string(",\"color\":", HexColor(comment.color));
  if (comment.size != 0) number(",\"size\":", comment.size, kMilli);
  if (comment.mode == Mode::kFree) {
    number(",\"x\":", comment.x, kMilli);
    number(",\"y\":", comment.y, kMilli);
  }
  if (comment.duration != 0) number(",\"duration\":", comment.duration, kMicros);
  out += '}';
}

}  // namespace

Result<Imported> ImportSottoJson(std::string_view file) {
  JsonDocument json;
  SOTTO_ASSIGN_OR_RETURN(const auto root, json.Parse(WithoutByteOrderMark(file), "the recording"));
  if (String(Field(root, "sotto")) != "comments") {
    return Error{ErrorCode::kMalformed, "the JSON is no recording of ours: its field sotto is not \"comments\".", ""};
  }
  if (Scaled(Field(root, "version"), 1) != 1) {
    return Error{ErrorCode::kUnsupportedVersion, "the recording's version is not 1.", "Read it with a newer release."};
  }
  const auto comments = Array(Field(root, "comments"));
  if (!comments) return Error{ErrorCode::kMalformed, "the recording's comments are no array.", ""};
  Collector collector;
  uint64_t place = 0;
  for (const JsonElement comment : *comments) AddComment(comment, ++place, collector);
  return std::move(collector).Finish();
}

std::string ExportSottoJson(std::span<const RecordedComment> comments) {
  std::string out = "{\"sotto\":\"comments\",\"version\":1,\"comments\":";
  AppendCommentsJson(comments, out);
  out += "}\n";
  return out;
}

void AppendCommentsJson(std::span<const RecordedComment> comments, std::string& out) {
  out += '[';
  for (const RecordedComment& comment : comments) {
    if (&comment != comments.data()) out += ",\n";
    AppendComment(comment, out);
  }
  out += ']';
}

void AppendJsonString(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;  // no text of a recording holds one
  }
  out += '"';
}

}  // namespace sotto::formats
