#include "sotto/formats/niconico_json.h"

#include "sotto/formats/collector.h"
#include "sotto/formats/color.h"
#include "sotto/formats/decimal.h"
#include "sotto/formats/json_values.h"
#include "sotto/formats/text_lines.h"

namespace sotto::formats {
namespace {

constexpr int64_t kMicrosPerVpos = 10'000;
constexpr int64_t kMicrosPerMillisecond = 1'000;
constexpr int64_t kSmall = 650;
constexpr int64_t kBig = 1490;

struct Commands {
  Draft draft;
  bool invisible = false;

  void Apply(std::string_view command) {
    if (command == "ue") {
      draft.mode = Mode::kTop;
    } else if (command == "shita") {
      draft.mode = Mode::kBottom;
    } else if (command == "naka") {
      draft.mode = Mode::kScroll;
    } else if (command == "small") {
      draft.size = kSmall;
    } else if (command == "big") {
      draft.size = kBig;
    } else if (command == "invisible") {
      invisible = true;
    } else if (command.starts_with('#')) {
      if (const auto color = ParseHexColor(command)) draft.color = color;
    } else if (command.starts_with('@')) {
      if (const auto seconds = ParseDecimal(command.substr(1), 1'000'000)) draft.duration = *seconds;
    } else if (const auto color = NamedColor(command)) {
      draft.color = color;
    }
  }

  // Words with spaces between.
  void ApplyAll(std::string_view words) {
    while (!words.empty()) {
      const size_t space = words.find(' ');
      Apply(words.substr(0, space));
      if (space == std::string_view::npos) break;
      words.remove_prefix(space + 1);
    }
  }
};

class Importer {
 public:
  Result<Imported> Run(std::string_view file) {
    SOTTO_ASSIGN_OR_RETURN(const auto root, json_.Parse(WithoutByteOrderMark(file), "the recording"));
    JsonElement list = root;
    if (const JsonElement data = Field(list, "data")) list = data;
    if (const JsonElement threads = Field(list, "threads")) list = threads;
    const auto items = Array(list);
    if (!items) {
      return Error{ErrorCode::kMalformed, "the JSON holds no list of niconico's threads or comments.",
                   "Expected [{\"chat\": ...}] or {\"threads\": [{\"comments\": ...}]}."};
    }
    for (const JsonElement item : *items) {
      if (const JsonElement chat = Field(item, "chat")) {
        AddChat(chat);
      } else if (const auto comments = Array(Field(item, "comments"))) {
        for (const JsonElement comment : *comments) AddComment(comment);
      } else if (Field(item, "vposMs")) {
        AddComment(item);
      }
    }
    return std::move(collector_).Finish();
  }

 private:
  void AddChat(JsonElement chat) {
    ++place_;
    if (Scaled(Field(chat, "deleted"), 1).value_or(0) != 0) return collector_.Skip(place_, "it was deleted");
    Commands commands;
    commands.draft.at = Scaled(Field(chat, "vpos"), kMicrosPerVpos);
    commands.ApplyAll(String(Field(chat, "mail")));
    Add(std::move(commands), Label(Field(chat, "no")), Label(Field(chat, "user_id")), String(Field(chat, "content")));
  }

  void AddComment(JsonElement comment) {
    ++place_;
    Commands commands;
    commands.draft.at = Scaled(Field(comment, "vposMs"), kMicrosPerMillisecond);
    if (const auto list = Array(Field(comment, "commands"))) {
      for (const JsonElement command : *list) commands.Apply(String(command));
    }
    Add(std::move(commands), Label(Field(comment, "no")), Label(Field(comment, "userId")),
        String(Field(comment, "body")));
  }

  void Add(Commands commands, const std::string& id, const std::string& user, std::string_view text) {
    if (commands.invisible) return collector_.Skip(place_, "it is invisible");
    commands.draft.id = id;
    commands.draft.user = user;
    commands.draft.text = text;
    collector_.Add(place_, commands.draft);
  }

  JsonDocument json_;
  Collector collector_;
  uint64_t place_ = 0;
};

}  // namespace

Result<Imported> ImportNiconicoJson(std::string_view file) {
  return Importer().Run(file);
}

}  // namespace sotto::formats
