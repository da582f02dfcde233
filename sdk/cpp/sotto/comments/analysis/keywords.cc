#include "sotto/comments/analysis/keywords.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "sotto/base/deterministic_math.h"
#include "sotto/comments/analysis/symbols.h"
#include "sotto/text/utf8.h"

namespace sotto::comments::analysis {
namespace {

constexpr size_t kLongest = kMaxKeywordSymbols + 1;  // the seventh symbol is a neighbour
constexpr uint32_t kSymbolBits = 18;
constexpr double kRecentPart = 0.25;  // of the half-life
constexpr double kStandsFor = 0.6;
constexpr double kSurprising = 3;  // standard deviations
// Of the recent sum less what the long sum lets expect, both decayed sums of one Poisson process, in units of what is
// expected; for half-lives of 1/4 : 1. With f = 1/4: 1/2 + f/2 - 2 f/(1 + f).
constexpr double kDifferenceVariance = 0.5 + kRecentPart / 2 - 2 * kRecentPart / (1 + kRecentPart);

uint64_t Mix(uint64_t value) {
  // The finaliser of SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014).
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
  value = (value ^ value >> 27) * 0x94D049BB133111EB;
  return value ^ value >> 31;
}

bool IsPowerOfTwo(uint32_t value) {
  return value != 0 && (value & (value - 1)) == 0;
}

bool InRange(double value, double least, double most) {
  return value >= least && value <= most;
}

// ln(total * whole / (left * right)) / ln(total / whole). A part cannot be rarer than the whole: where the table has
// forgotten it, the whole's count is its bound.
double Cohesion(double total, double whole, double left, double right) {
  const double surprise = Log(total / whole);
  if (!(surprise > 1e-9)) return 1;
  return std::min(1.0, Log(total / std::max(left, whole) * (whole / std::max(right, whole))) / surprise);
}

// The entropy of neighbours from their counts c: the sum of c ln c, and of c.
struct Neighbours {
  double c_log_c = 0;
  double c = 0;

  void Add(double count) {
    c += count;
    c_log_c += count * Log(count);
  }

