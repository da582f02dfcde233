// A privacy budget that refuses. Kept in zCDP, in integer micro-rho, so that sums are exact and every platform agrees.
#pragma once

#include <cstdint>

#include "sotto/base/result.h"

namespace sotto::privacy {

using MicroRho = uint64_t;  // rho * 1,000,000, rounded up when spent

// Rounds rho up to micro-rho. A double's own rounding error is not rounded up: 0.3 is 300,000, not 300,001.
// kInvalidArgument unless 0 <= rho <= 1,000,000.
Result<MicroRho> ToMicroRho(double rho);

class Budget {
 public:
  Budget(MicroRho limit, MicroRho spent) : limit_(limit), spent_(spent) {}

  // Spends `cost`, or refuses with kBudgetExceeded, naming limit, spent and cost, and spends nothing.
  Status Spend(MicroRho cost);

  MicroRho limit() const { return limit_; }
  MicroRho spent() const { return spent_; }
  MicroRho left() const { return spent_ >= limit_ ? 0 : limit_ - spent_; }

 private:
  MicroRho limit_;
  MicroRho spent_;
};

}  // namespace sotto::privacy
