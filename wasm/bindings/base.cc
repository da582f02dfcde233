// Binding of sotto/base: the build id and sources of random bits.
#include <array>

#include "answer.h"
#include "random.h"
#include "sotto/base/random.h"
#include "sotto/build_id.h"

// Also as a custom section, so that JavaScript can tell another build before it runs it.
__asm__(".section .custom_section.sotto.build,\"\",@\n.ascii \"" SOTTO_BUILD_ID "\"\n.text\n");

namespace {

std::string BuildId() {
  return SOTTO_BUILD_ID;
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_base) {
  emscripten::register_type<Uint8List>("Uint8Array");
  emscripten::register_type<Uint32List>("Uint32Array");
  emscripten::register_type<Int32List>("Int32Array");
  emscripten::register_type<Float32List>("Float32Array");
  emscripten::register_type<Float64List>("Float64Array");
  emscripten::function("buildId", &BuildId);
  emscripten::class_<sotto::wasm::Random>("Random")
      .class_function("os", &sotto::wasm::Random::Os)
      .class_function("seeded(low, high)", &sotto::wasm::Random::Seeded);
}
