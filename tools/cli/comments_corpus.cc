#include "tools/cli/comments_corpus.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <utility>

#include "sotto/text/normalise.h"
#include "tools/cli/files.h"
#include "tools/cli/progress.h"

namespace sotto::cli {
namespace {

constexpr size_t kMaxCorpusBytes = size_t{1} << 30;
constexpr size_t kLineNumbersShown = 10;

// One line into its tenth; false if it is none.
bool AddLine(std::string_view line, Corpus& corpus) {
  if (line.size() < 3 || (line[0] != '0' && line[0] != '1') || line[1] != '\t') return false;
  auto text = text::Normalise(line.substr(2));
  if (!text.ok()) return false;
  const uint32_t tenth = comments::TenthOf(text.value());
  corpus.tenths[tenth].push_back({std::move(text.value().symbols), line[0] == '1'});
  ++corpus.rows;
  return true;
}

void ReportSkipped(const Corpus& corpus) {
  if (corpus.skipped_lines.empty()) return;
  std::cerr << corpus.name << ": " << corpus.skipped_lines.size() << " lines are not `0|1 TAB UTF-8 text`, skipped: ";
  for (size_t i = 0; i < std::min(kLineNumbersShown, corpus.skipped_lines.size()); ++i) {
    std::cerr << (i == 0 ? "" : ", ") << corpus.skipped_lines[i];
  }
  std::cerr << (corpus.skipped_lines.size() > kLineNumbersShown ? ", ...\n" : "\n");
}

Result<Corpus> ReadCorpus(const std::string& folder, const std::string& name) {
  const std::string path = folder + "/" + name + ".train.tsv";
  SOTTO_ASSIGN_OR_RETURN(const Bytes bytes, ReadFile(path, kMaxCorpusBytes));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  Corpus corpus;
  corpus.name = name;
  Progress progress("reading " + name, text.size());
  size_t number = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++number;
    if (!AddLine(line, corpus)) corpus.skipped_lines.push_back(number);
    progress.Advance(end + 1 - begin);
    begin = end + 1;
  }
  if (corpus.rows == 0) {
    return Error{ErrorCode::kMalformed, path + " has no line of the form `0|1 TAB text`.", "Check --data."};
  }
  return corpus;
}

}  // namespace

std::string DefaultCorpusFolder() {
  const char* data = std::getenv("SOTTO_DATA");  // NOLINT(concurrency-mt-unsafe): one thread, nothing sets it
  return std::string(data == nullptr ? "../shared/data" : data) + "/nlp";
}

Result<std::vector<Corpus>> ReadCorpora(const std::string& folder) {
  std::vector<Corpus> corpora;
  for (const char* name : {"shop10", "waimai", "hotel"}) {
    SOTTO_ASSIGN_OR_RETURN(Corpus corpus, ReadCorpus(folder, name));
    ReportSkipped(corpus);
    corpora.push_back(std::move(corpus));
  }
  return corpora;
}

}  // namespace sotto::cli
