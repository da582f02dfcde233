// Binding of sotto/text.
#include "answer.h"
#include "sotto/text/ngrams.h"
#include "sotto/text/normalise.h"
#include "sotto/text/utf8.h"

SOTTO_DECLARE_ANSWER(NormaliseAnswer)
SOTTO_DECLARE_ANSWER(HashNgramsAnswer)
SOTTO_DECLARE_ANSWER(DistinctHashesAnswer)

namespace {

using sotto::wasm::val;

// Symbols, and where they came from in UTF-16.
NormaliseAnswer Normalise(const std::string& text) {
  return NormaliseAnswer(
      sotto::wasm::Answer(sotto::text::Normalise(text), [&text](const sotto::text::NormalisedText& normalised) {
        const auto utf16 = [&text](const std::vector<uint32_t>& bytes) {
          return sotto::wasm::CopiedArray<uint32_t>(sotto::text::Utf16Offsets(text, bytes));
        };
        val value = val::object();
        value.set("text", normalised.ToUtf8());
        value.set("symbols", sotto::wasm::CopiedArray<uint32_t>(
                                 std::vector<uint32_t>(normalised.symbols.begin(), normalised.symbols.end())));
        value.set("begin", utf16(normalised.begin));
        value.set("end", utf16(normalised.end));
        return value;
      }));
}

// Hash, first symbol and count of each n-gram of the normalised text, flat.
HashNgramsAnswer HashNgrams(const std::string& text, uint32_t min_n, uint32_t max_n) {
  return HashNgramsAnswer(
      sotto::wasm::Answer(sotto::text::Normalise(text), [=](const sotto::text::NormalisedText& normalised) {
        std::vector<sotto::text::Ngram> ngrams;
        sotto::text::HashNgrams(normalised.symbols, min_n, max_n, ngrams);
        std::vector<uint32_t> flat;
        flat.reserve(ngrams.size() * 3);
        for (const auto& ngram : ngrams) flat.insert(flat.end(), {ngram.hash, ngram.first, ngram.count});
        return sotto::wasm::CopiedArray<uint32_t>(flat);
      }));
}

// The hash of each different n-gram of the normalised text, ascending.
DistinctHashesAnswer DistinctHashes(const std::string& text, uint32_t min_n, uint32_t max_n) {
  return DistinctHashesAnswer(
      sotto::wasm::Answer(sotto::text::Normalise(text), [=](const sotto::text::NormalisedText& normalised) {
        std::vector<uint32_t> hashes;
        sotto::text::DistinctHashes(normalised.symbols, min_n, max_n, hashes);
        return sotto::wasm::CopiedArray<uint32_t>(hashes);
      }));
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_text) {
  SOTTO_REGISTER_ANSWER(NormaliseAnswer,
                        "{ text: string, symbols: Uint32Array, begin: Uint32Array, end: Uint32Array }");
  SOTTO_REGISTER_ANSWER(HashNgramsAnswer, "Uint32Array");
  SOTTO_REGISTER_ANSWER(DistinctHashesAnswer, "Uint32Array");
  emscripten::function("normalise(text)", &Normalise);
  emscripten::function("hashNgrams(text, minN, maxN)", &HashNgrams);
  emscripten::function("distinctHashes(text, minN, maxN)", &DistinctHashes);
}
