#include "sotto/text/lexicon.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "sotto/text/lexicon_format.h"
#include "sotto/text/tokens.h"

namespace sotto::text {
namespace {

constexpr size_t kFewPhrases = 8;  // fewer are faster to walk than to bisect
constexpr size_t kIdeographs = 0x9FFF - 0x4E00 + 1;

// Sorts by key and keeps the first of equal ones.
template <class Rows, class Key>
void SortUnique(Rows& rows, const Key& key) {
  std::stable_sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  rows.erase(std::unique(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return key(a) == key(b); }),
             rows.end());
}

// Each folding in one step.
Status CloseFoldings(std::vector<LexiconTables::Folding>& rows) {
  std::erase_if(rows, [](const auto& row) { return row.traditional == row.simplified; });
  SortUnique(rows, [](const auto& row) { return row.traditional; });
  std::unordered_map<char32_t, char32_t> targets;
  for (const auto& row : rows) targets.emplace(row.traditional, row.simplified);
  for (auto& row : rows) {
    size_t steps = 0;
    for (auto next = targets.find(row.simplified); next != targets.end(); next = targets.find(row.simplified)) {
      row.simplified = next->second;
      if (++steps > rows.size()) {
        return Error{ErrorCode::kInvalidArgument, "the lexicon's foldings lead in a circle.", "Remove one of them."};
      }
    }
  }
  return {};
}

void AddTokens(std::vector<LexiconTables::Emoji>& rows) {
  for (char32_t token = kFirstToken; token <= kLastToken; ++token) {
    rows.push_back({EmojiOfToken(token), std::u32string(1, token)});
  }
}

// Those of a lexicon that knows nothing else. Without Close, so that who only reads lexicons does not link it.
LexiconTables TablesOfTokens() {
  LexiconTables tables;
  AddTokens(tables.emoji);
  std::sort(tables.emoji.begin(), tables.emoji.end(), [](const auto& a, const auto& b) { return a.emoji < b.emoji; });
  return tables;
}

Status Close(LexiconTables& tables) {
  SOTTO_RETURN_IF_ERROR(CloseFoldings(tables.foldings));
  std::unordered_map<char32_t, char32_t> targets;
  for (const auto& row : tables.foldings) targets.emplace(row.traditional, row.simplified);
  const auto fold = [&](char32_t& c) {
    if (const auto found = targets.find(c); found != targets.end()) c = found->second;
  };

  SortUnique(tables.classes, [](const auto& row) { return row.character; });

  std::erase_if(tables.joinings, [](const auto& row) { return !row.used; });
  for (auto& row : tables.joinings) {
    fold(row.left);
    fold(row.right);
    fold(row.whole);
  }
  SortUnique(tables.joinings, [](const auto& row) { return std::tuple(row.left, row.right); });

  for (auto& row : tables.phrases) {
    for (char32_t& c : row.pattern) fold(c);
    for (char32_t& c : row.replacement) fold(c);
  }
  SortUnique(tables.phrases, [](const auto& row) -> const std::u32string& { return row.pattern; });

  for (auto& row : tables.emoji) {
    for (char32_t& c : row.reading) fold(c);
  }
  AddTokens(tables.emoji);
  SortUnique(tables.emoji, [](const auto& row) { return row.emoji; });

  std::stable_sort(tables.words.begin(), tables.words.end(),
                   [](const auto& a, const auto& b) { return a.letters.size() < b.letters.size(); });
  return {};
}

// Whether a digit or sign may stand for a letter.
bool LooksLike(char sign, char letter) {
  switch (sign) {
    case '0':
      return letter == 'o';
    case '1':
    case '!':
      return letter == 'i' || letter == 'l';
    case '3':
      return letter == 'e';
    case '4':
    case '@':
      return letter == 'a';
    case '5':
    case '$':
      return letter == 's';
    case '7':
      return letter == 't';
    case '8':
      return letter == 'b';
    case '9':
      return letter == 'g';
    default:
      return sign == letter;
  }
}

bool Hides(std::string_view disguise, const LexiconTables::Word& word) {
  for (size_t i = 0; i < disguise.size(); ++i) {
    if (disguise[i] == '*' ? !word.censored : !LooksLike(disguise[i], word.letters[i])) return false;
  }
  return true;
}

}  // namespace

Lexicon::Lexicon() : Lexicon(TablesOfTokens()) {}

Lexicon::Lexicon(const LexiconTables& tables) : han_(kIdeographs) {
  for (const auto& row : tables.foldings) {
    if (IsHan(row.traditional) && IsHan(row.simplified)) {
      Han(row.traditional).fold = static_cast<uint16_t>(row.simplified);
      continue;
    }
    if (IsHan(row.traditional)) Han(row.traditional).fold = kRare;
    rare_foldings_.push_back(row);
  }
  for (const auto& row : tables.classes) {
    Han(row.character).sound = row.sound;
    Han(row.character).shape = row.shape;
    sounds_ = std::max(sounds_, row.sound);
    shapes_ = std::max(shapes_, row.shape);
  }
  for (const auto& row : tables.joinings) {
    joined_.push_back({row.left, row.right, row.whole});
    Han(row.left).flags |= kLeftHalf;
    Han(row.right).flags |= kRightHalf;
  }
  const auto store = [this](std::u32string_view symbols) {
    const auto at = static_cast<uint32_t>(symbols_.size());
    symbols_ += symbols;
    return at;
  };
  for (const auto& row : tables.phrases) {
    const uint32_t pattern = store(row.pattern);
    phrases_.push_back({pattern, store(row.replacement), static_cast<uint8_t>(row.pattern.size()),
                        static_cast<uint8_t>(row.replacement.size()), row.alone});
    const char32_t first = row.pattern.front();
    if (IsHan(first)) Han(first).flags |= kPhrase;
    for (size_t c = first + 1; c < ascii_phrases_.size(); ++c) ++ascii_phrases_[c];
  }
  for (const auto& row : tables.emoji) {
    pictographs_.push_back({row.emoji, store(row.reading), static_cast<uint8_t>(row.reading.size())});
  }
  words_ = tables.words;
}

