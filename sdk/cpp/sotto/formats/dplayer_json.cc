#include "sotto/formats/dplayer_json.h"

#include "sotto/formats/collector.h"
#include "sotto/formats/color.h"
#include "sotto/formats/json_values.h"
#include "sotto/formats/text_lines.h"

namespace sotto::formats {
namespace {

Mode ModeOf(JsonElement type) {
  const std::string name = Label(type);
  if (name == "1" || name == "top") return Mode::kTop;
  if (name == "2" || name == "bottom") return Mode::kBottom;
  return Mode::kScroll;
}

}  // namespace

Result<Imported> ImportDplayerJson(std::string_view file) {
  JsonDocument json;
  SOTTO_ASSIGN_OR_RETURN(const auto root, json.Parse(WithoutByteOrderMark(file), "the recording"));
  JsonElement list = root;
  if (root.is_object()) {
    if (const int64_t code = Scaled(Field(root, "code"), 1).value_or(0); code != 0) {
      return Error{ErrorCode::kMalformed,
                   "the server answered with code " + std::to_string(code) + ", not with comments.", ""};
    }
    list = Field(root, "data");
    if (!list) list = Field(root, "danmaku");
  }
  const auto rows = Array(list);
  if (!rows) {
    return Error{ErrorCode::kMalformed, "the JSON holds no list of DPlayer's comments.",
                 "Expected {\"code\": 0, \"data\": [[time, type, color, author, text], ...]}."};
  }
  Collector collector;
  uint64_t place = 0;
  for (const JsonElement row : *rows) {
    ++place;
    const bool fields = row->is_object();
    const auto part = [&](size_t index, std::string_view name) { return fields ? Field(row, name) : Item(row, index); };
    Draft draft;
    draft.at = Scaled(part(0, "time"), 1'000'000);
    draft.mode = ModeOf(part(1, "type"));
    draft.color = Color(part(2, "color"));
    if (draft.color == kWhite) draft.color.reset();
    const std::string author = Label(part(3, "author"));
    draft.user = author;
    const std::string text = Label(part(4, "text"));
    draft.text = text;
    collector.Add(place, draft);
  }
  return std::move(collector).Finish();
}

}  // namespace sotto::formats
