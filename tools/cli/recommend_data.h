// Who engaged with what: reading it, and holding a part of it back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/base/result.h"

namespace sotto::cli {

struct Interaction {
  std::string user;
  std::string item;
  double time = 0;
};

// One interaction a line: `user item [rating] [time]`, separated by tabs, commas or spaces; the rating is not used and
// blank lines are skipped. A pair that occurs again moves to its last line. Lines are in file order.
// Errors: kMalformed naming `name` and the line (fewer than two fields or more than four, a rating or time that is no
// finite number), kInvalidArgument if there is none at all.
Result<std::vector<Interaction>> ParseInteractions(std::string_view text, std::string_view name);

// Users and items by number, in the order of their first occurrence.
struct Split {
  std::vector<std::string> users;
  std::vector<std::string> items;
  std::vector<std::vector<uint32_t>> train;         // of each user, ascending, each item once
  std::vector<std::pair<uint32_t, uint32_t>> test;  // user and item; never a pair of `train`
};

// Holds back each user's last item: the one with the latest time, of equals the later line. A user of one item has it
// in `train`.
Split LeaveLastOut(const std::vector<Interaction>& interactions);

// Holds back one uniformly random item of each user who has two or more. Errors: those of `random`.
Result<Split> LeaveRandomOut(const std::vector<Interaction>& interactions, RandomSource& random);

// A split that was made elsewhere; a test pair that is also in `train` is no longer there.
Split GivenSplit(const std::vector<Interaction>& train, const std::vector<Interaction>& test);

}  // namespace sotto::cli