LexiconTables Lexicon::Tables() const {
  LexiconTables tables;
  for (size_t i = 0; i < han_.size(); ++i) {
    const auto c = static_cast<char32_t>(0x4E00 + i);
    if (han_[i].fold > kRare) tables.foldings.push_back({c, han_[i].fold});
    if (han_[i].sound != 0 || han_[i].shape != 0) tables.classes.push_back({c, han_[i].sound, han_[i].shape});
  }
  tables.foldings.insert(tables.foldings.end(), rare_foldings_.begin(), rare_foldings_.end());
  std::sort(tables.foldings.begin(), tables.foldings.end(),
            [](const auto& a, const auto& b) { return a.traditional < b.traditional; });
  for (const Joined& row : joined_) tables.joinings.push_back({row.left, row.right, row.whole, true});
  for (const Phrase& row : phrases_) {
    tables.phrases.push_back({std::u32string(Pattern(row)), std::u32string(Replacement(row)), row.alone});
  }
  for (const Pictograph& row : pictographs_) {
    tables.emoji.push_back({row.emoji, symbols_.substr(row.reading, row.size)});
  }
  tables.words = words_;
  return tables;
}

Result<Lexicon> Lexicon::Build(LexiconTables tables) {
  SOTTO_RETURN_IF_ERROR(Close(tables));
  if (const Status checked = CheckLexicon(tables); !checked.ok()) {
    return Error{ErrorCode::kInvalidArgument, checked.error().message, "Correct the tables that it is built from."};
  }
  return Lexicon(tables);
}

Result<Lexicon> Lexicon::Read(ByteSpan bytes) {
  SOTTO_ASSIGN_OR_RETURN(const LexiconTables tables, ReadLexicon(bytes));
  return Lexicon(tables);
}

Bytes Lexicon::Write() const {
  return WriteLexicon(Tables());
}

char32_t Lexicon::FoldRare(char32_t c) const {
  const auto at = std::lower_bound(rare_foldings_.begin(), rare_foldings_.end(), c,
                                   [](const auto& row, char32_t key) { return row.traditional < key; });
  return at != rare_foldings_.end() && at->traditional == c ? at->simplified : c;
}

char32_t Lexicon::JoinHalves(char32_t left, char32_t right) const {
  const auto at =
      std::lower_bound(joined_.begin(), joined_.end(), std::tuple(left, right),
                       [](const Joined& row, const auto& key) { return std::tuple(row.left, row.right) < key; });
  return at != joined_.end() && at->left == left && at->right == right ? at->whole : 0;
}

std::u32string_view Lexicon::Emoji(char32_t pictograph) const {
  const auto at = std::lower_bound(pictographs_.begin(), pictographs_.end(), pictograph,
                                   [](const Pictograph& row, char32_t key) { return row.emoji < key; });
  if (at == pictographs_.end() || at->emoji != pictograph) return {};
  return std::u32string_view(symbols_).substr(at->reading, at->size);
}

bool Lexicon::RareBeginsPhrase(char32_t c) const {
  size_t first = 0;
  size_t last = phrases_.size();
  NarrowPhrases(0, c, first, last);
  return first < last;
}

void Lexicon::NarrowPhrases(size_t i, char32_t symbol, size_t& first, size_t& last) const {
  const auto ith = [&](size_t phrase) { return symbols_[phrases_[phrase].pattern + i]; };
  if (last - first <= kFewPhrases) {
    while (first < last && ith(first) < symbol) ++first;
    while (first < last && ith(last - 1) > symbol) --last;
    return;
  }
  const auto begin = phrases_.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = phrases_.begin() + static_cast<std::ptrdiff_t>(last);
  const auto lower = std::lower_bound(begin, end, symbol,
                                      [&](const Phrase& row, char32_t key) { return symbols_[row.pattern + i] < key; });
  const auto upper = std::upper_bound(lower, end, symbol,
                                      [&](char32_t key, const Phrase& row) { return key < symbols_[row.pattern + i]; });
  first = static_cast<size_t>(lower - phrases_.begin());
  last = static_cast<size_t>(upper - phrases_.begin());
}

bool Lexicon::IsProtected(char32_t first, char32_t second) const {
  bool found = false;
  ForEachPhrase([&](size_t i) { return i == 0   ? first
                                       : i == 1 ? second
                                                : 0; },
                [&](const Phrase& phrase) { found |= phrase.pattern_size == 2 && IsProtection(phrase); });
  return found;
}

std::string_view Lexicon::Undisguise(std::string_view disguise) const {
  auto word = std::lower_bound(words_.begin(), words_.end(), disguise.size(),
                               [](const auto& row, size_t size) { return row.letters.size() < size; });
  for (; word != words_.end() && word->letters.size() == disguise.size(); ++word) {
    if (Hides(disguise, *word)) return word->letters;
  }
  return {};
}

}  // namespace sotto::text
