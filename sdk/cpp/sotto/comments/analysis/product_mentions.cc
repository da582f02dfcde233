#include "sotto/comments/analysis/product_mentions.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "sotto/comments/analysis/link_numbers.h"
#include "sotto/comments/analysis/symbols.h"
#include "sotto/text/normalise.h"

namespace sotto::comments::analysis {
namespace {

using Match = PatternMatcher::Match;

Error Invalid(const Product& product, const std::string& what) {
  return {ErrorCode::kInvalidArgument, "product \"" + product.id.substr(0, 128) + "\" " + what + ".", ""};
}

// Inside a longer word or number.
bool IsCutOff(std::span<const char32_t> symbols, const Match& match) {
  const auto joined = [&](uint32_t left) {
    const SymbolKind kind = KindOf(symbols[left]);
    return (kind == SymbolKind::kLetter || kind == SymbolKind::kDigit) && KindOf(symbols[left + 1]) == kind;
  };
  return (match.begin > 0 && joined(match.begin - 1)) || (match.end < symbols.size() && joined(match.end - 1));
}

// Leaves only what lies in no longer match. Afterwards ordered by begin.
void KeepLongest(std::vector<Match>& matches) {
  std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
    if (a.begin != b.begin) return a.begin < b.begin;
    if (a.end != b.end) return a.end > b.end;
    return a.value < b.value;
  });
  // What reaches furthest so far; it began no later.
  uint32_t begin = 0;
  uint32_t end = 0;
  std::erase_if(matches, [&](const Match& match) {
    if (match.end > end) {
      begin = match.begin;
      end = match.end;
      return false;
    }
    return match.begin != begin || match.end != end;
  });
}

void AddOnce(uint32_t product, MentionKind kind, std::vector<Mention>& out) {
  const bool known = std::any_of(out.begin(), out.end(), [&](const Mention& m) { return m.product == product; });
  if (!known) out.push_back({product, kind});
}

}  // namespace

Result<ProductMentions> ProductMentions::Create(std::span<const Product> products, const SyllableOf& syllable_of) {
  if (products.size() > kMaxProducts) {
    return Error{ErrorCode::kResourceExhausted, std::to_string(products.size()) + " products are too many.",
                 "Give at most " + std::to_string(kMaxProducts) + "."};
  }
  std::set<std::string_view> ids;
  std::vector<PatternMatcher::Pattern> names;
  std::vector<PatternMatcher::Pattern> sounds;
  for (uint32_t i = 0; i < products.size(); ++i) {
    const Product& product = products[i];
    if (product.id.empty() || product.id.size() > 128) return Invalid(product, "has an id of no or of over 128 bytes");
    if (!ids.insert(product.id).second) return Invalid(product, "is given twice");
    if (product.names.size() > kMaxProductNames) return Invalid(product, "has more than 32 names");
    for (const std::string& name : product.names) {
      SOTTO_ASSIGN_OR_RETURN(const text::NormalisedText normalised, text::Normalise(name));
      const auto& symbols = normalised.symbols;
      if (symbols.empty() || symbols.size() > kMaxNameSymbols) {
        return Invalid(product, "has a name of no or of over 64 symbols");
      }
      names.push_back({{symbols.begin(), symbols.end()}, i});
      if (!syllable_of || symbols.size() < kLeastSyllables) continue;
      PatternMatcher::Pattern sound{{}, i};
      for (const char32_t symbol : symbols) sound.symbols.push_back(syllable_of(symbol));
      if (std::find(sound.symbols.begin(), sound.symbols.end(), 0U) == sound.symbols.end()) {
        sounds.push_back(std::move(sound));
      }
    }
  }
  ProductMentions mentions;
  mentions.products_ = static_cast<uint32_t>(products.size());
  mentions.names_ = PatternMatcher(names);
  mentions.sounds_ = PatternMatcher(sounds);
  if (!sounds.empty()) mentions.syllable_of_ = syllable_of;
  return mentions;
}

void ProductMentions::Find(std::span<const char32_t> symbols, std::vector<Mention>& out) {
  out.clear();
  if (products_ == 0) return;
  symbols = symbols.first(std::min(symbols.size(), kMaxSymbolsForMentions));

  matches_.clear();
  text_.assign(symbols.begin(), symbols.end());
  names_.Find(text_, matches_);
  std::erase_if(matches_, [&](const Match& match) { return IsCutOff(symbols, match); });
  KeepLongest(matches_);
  for (const Match& match : matches_) AddOnce(match.value, MentionKind::kName, out);

  numbers_.clear();
  FindLinkNumbers(symbols, products_, numbers_);
  for (const uint32_t number : numbers_) AddOnce(number - 1, MentionKind::kNumber, out);

  if (syllable_of_) {
    sound_matches_.clear();
    for (size_t i = 0; i < symbols.size(); ++i) text_[i] = syllable_of_(symbols[i]);
    sounds_.Find(text_, sound_matches_);
    std::erase_if(sound_matches_, [&](const Match& sound) {
      return std::any_of(matches_.begin(), matches_.end(),
                         [&](const Match& name) { return sound.begin < name.end && name.begin < sound.end; });
    });
    KeepLongest(sound_matches_);
    for (const Match& match : sound_matches_) AddOnce(match.value, MentionKind::kSound, out);
  }
  std::sort(out.begin(), out.end(), [](const Mention& a, const Mention& b) { return a.product < b.product; });
}

}  // namespace sotto::comments::analysis
