#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "sotto/text/normalise.h"
#include "tools/cli/commands.h"
#include "tools/cli/comments_commands.h"
#include "tools/cli/comments_lexicon.h"
#include "tools/cli/files.h"

namespace sotto::cli {
namespace {

constexpr std::string_view kEnding = ".train.tsv";

struct LexiconCommand {
  LexiconPaths paths;
  std::string data = DefaultCorpusFolder();
  std::string out;
  bool interactive = false;
};

CharacterCounts CountCorpora(const std::string& folder) {
  CharacterCounts counts;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (!entry.path().filename().string().ends_with(kEnding)) continue;
    const Bytes bytes = ValueOrFail(ReadFile(entry.path().string(), kMaxCorpusBytes));
    ForEachLine(AsText(bytes), [&](std::string_view line, size_t) {
      const auto text = text::Normalise(line.substr(std::min(line.find('\t') + 1, line.size())));
      if (text.ok()) counts.Add(text.value().symbols);
    });
  }
  if (error) throw CommandFailed(Error{ErrorCode::kNotFound, folder + " cannot be listed.", "Check --data."});
  return counts;
}

void Write(const LexiconCommand& command) {
  const text::Lexicon lexicon = ValueOrFail(BuildLexicon(command.paths, CountCorpora(command.data)));
  if (!command.out.empty()) {
    const Bytes bytes = lexicon.Write();
    OkOrFail(WriteFile(command.out, bytes));
    std::cerr << "wrote " << command.out << ": " << bytes.size() << " bytes, " << lexicon.sounds() << " sounds, "
              << lexicon.shapes() << " shapes\n";
  }
  if (!command.interactive) return;
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << ValueOrFail(text::Normalise(line, lexicon)).ToUtf8() << '\n';
  }
}

}  // namespace

void AddCommentsLexicon(CLI::App& group) {
  auto command = std::make_shared<LexiconCommand>();
  CLI::App* lexicon = group.add_subcommand(
      "lexicon", "Build the tables that undo disguises: the characters of the corpora say which halves are joined");
  lexicon->add_option("--data", command->data, "Folder with NAME.train.tsv")->capture_default_str();
  lexicon->add_option("--foldings", command->paths.foldings, "OpenCC's TSCharacters.txt")->capture_default_str();
  lexicon->add_option("--pinyin", command->paths.pinyin, "Table of pinyin")->capture_default_str();
  lexicon->add_option("--components", command->paths.components, "Table of components")->capture_default_str();
  lexicon->add_option("--own", command->paths.own, "Folder of our own files")->capture_default_str();
  lexicon->add_option("--out", command->out, "File to write");
  lexicon->add_flag("--normalise", command->interactive, "Read lines from standard input and write them normalised");
  lexicon->callback([command] { Write(*command); });
}

}  // namespace sotto::cli
