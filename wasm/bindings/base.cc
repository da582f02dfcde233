// Binding of sotto/base: which sources this module was built from.
#include <emscripten/bind.h>

#include <string>

#include "sotto/build_id.h"

namespace {

std::string BuildId() { return SOTTO_BUILD_ID; }

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_base) { emscripten::function("buildId", &BuildId); }
