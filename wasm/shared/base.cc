// What every module has: its build id, and the typed arrays that come from JavaScript.
#include "answer.h"
#include "sotto/build_id.h"

// Also as a custom section, so that JavaScript can tell another build before it runs it.
__asm__(".section .custom_section.sotto.build,\"\",@\n.ascii \"" SOTTO_BUILD_ID "\"\n.text\n");

namespace {

std::string BuildId() {
  return SOTTO_BUILD_ID;
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_shared) {
  emscripten::register_type<Uint8List>("Uint8Array");
  emscripten::register_type<Uint32List>("Uint32Array");
  emscripten::register_type<Int32List>("Int32Array");
  emscripten::register_type<Float32List>("Float32Array");
  emscripten::register_type<Float64List>("Float64Array");
  emscripten::function("buildId", &BuildId);
}
