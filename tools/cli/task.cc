// sotto task new|show: the files by which leader, helper and collector of a task agree on it.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "server-stub/aggregator/task.h"
#include "server-stub/aggregator/task_file.h"
#include "server-stub/hpke/hpke.h"
#include "server-stub/models/sha256.h"
#include "sotto/privacy/zcdp.h"
#include "sotto/stream/clock.h"
#include "sotto/stream/names.h"
#include "tools/cli/commands.h"
#include "tools/cli/files.h"
#include "tools/cli/json.h"

namespace sotto::cli {
namespace {

using server::TaskFile;

constexpr size_t kMaxTaskFile = size_t{1} << 22;
constexpr size_t kTokenBytes = 32;
constexpr int64_t kMillisecondsOfSecond = 1'000;

struct NewTask {
  std::string id;
  std::string kind = "affinity";
  std::vector<std::string> items;
  std::string items_file;
  uint32_t max_items = 6;
  uint32_t minute = 0;
  federation::SplitDelta delta_task;
  std::string sigma_squared;
  uint64_t minimum = 0;
  std::optional<uint64_t> epoch;
  uint64_t time_precision = 86'400;
  uint64_t duration = 1;
  std::string batch_mode = "time-interval";
  std::string leader;
  std::string helper;
  std::string leader_operator;
  std::string helper_operator;
  double delta = 1e-5;
  std::string expires;
  std::string stream;
  std::string out;
};

int64_t Now() {
  using std::chrono::system_clock;
  return std::chrono::duration_cast<std::chrono::milliseconds>(system_clock::now().time_since_epoch()).count();
}

// One id a line.
std::vector<std::string> ReadItems(const std::string& path) {
  const Bytes bytes = ValueOrFail(ReadFile(path, kMaxTaskFile));
  std::istringstream lines(std::string(bytes.begin(), bytes.end()));
  std::vector<std::string> items;
  for (std::string line; std::getline(lines, line);) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (!line.empty()) items.push_back(line);
  }
  return items;
}

privacy::Rational FractionOf(std::string_view text) {
  const size_t slash = text.find('/');
  const auto read = [](std::string_view digits) {
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc{} && end == digits.data() + digits.size() ? number : 0;
  };
  const privacy::Rational fraction{read(text.substr(0, slash)),
                                   slash == std::string_view::npos ? 1 : read(text.substr(slash + 1))};
  if (fraction.numerator == 0 || fraction.denominator == 0) {
    throw CLI::ValidationError("--sigma-squared", "is a fraction such as 35/2");
  }
  return fraction;
}

std::string NewToken(RandomSource& random) {
  Bytes bytes(kTokenBytes);
  OkOrFail(random.Fill(bytes));
  return dap::ToBase64Url(bytes);
}

void SetKind(const NewTask& options, federation::SplitTask& task) {
  const std::vector<std::string> items = options.items_file.empty() ? options.items : ReadItems(options.items_file);
  if (options.kind == "popularity") task.what = federation::SplitPopularity{items, options.max_items};
  if (options.kind == "affinity") task.what = federation::SplitAffinity{items, options.max_items};
  if (options.kind == "mood") task.what = federation::SplitMood{options.minute};
  if (options.kind == "delta") task.what = options.delta_task;
}

// What all three files have; secrets are added for each.
TaskFile Common(const NewTask& options) {
  TaskFile file;
  file.split.id = options.id;
  SetKind(options, file.split);
  file.split.sigma_squared = FractionOf(options.sigma_squared);
  file.split.min_batch_size = options.minimum;
  const auto seconds = static_cast<uint64_t>(Now() / kMillisecondsOfSecond);
  file.split.epoch = options.epoch.value_or(seconds / options.time_precision);
  file.terms = {
      options.leader, options.helper, options.time_precision, options.duration,
      options.batch_mode == "leader-selected" ? dap::BatchMode::kLeaderSelected : dap::BatchMode::kTimeInterval};
  file.leader_operator = options.leader_operator;
  file.helper_operator = options.helper_operator;
  file.delta = options.delta;
  // Devices that come back a day later may still report.
  const auto ends = static_cast<int64_t>((file.split.epoch + options.duration) * options.time_precision) + 86'400;
  file.expires = options.expires.empty() ? stream::FormatRfc3339(ends * kMillisecondsOfSecond) : options.expires;
  OkOrFail(federation::ValidateTask(file.split));
  return file;
}

// Readable by their owner alone, and never over one that is there: whoever lost a secret must notice.
void WriteSecret(const std::filesystem::path& path, const std::string& text) {
  std::error_code failed;
  std::filesystem::create_directories(path.parent_path(), failed);
  if (std::filesystem::exists(path, failed)) {
    throw CommandFailed({ErrorCode::kInvalidArgument, path.string() + " is there already.",
                         "A task's files are made once; choose another --id or --out."});
  }
  const mode_t before = umask(0077);
  const Status written = WriteFile(path.string(), AsBytes(text));
  umask(before);
  OkOrFail(written);
}

bool OneOperator(const TaskFile& file) {
  stream::SplitReference split;
  split.leader.operator_name = file.leader_operator;
  split.leader.url = file.terms.leader;
  split.helper.operator_name = file.helper_operator;
  split.helper.url = file.terms.helper;
  return stream::OneOperator(split);
}

void Print(const TaskFile& file) {
  const auto task = ValueOrFail(federation::MakeDapTask(file.split, file.terms));
  const auto prio3 = ValueOrFail(vdaf::Prio3::Create(ValueOrFail(federation::VdafParameters(file.split))));
  const double rho = ValueOrFail(federation::TaskRho(file.split));
  const double epsilon = ValueOrFail(privacy::EpsilonOfZcdp(rho, file.delta));
  const auto line = [](std::string_view name, const std::string& value) {
    std::cout << std::string(name) << std::string(18 - name.size(), ' ') << value << '\n';
  };
  line("task", file.split.id + " (" + std::string(federation::KindName(file.split)) + ")");
  line("DAP task id", dap::ToBase64Url(task.id));
  line("epochs", std::to_string(task.interval.start) + " to " +
                     std::to_string(task.interval.start + task.interval.duration - 1) + ", of " +
                     std::to_string(file.terms.time_precision) + " s");
  line("reports until", file.expires);
  line("batches",
       std::string(file.terms.batch_mode == dap::BatchMode::kTimeInterval ? "time-interval" : "leader-selected") +
           ", of at least " + std::to_string(file.split.min_batch_size) + " reports");
  line("sigma^2", std::to_string(file.split.sigma_squared.numerator) + "/" +
                      std::to_string(file.split.sigma_squared.denominator) + " of each aggregator's noise");
  line("guarantee", "rho " + JsonNumber(rho) + ": epsilon " + JsonNumber(epsilon) + " at delta " +
                        JsonNumber(file.delta) + ", if one of the two aggregators is honest");
  line("leader's share", std::to_string(prio3.input_share_size(0)) + " bytes");
  line("leader", file.terms.leader + " (" + file.leader_operator + ")");
  line("helper", file.terms.helper + " (" + file.helper_operator + ")");
  if (OneOperator(file)) line("trust", "one operator: no split trust");
}

void AddNew(CLI::App& group) {
  auto* command = group.add_subcommand(
      "new", "Make a task: a file each for its leader, its helper and its collector, with their keys and tokens");
  const auto options = std::make_shared<NewTask>();
  NewTask& task = *options;
  command->add_option("--id", task.id, "As devices know it: 1 to 64 of A-Z a-z 0-9 _ -")->required();
  command->add_option("--kind", task.kind, "What devices report")
      ->check(CLI::IsMember({"popularity", "affinity", "mood", "delta"}))
      ->capture_default_str();
  auto* items = command->add_option("--items", task.items, "Product ids, with commas between")->delimiter(',');
  command->add_option("--items-file", task.items_file, "File with a product id a line")->excludes(items);
  command->add_option("--max-items", task.max_items, "Engaged items in one report, at most")->capture_default_str();
  command->add_option("--minute", task.minute, "mood: minute of programme time");
  command->add_option("--model", task.delta_task.model, "delta: version of the model");
  command->add_option("--dimension", task.delta_task.dimension, "delta: parameters of its head");
  command->add_option("--clip", task.delta_task.clip, "delta: norm that a change is clipped to")->capture_default_str();
  command->add_option("--entry-bits", task.delta_task.entry_bits, "delta: bits of an entry")->capture_default_str();
  command->add_option("--step", task.delta_task.step, "delta: what a step of an entry stands for")
      ->capture_default_str();
  command->add_option("--rotation-seed", task.delta_task.rotation_seed, "delta: of the random signs");
  command->add_option("--sigma-squared", task.sigma_squared, "Variance of each aggregator's noise: a fraction")
      ->required();
  command->add_option("--minimum", task.minimum, "Reports below which nothing is released")
      ->required()
      ->check(CLI::PositiveNumber);
  command->add_option("--epoch", task.epoch, "First epoch: unix seconds / time precision. Default: the one that is on");
  command->add_option("--time-precision", task.time_precision, "Seconds of an epoch")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--duration", task.duration, "Epochs in which devices report")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--batch-mode", task.batch_mode, "How reports are put into batches")
      ->check(CLI::IsMember({"time-interval", "leader-selected"}))
      ->capture_default_str();
  command->add_option("--leader", task.leader, "URL of the leader, as https://a.example/dap")->required();
  command->add_option("--helper", task.helper, "URL of the helper")->required();
  command->add_option("--leader-operator", task.leader_operator, "Who runs the leader")->required();
  command->add_option("--helper-operator", task.helper_operator, "Who runs the helper")->required();
  command->add_option("--delta", task.delta, "At which epsilon is stated")->capture_default_str();
  command->add_option("--expires", task.expires, "RFC 3339; default: a day after the last epoch");
  command->add_option("--stream", task.stream, "Id of the stream whose manifest names the task");
  command->add_option("--out", task.out, "Folder for leader/ID.toml, helper/ID.toml and collector/ID.toml")->required();
  command->callback([options] {
    OsRandomSource random;
    const TaskFile common = Common(*options);
    TaskFile leader = common;
    TaskFile helper = common;
    TaskFile collector = common;
    const auto key = ValueOrFail(server::GenerateHpkeKeyPair(1, {}, random));
    Bytes verify_key(vdaf::kVerifyKeySize);
    OkOrFail(random.Fill(verify_key));
    const std::string helper_token = NewToken(random);
    const std::string collector_token = NewToken(random);
    for (TaskFile* file : {&leader, &helper, &collector}) file->collector = key.config;
    leader.role = dap::Role::kLeader;
    leader.stream = options->stream;
    leader.verify_key = verify_key;
    leader.helper_token = helper_token;
    leader.collector_token_sha256 = server::Sha256Hex(AsBytes(collector_token));
    helper.role = dap::Role::kHelper;
    helper.verify_key = verify_key;
    helper.helper_token_sha256 = server::Sha256Hex(AsBytes(helper_token));
    collector.role = dap::Role::kCollector;
    collector.collector_private_key = key.private_key;
    collector.collector_token = collector_token;
    const std::filesystem::path out = options->out;
    const std::string name = options->id + ".toml";
    const std::vector<std::pair<std::string, const TaskFile*>> files = {
        {"leader", &leader}, {"helper", &helper}, {"collector", &collector}};
    for (const auto& [folder, file] : files) {
      const std::string text = server::RenderTaskFile(*file);
      (void)ValueOrFail(server::ReadTaskFile(text, name));  // nobody gets a file that no server reads
      WriteSecret(out / folder / name, text);
      std::cerr << "wrote " << (out / folder / name).string() << '\n';
    }
    Print(leader);
  });
}

void AddShow(CLI::App& group) {
  auto* command = group.add_subcommand("show", "What a task's file says, without its secrets");
  const auto path = std::make_shared<std::string>();
  command->add_option("file", *path, "The file of any of its parties")->required();
  command->callback([path] {
    const Bytes bytes = ValueOrFail(ReadFile(*path, kMaxTaskFile));
    Print(ValueOrFail(server::ReadTaskFile({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, *path)));
  });
}

}  // namespace

void RegisterTask(CLI::App& app) {
  auto* group = app.add_subcommand("task", "Tasks under split trust, for their operators");
  group->require_subcommand(1);
  AddNew(*group);
  AddShow(*group);
}

}  // namespace sotto::cli
