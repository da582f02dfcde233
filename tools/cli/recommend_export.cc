#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "sotto/recommend/model_file.h"
#include "sotto/recommend/onnx/export.h"
#include "tools/cli/commands.h"
#include "tools/cli/files.h"
#include "tools/cli/json.h"
#include "tools/cli/recommend_commands.h"

namespace sotto::cli {
namespace {

constexpr size_t kMaxModelBytes = size_t{2} << 30;

struct ExportOptions {
  std::string model;
  std::string out;
};

struct Exported {
  Bytes user;
  Bytes items;
  Bytes scores;
};

Result<Exported> ExportTwoTower(ByteReader& in, uint32_t items) {
  SOTTO_ASSIGN_OR_RETURN(const auto model, recommend::TwoTowerModel::Read(in, items));
  Exported exported;
  SOTTO_ASSIGN_OR_RETURN(exported.user, recommend::onnx::ExportUserTower(model.parameters()));
  SOTTO_ASSIGN_OR_RETURN(exported.items, recommend::onnx::ExportItemTower(model.parameters()));
  SOTTO_ASSIGN_OR_RETURN(exported.scores, recommend::onnx::ExportScores(model.parameters()));
  return exported;
}

Result<Exported> ExportSequence(ByteReader& in, uint32_t items) {
  SOTTO_ASSIGN_OR_RETURN(const auto model, recommend::SequenceModel::Read(in, items));
  Exported exported;
  SOTTO_ASSIGN_OR_RETURN(exported.user, recommend::onnx::ExportUserTower(model.parameters(), model.length()));
  SOTTO_ASSIGN_OR_RETURN(exported.items, recommend::onnx::ExportItemTower(model.parameters()));
  SOTTO_ASSIGN_OR_RETURN(exported.scores, recommend::onnx::ExportScores(model.parameters(), model.length()));
  return exported;
}

Result<Exported> Export(const recommend::ModelFile& file) {
  ByteReader in(file.parameters);
  const auto items = static_cast<uint32_t>(file.info.items.size());
  if (file.kind == recommend::TwoTowerModel::kKind) return ExportTwoTower(in, items);
  if (file.kind == recommend::SequenceModel::kKind) return ExportSequence(in, items);
  return Error{ErrorCode::kInvalidArgument, "the model is of the kind " + file.kind + ".",
               "Networks can be exported: two-tower and sequence."};
}

// What a page needs besides the networks: whose scores are whose.
std::string Description(const recommend::ModelFile& file) {
  std::string json = "{\"kind\":" + JsonString(file.kind) + ",\"version\":" + JsonString(file.info.version) +
                     ",\"catalogue\":" + JsonString(file.info.catalogue) + ",\"items\":[";
  for (const std::string& id : file.info.items) {
    if (json.back() != '[') json += ',';
    json += JsonString(id);
  }
  return json + "]}\n";
}

void Run(const ExportOptions& options) {
  const Bytes bytes = ValueOrFail(ReadFile(options.model, kMaxModelBytes));
  const recommend::ModelFile file = ValueOrFail(recommend::ReadModelFile(bytes));
  const Exported exported = ValueOrFail(Export(file));
  std::error_code failed;
  std::filesystem::create_directories(options.out, failed);
  if (failed) {
    throw CommandFailed(Error{ErrorCode::kUnavailable, options.out + " cannot be made: " + failed.message() + ".", ""});
  }
  const auto write = [&](const char* name, ByteSpan content) {
    const std::string path = (std::filesystem::path(options.out) / name).string();
    OkOrFail(WriteFile(path, content));
    std::cout << path << '\t' << content.size() << " bytes\n";
  };
  write("user.onnx", exported.user);
  write("items.onnx", exported.items);
  write("scores.onnx", exported.scores);
  write("model.json", AsBytes(Description(file)));
}

}  // namespace

void AddRecommendExport(CLI::App& group) {
  auto* command = group.add_subcommand(
      "export", "Write a two-tower or sequence model as ONNX: user.onnx, items.onnx, scores.onnx, and model.json");
  const auto options = std::make_shared<ExportOptions>();
  command->add_option("--model", options->model, "The model's file")->required();
  command->add_option("--out", options->out, "Folder for the files; made if it is missing")->required();
  command->callback([options] { Run(*options); });
}

}  // namespace sotto::cli
