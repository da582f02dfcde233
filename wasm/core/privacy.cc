// Binding of sotto/privacy.
#include "answer.h"
#include "random.h"
#include "sotto/privacy/budget.h"
#include "sotto/privacy/discrete_gaussian.h"
#include "sotto/privacy/zcdp.h"

SOTTO_DECLARE_ANSWER(PrivacyNumberAnswer)
SOTTO_DECLARE_ANSWER(DiscreteGaussianAnswer)

namespace {

using sotto::privacy::Budget;
using sotto::privacy::DiscreteGaussian;
using sotto::privacy::MicroRho;
using sotto::wasm::Answer;
using sotto::wasm::Random;
using sotto::wasm::val;
using sotto::wasm::Whole;

constexpr auto kToNumber = [](auto value) { return val(static_cast<double>(value)); };

PrivacyNumberAnswer EpsilonOfZcdp(double rho, double delta) {
  return PrivacyNumberAnswer(Answer(sotto::privacy::EpsilonOfZcdp(rho, delta), kToNumber));
}

PrivacyNumberAnswer ToMicroRho(double rho) {
  return PrivacyNumberAnswer(Answer(sotto::privacy::ToMicroRho(rho), kToNumber));
}

// The micro-rho spent after the cost, or BUDGET_EXCEEDED. A number that is none spends nothing.
PrivacyNumberAnswer SpendBudget(double limit, double spent, double cost) {
  for (const double amount : {limit, spent, cost}) {
    if (Whole(amount) >= 0) continue;
    return PrivacyNumberAnswer(
        sotto::wasm::Failed({sotto::ErrorCode::kInvalidArgument, std::to_string(amount) + " is no amount of micro-rho.",
                             "Give whole numbers from 0; toMicroRho makes them."}));
  }
  Budget budget(static_cast<MicroRho>(limit), static_cast<MicroRho>(spent));
  const sotto::Status status = budget.Spend(static_cast<MicroRho>(cost));
  return PrivacyNumberAnswer(status.ok() ? sotto::wasm::Succeeded(static_cast<double>(budget.spent()))
                                         : sotto::wasm::Failed(status.error()));
}

DiscreteGaussianAnswer CreateGaussian(double numerator, double denominator) {
  return DiscreteGaussianAnswer(
      Answer(DiscreteGaussian::Create(
                 {static_cast<uint64_t>(Whole(numerator, 0)), static_cast<uint64_t>(Whole(denominator, 0))}),
             [](DiscreteGaussian&& gaussian) { return sotto::wasm::Owned(std::move(gaussian)); }));
}

PrivacyNumberAnswer Sample(const DiscreteGaussian& gaussian, Random& random) {
  return PrivacyNumberAnswer(Answer(gaussian.Sample(random.source()), kToNumber));
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_privacy) {
  SOTTO_REGISTER_ANSWER(PrivacyNumberAnswer, "number");
  SOTTO_REGISTER_ANSWER(DiscreteGaussianAnswer, "DiscreteGaussian");
  emscripten::function("epsilonOfZcdp(rho, delta)", &EpsilonOfZcdp);
  emscripten::function("toMicroRho(rho)", &ToMicroRho);
  emscripten::function("spendBudget(limit, spent, cost)", &SpendBudget);
  emscripten::class_<DiscreteGaussian>("DiscreteGaussian")
      .class_function("create(numerator, denominator)", &CreateGaussian)
      .function("sample(random)", &Sample);
}