  // `whole` is how often there was any neighbour. Those that are not counted, whole - c, are each another and once:
  // their 1 ln 1 is 0. One comment can have several neighbours of one string, so c can exceed the whole.
  double Entropy(double whole) const {
    const double all = std::max(c, whole);
    return std::max(0.0, Log(all) - c_log_c / all);
  }
};

}  // namespace

uint64_t Keywords::String::Hash() const {
  return Mix(low ^ Mix(high + 0x9E3779B97F4A7C15));
}

Keywords::String Keywords::String::Then(char32_t symbol) const {
  return {high << kSymbolBits | low >> (64 - kSymbolBits), low << kSymbolBits | symbol};
}

uint64_t Keywords::Word::Hash() const {
  return Mix(bytes[0] ^ Mix(bytes[1] ^ Mix(bytes[2] + 0x9E3779B97F4A7C15)));
}

std::string Keywords::Word::Text() const {
  std::string text;
  for (size_t i = 0; i < kMaxWordBytes; ++i) {
    const auto byte = static_cast<char>(bytes[i / 8] >> (i % 8 * 8) & 0xFF);
    if (byte == 0) break;
    text.push_back(byte);
  }
  return text;
}

Result<Keywords> Keywords::Create(const KeywordOptions& options) {
  const auto slots_ok = [](uint32_t slots) { return IsPowerOfTwo(slots) && slots >= 4'096 && slots <= 1U << 20; };
  if (!InRange(options.half_life_s, 1, 86'400) || !slots_ok(options.string_slots) || !slots_ok(options.word_slots) ||
      !InRange(options.admit_at, 0, 1e6) || !InRange(options.min_count, 1, 1e9) ||
      !InRange(options.min_cohesion, -1, 1) || !InRange(options.min_freedom, 0, 100)) {
    return Error{ErrorCode::kInvalidArgument, "an option of the keywords is outside its range.",
                 "See KeywordOptions for the ranges."};
  }
  return Keywords(options);
}

Keywords::Keywords(const KeywordOptions& options)
    : options_(options),
      slow_(options.half_life_s),
      fast_(options.half_life_s * kRecentPart),
      strings_(options.string_slots),
      words_(options.word_slots) {}

void Keywords::Observe(double time_s, std::span<const char32_t> symbols) {
  if (comment_ == 0) start_s_ = time_s;
  const double slow = slow_.Advance(time_s);
  const double fast = fast_.Advance(time_s);
  if (slow != 1 || fast != 1) {
    strings_.Multiply(slow, fast);
    words_.Multiply(slow, fast);
    symbols_ *= slow;
  }
  // After 2^32 comments the numbers start anew; 0 is left out.
  comment_ = std::max<uint32_t>(comment_ + 1, 1);
  symbols = symbols.first(std::min(symbols.size(), kMaxSymbolsForKeywords));
  strings_.MakeRoom(symbols.size() * kLongest);
  words_.MakeRoom(symbols.size());
  for (size_t begin = 0; begin < symbols.size();) {
    const SymbolKind kind = KindOf(symbols[begin]);
    if (kind == SymbolKind::kBorder) {
      ++begin;
      continue;
    }
    const bool unspaced = kind == SymbolKind::kUnspaced;
    size_t end = begin + 1;
    for (; end < symbols.size(); ++end) {
      const SymbolKind next = KindOf(symbols[end]);
      if (next == SymbolKind::kBorder || (next == SymbolKind::kUnspaced) != unspaced) break;
    }
    if (unspaced) {
      ObserveRun(symbols.subspan(begin, end - begin));
    } else {
      ObserveWord(symbols.subspan(begin, end - begin));
    }
    begin = end;
  }
}

void Keywords::ObserveRun(std::span<const char32_t> run) {
  std::array<String, kMaxSymbolsForKeywords> strings{};
  std::array<bool, kMaxSymbolsForKeywords> counts;  // the string that begins here is frequent enough to be extended
  const double admitted = options_.admit_at * slow_.weight();
  for (size_t length = 1; length <= std::min(kLongest, run.size()); ++length) {
    bool any = false;
    for (size_t i = 0; i + length <= run.size(); ++i) {
      // The string of one symbol less at i + 1 still stands in counts[i + 1].
      const bool parts_count = length <= 2 || (counts[i] && counts[i + 1]);
      strings[i] = strings[i].Then(run[i + length - 1]);
      counts[i] = false;
      if (!parts_count) continue;
      const uint32_t index = strings_.Add(strings[i], comment_, slow_.weight(), fast_.weight());
      counts[i] = strings_.slots()[index].slow >= admitted;
      any = any || counts[i];
      if (length == 1) symbols_ += slow_.weight();
    }
    if (length >= 2 && !any) break;
  }
}

void Keywords::ObserveWord(std::span<const char32_t> symbols) {
  Word word;
  size_t bytes = 0;
  bool letter = false;
  if (symbols.size() < 2 || symbols.size() > kMaxWordBytes) return;
  std::string buffer;
  for (const char32_t symbol : symbols) {
    letter = letter || KindOf(symbol) == SymbolKind::kLetter;
    buffer.clear();
    text::AppendUtf8(symbol, buffer);
    if (bytes + buffer.size() > kMaxWordBytes) return;
    for (const char byte : buffer) {
      word.bytes[bytes / 8] |= uint64_t{static_cast<uint8_t>(byte)} << (bytes % 8 * 8);
      ++bytes;
    }
  }
  if (letter) words_.Add(word, comment_, slow_.weight(), fast_.weight());
}

void Keywords::Compare(double slow, double fast, double now_s, Keyword& keyword) const {
  // A window that is younger than some half-lives holds less than a steady rate will make of it.
  const auto filled = [&](double half_life_s) {
    return half_life_s * (1 - Exp(-std::max(0.0, now_s - start_s_) / half_life_s * std::numbers::ln2));
  };
  const double whole = filled(slow_.half_life_s());
  const double expected = whole > 0 ? slow * filled(fast_.half_life_s()) / whole : 0;
  if (!(expected > 0)) return;
  keyword.ratio = fast / expected;
  keyword.deviations = (fast - expected) / std::sqrt(kDifferenceVariance * expected);
  if (keyword.deviations >= kSurprising) keyword.trend = Trend::kRising;
  if (keyword.deviations <= -kSurprising) keyword.trend = Trend::kFalling;
}

void Keywords::AddStrings(double now_s, std::vector<Keyword>& out) const {
  const auto& slots = strings_.slots();
  const auto count_of = [&](uint32_t index) { return slow_.Read(slots[index].slow, now_s); };
  struct Candidate {
    uint32_t slot;
    uint32_t length;
    double count;
    std::array<char32_t, kLongest> symbols;
    Neighbours before;
    Neighbours after;
  };
  const auto unpack = [](const String& string, std::array<char32_t, kLongest>& symbols) {
    uint32_t length = 0;
    uint64_t high = string.high;
    uint64_t low = string.low;
    for (; high != 0 || low != 0; ++length) {
      symbols[length] = static_cast<char32_t>(low & ((1U << kSymbolBits) - 1));
      low = low >> kSymbolBits | high << (64 - kSymbolBits);
      high >>= kSymbolBits;
    }
    std::reverse(symbols.begin(), symbols.begin() + length);
    return length;
  };
  const auto pack = [](std::span<const char32_t> symbols) {
    String string;
    for (const char32_t symbol : symbols) string = string.Then(symbol);
    return string;
  };

  const double enough = options_.min_count;
  std::vector<Candidate> candidates;
  std::vector<uint32_t> candidate_at(slots.size(), CountTable<String>::kNone);
  for (uint32_t i = 0; i < slots.size(); ++i) {
    if (slots[i].slow == 0) continue;
    Candidate candidate{i, 0, count_of(i), {}, {}, {}};
    if (candidate.count < enough) continue;
    candidate.length = unpack(slots[i].key, candidate.symbols);
    if (candidate.length < 2 || candidate.length > kMaxKeywordSymbols) continue;
    candidate_at[i] = static_cast<uint32_t>(candidates.size());
    candidates.push_back(candidate);
  }
  if (candidates.empty()) return;

  for (uint32_t i = 0; i < slots.size(); ++i) {
    if (slots[i].slow == 0) continue;
    std::array<char32_t, kLongest> symbols{};
    const uint32_t length = unpack(slots[i].key, symbols);
    if (length < 3) continue;
    const double count = count_of(i);
    if (!(count > 0)) continue;
    const std::span<const char32_t> string(symbols.data(), length);
    const auto candidate = [&](std::span<const char32_t> part) -> Candidate* {
      const uint32_t at = strings_.Find(pack(part));
      if (at == CountTable<String>::kNone || candidate_at[at] == CountTable<String>::kNone) return nullptr;
      return &candidates[candidate_at[at]];
    };
    if (Candidate* first = candidate(string.first(length - 1))) first->after.Add(count);
    if (Candidate* last = candidate(string.last(length - 1))) last->before.Add(count);
  }

  const double total = slow_.Read(symbols_, now_s);
  for (const Candidate& candidate : candidates) {
    const std::span<const char32_t> string(candidate.symbols.data(), candidate.length);
    // A word neither begins nor ends with a particle, and says something.
    if (ContentOf(string.front()) == 0 || ContentOf(string.back()) == 0) continue;
    double content = 0;
    for (const char32_t symbol : string) content += ContentOf(symbol);
    content /= candidate.length;
    if (content <= 0.25) continue;
    Keyword keyword;
    keyword.freedom = std::min(candidate.before.Entropy(candidate.count), candidate.after.Entropy(candidate.count));
    if (keyword.freedom < options_.min_freedom) continue;
    keyword.cohesion = 1;
    for (size_t cut = 1; cut < candidate.length; ++cut) {
      const auto part_count = [&](std::span<const char32_t> part) {
        const uint32_t at = strings_.Find(pack(part));
        return at == CountTable<String>::kNone ? 0.0 : count_of(at);
      };
      keyword.cohesion = std::min(keyword.cohesion, Cohesion(total, candidate.count, part_count(string.first(cut)),
                                                             part_count(string.subspan(cut))));
    }
    if (keyword.cohesion < options_.min_cohesion) continue;
    keyword.text = ToUtf8(string, 64);
    keyword.symbols = candidate.length;
    keyword.count = candidate.count;
    keyword.score = candidate.count * keyword.cohesion * content;
    Compare(candidate.count, fast_.Read(slots[candidate.slot].fast, now_s), now_s, keyword);
    out.push_back(std::move(keyword));
  }
}

void Keywords::AddWords(double now_s, std::vector<Keyword>& out) const {
  for (const auto& slot : words_.slots()) {
    if (slot.slow == 0) continue;
    const double count = slow_.Read(slot.slow, now_s);
    if (count < options_.min_count) continue;
    Keyword keyword;
    keyword.text = slot.key.Text();
    std::u32string word;
    for (size_t at = 0; at < keyword.text.size();) word.push_back(text::NextCodePoint(keyword.text, at));
    const double content = ContentOfWord(word);
    if (content <= 0.25) continue;
    keyword.symbols = static_cast<uint32_t>(word.size());
    keyword.count = count;
    keyword.whole_word = true;
    keyword.cohesion = 1;
    keyword.score = count;
    Compare(count, fast_.Read(slot.fast, now_s), now_s, keyword);
    out.push_back(std::move(keyword));
  }
}

std::vector<Keyword> Keywords::Candidates(double now_s) const {
  std::vector<Keyword> found;
  AddStrings(now_s, found);
  AddWords(now_s, found);
  std::sort(found.begin(), found.end(), [](const Keyword& a, const Keyword& b) {
    if (a.score != b.score) return a.score > b.score;
    return a.text < b.text;
  });
  return found;
}

std::vector<Keyword> Keywords::Top(size_t limit, double now_s) const {
  const std::vector<Keyword> found = Candidates(now_s);
  std::vector<Keyword> top;
  for (const Keyword& keyword : found) {
    if (top.size() >= limit) break;
    const bool stands_for_another = std::any_of(found.begin(), found.end(), [&](const Keyword& longer) {
      return !keyword.whole_word && longer.symbols > keyword.symbols && longer.count >= kStandsFor * keyword.count &&
             longer.text.find(keyword.text) != std::string::npos;
    });
    if (!stands_for_another) top.push_back(keyword);
  }
  return top;
}

Keyword Keywords::Carrier(double now_s) const {
  Keyword best;
  double best_excess = 0;
  for (const Keyword& keyword : Candidates(now_s)) {
    if (keyword.trend != Trend::kRising) continue;
    // ratio = recent / expected and deviations = (recent - expected) / sqrt(v expected) give recent - expected.
    const double excess = keyword.ratio > 1 ? keyword.deviations * keyword.deviations / (keyword.ratio - 1) : 0;
    const bool longer = excess == best_excess && keyword.symbols > best.symbols;
    if (excess > best_excess || longer) {
      best = keyword;
      best_excess = excess;
    }
  }
  return best;
}

}  // namespace sotto::comments::analysis
