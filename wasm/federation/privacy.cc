// Binding of sotto/privacy: prices, what may be spent, and the noise of a device's own.
#include <map>

#include "answer.h"
#include "random.h"
#include "sotto/privacy/budget.h"
#include "sotto/privacy/discrete_gaussian.h"
#include "sotto/privacy/policy.h"
#include "sotto/privacy/zcdp.h"
#include "sotto/stream/clock.h"

SOTTO_DECLARE_ANSWER(PriceNumberAnswer)
SOTTO_DECLARE_ANSWER(SpendAnswer)
SOTTO_DECLARE_ANSWER(DiscreteGaussianAnswer)

namespace {

using sotto::privacy::DiscreteGaussian;
using sotto::privacy::MicroRho;
using sotto::privacy::Policy;
using sotto::privacy::PolicyBook;
using sotto::wasm::Answer;
using sotto::wasm::Random;
using sotto::wasm::val;
using sotto::wasm::Whole;

constexpr auto kToNumber = [](auto value) { return val(static_cast<double>(value)); };

PriceNumberAnswer EpsilonOfZcdp(double rho, double delta) {
  return PriceNumberAnswer(Answer(sotto::privacy::EpsilonOfZcdp(rho, delta), kToNumber));
}

PriceNumberAnswer ToMicroRho(double rho) {
  return PriceNumberAnswer(Answer(sotto::privacy::ToMicroRho(rho), kToNumber));
}

// Milliseconds since 1970.
PriceNumberAnswer ParseRfc3339(const std::string& text) {
  return PriceNumberAnswer(Answer(sotto::stream::ParseRfc3339(text), kToNumber));
}

struct Limits {
  double per_release, per_epoch, lifetime;
};

// A whole number from 0, or an error: a number that is none spends nothing.
sotto::Result<uint64_t> Amount(double number) {
  if (Whole(number) >= 0) return static_cast<uint64_t>(number);
  return sotto::Error{sotto::ErrorCode::kInvalidArgument, std::to_string(number) + " is no whole number from 0.",
                      "Give micro-rho, and epochs, up to 2^53 - 1."};
}

sotto::Result<MicroRho> SpendOf(const Limits& limits, const std::vector<double>& epochs,
                                const std::vector<double>& spent, double lifetime_spent, double epoch, double cost,
                                const std::string& what) {
  if (epochs.size() != spent.size()) return sotto::wasm::DifferentLengths().error();
  Policy policy;
  SOTTO_ASSIGN_OR_RETURN(policy.per_release, Amount(limits.per_release));
  SOTTO_ASSIGN_OR_RETURN(policy.per_epoch, Amount(limits.per_epoch));
  SOTTO_ASSIGN_OR_RETURN(policy.lifetime, Amount(limits.lifetime));
  std::map<uint64_t, MicroRho> by_epoch;
  for (size_t i = 0; i < epochs.size(); ++i) {
    SOTTO_ASSIGN_OR_RETURN(const uint64_t each, Amount(epochs[i]));
    SOTTO_ASSIGN_OR_RETURN(const MicroRho amount, Amount(spent[i]));
    by_epoch[each] += amount;
  }
  SOTTO_ASSIGN_OR_RETURN(const MicroRho lifetime, Amount(lifetime_spent));
  SOTTO_ASSIGN_OR_RETURN(const uint64_t now, Amount(epoch));
  SOTTO_ASSIGN_OR_RETURN(const MicroRho price, Amount(cost));
  SOTTO_ASSIGN_OR_RETURN(PolicyBook book, PolicyBook::Restore(policy, std::move(by_epoch), lifetime));
  SOTTO_RETURN_IF_ERROR(book.Spend(now, price, what));
  return book.lifetime_spent();
}

// All that is spent after `cost` of `what` in `epoch`, or BUDGET_EXCEEDED with the limit that forbids it. `epochs` and
// `spent` are what went before; all in micro-rho.
SpendAnswer Spend(const Limits& limits, const Float64List& epochs, const Float64List& spent, double lifetime_spent,
                  double epoch, double cost, const std::string& what) {
  const auto numbers = [](const Float64List& list) { return emscripten::convertJSArrayToNumberVector<double>(list); };
  return SpendAnswer(
      Answer(SpendOf(limits, numbers(epochs), numbers(spent), lifetime_spent, epoch, cost, what), kToNumber));
}

DiscreteGaussianAnswer CreateGaussian(double numerator, double denominator) {
  return DiscreteGaussianAnswer(
      Answer(DiscreteGaussian::Create(
                 {static_cast<uint64_t>(Whole(numerator, 0)), static_cast<uint64_t>(Whole(denominator, 0))}),
             [](DiscreteGaussian&& gaussian) { return sotto::wasm::Owned(std::move(gaussian)); }));
}

PriceNumberAnswer Sample(const DiscreteGaussian& gaussian, Random& random) {
  return PriceNumberAnswer(Answer(gaussian.Sample(random.source()), kToNumber));
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_federation_privacy) {
  SOTTO_REGISTER_ANSWER(PriceNumberAnswer, "number");
  SOTTO_REGISTER_ANSWER(SpendAnswer, "number");
  SOTTO_REGISTER_ANSWER(DiscreteGaussianAnswer, "DiscreteGaussian");
  emscripten::value_object<Limits>("SpendingLimits")
      .field("perRelease", &Limits::per_release)
      .field("perEpoch", &Limits::per_epoch)
      .field("lifetime", &Limits::lifetime);
  emscripten::function("epsilonOfZcdp(rho, delta)", &EpsilonOfZcdp);
  emscripten::function("toMicroRho(rho)", &ToMicroRho);
  emscripten::function("parseRfc3339(text)", &ParseRfc3339);
  emscripten::function("spend(limits, epochs, spent, lifetimeSpent, epoch, cost, what)", &Spend);
  emscripten::class_<DiscreteGaussian>("DiscreteGaussian")
      .class_function("create(numerator, denominator)", &CreateGaussian)
      .function("sample(random)", &Sample);
}
