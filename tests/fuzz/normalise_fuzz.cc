// Any bytes through everything that reads a comment's text: UTF-8, normalisation, n-grams.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/text/ngrams.h"
#include "sotto/text/normalise.h"
#include "sotto/text/utf8.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckNormalised(std::string_view text) {
  const auto once = sotto::text::Normalise(text);
  Require(once.ok() == (sotto::text::ValidateUtf8(text).ok() && text.size() <= sotto::text::kMaxCommentBytes));
  if (!once.ok()) return;
  const auto& n = once.value();
  Require(n.begin.size() == n.symbols.size() && n.end.size() == n.symbols.size());
  for (size_t i = 0; i < n.symbols.size(); ++i) {
    Require(n.begin[i] < n.end[i] && n.end[i] <= text.size());
    Require(i == 0 || (n.begin[i - 1] <= n.begin[i] && n.end[i - 1] <= n.end[i]));
  }
  const std::string again = n.ToUtf8();
  if (again.size() <= sotto::text::kMaxCommentBytes) {
    Require(sotto::text::Normalise(again).value().symbols == n.symbols);
  }
  std::vector<sotto::text::Ngram> ngrams;
  sotto::text::HashNgrams(n.symbols, 1, sotto::text::kMaxNgram, ngrams);
  for (const auto& ngram : ngrams) Require(ngram.count >= 1 && ngram.first + ngram.count <= n.symbols.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckNormalised(text);
  const std::string repaired = sotto::text::RepairUtf8(text);
  Require(sotto::text::ValidateUtf8(repaired).ok());
  CheckNormalised(repaired);
  return 0;
}
