#include "sotto/text/ngrams.h"

#include "lines.h"
#include "sotto/text/normalise.h"
#include "sotto/text/utf8.h"

namespace sotto::identity {

void PrintText() {
  for (std::string hex; std::getline(std::cin, hex);) {
    const std::string text = Unhex(hex);
    const auto normalised = text::Normalise(text);
    Line line;
    if (!normalised.ok()) {
      line.Failure(normalised.error()).Print();
      continue;
    }
    const auto& [symbols, begin, end, runs] = normalised.value();
    static_cast<void>(runs);
    std::vector<text::Ngram> ngrams;
    text::HashNgrams(symbols, 1, 4, ngrams);
    std::vector<uint32_t> flat;
    for (const auto& [hash, first, count] : ngrams) flat.insert(flat.end(), {hash, first, count});
    const auto utf16 = [&text](std::vector<uint32_t> offsets) {
      for (uint32_t& offset : offsets) offset = static_cast<uint32_t>(text::Utf16Length(text, offset));
      return offsets;
    };
    line.Text(normalised.value().ToUtf8())
        .Ints<char32_t>(symbols)
        .Ints<uint32_t>(utf16(begin))
        .Ints<uint32_t>(utf16(end))
        .Ints<uint32_t>(flat)
        .Print();
  }
}

}  // namespace sotto::identity
