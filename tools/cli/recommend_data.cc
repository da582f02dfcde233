#include "tools/cli/recommend_data.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <unordered_map>

namespace sotto::cli {
namespace {

constexpr std::string_view kSeparators = "\t, \r";

std::vector<std::string_view> Fields(std::string_view line) {
  std::vector<std::string_view> fields;
  size_t begin = line.find_first_not_of(kSeparators);
  while (begin != std::string_view::npos) {
    const size_t end = std::min(line.find_first_of(kSeparators, begin), line.size());
    fields.push_back(line.substr(begin, end - begin));
    begin = line.find_first_not_of(kSeparators, end);
  }
  return fields;
}

bool ReadNumber(std::string_view text, double& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && std::isfinite(number);
}

// Numbers names in the order of their first occurrence.
class Numbering {
 public:
  explicit Numbering(std::vector<std::string>& names) : names_(names) {}
  uint32_t operator()(const std::string& name) {
    const auto [found, is_new] = numbers_.emplace(name, static_cast<uint32_t>(names_.size()));
    if (is_new) names_.push_back(name);
    return found->second;
  }

 private:
  std::vector<std::string>& names_;
  std::unordered_map<std::string, uint32_t> numbers_;
};

struct Timed {
  uint32_t item;
  double time;
};

// The interactions of each user, in file order; fills users and items.
std::vector<std::vector<Timed>> ByUser(const std::vector<Interaction>& interactions, Split& split) {
  Numbering user_number(split.users);
  Numbering item_number(split.items);
  std::vector<std::vector<Timed>> by_user;
  for (const Interaction& one : interactions) {
    const uint32_t user = user_number(one.user);
    by_user.resize(split.users.size());
    by_user[user].push_back({item_number(one.item), one.time});
  }
  return by_user;
}

// Adds a user's items to the split, except the one at `held_back` (none if it is past the end).
void AddUser(uint32_t user, const std::vector<Timed>& items, size_t held_back, Split& split) {
  std::vector<uint32_t> kept;
  for (size_t i = 0; i < items.size(); ++i) {
    if (i != held_back) kept.push_back(items[i].item);
  }
  std::ranges::sort(kept);
  split.train.push_back(std::move(kept));
  if (held_back < items.size()) split.test.emplace_back(user, items[held_back].item);
}

}  // namespace

Result<std::vector<Interaction>> ParseInteractions(std::string_view text, std::string_view name) {
  std::vector<Interaction> read;
  for (size_t line_number = 1; !text.empty(); ++line_number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::vector<std::string_view> fields = Fields(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (fields.empty()) continue;

    const auto malformed = [&](const std::string& what) {
      return Error{ErrorCode::kMalformed, std::string(name) + ":" + std::to_string(line_number) + ": " + what,
                   "A line is: user item [rating] [time]."};
    };
    if (fields.size() < 2 || fields.size() > 4) {
      return malformed("the line has " + std::to_string(fields.size()) + " fields.");
    }
    Interaction one{std::string(fields[0]), std::string(fields[1]), 0};
    double rating = 0;
    if (fields.size() >= 3 && !ReadNumber(fields[2], rating)) return malformed("the rating is not a number.");
    if (fields.size() == 4 && !ReadNumber(fields[3], one.time)) return malformed("the time is not a number.");
    read.push_back(std::move(one));
  }
  if (read.empty()) return Error{ErrorCode::kInvalidArgument, std::string(name) + " holds no interactions.", ""};

  std::map<std::pair<std::string_view, std::string_view>, size_t> last;
  for (size_t i = 0; i < read.size(); ++i) last[{read[i].user, read[i].item}] = i;
  std::vector<bool> is_last(read.size(), false);
  for (const auto& [pair, place] : last) is_last[place] = true;
  std::vector<Interaction> kept;
  for (size_t i = 0; i < read.size(); ++i) {
    if (is_last[i]) kept.push_back(read[i]);
  }
  return kept;
}

Split LeaveLastOut(const std::vector<Interaction>& interactions) {
  Split split;
  const auto by_user = ByUser(interactions, split);
  for (uint32_t user = 0; user < by_user.size(); ++user) {
    const auto& items = by_user[user];
    size_t last = items.size();
    if (items.size() >= 2) {
      last = 0;
      for (size_t i = 1; i < items.size(); ++i) {
        if (items[i].time >= items[last].time) last = i;
      }
    }
    AddUser(user, items, last, split);
  }
  return split;
}

Result<Split> LeaveRandomOut(const std::vector<Interaction>& interactions, RandomSource& random) {
  Split split;
  const auto by_user = ByUser(interactions, split);
  for (uint32_t user = 0; user < by_user.size(); ++user) {
    uint64_t held_back = by_user[user].size();
    if (held_back >= 2) {
      SOTTO_ASSIGN_OR_RETURN(held_back, random.Below(held_back));
    }
    AddUser(user, by_user[user], static_cast<size_t>(held_back), split);
  }
  return split;
}

Split GivenSplit(const std::vector<Interaction>& train, const std::vector<Interaction>& test) {
  Split split;
  Numbering user_number(split.users);
  Numbering item_number(split.items);
  const auto add_pair = [&](const Interaction& one) {
    const uint32_t user = user_number(one.user);
    split.train.resize(split.users.size());
    return std::pair(user, item_number(one.item));
  };
  for (const Interaction& one : train) {
    const auto [user, item] = add_pair(one);
    split.train[user].push_back(item);
  }
  for (const Interaction& one : test) split.test.push_back(add_pair(one));
  for (auto& items : split.train) std::ranges::sort(items);
  for (const auto& [user, item] : split.test) {
    auto& items = split.train[user];
    if (const auto found = std::ranges::lower_bound(items, item); found != items.end() && *found == item) {
      items.erase(found);
    }
  }
  return split;
}

}  // namespace sotto::cli
