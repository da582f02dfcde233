#include "sotto/formats/bilibili_xml.h"

#include <array>

#include "sotto/formats/collector.h"
#include "sotto/formats/color.h"
#include "sotto/formats/decimal.h"
#include "sotto/formats/json_values.h"
#include "sotto/formats/xml_scanner.h"

namespace sotto::formats {
namespace {

constexpr int64_t kMicros = 1'000'000;
constexpr int64_t kPlayerWidth = 672;
constexpr int64_t kPlayerHeight = 438;
constexpr int64_t kNormalFont = 25;
constexpr size_t kFields = 8;

using Fields = std::array<std::string_view, kFields>;

// The first eight fields between commas; how many there were, at most eight.
size_t Split(std::string_view text, Fields& fields) {
  size_t count = 0;
  while (count < kFields) {
    const size_t comma = text.find(',');
    fields[count++] = text.substr(0, comma);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return count;
}

// What people type for a line end, as a space.
std::string WithoutLineEnds(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t mark = text.find_first_of("/\\");
    out += text.substr(0, mark);
    if (mark == std::string_view::npos) break;
    const bool line_end = mark + 1 < text.size() && text[mark + 1] == 'n';
    out += line_end ? ' ' : text[mark];
    text.remove_prefix(mark + (line_end ? 2 : 1));
  }
  return out;
}

// Per mille of the screen.
int64_t Place(JsonElement element, int64_t pixels) {
  const auto micros = Scaled(element, kMicros).value_or(0);
  const bool integer =
      element && (element->is_int64() || (element->is_string() && String(element).find('.') == std::string_view::npos));
  return !integer && micros <= kMicros ? micros / 1000 : micros / (1000 * pixels);
}

class Importer {
 public:
  Result<Imported> Run(std::string_view file) {
    XmlScanner xml(file);
    bool known = false;
    for (;;) {
      SOTTO_ASSIGN_OR_RETURN(const XmlEvent event, xml.Next());
      if (event == XmlEvent::kEnd) break;
      if (event == XmlEvent::kText) {
        if (inside_) text_ += xml.text();
      } else if (event == XmlEvent::kStartElement) {
        known = known || xml.name() == "d" || xml.name() == "i";
        if (xml.name() == "d") Begin(xml);
      } else if (xml.name() == "d" && inside_) {
        inside_ = false;
        End();
      }
    }
    if (!known) {
      return Error{ErrorCode::kMalformed, "the XML holds no comments of Bilibili: there is neither <i> nor <d>.", ""};
    }
    return std::move(collector_).Finish();
  }

 private:
  void Begin(const XmlScanner& xml) {
    inside_ = true;
    ++place_;
    parameters_ = xml.attribute("p");
    user_ = xml.attribute("user");
    text_.clear();
  }

  void End() {
    Fields fields;
    const size_t count = Split(parameters_, fields);
    if (count < 4) return collector_.Skip(place_, "its p has fewer than 4 fields");
    Draft draft;
    draft.at = ParseDecimal(fields[0], kMicros);
    draft.size = ParseDecimal(fields[2], 1).value_or(0) * 1000 / kNormalFont;
    const auto color = ParseDecimal(fields[3], 1);
    if (color && *color >= 0 && *color < kWhite) draft.color = static_cast<uint32_t>(*color);
    draft.user = user_.empty() ? fields[6] : std::string_view(user_);
    draft.id = fields[7];
    switch (ParseDecimal(fields[1], 1).value_or(0)) {
      case 1:
      case 2:
      case 3:
        break;
      case 4:
        draft.mode = Mode::kBottom;
        break;
      case 5:
        draft.mode = Mode::kTop;
        break;
      case 6:
        draft.mode = Mode::kReverse;
        break;
      case 7:
        return AddPlaced(draft);
      case 8:
        return collector_.Skip(place_, "it is a script (mode 8)");
      case 9:
        return collector_.Skip(place_, "it is a BAS script (mode 9)");
      default:
        return collector_.Skip(place_, "its mode is none of 1 to 9");
    }
    const std::string text = WithoutLineEnds(text_);
    draft.text = text;
    collector_.Add(place_, draft);
  }

  void AddPlaced(Draft draft) {
    const auto parsed = json_.Parse(text_, "the text");
    if (!parsed.ok() || !parsed.value().is_array()) {
      return collector_.Skip(place_, "its mode is 7 and its text no JSON array");
    }
    const JsonElement items = parsed.value();
    const std::string text = WithoutLineEnds(String(Item(items, 4)));
    draft.text = text;
    draft.mode = Mode::kFree;
    draft.x = Place(Item(items, 0), kPlayerWidth);
    draft.y = Place(Item(items, 1), kPlayerHeight);
    draft.duration = Scaled(Item(items, 3), kMicros).value_or(0);
    collector_.Add(place_, draft);
  }

  Collector collector_;
  JsonDocument json_;
  bool inside_ = false;
  uint64_t place_ = 0;
  std::string parameters_;
  std::string user_;
  std::string text_;
};

}  // namespace

Result<Imported> ImportBilibiliXml(std::string_view file) {
  return Importer().Run(file);
}

}  // namespace sotto::formats
