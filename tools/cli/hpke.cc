#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "server-stub/hpke/key_file.h"
#include "tools/cli/commands.h"
#include "tools/cli/files.h"
#include "tools/cli/hpke_vectors.h"

namespace sotto::cli {
namespace {

constexpr size_t kMaxVectorBytes = 256 * 1024 * 1024;

struct Totals {
  size_t passed = 0;
  size_t failed = 0;
  size_t skipped = 0;
};

void CheckFile(const std::string& path, Totals& totals) {
  const std::string name = std::filesystem::path(path).filename().string();
  const auto check = [&]() -> Result<HpkeVectorsOutcome> {
    SOTTO_ASSIGN_OR_RETURN(const Bytes file, ReadFile(path, kMaxVectorBytes));
    return CheckHpkeVectors(std::string(file.begin(), file.end()));
  };
  const Result<HpkeVectorsOutcome> checked = check();
  if (!checked.ok()) {
    ++totals.failed;
    std::cout << "FAIL  " << name << "  " << ToString(checked.error()) << '\n';
    return;
  }
  const HpkeVectorsOutcome& outcome = checked.value();
  size_t skipped = 0;
  for (const auto& [reason, count] : outcome.skipped) skipped += count;
  std::cout << (outcome.failed > 0   ? "FAIL  "
                : outcome.passed > 0 ? "pass  "
                                     : "skip  ")
            << name << "  " << outcome.passed << " passed, " << outcome.failed << " failed, " << skipped << " skipped; "
            << outcome.messages << " messages, " << outcome.exports << " exports\n";
  if (outcome.failed > 0) std::cout << "      " << outcome.first_failure << '\n';
  for (const auto& [reason, count] : outcome.skipped) std::cout << "      skipped " << count << ": " << reason << '\n';
  totals.passed += outcome.passed;
  totals.failed += outcome.failed;
  totals.skipped += skipped;
}

void CheckFiles(const std::vector<std::string>& files) {
  Totals totals;
  for (const std::string& path : files) CheckFile(path, totals);
  std::cout << totals.passed << " passed, " << totals.failed << " failed, " << totals.skipped << " skipped\n";
  if (totals.failed > 0 || totals.passed == 0) {
    throw CommandFailed(
        {ErrorCode::kMismatch,
         totals.failed > 0 ? std::to_string(totals.failed) + " vectors or files failed." : "no vector was checked.",
         "The lines marked FAIL or skip say why."});
  }
}

struct KeygenOptions {
  std::optional<unsigned> id;
  std::string out;
};

void Keygen(const KeygenOptions& options) {
  OsRandomSource random;
  uint8_t id = 0;
  if (options.id) {
    id = static_cast<uint8_t>(*options.id);
  } else {
    id = static_cast<uint8_t>(ValueOrFail(random.Below(256)));
  }
  const std::string path = options.out.empty() ? "hpke-" + std::to_string(id) + ".toml" : options.out;
  const server::HpkeSuite suite;
  const server::HpkeKeyFile file{ValueOrFail(server::GenerateHpkeKeyPair(id, suite, random)), true};
  OkOrFail(server::WriteHpkeKeyFile(path, file));
  std::cout << "wrote " << path << ": key " << int{id} << " of " << server::SuiteName(suite) << "\npublic key "
            << dap::ToBase64Url(file.pair.config.public_key) << '\n';
}

}  // namespace

void RegisterHpke(CLI::App& app) {
  auto* group = app.add_subcommand("hpke", "Hybrid public key encryption (RFC 9180): what devices seal reports with");
  group->require_subcommand(1);
  auto* check = group->add_subcommand("check", "Check HPKE against files of test vectors");
  const auto files = std::make_shared<std::vector<std::string>>();
  check->add_option("FILE", *files, "RFC 9180's JSON, or text of lines `name = value`")->required();
  check->callback([files] { CheckFiles(*files); });

  auto* keygen = group->add_subcommand("keygen", "Make a key of an aggregator or a collector");
  const auto options = std::make_shared<KeygenOptions>();
  keygen->add_option("--id", options->id, "0 to 255, different from the aggregator's other keys; drawn if absent")
      ->check(CLI::Range(0, 255));
  keygen->add_option("--out", options->out, "A file that is not there yet; hpke-<id>.toml if absent");
  keygen->callback([options] { Keygen(*options); });
}

}  // namespace sotto::cli
