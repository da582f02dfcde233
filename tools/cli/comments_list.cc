#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "sotto/comments/corpus_split.h"
#include "sotto/text/normalise.h"
#include "tools/cli/commands.h"
#include "tools/cli/comments_commands.h"
#include "tools/cli/comments_corpus.h"
#include "tools/cli/files.h"

namespace sotto::cli {
namespace {

constexpr std::string_view kEnding = ".train.tsv";

struct ListCommand {
  std::string data = DefaultCorpusFolder();
};

std::vector<std::string> CorpusNames(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(kEnding)) names.push_back(name.substr(0, name.size() - kEnding.size()));
  }
  if (names.empty()) {
    throw CommandFailed(Error{ErrorCode::kNotFound, folder + " holds no NAME.train.tsv.", "Check --data."});
  }
  std::sort(names.begin(), names.end());
  return names;
}

void List(const ListCommand& command) {
  for (const std::string& name : CorpusNames(command.data)) {
    const Bytes bytes = ValueOrFail(ReadFile(command.data + "/" + name + std::string(kEnding), kMaxCorpusBytes));
    ForEachLine(AsText(bytes), [&](std::string_view line, size_t) {
      const size_t tab = line.find('\t');
      if (tab == std::string_view::npos || line.starts_with("##")) return;
      const auto text = text::Normalise(line.substr(tab + 1));
      if (!text.ok() || text.value().symbols.empty()) return;
      std::cout << name << '\t' << comments::TenthOf(text.value().symbols) << '\t' << line.substr(0, tab) << '\t'
                << text.value().ToUtf8() << '\n';
    });
    if (!std::cout) return;  // main tells
  }
}

}  // namespace

void AddCommentsCorpus(CLI::App& group) {
  auto command = std::make_shared<ListCommand>();
  CLI::App* list = group.add_subcommand(
      "corpus",
      "Write every line of the corpora as `corpus TAB tenth TAB label TAB normalised text`, for other trainers");
  list->add_option("--data", command->data, "Folder with NAME.train.tsv")->capture_default_str();
  list->callback([command] { List(*command); });
}

}  // namespace sotto::cli
