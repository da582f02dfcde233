#include "tools/cli/comments_corpus.h"

#include <cstdlib>
#include <iostream>
#include <utility>

#include "sotto/text/normalise.h"
#include "tools/cli/files.h"

namespace sotto::cli {

std::string DefaultCorpusFolder() {
  const char* data = std::getenv("SOTTO_DATA");  // NOLINT(concurrency-mt-unsafe): one thread, nothing sets it
  return std::string(data == nullptr ? "../shared/data" : data) + "/nlp";
}

Result<std::vector<LabelledText>> ReadLabelled(const std::string& path) {
  SOTTO_ASSIGN_OR_RETURN(const Bytes bytes, ReadFile(path, kMaxCorpusBytes));
  std::vector<LabelledText> texts;
  size_t skipped = 0;
  ForEachLine(AsText(bytes), [&](std::string_view line, size_t) {
    if (line.starts_with("##")) return;
    const size_t tab = line.find('\t');
    if (tab == std::string_view::npos) {
      ++skipped;
      return;
    }
    const auto text = text::Normalise(line.substr(tab + 1));
    if (!text.ok() || text.value().symbols.empty()) {
      ++skipped;
      return;
    }
    const auto& symbols = text.value().symbols;
    texts.push_back({std::string(line.substr(0, tab)), std::string(line.substr(tab + 1)),
                     comments::HashOfLetters(symbols), comments::TenthOf(symbols)});
  });
  if (skipped != 0) std::cerr << path << ": " << skipped << " lines are not `label TAB UTF-8 text`, skipped\n";
  if (texts.empty()) {
    return Error{ErrorCode::kMalformed, path + " has no line of the form `label TAB text`.", "Check the path."};
  }
  return texts;
}

Result<uint8_t> LabelOf(comments::Head head, std::string_view name, const std::string& path) {
  const auto names = comments::LabelNames(head);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return Error{ErrorCode::kMalformed,
                 path + ": \"" + std::string(name) + "\" is no label of " + std::string(comments::HeadName(head)) + ".",
                 "Correct it."};
  }
  return static_cast<uint8_t>(found - names.begin());
}

bool IsUntouchedHalf(uint64_t letters) {
  return (letters >> 40 & 1) == 1;
}

}  // namespace sotto::cli
