#include "tools/cli/comments_lexicon.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "sotto/text/normalise.h"
#include "sotto/text/utf8.h"
#include "tools/cli/files.h"

namespace sotto::cli {
namespace {

using text::IsHan;
using text::LexiconTables;

constexpr size_t kMaxTableBytes = size_t{16} << 20;
constexpr uint32_t kRarerByFactor = 20;
constexpr uint64_t kOneIn = 2'000'000;
constexpr uint32_t kFewestCounts = 20;  // of a character worth joining
constexpr size_t kSharedByFewest = 3;   // characters that make a component a class
constexpr int kDescents = 2;

uint64_t PairKey(char32_t left, char32_t right) {
  return static_cast<uint64_t>(left) << 32 | right;
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    if (end > begin) parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::u32string CodePoints(std::string_view text) {
  std::u32string code_points;
  for (size_t position = 0; position < text.size();) code_points += text::NextCodePoint(text, position);
  return code_points;
}

// The file's lines that are neither empty nor comments, to `use`, which returns a Status.
template <class Use>
Status ForEachRow(const std::string& path, const Use& use) {
  SOTTO_ASSIGN_OR_RETURN(const Bytes bytes, ReadFile(path, kMaxTableBytes));
  Status status;
  ForEachLine(AsText(bytes), [&](std::string_view line, size_t number) {
    if (!status.ok() || line.empty() || line == "#" || line.starts_with("# ")) return;
    Status row = text::ValidateUtf8(line);
    if (row.ok()) row = use(line);
    if (row.ok()) return;
    status = Error{row.error().code, path + " line " + std::to_string(number) + ": " + row.error().message,
                   row.error().hint};
  });
  return status;
}

Error BadRow(const std::string& what) {
  return {ErrorCode::kMalformed, what + ".", "Correct the line."};
}

// Rows of `form TAB item item ...`.
template <class Use>
Status ForEachForm(const std::string& path, const Use& use) {
  return ForEachRow(path, [&](std::string_view line) -> Status {
    const size_t tab = line.find('\t');
    if (tab == std::string_view::npos || tab == 0) return BadRow("it is not `form TAB what stands for it`");
    const std::string form(line.substr(0, tab));
    for (const std::string& item : Split(line.substr(tab + 1), ' ')) {
      SOTTO_RETURN_IF_ERROR(use(form, item));
    }
    return {};
  });
}

// --- foldings

Status ReadFoldings(const std::string& path, LexiconTables& tables) {
  return ForEachRow(path, [&](std::string_view line) -> Status {
    const auto columns = Split(line, '\t');
    if (columns.size() < 2) return BadRow("it is not `traditional TAB simplified`");
    const std::u32string from = CodePoints(columns[0]);
    const std::u32string to = CodePoints(Split(columns[1], ' ').front());
    if (from.size() == 1 && to.size() == 1) tables.foldings.push_back({from[0], to[0]});
    return {};
  });
}

// --- sounds

// character -> syllable, the reading that it has most often in the table of words, or in our own file.
Result<std::map<char32_t, std::string>> ReadReadings(const LexiconPaths& paths) {
  std::map<char32_t, std::map<std::string, uint32_t>> counts;
  SOTTO_RETURN_IF_ERROR(ForEachRow(paths.pinyin, [&](std::string_view line) -> Status {
    const auto columns = Split(line, ' ');
    const std::u32string word = CodePoints(columns.front());
    if (word.size() + 1 != columns.size()) return {};
    for (size_t i = 0; i < word.size(); ++i) {
      std::string syllable = columns[i + 1];
      std::transform(syllable.begin(), syllable.end(), syllable.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
      if (IsHan(word[i])) ++counts[word[i]][syllable];
    }
    return {};
  }));
  std::map<char32_t, std::string> readings;
  for (const auto& [character, syllables] : counts) {
    readings[character] = std::max_element(syllables.begin(), syllables.end(), [](const auto& a, const auto& b) {
                            return a.second < b.second;
                          })->first;
  }
  SOTTO_RETURN_IF_ERROR(
      ForEachForm(paths.own + "/readings.tsv", [&](const std::string& syllable, const std::string& item) -> Status {
        const std::u32string character = CodePoints(item);
        if (character.size() != 1 || FuzzySyllable(syllable).empty()) {
          return BadRow("it is not `syllable TAB characters`");
        }
        readings[character[0]] = syllable;
        return {};
      }));
  return readings;
}

// --- components

using Splits = std::vector<std::u32string>;  // of one character, each two parts or more

Result<std::map<char32_t, Splits>> ReadComponents(const std::string& path) {
  std::map<char32_t, Splits> components;
  SOTTO_RETURN_IF_ERROR(ForEachRow(path, [&](std::string_view line) -> Status {
    const auto columns = Split(line, '\t');
    const std::u32string character = CodePoints(columns.front());
    if (character.size() != 1) return {};
    for (size_t i = 1; i < columns.size(); ++i) {
      std::u32string parts;
      for (const std::string& part : Split(columns[i], ' ')) parts += CodePoints(part);
      if (parts.size() >= 2) components[character[0]].push_back(parts);
    }
    return {};
  }));
  return components;
}

// `simplify` folds: the table has traditional parts too, the texts have not.
void AddJoinings(const std::map<char32_t, Splits>& components, const CharacterCounts& counts,
                 const text::Lexicon& simplify, LexiconTables& tables) {
  std::map<std::pair<char32_t, char32_t>, char32_t> wholes;
  for (const auto& [whole, splits] : components) {
    if (!IsHan(whole) || simplify.Fold(whole) != whole || counts.Of(whole) < kFewestCounts) continue;
    for (const std::u32string& parts : splits) {
      if (parts.size() != 2 || !IsHan(parts[0]) || !IsHan(parts[1])) continue;
      char32_t& chosen = wholes[{simplify.Fold(parts[0]), simplify.Fold(parts[1])}];
      if (chosen == 0 || counts.Of(whole) > counts.Of(chosen)) chosen = whole;
    }
  }
  for (const auto& [parts, whole] : wholes) {
    const uint64_t pair = counts.Of(parts.first, parts.second);
    const bool used = pair * kRarerByFactor < counts.Of(whole) && pair * kOneIn <= counts.total();
    tables.joinings.push_back({parts.first, parts.second, whole, used});
  }
}

// The last component of each character, as the class that it names; 0 if it has none.
class Shapes {
 public:
  Shapes(const std::map<char32_t, Splits>& components, const std::map<char32_t, std::string>& characters)
      : components_(components) {
    for (const auto& [character, reading] : characters) {
      const char32_t last = Last(character);
      if (last != 0) ++shared_[last];
    }
    for (const auto& [character, splits] : components_) {
      for (const std::u32string& parts : splits) parts_.insert(parts.begin(), parts.end());
    }
  }

  char32_t Of(char32_t character) const {
    char32_t component = Last(character);
    if (component == 0) return parts_.contains(character) ? character : 0;
    for (int i = 0; i < kDescents && Shared(component) < kSharedByFewest; ++i) {
      const char32_t deeper = Last(component);
      if (deeper == 0) break;
      component = deeper;
    }
    return component;
  }

 private:
  size_t Shared(char32_t component) const {
    const auto found = shared_.find(component);
    return found == shared_.end() ? 0 : found->second;
  }

  // Of the last split in two, which has the components in the form that they have there; else of the last split.
  char32_t Last(char32_t character) const {
    const auto found = components_.find(character);
    if (found == components_.end()) return 0;
    const auto in_two = std::find_if(found->second.rbegin(), found->second.rend(),
                                     [](const std::u32string& parts) { return parts.size() == 2; });
    return in_two == found->second.rend() ? found->second.back().back() : in_two->back();
  }

  const std::map<char32_t, Splits>& components_;
  std::map<char32_t, size_t> shared_;
  std::set<char32_t> parts_;
};

// Numbers names from 1 in the order in which they come.
template <class Name>
class Numbers {
 public:
  uint16_t Of(const Name& name) {
    if (name == Name()) return 0;
    return numbers_.emplace(name, static_cast<uint16_t>(numbers_.size() + 1)).first->second;
  }

 private:
  std::map<Name, uint16_t> numbers_;
};

void AddClasses(const std::map<char32_t, std::string>& readings, const std::map<char32_t, Splits>& components,
                LexiconTables& tables) {
  const Shapes shapes(components, readings);
  Numbers<std::string> sound;
  Numbers<char32_t> shape;
  for (const auto& [character, reading] : readings) {
    if (!IsHan(character)) continue;
    tables.classes.push_back({character, sound.Of(FuzzySyllable(reading)), shape.Of(shapes.Of(character))});
  }
}

// --- our own files

Result<std::u32string> FormOf(const std::string& form) {
  constexpr std::array<std::pair<std::string_view, char32_t>, 9> kMoods{{{":positive", text::kTokenPositiveEmoji},
                                                                         {":negative", text::kTokenNegativeEmoji},
                                                                         {":neutral", text::kTokenNeutralEmoji},
                                                                         {":joy", text::kTokenJoy},
                                                                         {":love", text::kTokenLove},
                                                                         {":anger", text::kTokenAnger},
                                                                         {":sadness", text::kTokenSadness},
                                                                         {":surprise", text::kTokenSurprise},
                                                                         {":fear", text::kTokenFear}}};
  for (const auto& [name, token] : kMoods) {
    if (form == name) return std::u32string(1, token);
  }
  if (form.size() > 1 && form[0] == ':') return BadRow("there is no mood " + form);
  return CodePoints(form);
}

Status ReadEmoji(const std::string& path, LexiconTables& tables) {
  std::set<char32_t> seen;
  return ForEachForm(path, [&](const std::string& form, const std::string& item) -> Status {
    SOTTO_ASSIGN_OR_RETURN(const std::u32string reading, FormOf(form));
    std::u32string emoji = CodePoints(item);
    std::erase(emoji, char32_t{0xFE0F});
    if (emoji.size() != 1) return BadRow(item + " is not one emoji");
    if (!seen.insert(emoji[0]).second) return BadRow(item + " stands there twice");
    tables.emoji.push_back({emoji[0], reading});
    return {};
  });
}

// Patterns are written as people write; `basic` normalises them.
Status ReadPhrases(const std::string& path, const text::Lexicon& basic, LexiconTables& tables) {
  return ForEachForm(path, [&](const std::string& form, const std::string& item) -> Status {
    SOTTO_ASSIGN_OR_RETURN(std::u32string replacement, FormOf(form));
    const bool alone = item.size() > 2 && item.front() == '|' && item.back() == '|';
    SOTTO_ASSIGN_OR_RETURN(const auto pattern, text::Normalise(alone ? item.substr(1, item.size() - 2) : item, basic));
    const std::u32string symbols(pattern.symbols.begin(), pattern.symbols.end());
    if (symbols.size() < 2 && !(symbols.size() == 1 && (alone || IsHan(symbols[0])))) {
      return BadRow("the pattern " + item + " is one sign or letter and not marked |alone|");
    }
    if (replacement.size() > text::kMaxGrowth * symbols.size()) return BadRow("the form is too long for " + item);
    tables.phrases.push_back({symbols, std::move(replacement), alone});
    return {};
  });
}

Status ReadWords(const std::string& path, LexiconTables& tables) {
  return ForEachForm(path, [&](const std::string& form, const std::string& item) -> Status {
    if (form != "censored" && form != "plain") return BadRow("it begins with neither censored nor plain");
    tables.words.push_back({item, form == "censored"});
    return {};
  });
}

}  // namespace

void CharacterCounts::Add(std::span<const char32_t> symbols) {
  for (size_t i = 0; i < symbols.size(); ++i) {
    if (!IsHan(symbols[i])) continue;
    ++characters_[symbols[i]];
    ++total_;
    if (i > 0 && IsHan(symbols[i - 1])) ++pairs_[PairKey(symbols[i - 1], symbols[i])];
  }
}

uint32_t CharacterCounts::Of(char32_t character) const {
  const auto found = characters_.find(character);
  return found == characters_.end() ? 0 : found->second;
}

uint32_t CharacterCounts::Of(char32_t left, char32_t right) const {
  const auto found = pairs_.find(PairKey(left, right));
  return found == pairs_.end() ? 0 : found->second;
}

std::string FuzzySyllable(const std::string& syllable) {
  constexpr std::string_view kVowels = "aeiouv";
  const bool letters = std::all_of(syllable.begin(), syllable.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  const size_t vowel = syllable.find_first_of(kVowels);
  if (!letters || vowel == std::string::npos) return {};
  std::string initial = syllable.substr(0, vowel);
  std::string final = syllable.substr(vowel);
  if (initial == "n") initial = "l";
  if (initial == "zh" || initial == "ch" || initial == "sh") initial.pop_back();
  for (const std::string_view ending : {"ang", "eng", "ing"}) {
    if (final.ends_with(ending)) final.pop_back();
  }
  if (initial == "h" && final.size() > 1 && final[0] == 'u') {
    initial = "f";
    final.erase(0, 1);
    if (final == "i") final = "ei";
    if (final == "n") final = "en";
  } else if (initial == "h" && final == "u") {
    initial = "f";
  }
  return initial + final;
}

Result<text::Lexicon> BuildLexicon(const LexiconPaths& paths, const CharacterCounts& counts) {
  LexiconTables tables;
  SOTTO_RETURN_IF_ERROR(ReadFoldings(paths.foldings, tables));
  SOTTO_RETURN_IF_ERROR(ReadEmoji(paths.own + "/emoji.tsv", tables));
  SOTTO_ASSIGN_OR_RETURN(const text::Lexicon basic, text::Lexicon::Build(tables));

  SOTTO_ASSIGN_OR_RETURN(const auto readings, ReadReadings(paths));
  SOTTO_ASSIGN_OR_RETURN(const auto components, ReadComponents(paths.components));
  AddClasses(readings, components, tables);
  AddJoinings(components, counts, basic, tables);
  for (const char* file : {"emotes.tsv", "abbreviations.tsv", "evasions.tsv"}) {
    SOTTO_RETURN_IF_ERROR(ReadPhrases(paths.own + "/" + file, basic, tables));
  }
  SOTTO_RETURN_IF_ERROR(ReadWords(paths.own + "/words.tsv", tables));
  return text::Lexicon::Build(std::move(tables));
}

}  // namespace sotto::cli
