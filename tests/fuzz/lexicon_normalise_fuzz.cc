// Any text through a small lexicon: sound spans, sound runs, and nothing that a second time would change.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sotto/text/normalise.h"
#include "sotto/text/utf8.h"
#include "text/small_lexicon.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckNormalised(std::string_view text) {
  static const sotto::text::Lexicon lexicon = sotto::text::SmallLexicon();
  const auto once = sotto::text::Normalise(text, lexicon);
  Require(once.ok() == (sotto::text::ValidateUtf8(text).ok() && text.size() <= sotto::text::kMaxCommentBytes));
  if (!once.ok()) return;
  const auto& n = once.value();
  Require(n.begin.size() == n.symbols.size() && n.end.size() == n.symbols.size());
  Require(n.symbols.size() <= 6 * text.size());
  for (size_t i = 0; i < n.symbols.size(); ++i) {
    Require(n.begin[i] < n.end[i] && n.end[i] <= text.size());
    Require(i == 0 || (n.begin[i - 1] <= n.begin[i] && n.end[i - 1] <= n.end[i]));
  }
  for (const auto& run : n.runs) Require(run.last < n.symbols.size() && run.length > 3);
  const std::string again = n.ToUtf8();
  if (again.size() <= sotto::text::kMaxCommentBytes) {
    Require(sotto::text::Normalise(again, lexicon).value().symbols == n.symbols);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckNormalised(text);
  CheckNormalised(sotto::text::RepairUtf8(text));
  return 0;
}
