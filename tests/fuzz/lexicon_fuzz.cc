// Any bytes as a lexicon. What reads must write itself again, and normalise without a fault, whatever its tables say;
// a second time nothing may change.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "sotto/text/lexicon.h"
#include "sotto/text/normalise.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto lexicon = sotto::text::Lexicon::Read({data, size});
  if (!lexicon.ok()) {
    Require(!lexicon.error().message.empty() && !lexicon.error().hint.empty());
    return 0;
  }
  const sotto::Bytes written = lexicon.value().Write();
  Require(sotto::text::Lexicon::Read(written).value().Write() == written);
  for (const char* text :
       {"", "女子亻尔這個", "yyds u sb 666666 加v信 [笑哭]", "sh1t f*ck 傻*逼 🐴🍎👍", "麻辣鸡 微 信"}) {
    const auto once = sotto::text::Normalise(text, lexicon.value());
    Require(once.ok());
    Require(sotto::text::Normalise(once.value().ToUtf8(), lexicon.value()).value().symbols == once.value().symbols);
  }
  return 0;
}
