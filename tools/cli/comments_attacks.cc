#include "tools/cli/comments_attacks.h"

#include <simdjson.h>

#include <sstream>
#include <string_view>
#include <utility>

#include "sotto/text/lexicon.h"
#include "sotto/text/utf8.h"
#include "tools/cli/comments_corpus.h"
#include "tools/cli/files.h"

namespace sotto::cli {
namespace {

using comments::Attack;
using comments::AttackTables;
using comments::Replacements;

std::u32string Symbols(std::string_view text) {
  std::u32string symbols;
  for (size_t position = 0; position < text.size();) symbols += text::NextCodePoint(text, position);
  return symbols;
}

Replacements& TableOf(AttackTables& tables, Attack attack) {
  return tables.of[static_cast<size_t>(attack)];
}

void AddCharacters(simdjson::dom::array characters, std::vector<std::u32string>& out) {
  for (const simdjson::dom::element entry : characters) {
    std::string_view character;
    if (entry["char"].get(character) == simdjson::SUCCESS) out.push_back(Symbols(character));
  }
}

Status AddConfused(const std::string& path, AttackTables& tables) {
  simdjson::dom::parser parser;
  simdjson::dom::object confused;
  const Error malformed{ErrorCode::kMalformed, path + " is no JSON object of characters.", "Fetch it again."};
  SOTTO_ASSIGN_OR_RETURN(const Bytes bytes, ReadFile(path, kMaxCorpusBytes));
  if (parser.parse(bytes.data(), bytes.size()).get(confused) != simdjson::SUCCESS) return malformed;
  for (const auto& [key, value] : confused) {
    const std::u32string character = Symbols(key);
    if (character.size() != 1) continue;
    simdjson::dom::array same;
    simdjson::dom::array similar;
    simdjson::dom::array looks;
    if (value["same_pronunciation_chars"].get(same) != simdjson::SUCCESS ||
        value["similar_pronunciation_chars"].get(similar) != simdjson::SUCCESS ||
        value["similar_font_chars"].get(looks) != simdjson::SUCCESS) {
      return malformed;
    }
    std::vector<std::u32string> sounds;
    AddCharacters(same, sounds);
    AddCharacters(similar, sounds);
    if (!sounds.empty()) TableOf(tables, Attack::kHomophone)[character[0]] = std::move(sounds);
    std::vector<std::u32string> shapes;
    AddCharacters(looks, shapes);
    if (!shapes.empty()) TableOf(tables, Attack::kLookAlike)[character[0]] = std::move(shapes);
  }
  return {};
}

// `character TAB part part [TAB part part ...]`: the ways in two parts.
Status AddSplits(const std::string& path, AttackTables& tables) {
  SOTTO_ASSIGN_OR_RETURN(const Bytes bytes, ReadFile(path, kMaxCorpusBytes));
  SOTTO_RETURN_IF_ERROR(text::ValidateUtf8(AsText(bytes)));
  ForEachLine(AsText(bytes), [&tables](std::string_view line, size_t) {
    std::istringstream ways{std::string(line)};
    std::string way;
    std::getline(ways, way, '\t');
    const std::u32string character = Symbols(way);
    while (character.size() == 1 && std::getline(ways, way, '\t')) {
      const std::u32string parts = Symbols(way);
      if (parts.size() != 3 || parts[1] != U' ' || parts[0] == character[0] || parts[2] == character[0]) continue;
      if (!text::IsHan(parts[0]) || !text::IsHan(parts[2])) continue;
      TableOf(tables, Attack::kSplit)[character[0]].push_back({parts[0], parts[2]});
    }
  });
  return {};
}

// `characters TAB emoji emoji ...`: emoji for a character that they show, and for those that sound like it.
Status AddEmoji(const std::string& path, AttackTables& tables) {
  SOTTO_ASSIGN_OR_RETURN(const Bytes bytes, ReadFile(path, kMaxCorpusBytes));
  SOTTO_RETURN_IF_ERROR(text::ValidateUtf8(AsText(bytes)));
  const Replacements& sounds = TableOf(tables, Attack::kHomophone);
  Replacements& emoji = TableOf(tables, Attack::kEmoji);
  ForEachLine(AsText(bytes), [&](std::string_view line, size_t) {
    const size_t tab = line.find('\t');
    if (line.starts_with('#') || line.starts_with(':') || tab == std::string_view::npos) return;
    const std::u32string shown = Symbols(line.substr(0, tab));
    if (shown.size() != 1) return;
    std::istringstream pictures{std::string(line.substr(tab + 1))};
    for (std::string picture; pictures >> picture;) {
      emoji[shown[0]].push_back(Symbols(picture));
      const auto alike = sounds.find(shown[0]);
      if (alike == sounds.end()) continue;
      for (const std::u32string& other : alike->second) emoji[other[0]].push_back(Symbols(picture));
    }
  });
  return {};
}

}  // namespace

Result<AttackTables> ReadAttackTables(const std::string& folder, const std::string& own) {
  AttackTables tables;
  SOTTO_RETURN_IF_ERROR(AddConfused(folder + "/support/confused_chinese.json", tables));
  SOTTO_RETURN_IF_ERROR(AddSplits(folder + "/support/chaizi-jt.txt", tables));
  SOTTO_RETURN_IF_ERROR(AddEmoji(own + "/emoji.tsv", tables));
  return tables;
}

}  // namespace sotto::cli
