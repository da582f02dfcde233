#include "sotto/comments/product_names.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "sotto/comments/analysis/symbols.h"
#include "sotto/text/normalise.h"

namespace sotto::comments {
namespace {

using analysis::KindOf;
using analysis::SymbolKind;
using Symbols = std::span<const char32_t>;

constexpr size_t kLeastCharacters = 2;
constexpr size_t kMostCharacters = 8;
constexpr size_t kLeastWords = 2;
constexpr size_t kMostWords = 6;

// The longest stretch of symbols of which all are `inside`.
template <class Inside>
Symbols Longest(Symbols symbols, const Inside& inside) {
  Symbols longest;
  for (size_t begin = 0; begin < symbols.size();) {
    size_t end = begin;
    while (end < symbols.size() && inside(symbols[end])) ++end;
    if (end - begin > longest.size()) longest = symbols.subspan(begin, end - begin);
    begin = std::max(end, begin + 1);
  }
  return longest;
}

void AddEndings(Symbols title, std::vector<Symbols>& names) {
  const Symbols characters = Longest(title, [](char32_t c) { return KindOf(c) == SymbolKind::kUnspaced; });
  for (size_t n = kLeastCharacters; n <= std::min(kMostCharacters, characters.size()); ++n) {
    names.push_back(characters.last(n));
  }
  Symbols words = Longest(
      title, [](char32_t c) { return KindOf(c) == SymbolKind::kLetter || c == U' ' || c == U'-' || c == U'\''; });
  const auto is_space = [](char32_t c) { return c == U' ' || c == U'-'; };
  while (!words.empty() && is_space(words.back())) words = words.first(words.size() - 1);
  size_t count = 0;
  for (size_t begin = words.size(); begin-- > 0 && count < kMostWords;) {
    if (is_space(words[begin]) || (begin > 0 && !is_space(words[begin - 1]))) continue;
    if (++count >= kLeastWords) names.push_back(words.subspan(begin));
  }
}

}  // namespace

Result<std::vector<analysis::Product>> WithShortNames(std::span<const analysis::Product> products,
                                                      const text::Lexicon& lexicon) {
  std::map<std::u32string, std::set<size_t>> owners;
  for (size_t i = 0; i < products.size(); ++i) {
    for (const std::string& title : products[i].names) {
      SOTTO_ASSIGN_OR_RETURN(const text::NormalisedText normalised, text::Normalise(title, lexicon));
      std::vector<Symbols> names = {normalised.symbols};
      AddEndings(normalised.symbols, names);
      for (const Symbols name : names) {
        if (!name.empty() && name.size() <= analysis::kMaxNameSymbols) owners[{name.begin(), name.end()}].insert(i);
      }
    }
  }
  std::vector<analysis::Product> named(products.begin(), products.end());
  for (analysis::Product& product : named) product.names.clear();
  for (const auto& [name, of] : owners) {
    auto& names = named[*of.begin()].names;
    if (of.size() > 1 || names.size() == analysis::kMaxProductNames) continue;
    std::string text = analysis::ToUtf8(name, SIZE_MAX);
    if (!text.empty()) names.push_back(std::move(text));
  }
  return named;
}

}  // namespace sotto::comments
