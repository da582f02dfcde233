#include "sotto/comments/grammar.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "sotto/text/utf8.h"

namespace sotto::comments {
namespace {

constexpr std::string_view kWeightMark = ";; weight ";

struct Place {
  std::string_view file;
  size_t line = 0;
};

Error Malformed(const Place& place, const std::string& what, std::string hint = "") {
  return {ErrorCode::kMalformed, std::string(place.file) + ":" + std::to_string(place.line) + " " + what,
          std::move(hint)};
}

Error TooLarge(const Place& place, const std::string& what) {
  return {ErrorCode::kResourceExhausted, std::string(place.file) + ":" + std::to_string(place.line) + " " + what, ""};
}

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

bool IsName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string WithSingleSpaces(std::string_view text) {
  std::string out;
  for (const char c : Trimmed(text)) {
    if (c != ' ' || out.back() != ' ') out += c;
  }
  return out;
}

}  // namespace

// Reads the files into a Grammar, line by line, then follows every reference once.
class GrammarReader {
 public:
  Status ReadFile(const NamedText& file) {
    place_ = {file.name, 0};
    if (Status valid = text::ValidateUtf8(file.text); !valid.ok()) return Malformed(place_, valid.error().message);
    for (std::string_view rest = file.text; !rest.empty();) {
      ++place_.line;
      const size_t end = std::min(rest.find('\n'), rest.size());
      SOTTO_RETURN_IF_ERROR(ReadLine(Trimmed(rest.substr(0, end))));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
  }

  Result<Grammar> Finish() {
    if (grammar_.templates_.empty()) return Malformed(place_, "ends, and there is no template.", "Add \"> text\".");
    for (const auto& [name, index] : index_of_) {
      if (grammar_.definitions_[index].empty()) {
        return Malformed(places_[index], "refers to {" + name + "}, which is not defined.");
      }
    }
    extents_.resize(grammar_.definitions_.size());
    under_way_.resize(grammar_.definitions_.size(), false);
    for (size_t i = 0; i < grammar_.definitions_.size(); ++i) SOTTO_RETURN_IF_ERROR(Measure(i, 0));
    for (size_t i = 0; i < grammar_.templates_.size(); ++i) {
      SOTTO_ASSIGN_OR_RETURN(const Extent extent, Measure(grammar_.templates_[i].pieces, 0));
      if (extent.shortest == 0) return Malformed(template_places_[i], "may draw an empty comment.");
      if (extent.longest > kMaxDrawnBytes) return TooLarge(template_places_[i], "may draw too long a comment.");
    }
    return std::move(grammar_);
  }

 private:
  using Piece = Grammar::Piece;
  using Sequence = Grammar::Sequence;

  // In bytes; the shortest without spaces.
  struct Extent {
    size_t shortest = 0;
    size_t longest = 0;
  };

  Status ReadLine(std::string_view line) {
    if (line.empty() || line[0] == '#') return {};
    return line[0] == '>' ? ReadTemplate(line.substr(1)) : ReadDefinition(line);
  }

  Status ReadTemplate(std::string_view body) {
    uint64_t weight = 1;
    if (const size_t mark = body.rfind(kWeightMark); mark != std::string_view::npos) {
      const std::string_view number = body.substr(mark + kWeightMark.size());
      const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), weight);
      if (error != std::errc() || end != number.data() + number.size() || weight < 1 || weight > kMaxTemplateWeight) {
        return Malformed(place_, "has a weight that is not a number from 1 to 1000.");
      }
      body = body.substr(0, mark);
    }
    SOTTO_ASSIGN_OR_RETURN(std::vector<Sequence> choices, ReadBody(body));
    if (choices.size() != 1) {
      return Malformed(place_, "has a | outside of brackets.", "Write two templates, or (a|b).");
    }
    const uint64_t before = grammar_.templates_.empty() ? 0 : grammar_.templates_.back().weight_up_to;
    grammar_.templates_.push_back({std::move(choices[0]), before + weight});
    template_places_.push_back(place_);
    return {};
  }

