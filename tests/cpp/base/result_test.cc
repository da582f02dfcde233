#include "sotto/base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

namespace sotto {
namespace {

Error Broken() {
  return Error{ErrorCode::kMalformed, "the lid is missing.", "Put it back."};
}

Result<int> Half(int number) {
  if (number % 2 != 0) return Broken();
  return number / 2;
}

Result<int> Quarter(int number) {
  SOTTO_ASSIGN_OR_RETURN(const int half, Half(number));
  return Half(half);
}

Status CheckTwice(int number) {
  SOTTO_RETURN_IF_ERROR(Half(number));
  SOTTO_RETURN_IF_ERROR(Half(number / 2));
  return {};
}

TEST(Result, HoldsAValueOrAnErrorAndSaysWhich) {
  EXPECT_TRUE(Half(4).ok());
  EXPECT_EQ(Half(4).value(), 2);
  EXPECT_FALSE(Half(3).ok());
  EXPECT_EQ(Half(3).error().code, ErrorCode::kMalformed);
}

TEST(Result, PassesTheFirstErrorUpUnchanged) {
  EXPECT_EQ(Quarter(8).value(), 2);
  EXPECT_EQ(Quarter(6).error().message, "the lid is missing.");
  EXPECT_TRUE(CheckTwice(4).ok());
  EXPECT_EQ(CheckTwice(2).error().hint, "Put it back.");
}

TEST(Result, CarriesTypesThatCanOnlyBeMoved) {
  auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(7); };
  auto use = [&]() -> Result<int> {
    SOTTO_ASSIGN_OR_RETURN(const std::unique_ptr<int> seven, make());
    return *seven;
  };
  EXPECT_EQ(use().value(), 7);
}

TEST(Error, ReadsAsCodeThenMessageThenHint) {
  EXPECT_EQ(ToString(Broken()), "MALFORMED: the lid is missing. Put it back.");
  EXPECT_EQ(ToString(Error{ErrorCode::kNotFound, "no such task.", ""}), "NOT_FOUND: no such task.");
}

TEST(Error, GivesEveryCodeANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    names.insert(ErrorCodeName(static_cast<ErrorCode>(code)));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(ErrorCode::kInternal) + 1);
}

}  // namespace
}  // namespace sotto
