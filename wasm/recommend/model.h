// A model as JavaScript holds it.
#pragma once

#include "answer.h"
#include "sotto/recommend/models/load.h"

namespace sotto::wasm {

struct Model {
  recommend::NamedModel named;
};

}  // namespace sotto::wasm
