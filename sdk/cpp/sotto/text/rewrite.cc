#include "sotto/text/rewrite.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sotto/text/runs.h"
#include "sotto/text/word_symbols.h"

namespace sotto::text {
namespace {

constexpr int kMaxPasses = 8;

char32_t SymbolAt(const Pieces& pieces, size_t i) {
  return i < pieces.size() ? pieces[i].symbol : 0;
}

// --- signs between ideographs

enum class Sign : uint8_t {
  kNone,
  kSeparator,    // no punctuation: always left out
  kPunctuation,  // left out where it cuts off one ideograph, or a word of the lexicon in two
  kSpace,        // left out where it cuts a word of the lexicon in two
};

Sign SignOf(char32_t c) {
  switch (c) {
    case '*':
    case '_':
    case '|':
    case '^':
    case '`':
    case '\'':
    case '\\':
    case '#':
    case '=':
    case 0xB7:    // middle dot
    case 0x2022:  // bullet
    case 0x2027:  // hyphenation point
    case 0x2219:  // bullet operator
    case 0x22C5:  // dot operator
    case 0x25CF:  // black circle
    case 0x25CB:  // white circle
    case 0x2605:  // black star
    case 0x2606:  // white star
    case 0x30FB:  // katakana middle dot
      return Sign::kSeparator;
    case '.':
    case '-':
      return Sign::kPunctuation;
    case '/':
    case '&':
    case '+':
    case '~':
    case ' ':
      return Sign::kSpace;
    default:
      return Sign::kNone;
  }
}

bool IsHanAt(const Pieces& pieces, size_t i) {
  return i < pieces.size() && IsHan(pieces[i].symbol);
}

bool IsLeftOut(const Lexicon& lexicon, const Pieces& pieces, size_t i) {
  const Sign sign = SignOf(pieces[i].symbol);
  if (sign == Sign::kNone || i == 0 || !IsHan(pieces[i - 1].symbol) || !IsHanAt(pieces, i + 1)) return false;
  if (sign == Sign::kSeparator) return true;
  const bool cuts_off = (i == 1 || !IsHan(pieces[i - 2].symbol)) || !IsHanAt(pieces, i + 2);
  if (sign == Sign::kPunctuation && cuts_off) return true;
  return lexicon.IsProtected(pieces[i - 1].symbol, pieces[i + 1].symbol);
}

bool LeaveOutSigns(const Lexicon& lexicon, Pieces& pieces) {
  size_t first = 1;
  while (first < pieces.size() && (IsHan(pieces[first].symbol) || !IsLeftOut(lexicon, pieces, first))) ++first;
  if (first >= pieces.size()) return false;
  // The decision looks at what was there before, so that it does not depend on the direction.
  std::vector<size_t> out;
  for (size_t i = first; i < pieces.size(); ++i) {
    if (!IsHan(pieces[i].symbol) && IsLeftOut(lexicon, pieces, i)) out.push_back(i);
  }
  size_t kept = first;
  size_t next = 0;
  for (size_t i = first; i < pieces.size(); ++i) {
    if (next < out.size() && out[next] == i) {
      ++next;
    } else {
      pieces[kept++] = pieces[i];
    }
  }
  pieces.resize(kept);
  return true;
}

// --- disguised words

bool IsLetter(char32_t c) {
  return c >= 'a' && c <= 'z';
}

bool IsDisguise(char32_t c) {
  return IsLatinOrDigit(c) || c == '$' || c == '@' || c == '!' || c == '*';
}

// Letters and signs that might be one word. Digits make a word a disguise only in a word of four symbols or more, half
// of them letters: model numbers and sizes are no words, and the lexicon does not know them either.
bool MightBeWord(std::string_view symbols) {
  size_t letters = 0;
  size_t digits = 0;
  for (const char c : symbols) {
    letters += IsLetter(static_cast<char32_t>(c)) ? 1 : 0;
    digits += c >= '0' && c <= '9' ? 1 : 0;
  }
  if (letters == 0 || letters == symbols.size()) return false;
  return digits == 0 || (symbols.size() >= 4 && 2 * letters >= symbols.size());
}

// A run of what may be a disguised word, with what hangs on its ends: exclamation marks, asterisks.
struct Candidate {
  size_t first;
  size_t last;
  size_t end;  // of the run
};

// The run at `begin`; first == last if it holds no disguise.
Candidate FindCandidate(const Pieces& pieces, size_t begin) {
  const auto hangs = [](char32_t c) { return c == '!' || c == '@' || c == '*'; };
  size_t end = begin;
  bool signs = false;
  for (; end < pieces.size() && IsDisguise(pieces[end].symbol); ++end) signs |= !IsLetter(pieces[end].symbol);
  if (!signs) return {end, end, end};
  size_t first = begin;
  size_t last = end;
  while (first < last && hangs(pieces[first].symbol)) ++first;
  while (first < last && hangs(pieces[last - 1].symbol)) --last;
  const bool part = (begin > 0 && IsWordSymbol(pieces[begin - 1].symbol)) || IsWordSymbol(SymbolAt(pieces, end));
  if (part || last - first > 2 * kMaxWordLetters) return {end, end, end};
  return {first, last, end};
}

// Writes the word that pieces[first, last) disguise into them, closing up over asterisks that stand for nothing
// (f*u*c*k). Returns how many are left, and sets `changed` if they are a word.
size_t Reveal(const Lexicon& lexicon, Pieces& pieces, size_t first, size_t last, bool& changed) {
  std::string symbols;
  for (size_t i = first; i < last; ++i) symbols += static_cast<char>(pieces[i].symbol);
  if (!MightBeWord(symbols)) return last - first;
  std::string_view word = lexicon.Undisguise(symbols);
  const bool closes = word.empty() && symbols.find('*') != std::string::npos;
  if (closes) {
    std::erase(symbols, '*');
    word = lexicon.Undisguise(symbols);
  }
  if (word.empty()) return last - first;
  size_t kept = first;
  for (size_t i = first; i < last; ++i) {
    if (closes && pieces[i].symbol == U'*') continue;
    pieces[kept] = pieces[i];
    pieces[kept].symbol = static_cast<char32_t>(word[kept - first]);
    ++kept;
  }
  changed = true;
  return word.size();
}

bool RevealWords(const Lexicon& lexicon, Pieces& pieces) {
  bool changed = false;
  size_t kept = 0;
  for (size_t i = 0; i < pieces.size();) {
    if (!IsDisguise(pieces[i].symbol)) {
      pieces[kept++] = pieces[i++];
      continue;
    }
    const Candidate candidate = FindCandidate(pieces, i);
    const auto keep = [&](size_t first, size_t last) {
      for (size_t j = first; j < last; ++j) pieces[kept++] = pieces[j];
    };
    keep(i, candidate.first);
    if (candidate.first < candidate.last) {
      keep(candidate.first, candidate.first + Reveal(lexicon, pieces, candidate.first, candidate.last, changed));
    }
    keep(candidate.last, candidate.end);
    i = candidate.end;
  }
  pieces.resize(kept);
  return changed;
}

// --- split characters

bool JoinHalves(const Lexicon& lexicon, Pieces& pieces) {
  size_t first = 1;
  while (first < pieces.size() && lexicon.Join(pieces[first - 1].symbol, pieces[first].symbol) == 0) ++first;
  if (first >= pieces.size()) return false;
  size_t kept = first;
  for (size_t i = first; i < pieces.size(); ++i) {
    Piece piece = pieces[i];
    while (kept > 0) {
      const char32_t whole = lexicon.Join(pieces[kept - 1].symbol, piece.symbol);
      if (whole == 0) break;
      const Piece& left = pieces[--kept];
      piece = {whole, left.begin, piece.end, std::max(left.run, piece.run)};
    }
    pieces[kept++] = piece;
  }
  pieces.resize(kept);
  return true;
}

// --- phrases

// The longest phrase that begins at pieces[i], or null.
const Lexicon::Phrase* FindPhrase(const Lexicon& lexicon, const Pieces& pieces, size_t i) {
  const char32_t before = i == 0 ? 0 : pieces[i - 1].symbol;
  if (IsWordSymbol(before) && IsWordSymbol(pieces[i].symbol)) return nullptr;
  const Lexicon::Phrase* longest = nullptr;
  lexicon.ForEachPhrase([&](size_t k) { return SymbolAt(pieces, i + k); },
                        [&](const Lexicon::Phrase& phrase) {
                          const size_t end = i + phrase.pattern_size;
                          const char32_t after = SymbolAt(pieces, end);
                          if (IsMark(after)) return;
                          if (IsWordSymbol(after) && IsWordSymbol(pieces[end - 1].symbol)) return;
                          if (phrase.alone && !(IsPause(before) && IsPause(after))) return;
                          longest = &phrase;
                        });
  return longest;
}

bool ReplacePhrases(const Lexicon& lexicon, Pieces& pieces) {
  Pieces out;  // from the first replacement on
  bool changed = false;
  for (size_t i = 0; i < pieces.size();) {
    const Lexicon::Phrase* phrase = lexicon.BeginsPhrase(pieces[i].symbol) ? FindPhrase(lexicon, pieces, i) : nullptr;
    if (phrase == nullptr) {
      if (changed) out.push_back(pieces[i]);
      ++i;
      continue;
    }
    const size_t end = i + phrase->pattern_size;
    if (lexicon.IsProtection(*phrase)) {
      if (changed)
        out.insert(out.end(), pieces.begin() + static_cast<std::ptrdiff_t>(i),
                   pieces.begin() + static_cast<std::ptrdiff_t>(end));
    } else {
      if (!changed) {
        out.reserve(2 * pieces.size());
        out.assign(pieces.begin(), pieces.begin() + static_cast<std::ptrdiff_t>(i));
        changed = true;
      }
      uint32_t run = 0;
      for (size_t j = i; j < end; ++j) run = std::max(run, pieces[j].run);
      for (const char32_t symbol : lexicon.Replacement(*phrase)) {
        out.push_back({symbol, pieces[i].begin, pieces[end - 1].end});
      }
      out.back().run = run;
    }
    i = end;
  }
  if (changed) pieces = std::move(out);
  return changed;
}

bool Pass(const Lexicon& lexicon, Pieces& pieces) {
  bool changed = LeaveOutSigns(lexicon, pieces);
  changed |= RevealWords(lexicon, pieces);
  // Phrases before halves, because the lexicon means the whole phrase (拼夕夕).
  changed |= ReplacePhrases(lexicon, pieces);
  changed |= JoinHalves(lexicon, pieces);
  if (changed) CollapseRuns(pieces);
  return changed;
}

}  // namespace

void Rewrite(const Lexicon& lexicon, Pieces& pieces) {
  Pieces rewritten = pieces;
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    if (rewritten.size() > kMaxGrowth * pieces.size()) return;
    if (!Pass(lexicon, rewritten)) {
      pieces = std::move(rewritten);
      return;
    }
  }
}

}  // namespace sotto::text
