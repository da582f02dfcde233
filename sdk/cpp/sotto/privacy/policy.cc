#include "sotto/privacy/policy.h"

#include <utility>

namespace sotto::privacy {
namespace {

// `limit` says which one it is, its value and what is spent of it.
Error Exceeded(const std::string& what, MicroRho cost, const std::string& limit) {
  return {ErrorCode::kBudgetExceeded, what + " costs " + std::to_string(cost) + " micro-rho; " + limit + ".",
          "Nothing was spent and nothing was released."};
}

std::string Limit(const std::string& name, MicroRho value, MicroRho spent) {
  return std::to_string(spent) + " of the " + name + " limit of " + std::to_string(value) + " are spent";
}

}  // namespace

Result<PolicyBook> PolicyBook::Restore(Policy policy, std::map<uint64_t, MicroRho> epochs, MicroRho lifetime_spent) {
  MicroRho left = lifetime_spent;
  for (const auto& [epoch, spent] : epochs) {
    if (spent > left) {
      return Error{ErrorCode::kInvalidArgument,
                   "the epochs have spent more than the lifetime's " + std::to_string(lifetime_spent) + " micro-rho.",
                   "Restore a book as it was stored."};
    }
    left -= spent;
  }
  PolicyBook book(policy);
  book.epochs_ = std::move(epochs);
  book.lifetime_spent_ = lifetime_spent;
  return book;
}

Status PolicyBook::Spend(uint64_t epoch, MicroRho cost, const std::string& what) {
  if (cost > policy_.per_release) {
    return Exceeded(what, cost, "the release limit is " + std::to_string(policy_.per_release));
  }
  // A limit that was lowered may be below what is spent.
  const MicroRho in_epoch = epoch_spent(epoch);
  if (in_epoch > policy_.per_epoch || cost > policy_.per_epoch - in_epoch) {
    return Exceeded(what, cost, Limit("epoch " + std::to_string(epoch), policy_.per_epoch, in_epoch));
  }
  if (lifetime_spent_ > policy_.lifetime || cost > policy_.lifetime - lifetime_spent_) {
    return Exceeded(what, cost, Limit("lifetime", policy_.lifetime, lifetime_spent_));
  }
  if (cost > 0) epochs_[epoch] += cost;
  lifetime_spent_ += cost;
  return {};
}

MicroRho PolicyBook::epoch_spent(uint64_t epoch) const {
  const auto found = epochs_.find(epoch);
  return found == epochs_.end() ? 0 : found->second;
}

}  // namespace sotto::privacy
