#include <simdjson.h>

#include <filesystem>

#include "sotto/base/bytes.h"
#include "tools/cli/files.h"
#include "tools/cli/recommend_formats.h"

namespace sotto::cli {
namespace {

constexpr size_t kMaxFileBytes = size_t{1} << 30;

std::string_view TextOf(const Bytes& file) {
  return {reinterpret_cast<const char*>(file.data()), file.size()};
}

Status ReadPairs(const std::string& path, Dataset& data) {
  SOTTO_ASSIGN_OR_RETURN(const Bytes file, ReadFile(path, kMaxFileBytes));
  Lines lines(TextOf(file), path);
  while (lines.Next()) {
    const auto fields = FieldsBetweenAny(lines.line(), " \t");
    const uint32_t user = data.users.Number(fields.front());
    for (size_t i = 1; i < fields.size(); ++i) data.events.push_back({user, data.items.Number(fields[i]), 1, 0});
  }
  return {};
}

// NCF's item ids to MovieLens' own.
Result<std::unordered_map<std::string, std::string>> ReadItemIds(const std::string& path) {
  SOTTO_ASSIGN_OR_RETURN(const Bytes file, ReadFile(path, kMaxFileBytes));
  const Error malformed{ErrorCode::kMalformed, path + " does not map ids to numbers.", "It should be {\"raw\": ncf}."};
  simdjson::dom::parser parser;
  simdjson::dom::object ids;
  if (parser.parse(simdjson::padded_string(TextOf(file))).get(ids) != simdjson::SUCCESS) return malformed;
  std::unordered_map<std::string, std::string> raw_of;
  for (const auto& [raw, ncf] : ids) {
    uint64_t number = 0;
    if (ncf.get(number) != simdjson::SUCCESS) return malformed;
    raw_of.emplace(std::to_string(number), raw);
  }
  return raw_of;
}

Status ReadTestPairs(const std::string& path, const NameToNumber& user_of, const NameToNumber& item_of, Dataset& data) {
  SOTTO_ASSIGN_OR_RETURN(const Bytes file, ReadFile(path, kMaxFileBytes));
  Lines lines(TextOf(file), path);
  while (lines.Next()) {
    const auto fields = FieldsBetweenAny(lines.line(), " \t");
    const uint32_t user = user_of(fields.front());
    const uint32_t item = fields.size() < 2 ? Names::kNone : item_of(fields[1]);
    if (user == Names::kNone || item == Names::kNone) {
      return lines.Malformed("the user or the item is unknown.", "A line is: user item [rating] [time].");
    }
    data.test.push_back({user, item, 1, 0});
  }
  return {};
}

}  // namespace

bool IsNcfFolder(const std::string& folder) {
  return std::filesystem::exists(folder + "/sb_train.txt") && std::filesystem::exists(folder + "/raw2ncf.json");
}

Status ReadNcfFolder(const std::string& folder, Dataset& data) {
  SOTTO_RETURN_IF_ERROR(ReadPairs(folder + "/sb_train.txt", data));
  SOTTO_RETURN_IF_ERROR(ReadPairs(folder + "/sb_test.txt", data));
  SOTTO_ASSIGN_OR_RETURN(const auto raw_of, ReadItemIds(folder + "/raw2ncf.json"));
  const auto user_of = [&](std::string_view ncf) {
    double number = 0;
    if (!ReadNumber(ncf, number) || number < 0 || number >= data.users.size()) return Names::kNone;
    return data.users.Find(std::to_string((static_cast<uint32_t>(number) + 1) % data.users.size()));
  };
  const auto item_of = [&](std::string_view ncf) {
    const auto found = raw_of.find(std::string(ncf));
    return found == raw_of.end() ? Names::kNone : data.items.Find(found->second);
  };
  SOTTO_RETURN_IF_ERROR(ReadTestPairs(folder + "/ml-1m.test.rating", user_of, item_of, data));
  SOTTO_RETURN_IF_ERROR(ReadNegatives(folder + "/ml-1m.test.negative", user_of, item_of, data));
  return ReadMovieLensTitles(folder, data);
}

Status ReadNegatives(const std::string& path, const NameToNumber& user_of, const NameToNumber& item_of, Dataset& data) {
  const std::string hint = "A line is: (user,item), then the negatives, by tabs.";
  SOTTO_ASSIGN_OR_RETURN(const Bytes file, ReadFile(path, kMaxFileBytes));
  Lines lines(TextOf(file), path);
  while (lines.Next()) {
    const auto fields = FieldsBetween(lines.line(), "\t");
    std::string_view pair = fields.front();
    if (fields.size() < 2 || !pair.starts_with('(') || !pair.ends_with(')')) {
      return lines.Malformed("the line is no pair with negatives.", hint);
    }
    pair = pair.substr(1, pair.size() - 2);
    const size_t comma = pair.find(',');
    if (comma == std::string_view::npos) return lines.Malformed("the pair has no comma.", hint);
    const auto trimmed = [](std::string_view name) {
      return name.substr(std::min(name.find_first_not_of(' '), name.size()));
    };
    const uint32_t user = user_of(pair.substr(0, comma));
    if (user == Names::kNone) return lines.Malformed("the user is unknown.", hint);
    Negatives negatives{.item = item_of(trimmed(pair.substr(comma + 1))), .items = {}};
    for (size_t i = 1; i < fields.size(); ++i) {
      if (!fields[i].empty()) negatives.items.push_back(item_of(fields[i]));
    }
    for (const uint32_t item : negatives.items) {
      if (item == Names::kNone) return lines.Malformed("a negative is unknown.", hint);
    }
    // Negatives that were drawn without a look at the pair, as NCF's own, hold its item now and then: it is no rival.
    std::erase(negatives.items, negatives.item);
    if (negatives.item == Names::kNone) return lines.Malformed("the item is unknown.", hint);
    if (!data.negatives.emplace(user, std::move(negatives)).second) {
      return lines.Malformed("the user has negatives already.", hint);
    }
  }
  return {};
}

}  // namespace sotto::cli
