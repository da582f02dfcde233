#include "sotto/privacy/budget.h"

#include <cmath>
#include <string>

namespace sotto::privacy {
namespace {

constexpr double kMicro = 1e6;
constexpr double kMaxRho = 1e6;
// A double that stands for a decimal or a quotient is off by 2^-53 of itself, its product with 10^6 by as much again.
constexpr double kRounding = 0x1p-51;

}  // namespace

Result<MicroRho> ToMicroRho(double rho) {
  if (!(rho >= 0 && rho <= kMaxRho)) {
    return Error{ErrorCode::kInvalidArgument, "rho is " + std::to_string(rho) + ".", "It must be from 0 to 1000000."};
  }
  const double scaled = rho * kMicro;
  const double nearest = std::floor(scaled + 0.5);
  const bool whole = std::fabs(scaled - nearest) <= nearest * kRounding;
  return static_cast<MicroRho>(whole ? nearest : std::ceil(scaled));
}

Status Budget::Spend(MicroRho cost) {
  if (cost > left()) {
    return Error{ErrorCode::kBudgetExceeded,
                 "this costs " + std::to_string(cost) + " micro-rho; " + std::to_string(spent_) + " of " +
                     std::to_string(limit_) + " are spent.",
                 "Nothing was sent. Raise the budget only if the viewer agrees."};
  }
  spent_ += cost;
  return {};
}

}  // namespace sotto::privacy
