// Gives the server's end-to-end tests what only native code knows. Reads the task from the command line:
//   sotto_round_tool make TASK ITEMS MAX_ITEMS NUMERATOR DENOMINATOR COUNT SEED
//       prints COUNT updates, one a line in hexadecimal, no two with the same noise
//   sotto_round_tool sums DATABASE TASK
//       prints the closed round as JSON: {"count":..., "sums":[...], "model":"...", "version":...}, or null
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "server-stub/storage/database.h"
#include "sotto/base/bytes.h"
#include "sotto/base/random.h"
#include "sotto/federation/local_update.h"
#include "sotto/stream/json_writer.h"

namespace {

using namespace sotto;

std::vector<std::string> Split(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const size_t comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

int Fail(const Error& error) {
  std::fprintf(stderr, "%s\n", ToString(error).c_str());
  return 1;
}

int Make(const std::vector<std::string>& args) {
  federation::AffinityTask task;
  task.id = args[0];
  task.items = Split(args[1]);
  task.max_items = static_cast<uint32_t>(std::stoul(args[2]));
  task.sigma_squared = {std::stoull(args[3]), std::stoull(args[4])};
  const uint64_t count = std::stoull(args[5]);
  ChaCha20Source random(std::stoull(args[6]));
  for (uint64_t i = 0; i < count; ++i) {
    const auto items = static_cast<uint32_t>(task.items.size());
    const auto first = static_cast<uint32_t>(i % items);
    const std::vector<uint32_t> engaged = {first, (first + 1) % items};
    const auto update = federation::MakeLocalUpdate(task, engaged, random);
    if (!update.ok()) return Fail(update.error());
    std::printf("%s\n", ToHex(federation::SerialiseUpdate(task, update.value())).c_str());
  }
  return 0;
}

Result<std::string> Sums(const std::string& file, const std::string& task) {
  SOTTO_ASSIGN_OR_RETURN(server::Database database, server::Database::Open(file));
  SOTTO_ASSIGN_OR_RETURN(server::Statement round, database.Prepare("SELECT count, sums, model, version FROM round "
                                                                   "WHERE task = ?1 AND model IS NOT NULL"));
  SOTTO_ASSIGN_OR_RETURN(const bool found, round.Bind(1, task).Step());
  if (!found) return std::string("null");
  stream::JsonWriter json;
  json.BeginObject().Key("count").Int(round.Integer(0)).Key("sums").BeginArray();
  ByteReader reader(round.BlobView(1));
  while (reader.remaining() > 0) {
    SOTTO_ASSIGN_OR_RETURN(const uint64_t sum, reader.U64());
    json.Int(static_cast<int64_t>(sum));
  }
  json.EndArray().Key("model").String(round.Text(2)).Key("version").Int(round.Integer(3)).EndObject();
  return json.Release();
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() == 8 && args[0] == "make") return Make({args.begin() + 1, args.end()});
  if (args.size() == 3 && args[0] == "sums") {
    const auto sums = Sums(args[1], args[2]);
    if (!sums.ok()) return Fail(sums.error());
    std::printf("%s\n", sums.value().c_str());
    return 0;
  }
  std::fputs(
      "usage: sotto_round_tool make TASK ITEMS MAX_ITEMS NUMERATOR DENOMINATOR COUNT SEED\n"
      "       sotto_round_tool sums DATABASE TASK\n",
      stderr);
  return 2;
}
