// What may be spent, and by when: a policy that refuses with the reason, on the device and at an aggregator alike.
// zCDP adds up over releases (M. Bun and T. Steinke, TCC 2016, lemma 7), so all three limits are sums of micro-rho.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "sotto/base/result.h"
#include "sotto/privacy/budget.h"

namespace sotto::privacy {

struct Policy {
  MicroRho per_release = 0;  // at most this for one report or one release
  MicroRho per_epoch = 0;    // at most this for all of one epoch
  MicroRho lifetime = 0;     // at most this ever
};

// What was spent, kept by whoever owns the policy: the sum and one number for each epoch.
class PolicyBook {
 public:
  explicit PolicyBook(Policy policy) : policy_(policy) {}
  // As another instance had it. kInvalidArgument if the epochs' sum is not at most `lifetime_spent`.
  static Result<PolicyBook> Restore(Policy policy, std::map<uint64_t, MicroRho> epochs, MicroRho lifetime_spent);

  // Spends, or refuses with kBudgetExceeded and spends nothing. The message says which limit (release, epoch,
  // lifetime), its value, what is spent and what `what` would cost.
  Status Spend(uint64_t epoch, MicroRho cost, const std::string& what);

  const Policy& policy() const { return policy_; }
  MicroRho lifetime_spent() const { return lifetime_spent_; }
  MicroRho epoch_spent(uint64_t epoch) const;
  const std::map<uint64_t, MicroRho>& epochs() const { return epochs_; }

 private:
  Policy policy_;
  std::map<uint64_t, MicroRho> epochs_;
  MicroRho lifetime_spent_ = 0;
};

}  // namespace sotto::privacy
