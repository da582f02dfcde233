// Prio3's parameters as JavaScript has them.
#pragma once

#include "answer.h"
#include "sotto/vdaf/prio3.h"

namespace sotto::wasm {

val ParametersToJs(const vdaf::Prio3Parameters& parameters);

}  // namespace sotto::wasm
