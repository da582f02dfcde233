// Binding of sotto/base's sources of random bits.
#include "random.h"

#include "answer.h"

EMSCRIPTEN_BINDINGS(sotto_random) {
  emscripten::class_<sotto::wasm::Random>("Random")
      .class_function("os", &sotto::wasm::Random::Os)
      .class_function("seeded(low, high)", &sotto::wasm::Random::Seeded);
}
