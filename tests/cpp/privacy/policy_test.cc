#include "sotto/privacy/policy.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

namespace sotto::privacy {
namespace {

constexpr MicroRho kMost = std::numeric_limits<MicroRho>::max();

// The message of a refusal, which must spend nothing.
std::string Refusal(PolicyBook& book, uint64_t epoch, MicroRho cost) {
  const MicroRho lifetime = book.lifetime_spent();
  const auto epochs = book.epochs();
  const Status status = book.Spend(epoch, cost, "task a");
  EXPECT_FALSE(status.ok());
  if (status.ok()) return "";
  EXPECT_EQ(status.error().code, ErrorCode::kBudgetExceeded);
  EXPECT_EQ(book.lifetime_spent(), lifetime);
  EXPECT_EQ(book.epochs(), epochs);
  return status.error().message;
}

TEST(PolicyBook, AddsUpWhatItAllows) {
  PolicyBook book({30, 50, 100});
  EXPECT_TRUE(book.Spend(1, 30, "a").ok());
  EXPECT_TRUE(book.Spend(1, 20, "b").ok());
  EXPECT_TRUE(book.Spend(2, 30, "c").ok());
  EXPECT_EQ(book.epoch_spent(1), 50U);
  EXPECT_EQ(book.epoch_spent(2), 30U);
  EXPECT_EQ(book.epoch_spent(3), 0U);
  EXPECT_EQ(book.lifetime_spent(), 80U);
}

TEST(PolicyBook, SaysWhichLimitRefusesItsValueWhatIsSpentAndThePrice) {
  PolicyBook book({30, 50, 70});
  EXPECT_EQ(Refusal(book, 1, 31), "task a costs 31 micro-rho; the release limit is 30.");
  ASSERT_TRUE(book.Spend(1, 30, "a").ok());
  EXPECT_EQ(Refusal(book, 1, 21), "task a costs 21 micro-rho; 30 of the epoch 1 limit of 50 are spent.");
  ASSERT_TRUE(book.Spend(2, 30, "b").ok());
  EXPECT_EQ(Refusal(book, 3, 11), "task a costs 11 micro-rho; 60 of the lifetime limit of 70 are spent.");
  EXPECT_TRUE(book.Spend(3, 10, "c").ok());
  EXPECT_EQ(Refusal(book, 4, 1), "task a costs 1 micro-rho; 70 of the lifetime limit of 70 are spent.");
}

TEST(PolicyBook, AllowsNothingWithoutLimits) {
  PolicyBook book({});
  EXPECT_NE(Refusal(book, 0, 1), "");
  EXPECT_TRUE(book.Spend(0, 0, "free").ok());
  EXPECT_TRUE(book.epochs().empty());
}

TEST(PolicyBook, DoesNotWrapAround) {
  PolicyBook book({kMost, kMost, kMost});
  ASSERT_TRUE(book.Spend(1, kMost - 1, "a").ok());
  EXPECT_NE(Refusal(book, 1, 2), "");
  EXPECT_NE(Refusal(book, 2, kMost), "");
  EXPECT_TRUE(book.Spend(2, 1, "b").ok());
  EXPECT_EQ(book.lifetime_spent(), kMost);
}

TEST(PolicyBook, GoesOnWhereItWas) {
  PolicyBook book = PolicyBook::Restore({30, 50, 100}, {{1, 40}}, 90).value();
  EXPECT_EQ(book.epoch_spent(1), 40U);
  EXPECT_EQ(book.lifetime_spent(), 90U);
  EXPECT_NE(Refusal(book, 1, 11), "");
  EXPECT_NE(Refusal(book, 2, 11), "");
  EXPECT_TRUE(book.Spend(1, 10, "a").ok());
}

TEST(PolicyBook, RefusesEverythingMoreWhereALimitWasLowered) {
  PolicyBook book = PolicyBook::Restore({30, 50, 100}, {{1, 60}}, 60).value();
  EXPECT_NE(Refusal(book, 1, 1), "");
  EXPECT_TRUE(book.Spend(2, 1, "a").ok());
  PolicyBook spent = PolicyBook::Restore({30, 50, 100}, {}, 120).value();
  EXPECT_NE(Refusal(spent, 1, 1), "");
}

TEST(PolicyBook, IsNotRestoredFromNumbersThatDoNotFit) {
  const auto code = [](std::map<uint64_t, MicroRho> epochs, MicroRho lifetime) {
    return PolicyBook::Restore({1, 1, 1}, std::move(epochs), lifetime).error().code;
  };
  EXPECT_EQ(code({{1, 5}, {2, 6}}, 10), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({{1, kMost}, {2, kMost}}, kMost), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({{1, kMost}, {2, 1}}, 0), ErrorCode::kInvalidArgument);
}

RC_GTEST_PROP(PolicyBook, NeverGoesBeyondAnyLimit, (std::vector<std::pair<uint8_t, uint8_t>> spends)) {
  const Policy policy{*rc::gen::inRange<MicroRho>(0, 200), *rc::gen::inRange<MicroRho>(0, 500),
                      *rc::gen::inRange<MicroRho>(0, 1000)};
  PolicyBook book(policy);
  MicroRho allowed = 0;
  for (const auto& [epoch, cost] : spends) {
    const bool fits = cost <= policy.per_release && book.epoch_spent(epoch % 4) + cost <= policy.per_epoch &&
                      allowed + cost <= policy.lifetime;
    RC_ASSERT(book.Spend(epoch % 4, cost, "it").ok() == fits);
    if (fits) allowed += cost;
    RC_ASSERT(book.lifetime_spent() == allowed);
  }
}

}  // namespace
}  // namespace sotto::privacy
