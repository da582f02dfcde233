// Binding of sotto/privacy: what people read. What spends is in federation/.
#include "answer.h"
#include "sotto/privacy/budget.h"
#include "sotto/privacy/zcdp.h"

SOTTO_DECLARE_ANSWER(PrivacyNumberAnswer)

namespace {

using sotto::wasm::Answer;
using sotto::wasm::val;

constexpr auto kToNumber = [](auto value) { return val(static_cast<double>(value)); };

PrivacyNumberAnswer EpsilonOfZcdp(double rho, double delta) {
  return PrivacyNumberAnswer(Answer(sotto::privacy::EpsilonOfZcdp(rho, delta), kToNumber));
}

PrivacyNumberAnswer ToMicroRho(double rho) {
  return PrivacyNumberAnswer(Answer(sotto::privacy::ToMicroRho(rho), kToNumber));
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_privacy) {
  SOTTO_REGISTER_ANSWER(PrivacyNumberAnswer, "number");
  emscripten::function("epsilonOfZcdp(rho, delta)", &EpsilonOfZcdp);
  emscripten::function("toMicroRho(rho)", &ToMicroRho);
}
