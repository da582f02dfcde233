#include "sotto/comments/corpus_split.h"

#include <utf8proc.h>

#include <algorithm>

namespace sotto::comments {
namespace {

bool IsLetterOrDigit(char32_t symbol) {
  const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(symbol));
  return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
         (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

}  // namespace

uint64_t HashOfLetters(std::span<const char32_t> symbols) {
  const bool any = std::any_of(symbols.begin(), symbols.end(), IsLetterOrDigit);
  uint64_t hash = 0xcbf29ce484222325;
  for (const char32_t symbol : symbols) {
    if (any && !IsLetterOrDigit(symbol)) continue;
    for (uint32_t shift = 0; shift < 32; shift += 8) hash = (hash ^ (symbol >> shift & 0xFF)) * 0x100000001b3;
  }
  return hash;
}

uint32_t TenthOf(std::span<const char32_t> symbols) {
  // The low bits of FNV are its weakest; the high ones decide.
  return static_cast<uint32_t>((HashOfLetters(symbols) >> 32) % kTenths);
}

}  // namespace sotto::comments