  Status ReadDefinition(std::string_view line) {
    const size_t sign = std::min(line.find('='), line.size());
    const bool more = sign > 0 && sign < line.size() && line[sign - 1] == '+';
    const std::string_view name = Trimmed(line.substr(0, more ? sign - 1 : sign));
    if (sign == line.size() || !IsName(name)) {
      return Malformed(place_, "is neither \"name = text\" nor \"> text\" nor \"# text\".");
    }
    const size_t index = IndexOf(name);
    const bool made = !grammar_.definitions_[index].empty();
    if (made && !more) return Malformed(place_, "defines " + std::string(name) + " again.", "Use += to add to it.");
    if (!made && more) return Malformed(place_, "adds to " + std::string(name) + ", which is not defined yet.");
    if (!made) places_[index] = place_;
    SOTTO_ASSIGN_OR_RETURN(std::vector<Sequence> choices, ReadBody(line.substr(sign + 1)));
    std::vector<Sequence>& all = grammar_.definitions_[index];
    std::move(choices.begin(), choices.end(), std::back_inserter(all));
    return {};
  }

  // Everything between a line's sign and its end: alternatives, without the spaces around them.
  Result<std::vector<Sequence>> ReadBody(std::string_view body) {
    rest_ = body;
    SOTTO_ASSIGN_OR_RETURN(std::vector<Sequence> choices, ReadChoices(0));
    if (!rest_.empty()) return Malformed(place_, std::string("closes ") + rest_[0] + " that was not opened.");
    for (Sequence& choice : choices) {
      if (!TrimEnds(choice)) return Malformed(place_, "has an empty alternative.", "[a] is a or nothing.");
    }
    return choices;
  }

  static bool TrimEnds(Sequence& pieces) {
    if (std::string& first = pieces.front().text; !first.empty()) {
      first.erase(0, std::min(first.find_first_not_of(" \t"), first.size()));
      if (first.empty()) pieces.erase(pieces.begin());
    }
    if (pieces.empty()) return false;
    if (std::string& last = pieces.back().text; !last.empty()) {
      last.erase(last.find_last_not_of(" \t") + 1);  // npos + 1 is 0
      if (last.empty()) pieces.pop_back();
    }
    return !pieces.empty();
  }

  // Up to a closing bracket, which is left in rest_, or the end.
  Result<std::vector<Sequence>> ReadChoices(size_t nesting) {
    if (nesting > kMaxGrammarNesting) return TooLarge(place_, "nests brackets too deeply.");
    std::vector<Sequence> choices;
    while (true) {
      SOTTO_ASSIGN_OR_RETURN(Sequence pieces, ReadSequence(nesting));
      if (pieces.empty()) return Malformed(place_, "has an empty alternative.", "[a] is a or nothing.");
      choices.push_back(std::move(pieces));
      if (rest_.empty() || rest_[0] != '|') return choices;
      rest_.remove_prefix(1);
    }
  }

  // Up to | or a closing bracket, which is left in rest_, or the end.
  Result<Sequence> ReadSequence(size_t nesting) {
    Sequence pieces;
    const auto text = [&]() -> std::string& {
      if (pieces.empty() || pieces.back().text.empty()) pieces.emplace_back();
      return pieces.back().text;
    };
    while (!rest_.empty()) {
      const char c = rest_[0];
      if (c == '|' || c == ')' || c == ']') break;
      rest_.remove_prefix(1);
      if (c == '(' || c == '[') {
        SOTTO_ASSIGN_OR_RETURN(std::vector<Sequence> choices, ReadChoices(nesting + 1));
        if (rest_.empty() || rest_[0] != (c == '(' ? ')' : ']')) {
          return Malformed(place_, std::string("opens ") + c + " and does not close it.");
        }
        rest_.remove_prefix(1);
        pieces.push_back({"", Grammar::kNone, std::move(choices), c == '['});
      } else if (c == '{') {
        const size_t end = rest_.find('}');
        if (end == std::string_view::npos) return Malformed(place_, "opens { and does not close it.");
        const std::string_view name = rest_.substr(0, end);
        if (!IsName(name)) return Malformed(place_, "refers to {" + std::string(name) + "}, which is no name.");
        pieces.push_back({"", IndexOf(name), {}, false});
        rest_.remove_prefix(end + 1);
      } else if (c == '}') {
        return Malformed(place_, "closes } that was not opened.");
      } else if (c == '\\') {
        if (rest_.empty()) return Malformed(place_, "ends in \\.", "Write \\\\ for the sign itself.");
        text() += rest_[0];
        rest_.remove_prefix(1);
      } else {
        text() += c;
      }
    }
    return pieces;
  }

