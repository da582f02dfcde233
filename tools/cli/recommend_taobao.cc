#include <array>
#include <utility>

#include "tools/cli/recommend_formats.h"

namespace sotto::cli {
namespace {

constexpr std::array<std::pair<std::string_view, float>, 4> kBehaviours = {
    {{"pv", 0.3F}, {"fav", 1.0F}, {"cart", 2.0F}, {"buy", 3.0F}}};

// 0 for a behaviour that is none.
float WeightOf(std::string_view behaviour) {
  for (const auto& [name, weight] : kBehaviours) {
    if (name == behaviour) return weight;
  }
  return 0;
}

}  // namespace

bool IsTaobaoLog(std::string_view first_line) {
  const auto fields = FieldsBetween(first_line, ",");
  return fields.size() == 5 && WeightOf(fields[3]) > 0;
}

bool IsTaobaoPairs(std::string_view first_line) {
  const auto fields = FieldsBetweenAny(first_line, "\t, ");
  return fields.size() >= 2 && fields[0] == "uid" && fields[1] == "sid";
}

Status ReadTaobaoLog(Lines lines, EventSink sink) {
  const std::string hint = "A line is: user,item,category,behaviour,time, with a behaviour of pv, fav, cart or buy.";
  while (lines.Next()) {
    const auto fields = FieldsBetween(lines.line(), ",");
    double time = 0;
    if (fields.size() != 5) return lines.Malformed("the line has " + std::to_string(fields.size()) + " fields.", hint);
    if (fields[0].empty() || fields[1].empty()) return lines.Malformed("the user or the item is empty.", hint);
    const float weight = WeightOf(fields[3]);
    if (weight == 0) return lines.Malformed("the behaviour is none of the four.", hint);
    if (!ReadNumber(fields[4], time)) return lines.Malformed("the time is not a number.", hint);
    sink.Add(fields[0], fields[1], weight, time);
  }
  return {};
}

Status ReadTaobaoPairs(Lines lines, EventSink sink) {
  const std::string hint = "A line is: user item [behaviour], with a behaviour of pv, fav, cart or buy.";
  lines.Next();  // the header
  while (lines.Next()) {
    const auto fields = FieldsBetweenAny(lines.line(), "\t, ");
    if (fields.size() < 2 || fields.size() > 3) {
      return lines.Malformed("the line has " + std::to_string(fields.size()) + " fields.", hint);
    }
    const float weight = fields.size() == 3 ? WeightOf(fields[2]) : 1;
    if (weight == 0) return lines.Malformed("the behaviour is none of the four.", hint);
    sink.Add(fields[0], fields[1], weight, 0);
  }
  return {};
}

}  // namespace sotto::cli
