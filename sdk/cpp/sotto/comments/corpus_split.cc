#include "sotto/comments/corpus_split.h"

#include <utf8proc.h>

#include <algorithm>

#include "sotto/base/fnv1a.h"

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
  uint64_t hash = kFnv1a64Start;
  for (const char32_t symbol : symbols) {
    if (any && !IsLetterOrDigit(symbol)) continue;
    for (uint32_t shift = 0; shift < 32; shift += 8) hash = Fnv1a64Step(hash, static_cast<uint8_t>(symbol >> shift));
  }
  return hash;
}

uint32_t TenthOf(std::span<const char32_t> symbols) {
  // The low bits of FNV are its weakest; the high ones decide.
  return static_cast<uint32_t>((HashOfLetters(symbols) >> 32) % kTenths);
}

}  // namespace sotto::comments