  // Of the definition, which is empty until its line is read; the first place that names it is remembered.
  size_t IndexOf(std::string_view name) {
    const auto [entry, is_new] = index_of_.try_emplace(std::string(name), grammar_.definitions_.size());
    if (is_new) {
      grammar_.definitions_.emplace_back();
      places_.push_back(place_);
    }
    return entry->second;
  }

  Result<Extent> Measure(size_t definition, size_t depth) {
    if (extents_[definition]) return *extents_[definition];
    if (under_way_[definition]) return Malformed(places_[definition], "is defined by itself.");
    if (depth >= kMaxGrammarDepth) return TooLarge(places_[definition], "lies under too many references.");
    under_way_[definition] = true;
    SOTTO_ASSIGN_OR_RETURN(const Extent extent, Measure(grammar_.definitions_[definition], depth));
    if (extent.longest > kMaxDrawnBytes) return TooLarge(places_[definition], "may grow too long.");
    under_way_[definition] = false;
    extents_[definition] = extent;
    return extent;
  }

  Result<Extent> Measure(const std::vector<Sequence>& choices, size_t depth) {
    Extent all{SIZE_MAX, 0};
    for (const Sequence& choice : choices) {
      SOTTO_ASSIGN_OR_RETURN(const Extent one, Measure(choice, depth));
      all = {std::min(all.shortest, one.shortest), std::max(all.longest, one.longest)};
    }
    return all;
  }

  Result<Extent> Measure(const Sequence& pieces, size_t depth) {
    Extent sum;
    for (const Piece& piece : pieces) {
      Extent one{piece.text.size() - static_cast<size_t>(std::count(piece.text.begin(), piece.text.end(), ' ')),
                 piece.text.size()};
      if (piece.definition != Grammar::kNone) {
        SOTTO_ASSIGN_OR_RETURN(one, Measure(piece.definition, depth + 1));
      } else if (!piece.choices.empty()) {
        SOTTO_ASSIGN_OR_RETURN(one, Measure(piece.choices, depth));
        if (piece.optional) one.shortest = 0;
      }
      sum = {sum.shortest + one.shortest, sum.longest + one.longest};
    }
    return sum;
  }

  Grammar grammar_;
  Place place_;
  std::string_view rest_;  // of the line
  std::map<std::string, size_t> index_of_;
  std::vector<Place> places_;  // of definitions
  std::vector<Place> template_places_;
  std::vector<std::optional<Extent>> extents_;  // of definitions
  std::vector<bool> under_way_;
};

Result<Grammar> Grammar::Parse(std::span<const NamedText> files) {
  size_t bytes = 0;
  for (const NamedText& file : files) bytes += file.text.size();
  if (bytes > kMaxGrammarBytes) {
    return Error{ErrorCode::kResourceExhausted, "the files of the grammar have more than 1 MiB.", ""};
  }
  GrammarReader reader;
  for (const NamedText& file : files) SOTTO_RETURN_IF_ERROR(reader.ReadFile(file));
  return reader.Finish();
}

Status Grammar::Expand(const Sequence& pieces, RandomSource& random, std::string& out) const {
  for (const Piece& piece : pieces) {
    out += piece.text;
    if (piece.optional) {
      SOTTO_ASSIGN_OR_RETURN(const uint64_t left_out, random.Below(2));
      if (left_out == 1) continue;
    }
    const std::vector<Sequence>& choices = piece.definition == kNone ? piece.choices : definitions_[piece.definition];
    if (choices.empty()) continue;
    SOTTO_ASSIGN_OR_RETURN(const uint64_t choice, random.Below(choices.size()));
    SOTTO_RETURN_IF_ERROR(Expand(choices[static_cast<size_t>(choice)], random, out));
  }
  return {};
}

Result<std::string> Grammar::Draw(RandomSource& random) const {
  SOTTO_ASSIGN_OR_RETURN(const uint64_t draw, random.Below(templates_.back().weight_up_to));
  const auto drawn = std::upper_bound(templates_.begin(), templates_.end(), draw,
                                      [](uint64_t d, const Template& t) { return d < t.weight_up_to; });
  std::string out;
  SOTTO_RETURN_IF_ERROR(Expand(drawn->pieces, random, out));
  return WithSingleSpaces(out);
}

}  // namespace sotto::comments
