#include "sotto/comments/analysis/symbols.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "sotto/text/utf8.h"

namespace sotto::comments::analysis {
namespace {

constexpr std::u32string_view kSaysNothing =
    U"的地得了着啊呀呢吗嘛吧哦噢喔哈嗯哎诶欸唉呗啦喽咯呵嘿喂哇哟滴"
    U"这那此其个些我你您他她它们咱俺自己就也都还又才把被给让跟和与及而且或并但所以因为如果是很太真好最更"
    U"请谢亲";
constexpr std::u32string_view kSaysLittle =
    U"什么啥咋怎样多少几哪谁何为没有不能可以会要想在到从对里来去时候说问有无"
    U"一二三四五六七八九十百千万两半今天明现";

constexpr auto kWordsThatSayNothing = std::to_array<std::u32string_view>({
    U"a",    U"an",     U"and",   U"are",   U"as",   U"at",   U"be",    U"but",    U"by",   U"for", U"from",
    U"guys", U"he",     U"hello", U"her",   U"hey",  U"hi",   U"his",   U"i",      U"if",   U"im",  U"in",
    U"is",   U"it",     U"its",   U"just",  U"me",   U"my",   U"of",    U"oh",     U"on",   U"one", U"or",
    U"our",  U"please", U"pls",   U"plz",   U"she",  U"so",   U"thank", U"thanks", U"that", U"the", U"their",
    U"them", U"then",   U"there", U"these", U"they", U"this", U"those", U"to",     U"too",  U"u",   U"ur",
    U"us",   U"very",   U"was",   U"we",    U"were", U"with", U"would", U"you",    U"your",
});
constexpr auto kWordsThatSayLittle = std::to_array<std::u32string_view>({
    U"any",  U"anyone", U"can",   U"could", U"did",   U"do",    U"does", U"get", U"got",  U"has",
    U"have", U"how",    U"know",  U"like",  U"many",  U"much",  U"need", U"not", U"some", U"tell",
    U"want", U"what",   U"whats", U"when",  U"where", U"which", U"who",  U"why", U"will",
});

// Longest first, so that the first that fits is the longest.
constexpr auto kFillers = std::to_array<std::u32string_view>({
    U"麻烦问一下", U"想问一下", U"请问一下", U"小姐姐", U"想问下", U"问一下", U"小哥哥", U"请问", U"想问",
    U"问下",       U"麻烦",     U"主播",     U"老师",   U"老板",   U"姐姐",   U"姐妹",   U"宝宝", U"宝贝",
    U"哥哥",       U"家人",     U"亲亲",     U"一下",   U"客服",   U"你好",   U"您好",   U"谢谢",
});

// The two lists, sorted once for speed at compile time.
template <size_t Size>
constexpr std::array<char32_t, Size> Sorted(std::u32string_view list) {
  std::array<char32_t, Size> sorted{};
  std::copy(list.begin(), list.end(), sorted.begin());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}
constexpr auto kNothing = Sorted<kSaysNothing.size()>(kSaysNothing);
constexpr auto kLittle = Sorted<kSaysLittle.size()>(kSaysLittle);

}  // namespace

SymbolKind KindOf(char32_t symbol) {
  if (symbol < 0x80) {
    if ((symbol >= U'a' && symbol <= U'z') || (symbol >= U'A' && symbol <= U'Z')) return SymbolKind::kLetter;
    return symbol >= U'0' && symbol <= U'9' ? SymbolKind::kDigit : SymbolKind::kBorder;
  }
  if (symbol >= 0x4E00 && symbol <= 0x9FFF) return SymbolKind::kUnspaced;
  if ((symbol >= 0x3400 && symbol <= 0x4DBF) || (symbol >= 0x20000 && symbol <= 0x323AF) ||
      (symbol >= 0x3041 && symbol <= 0x3096) || (symbol >= 0x30A1 && symbol <= 0x30FA) || symbol == 0x30FC ||
      symbol == 0x3005 || symbol == 0x3007) {
    return SymbolKind::kUnspaced;
  }
  if (symbol > 0x10FFFF) return SymbolKind::kBorder;
  const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(symbol));
  if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_MC) return SymbolKind::kLetter;
  return category == UTF8PROC_CATEGORY_ND ? SymbolKind::kDigit : SymbolKind::kBorder;
}

double ContentOf(char32_t symbol) {
  if (std::binary_search(kNothing.begin(), kNothing.end(), symbol)) return 0;
  return std::binary_search(kLittle.begin(), kLittle.end(), symbol) ? 0.25 : 1;
}

double ContentOfWord(std::u32string_view word) {
  if (std::find(kWordsThatSayNothing.begin(), kWordsThatSayNothing.end(), word) != kWordsThatSayNothing.end()) return 0;
  const bool little =
      std::find(kWordsThatSayLittle.begin(), kWordsThatSayLittle.end(), word) != kWordsThatSayLittle.end();
  return little ? 0.25 : 1;
}

size_t FillerAt(std::span<const char32_t> symbols, size_t position) {
  const std::u32string_view rest(symbols.data() + position, symbols.size() - position);
  for (const std::u32string_view filler : kFillers) {
    if (rest.starts_with(filler)) return filler.size();
  }
  return 0;
}

std::string ToUtf8(std::span<const char32_t> symbols, size_t max_bytes) {
  std::string text;
  for (const char32_t symbol : symbols) {
    if (symbol > 0x10FFFF || (symbol >= 0xD800 && symbol <= 0xDFFF)) continue;
    const size_t before = text.size();
    text::AppendUtf8(symbol, text);
    if (text.size() > max_bytes) {
      text.resize(before);
      break;
    }
  }
  return text;
}

}  // namespace sotto::comments::analysis
