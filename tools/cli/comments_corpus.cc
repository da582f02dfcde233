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

constexpr size_t kLineNumbersShown = 10;

// One line into its tenth; false if it is none.
bool AddLine(std::string_view line, Corpus& corpus) {
  if (line.size() < 3 || (line[0] != '0' && line[0] != '1') || line[1] != '\t') return false;
  auto text = text::Normalise(line.substr(2));
  if (!text.ok()) return false;
  const uint32_t tenth = comments::TenthOf(text.value().symbols);
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
  Corpus corpus;
  corpus.name = name;
  Progress progress("reading " + name, bytes.size());
  ForEachLine(AsText(bytes), [&](std::string_view line, size_t number) {
    if (!AddLine(line, corpus)) corpus.skipped_lines.push_back(number);
    progress.Advance(line.size() + 1);
  });
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

Result<std::vector<comments::ThreeWayComment>> ReadLiveComments(const std::string& path) {
  SOTTO_ASSIGN_OR_RETURN(const Bytes bytes, ReadFile(path, kMaxCorpusBytes));
  std::vector<comments::ThreeWayComment> comments;
  size_t bad_line = 0;
  ForEachLine(AsText(bytes), [&](std::string_view line, size_t number) {
    const size_t tab = std::min(line.find('\t'), line.size());
    const std::string_view label = line.substr(0, tab);
    auto text = text::Normalise(line.substr(std::min(tab + 1, line.size())));
    if (!text.ok() || (label != "-1" && label != "0" && label != "1")) {
      bad_line = number;
      return;
    }
    const auto sentiment = label == "-1"  ? comments::SentimentLabel::kNegative
                           : label == "0" ? comments::SentimentLabel::kNeutral
                                          : comments::SentimentLabel::kPositive;
    comments.push_back({std::move(text.value().symbols), sentiment});
  });
  if (bad_line != 0) {
    return Error{ErrorCode::kMalformed,
                 path + " line " + std::to_string(bad_line) + " is not `-1|0|1 TAB comment` in UTF-8.", "Correct it."};
  }
  return comments;
}

}  // namespace sotto::cli
