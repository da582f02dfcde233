#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "tools/cli/commands.h"
#include "tools/cli/files.h"
#include "tools/cli/vdaf_make.h"
#include "tools/cli/vdaf_vectors.h"

namespace sotto::cli {
namespace {

constexpr size_t kMaxVectorBytes = 256 * 1024 * 1024;

VectorOutcome CheckFile(const std::string& path) {
  const auto failed = [](const Error& error) { return VectorOutcome{VectorVerdict::kFail, ToString(error)}; };
  const Result<Bytes> file = ReadFile(path, kMaxVectorBytes);
  if (!file.ok()) return failed(file.error());
  const auto outcome = CheckVectors(std::filesystem::path(path).filename().string(),
                                    std::string(file.value().begin(), file.value().end()));
  return outcome.ok() ? outcome.value() : failed(outcome.error());
}

void CheckFiles(const std::vector<std::string>& files) {
  size_t counts[3] = {};
  for (const std::string& path : files) {
    const VectorOutcome outcome = CheckFile(path);
    ++counts[static_cast<size_t>(outcome.verdict)];
    constexpr const char* kNames[] = {"pass", "FAIL", "skip"};
    std::cout << kNames[static_cast<size_t>(outcome.verdict)] << "  " << std::filesystem::path(path).filename().string()
              << "  " << outcome.detail << '\n';
  }
  const auto [passed, failed, skipped] = counts;
  std::cout << passed << " passed, " << failed << " failed, " << skipped << " skipped\n";
  if (failed > 0 || passed == 0) {
    throw CommandFailed({ErrorCode::kMismatch,
                         failed > 0 ? std::to_string(failed) + " of " + std::to_string(files.size()) + " files failed."
                                    : "no file was checked.",
                         "The lines marked FAIL or skip say why."});
  }
}

struct MakeOptions {
  std::string out;
  uint64_t count = 20;
  uint64_t seed = 1;
};

void Make(const MakeOptions& options) {
  for (uint64_t i = 0; i < options.count; ++i) {
    const MadeVectors made = ValueOrFail(MakeVectors(options.seed, i));
    OkOrFail(WriteFile((std::filesystem::path(options.out) / made.name).string(), AsBytes(made.json)));
  }
  std::cout << "wrote " << options.count << " files to " << options.out << '\n';
}

}  // namespace

void RegisterVdaf(CLI::App& app) {
  auto* group = app.add_subcommand("vdaf", "Verifiable distributed aggregation (draft-irtf-cfrg-vdaf-20)");
  group->require_subcommand(1);
  auto* check = group->add_subcommand("check", "Check Prio3 against the draft's test vector files");
  const auto files = std::make_shared<std::vector<std::string>>();
  check->add_option("FILE", *files, "JSON files such as Prio3Histogram_0.json")->required();
  check->callback([files] { CheckFiles(*files); });

  auto* make = group->add_subcommand("make", "Make test vector files of random parameters and reports");
  const auto options = std::make_shared<MakeOptions>();
  make->add_option("--out", options->out, "An existing folder")->required()->check(CLI::ExistingDirectory);
  make->add_option("--count", options->count, "How many files")->capture_default_str();
  make->add_option("--seed", options->seed, "The same seed makes the same files")->capture_default_str();
  make->callback([options] { Make(*options); });
}

}  // namespace sotto::cli
